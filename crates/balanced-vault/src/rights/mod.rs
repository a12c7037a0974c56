//! The rights of the person: to be told, to have it corrected, to take it along, to have it erased.

mod correct;
mod erase;
mod export;
mod import;
mod layout;
mod report;

pub use correct::Correction;
pub use export::{ExportOptions, Exported, ToJams};
pub use import::ImportOptions;
pub use report::{PersonReport, ProjectReport};

//! The audit log: what was done and refused, by whom, in a chain of hashes.

mod checkpoint;
mod entry;
mod log;
mod verify;

pub use checkpoint::Anchor;
pub(crate) use entry::Draft;
pub use entry::{Action, Entry, Head, Outcome};
pub(crate) use log::Log;
pub use verify::{Verification, verify};

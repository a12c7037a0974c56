//! What is done with a project and its files.

mod access;
mod create;
mod list;
mod object;
mod open;
mod put;
mod readers;
mod records;
mod rotate;
mod state;

pub use access::By;
pub(crate) use list::listing;
pub use list::{FileListing, ProjectListing, ProjectSummary};
pub use open::VaultFile;
pub(crate) use put::COPY_BYTES;
pub use put::{NewFile, PutFile};
pub(crate) use records::FileRecord;
pub use records::{Owner, ProjectRecord};
pub(crate) use rotate::start as start_rotation;

#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod audit;
mod chain;
mod change;
mod error;
mod hygiene;
mod ids;
mod keys;
mod manifest;
mod project;
mod record;
mod retention;
mod rights;
mod sealed_file;
mod seek;
mod signed;
mod store;
mod succession;
mod time;
mod vault;

pub use age::secrecy::{ExposeSecret, SecretString};
pub use audit::{Action, Anchor, Entry, Head, Outcome, Verification, verify};
pub use error::{Error, ErrorKind, Result};
pub use hygiene::forbid_core_dumps;
pub use ids::{ChangeId, FileId, Fingerprint, Hash, ObjectId, PersonTag, ProjectId, VaultId};
pub use keys::{
    BackedUp, Identity, PlatformKey, Plugins, PublicKey, Recipient, from_mnemonic, open_backup, seal_backup,
    to_mnemonic,
};
pub use manifest::{FileRole, Hold, ProviderReference, Reader, ReaderRole, State};
pub use project::{By, FileListing, NewFile, Owner, ProjectListing, ProjectRecord, ProjectSummary, PutFile, VaultFile};
pub use retention::{Due, ErasedFile, Plan, Policy, ProviderDeletion, Reason, Receipt, Swept, verify_receipt};
pub use rights::{Correction, ExportOptions, Exported, ImportOptions, PersonReport, ProjectReport, ToJams};
pub use sealed_file::SealedFile;
pub use store::{Address, Condition, ObjectWriter, Store, Version, local, memory};
#[cfg(feature = "s3")]
pub use store::{S3Options, s3};
pub use succession::{KeyExchange, KeyHistory};
pub use time::{Clock, DAY_S, Moment};
pub use vault::{OpenOptions, Vault};
pub use zeroize::Zeroizing;

//! Keys: those of people, of the platform and of projects, their files and their backups.

mod backup;
mod identity;
mod platform;
mod plugins;
mod project;
mod recipient;

pub use backup::{BackedUp, from_mnemonic, open_backup, seal_backup, to_mnemonic};
pub use identity::Identity;
pub(crate) use platform::PersonIndex;
pub use platform::{PlatformKey, PublicKey};
pub use plugins::Plugins;
pub(crate) use project::ProjectKeys;
pub use recipient::Recipient;

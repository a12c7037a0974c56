//! Journals: what was sent, so that nothing is sent twice.

mod file;
mod memory;

use serde::{Deserialize, Serialize};

pub use file::FileJournal;
pub use memory::MemoryJournal;

use crate::error::Result;
use crate::options::Api;

/// How far a track is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// A call began to send it; a crash may have ended that call anywhere.
    Started,
    /// It is a track at Cyanite.
    Created {
        /// The track.
        track_id: String,
    },
    /// It was a track at Cyanite, which was deleted.
    Deleted {
        /// The track.
        track_id: String,
    },
}

/// Journal entry of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The API it was sent by.
    pub api: Api,
    /// SHA-256 of the source, in hex.
    pub source_sha256: String,
    /// Id by which it was sent.
    pub external_id: String,
    /// Bytes of the MP3.
    pub mp3_bytes: u64,
    /// How far it is.
    #[serde(flatten)]
    pub stage: Stage,
    /// When that was written (RFC 3339).
    pub updated_at: String,
}

/// A record that one caller holds, while others wait.
pub trait Held {
    /// Returns the record.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`](crate::ErrorKind::Journal) if it cannot be read.
    fn read(&self) -> Result<Option<Entry>>;

    /// Writes the record, durably, before it returns.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`](crate::ErrorKind::Journal) if it cannot be written.
    fn write(&mut self, entry: &Entry) -> Result<()>;

    /// Removes the record.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`](crate::ErrorKind::Journal) if it cannot be removed.
    fn remove(&mut self) -> Result<()>;
}

/// Journal of what was sent. Programs with a database of their own implement it there.
pub trait Journal: Send + Sync {
    /// Waits until nobody else works at a file, and takes its record.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`](crate::ErrorKind::Journal) if it cannot be had.
    fn hold(&self, api: Api, source_sha256: &str) -> Result<Box<dyn Held + '_>>;

    /// Returns all records.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`](crate::ErrorKind::Journal) if they cannot be read.
    fn entries(&self) -> Result<Vec<Entry>>;
}

//! Where the objects of a vault lie: a folder, memory, or a server that speaks S3.

mod address;
mod local;
mod objects;
#[cfg(feature = "s3")]
mod s3;
mod upload;

use std::ops::Range;

pub use address::Address;
pub use local::local;
pub use objects::memory;
#[cfg(feature = "s3")]
pub use s3::{S3Options, s3};
pub(crate) use upload::Upload;

use crate::error::Result;

/// Condition of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The object must not exist.
    Create,
    /// The object must still be the version that was read.
    Update(Version),
}

/// Version of an object, as its store names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(pub String);

/// An object that is being written in parts; it appears when it is finished.
pub trait ObjectWriter: Send {
    /// Writes the next part; every part but the last has the same size, of at least 5 MiB.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn part(&mut self, bytes: Vec<u8>) -> Result<()>;

    /// Completes the object.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn finish(&mut self) -> Result<()>;

    /// Gives the object up.
    fn abort(&mut self);
}

/// Store of objects: names are paths of `/`-separated words, contents are bytes.
///
/// Every write appears completely or not at all, and what was read after a write is what was written.
pub trait Store: Send + Sync {
    /// Returns an object and its version; `None` if there is none.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>>;

    /// Returns a range of an object, which lies within its length; `None` if there is no object.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn range(&self, path: &str, range: Range<u64>) -> Result<Option<Vec<u8>>>;

    /// Returns the length of an object in bytes; `None` if there is none.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn length(&self, path: &str) -> Result<Option<u64>>;

    /// Writes a small object if the condition holds; false if it does not.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn put(&self, path: &str, bytes: Vec<u8>, condition: &Condition) -> Result<bool>;

    /// Starts a large object.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn write(&self, path: &str) -> Result<Box<dyn ObjectWriter>>;

    /// Returns the paths of all objects under a folder, in order; with `after`, only those behind that path.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>>;

    /// Returns the names of the folders directly in a folder, in order.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn folders(&self, folder: &str) -> Result<Vec<String>>;

    /// Deletes an object; one that does not exist is deleted already.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    fn delete(&self, path: &str) -> Result<()>;
}

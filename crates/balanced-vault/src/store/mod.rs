//! Where the objects of a vault lie: a folder, memory, or a server that speaks S3.

mod local;
mod objects;
#[cfg(feature = "s3")]
mod s3;
mod upload;

use std::ops::Range;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(store: &dyn Store) {
        assert!(store.get("a/b").unwrap().is_none() && store.length("a/b").unwrap().is_none());
        assert!(store.range("a/b", 0..1).unwrap().is_none());
        assert!(store.put("a/b", b"first".to_vec(), &Condition::Create).unwrap());
        assert!(!store.put("a/b", b"other".to_vec(), &Condition::Create).unwrap());
        let (bytes, version) = store.get("a/b").unwrap().unwrap();
        assert_eq!((bytes.as_slice(), store.length("a/b").unwrap()), (&b"first"[..], Some(5)));
        assert!(store.put("a/b", b"second".to_vec(), &Condition::Update(version.clone())).unwrap());
        assert!(!store.put("a/b", b"third".to_vec(), &Condition::Update(version.clone())).unwrap());
        assert!(!store.put("a/none", b"third".to_vec(), &Condition::Update(version)).unwrap());
        assert_eq!(store.range("a/b", 2..4).unwrap().unwrap(), b"co");

        let mut writer = store.write("a/large").unwrap();
        writer.part(vec![1; 5 << 20]).unwrap();
        assert!(store.length("a/large").unwrap().is_none());
        writer.part(vec![2; 10]).unwrap();
        writer.finish().unwrap();
        assert_eq!(store.length("a/large").unwrap(), Some((5 << 20) + 10));
        let mut given_up = store.write("a/none").unwrap();
        given_up.part(vec![1; 5 << 20]).unwrap();
        given_up.abort();
        assert_eq!(store.list("a", None).unwrap(), ["a/b", "a/large"]);
        assert_eq!(store.list("a", Some("a/b")).unwrap(), ["a/large"]);
        assert!(store.put("a/c/d", b"x".to_vec(), &Condition::Create).unwrap());
        assert_eq!((store.folders("a").unwrap(), store.folders("none").unwrap()), (vec!["c".to_owned()], vec![]));
        for _ in 0..2 {
            store.delete("a/b").unwrap();
        }
        assert!(store.get("a/b").unwrap().is_none());
    }

    #[test]
    fn memory_keeps_the_contract() {
        check(&*memory().unwrap());
    }

    #[test]
    fn a_folder_keeps_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        check(&*local(folder.path()).unwrap());
    }

    #[test]
    fn of_many_writers_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        for store in [local(folder.path()).unwrap(), memory().unwrap()] {
            store.put("x", b"0".to_vec(), &Condition::Create).unwrap();
            let (_, version) = store.get("x").unwrap().unwrap();
            let won: usize = std::thread::scope(|scope| {
                let write = |index: usize| {
                    let update = Condition::Update(version.clone());
                    let created = store.put("y", vec![index as u8], &Condition::Create).unwrap();
                    usize::from(store.put("x", vec![index as u8], &update).unwrap()) + 100 * usize::from(created)
                };
                let all: Vec<_> = (0..8).map(|index| scope.spawn(move || write(index))).collect();
                all.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            assert_eq!(won, 101);
        }
    }
}

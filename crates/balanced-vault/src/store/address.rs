//! Addresses of stores, as commands and programs take them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Store, local};
use crate::error::{Error, Result};

/// Beginning of the address of a bucket.
const S3_SCHEME: &str = "s3://";

/// Address of a store: a folder, or `s3://BUCKET/PREFIX`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// A folder on this machine.
    Folder(PathBuf),
    /// A folder of a bucket; server and key are named by the environment.
    S3 {
        /// Name of the bucket.
        bucket: String,
        /// Folder inside the bucket; empty for the whole bucket.
        prefix: String,
    },
}

impl Address {
    /// Reads an address. A folder whose name begins with `s3:` is `./s3:…`.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the address of a bucket names none.
    pub fn parse(address: &Path) -> Result<Self> {
        let Some(rest) = address.to_str().and_then(|text| text.strip_prefix(S3_SCHEME)) else {
            return Ok(Self::Folder(address.to_owned()));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(Error::settings(S3_SCHEME, "names no bucket", "give s3://BUCKET/PREFIX"));
        }
        Ok(Self::S3 { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }

    /// Returns whether the address is a folder that does not exist.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Folder(folder) if !folder.is_dir())
    }

    /// Opens the store; a folder is made if it does not exist.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the folder cannot be used, and
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the environment names no key of the bucket, or this library
    /// was built without S3.
    pub fn open(&self) -> Result<Arc<dyn Store>> {
        match self {
            Self::Folder(folder) => local(folder),
            #[cfg(feature = "s3")]
            Self::S3 { bucket, prefix } => super::s3(&super::S3Options::from_env(bucket, prefix)?),
            #[cfg(not(feature = "s3"))]
            Self::S3 { bucket, .. } => {
                let remedy = "build it with the feature `s3`, or name a folder";
                Err(Error::settings(bucket, "is a bucket, and this build knows folders only", remedy))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folders_or_buckets() {
        let read = |text: &str| Address::parse(Path::new(text)).unwrap();
        let bucket = |bucket: &str, prefix: &str| Address::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
        assert_eq!(read("s3://audio/vaults/1/"), bucket("audio", "vaults/1"));
        assert_eq!(read("s3://audio"), bucket("audio", ""));
        for folder in ["vault", "./s3://audio", "/srv/vault"] {
            assert_eq!(read(folder), Address::Folder(PathBuf::from(folder)));
        }
        for none in ["s3://", "s3:///prefix"] {
            assert!(Address::parse(Path::new(none)).is_err());
        }
        assert!(read("no such folder").is_missing() && !read("s3://audio").is_missing());
    }
}

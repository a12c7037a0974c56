//! Stores of the crate `object_store`, as synchronous calls.

use std::future::Future;
use std::ops::Range;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{
    GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion,
};
use tokio::runtime::Runtime;

use super::{Condition, ObjectWriter, Store, Version};
use crate::error::{Error, Result};

/// A store of `object_store`, with the runtime that its calls run on.
pub(super) struct Objects {
    store: Arc<dyn ObjectStore>,
    runtime: Arc<Runtime>,
}

/// Returns a store in memory, which is gone with the process.
///
/// # Errors
/// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the system gives no resources.
pub fn memory() -> Result<Arc<dyn Store>> {
    Ok(Arc::new(Objects::new(Arc::new(object_store::memory::InMemory::new()))?))
}

impl Objects {
    pub(super) fn new(store: Arc<dyn ObjectStore>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::store("store", format!("cannot be started ({error})")))?;
        Ok(Self { store, runtime: Arc::new(runtime) })
    }

    /// Runs a call and returns `None` where the object does not exist.
    fn run<T>(&self, path: &str, call: impl Future<Output = object_store::Result<T>>) -> Result<Option<T>> {
        match self.runtime.block_on(call) {
            Ok(value) => Ok(Some(value)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(path, error)),
        }
    }
}

fn failed(path: &str, error: object_store::Error) -> Error {
    let problem = match &error {
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
            "is refused by the store".to_owned()
        }
        other => format!("failed in the store ({})", brief(&other.to_string())),
    };
    Error::store(path, problem).caused_by(error)
}

/// Cuts a message of the store, which can hold a whole answer of a server, to its first line.
fn brief(message: &str) -> String {
    message.lines().next().unwrap_or_default().chars().take(200).collect()
}

impl Store for Objects {
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>> {
        let location = Path::from(path);
        self.run(path, async {
            let found = self.store.get(&location).await?;
            let version = Version(found.meta.e_tag.clone().unwrap_or_default());
            Ok((found.bytes().await?.into(), version))
        })
    }

    fn range(&self, path: &str, range: Range<u64>) -> Result<Option<Vec<u8>>> {
        let location = Path::from(path);
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        self.run(path, async {
            let found = self.store.get_opts(&location, options).await?;
            Ok(found.bytes().await?.into())
        })
    }

    fn length(&self, path: &str) -> Result<Option<u64>> {
        let location = Path::from(path);
        Ok(self.run(path, self.store.head(&location))?.map(|found| found.size))
    }

    fn put(&self, path: &str, bytes: Vec<u8>, condition: &Condition) -> Result<bool> {
        let mode = match condition {
            Condition::Create => PutMode::Create,
            Condition::Update(version) => {
                PutMode::Update(UpdateVersion { e_tag: Some(version.0.clone()), version: None })
            }
        };
        let options = PutOptions { mode, ..PutOptions::default() };
        let put = self.runtime.block_on(self.store.put_opts(&Path::from(path), PutPayload::from(bytes), options));
        match put {
            Ok(_) => Ok(true),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. }
                | object_store::Error::NotFound { .. },
            ) => Ok(false),
            Err(error) => Err(failed(path, error)),
        }
    }

    fn write(&self, path: &str) -> Result<Box<dyn ObjectWriter>> {
        let upload = self.runtime.block_on(self.store.put_multipart(&Path::from(path)));
        let upload = upload.map_err(|error| failed(path, error))?;
        Ok(Box::new(Parts { upload, runtime: self.runtime.clone(), path: path.to_owned() }))
    }

    fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>> {
        let prefix = Path::from(folder);
        let all = match after {
            Some(after) => self.store.list_with_offset(Some(&prefix), &Path::from(after)),
            None => self.store.list(Some(&prefix)),
        };
        let paths = all.map_ok(|found| found.location.to_string()).try_collect::<Vec<_>>();
        let mut paths = self.run(folder, paths)?.unwrap_or_default();
        paths.sort();
        Ok(paths)
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let prefix = Path::from(folder);
        let found = self.run(folder, self.store.list_with_delimiter(Some(&prefix)))?;
        let folders = found.map(|found| found.common_prefixes).unwrap_or_default();
        let mut names: Vec<String> = folders.iter().filter_map(|path| Some(path.filename()?.to_owned())).collect();
        names.sort();
        Ok(names)
    }

    fn delete(&self, path: &str) -> Result<()> {
        self.run(path, self.store.delete(&Path::from(path))).map(drop)
    }
}

/// An upload in parts.
struct Parts {
    upload: Box<dyn MultipartUpload>,
    runtime: Arc<Runtime>,
    path: String,
}

impl ObjectWriter for Parts {
    fn part(&mut self, bytes: Vec<u8>) -> Result<()> {
        let part = self.upload.put_part(PutPayload::from(bytes));
        self.runtime.block_on(part).map_err(|error| failed(&self.path, error))
    }

    fn finish(&mut self) -> Result<()> {
        self.runtime.block_on(self.upload.complete()).map(drop).map_err(|error| failed(&self.path, error))
    }

    fn abort(&mut self) {
        // What the store keeps of an upload that was given up is encrypted, and its own rules remove it.
        let _ = self.runtime.block_on(self.upload.abort());
    }
}

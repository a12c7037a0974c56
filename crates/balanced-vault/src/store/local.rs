//! A folder as a store: that of `object_store`, with compare-and-swap under a lock.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::local::LocalFileSystem;

use super::objects::Objects;
use super::{Condition, ObjectWriter, Store, Version};
use crate::error::{Error, Result};
use crate::ids::Hash;

/// The file that is locked while an object is compared and swapped.
const LOCK: &str = "lock";

struct Local {
    objects: Objects,
    folder: PathBuf,
}

/// Returns the folder at `path` as a store; what is written is flushed to the disk. The folder is made, for its owner only.
///
/// # Errors
/// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the folder cannot be made or used.
pub fn local(path: &Path) -> Result<Arc<dyn Store>> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| Error::store(name.clone(), format!("cannot be used as a folder ({error})"));
    if !path.is_dir() {
        std::fs::create_dir_all(path).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
    }
    let folder = path.canonicalize().map_err(failed)?;
    let files = LocalFileSystem::new_with_prefix(&folder)
        .map_err(|error| Error::store(name.clone(), "cannot be used as a folder").caused_by(error))?;
    Ok(Arc::new(Local { objects: Objects::new(Arc::new(files.with_fsync(true)))?, folder }))
}

impl Local {
    /// Holds the lock of the folder, against other processes and threads, until the file is dropped.
    fn lock(&self) -> Result<File> {
        let path = self.folder.join(LOCK);
        let failed = |error| Error::store(path.display().to_string(), format!("cannot be locked ({error})"));
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(file)
    }

    /// Deletes what writers that were killed had written of an object.
    fn delete_staged(&self, path: &str) -> Result<()> {
        for number in 1.. {
            // `object_store` writes to such a name first, and lists none.
            match std::fs::remove_file(self.folder.join(format!("{path}#{number}"))) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => break,
                Err(error) => return Err(Error::store(path, format!("cannot be deleted ({error})"))),
            }
        }
        Ok(())
    }

    /// Replaces an object if it still has the version that was read.
    fn update(&self, path: &str, bytes: &[u8], expected: &Version) -> Result<bool> {
        let _lock = self.lock()?;
        if self.get(path)?.is_none_or(|(_, version)| version != *expected) {
            return Ok(false);
        }
        let target = self.folder.join(path);
        let temporary = self.folder.join("lock.new");
        let replace = || {
            let mut file = File::create(&temporary)?;
            std::io::Write::write_all(&mut file, bytes)?;
            file.sync_all()?;
            std::fs::rename(&temporary, &target)
        };
        replace().map_err(|error| Error::store(path, format!("cannot be replaced ({error})")))?;
        Ok(true)
    }
}

impl Store for Local {
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>> {
        // The version is the content: clocks of file systems tick too slowly to tell two writes apart.
        let found = self.objects.get(path)?;
        Ok(found.map(|(bytes, _)| (Hash::of(&bytes), bytes)).map(|(hash, bytes)| (bytes, Version(hash.to_string()))))
    }

    fn range(&self, path: &str, range: Range<u64>) -> Result<Option<Vec<u8>>> {
        self.objects.range(path, range)
    }

    fn length(&self, path: &str) -> Result<Option<u64>> {
        self.objects.length(path)
    }

    fn put(&self, path: &str, bytes: Vec<u8>, condition: &Condition) -> Result<bool> {
        match condition {
            Condition::Create => self.objects.put(path, bytes, condition),
            Condition::Update(version) => self.update(path, &bytes, version),
        }
    }

    fn write(&self, path: &str) -> Result<Box<dyn ObjectWriter>> {
        self.objects.write(path)
    }

    fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>> {
        self.objects.list(folder, after)
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        self.objects.folders(folder)
    }

    fn delete(&self, path: &str) -> Result<()> {
        self.objects.delete(path)?;
        self.delete_staged(path)
    }
}

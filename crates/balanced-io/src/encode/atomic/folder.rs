//! Folder that appears when everything in it is complete, or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::place::{PREFIX, SUFFIX};
use super::{forget, temporaries};
use crate::{IoError, IoErrorKind};

/// A folder that is being filled, under a temporary name beside its target; it is removed when dropped without
/// [`publish`](Self::publish).
pub struct NewFolder {
    temporary: Option<TempDir>,
    target: PathBuf,
}

impl NewFolder {
    /// Creates the temporary folder beside `target`, which must not exist, or be an empty folder.
    ///
    /// # Errors
    /// Returns an error if `target` has content, or if its parent is missing or may not be written to.
    pub fn create(target: &Path) -> Result<Self, IoError> {
        let name = target.display().to_string();
        let refused = |problem: &str| Err(IoError::new(IoErrorKind::Write, &name, problem, "name a new folder"));
        if target.file_name().is_none() {
            return refused("has no name");
        }
        match std::fs::read_dir(target).map(|mut entries| entries.next().is_some()) {
            Ok(true) => return refused("exists and is not empty"),
            Err(_) if target.symlink_metadata().is_ok() => return refused("exists and is no folder that can be read"),
            Ok(false) | Err(_) => {}
        }
        let parent = parent(target);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777)); // less the umask, as any new folder
        let temporary = builder.tempdir_in(parent).map_err(|error| IoError::writing(&name, &error))?;
        temporaries().push(temporary.path().to_owned());
        Ok(Self { temporary: Some(temporary), target: target.to_owned() })
    }

    /// Returns the temporary path, where files are put.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.temporary.as_ref().map_or(&self.target, TempDir::path)
    }

    /// Renames the folder to its target.
    ///
    /// # Errors
    /// Returns an error if it cannot be renamed, or if the target has content by now; nothing is left behind then.
    pub fn publish(mut self) -> Result<(), IoError> {
        let Some(temporary) = self.temporary.take() else { return Ok(()) };
        forget(temporary.path());
        self.put(&temporary).map_err(|error| IoError::writing(&self.target.display().to_string(), &error))?;
        // It has moved: there is nothing to remove any more.
        let _ = temporary.keep();
        Ok(())
    }

    fn put(&self, temporary: &TempDir) -> io::Result<()> {
        if !cfg!(unix) && self.target.is_dir() {
            // Elsewhere an empty folder is not replaced by a rename.
            std::fs::remove_dir(&self.target)?;
        }
        std::fs::rename(temporary.path(), &self.target)?;
        if cfg!(unix)
            && let Ok(folder) = File::open(parent(&self.target))
        {
            folder.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        // Dropping the folder removes it.
        if let Some(temporary) = self.temporary.take() {
            forget(temporary.path());
        }
    }
}

fn parent(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("bundle");
        let folder = NewFolder::create(&target).unwrap();
        std::fs::write(folder.path().join("a"), b"text").unwrap();
        assert!(!target.exists());
        drop(folder);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);

        std::fs::create_dir(&target).unwrap();
        let folder = NewFolder::create(&target).unwrap();
        std::fs::write(folder.path().join("a"), b"text").unwrap();
        folder.publish().unwrap();
        assert_eq!(std::fs::read(target.join("a")).unwrap(), b"text");
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
        let error = NewFolder::create(&target).err().unwrap().to_string();
        assert!(error.contains("not empty") && error.contains("name a new folder"), "{error}");
        assert!(NewFolder::create(&target.join("a")).is_err());
        assert!(NewFolder::create(&place.path().join("no/such")).is_err());
    }

    #[test]
    fn an_interrupted_run_removes_its_folder() {
        let place = tempfile::tempdir().unwrap();
        let folder = NewFolder::create(&place.path().join("bundle")).unwrap();
        std::fs::write(folder.path().join("a"), b"text").unwrap();
        let path = folder.path().to_owned();
        super::super::remove(&path);
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn it_has_the_rights_of_any_new_folder() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let (usual, target) = (place.path().join("usual"), place.path().join("bundle"));
        std::fs::create_dir(&usual).unwrap();
        NewFolder::create(&target).unwrap().publish().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&target), mode(&usual));
    }
}

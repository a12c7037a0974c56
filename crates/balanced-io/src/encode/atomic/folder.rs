//! Folder that appears when everything in it is complete, or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::place::{PREFIX, SUFFIX};
use super::{forget, temporaries};
use crate::{IoError, IoErrorKind};

/// Remedy for a place that is taken.
const NEW_NAME: &str = "name a new folder";

/// A folder that is being filled, under a temporary name beside its target; it is removed when dropped without
/// [`publish`](Self::publish).
pub struct NewFolder {
    temporary: Option<TempDir>,
    target: PathBuf,
}

impl NewFolder {
    /// Refuses a place that is taken or has no folder around it, before any work is done for it.
    ///
    /// # Errors
    /// Returns an error if `target` is anything but an empty folder, or if its parent is missing.
    pub fn check(target: &Path) -> Result<(), IoError> {
        if target.file_name().is_none() {
            return Err(refused(target, "has no name", NEW_NAME));
        }
        match std::fs::read_dir(target).map(|mut entries| entries.next().is_some()) {
            Ok(true) => return Err(refused(target, "exists, is not empty and is not overwritten", NEW_NAME)),
            Err(_) if target.symlink_metadata().is_ok() => {
                return Err(refused(target, "exists, is no folder that can be read and is not overwritten", NEW_NAME));
            }
            Ok(false) | Err(_) => {}
        }
        if !parent(target).is_dir() {
            let problem = "cannot be made, because the folder around it does not exist";
            return Err(refused(target, problem, "create the folder first"));
        }
        Ok(())
    }

    /// Creates the temporary folder beside `target`, which must not exist, or be an empty folder.
    ///
    /// # Errors
    /// Returns the errors of [`check`](Self::check), and one if the parent may not be written to.
    pub fn create(target: &Path) -> Result<Self, IoError> {
        Self::check(target)?;
        let name = target.display().to_string();
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777)); // less the umask, as any new folder
        let temporary = builder.tempdir_in(parent(target)).map_err(|error| IoError::writing(&name, &error))?;
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
        self.put(&temporary).map_err(|error| match Self::check(&self.target) {
            Ok(()) => IoError::writing(&self.target.display().to_string(), &error),
            Err(_) => refused(&self.target, "appeared meanwhile and is not overwritten", NEW_NAME),
        })?;
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

fn refused(target: &Path, problem: &str, remedy: &str) -> IoError {
    IoError::new(IoErrorKind::Write, target.display().to_string(), problem, remedy)
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
    fn what_is_in_the_way_is_told() {
        let place = tempfile::tempdir().unwrap();
        let entries = || std::fs::read_dir(place.path()).unwrap().count();
        let (target, second) = (place.path().join("album"), place.path().join("second"));
        std::fs::create_dir(&target).unwrap();
        std::fs::write(target.join("01.wav"), b"x").unwrap();
        assert!(NewFolder::create(&target).err().unwrap().to_string().contains("not overwritten"));
        assert!(NewFolder::create(&place.path().join("no/album")).err().unwrap().to_string().contains("create"));
        let folder = NewFolder::create(&second).unwrap();
        std::fs::write(&second, b"x").unwrap();
        assert!(folder.publish().err().unwrap().to_string().contains("appeared"));
        assert_eq!(entries(), 2);
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

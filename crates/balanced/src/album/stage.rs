//! The folder of an album while it is made: beside its place, renamed when it is complete, gone when it is not.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::Error;

/// Folders of all albums in the making, for [`remove_partial`].
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn folders() -> MutexGuard<'static, Vec<PathBuf>> {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the folders of all unfinished albums; for a program that is about to exit.
pub(crate) fn remove_partial() {
    for folder in folders().drain(..) {
        // A failure on the way out cannot be handled or reported any more.
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// Folder of an album in the making.
pub(crate) struct Staging {
    folder: TempDir,
    target: PathBuf,
}

impl Staging {
    /// Refuses a place that is taken: a file, or a folder with anything in it.
    pub(crate) fn check(target: &Path) -> Result<(), Error> {
        let is_empty = || std::fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
        if target.symlink_metadata().is_ok() && !is_empty() {
            return Err(Error::output(target, "exists already and is not overwritten", "name a new folder"));
        }
        if !parent(target).is_dir() {
            let problem = "cannot be made, because the folder around it does not exist";
            return Err(Error::output(target, problem, "create that folder first"));
        }
        Ok(())
    }

    /// Makes the folder beside `target`.
    pub(crate) fn create(target: &Path) -> Result<Self, Error> {
        Self::check(target)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".balanced-album-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new folder: what the process's mask leaves.
            builder.permissions(std::fs::Permissions::from_mode(0o777));
        }
        let folder = builder.tempdir_in(parent(target)).map_err(|error| {
            Error::output(target, format!("cannot be made ({error})"), "choose a folder you may write to")
        })?;
        folders().push(folder.path().to_owned());
        Ok(Self { folder, target: target.to_owned() })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the folder in its place.
    pub(crate) fn publish(self) -> Result<(), Error> {
        let failed = |error| {
            Error::output(&self.target, format!("could not be put in its place ({error})"), "name a new folder")
        };
        if self.target.is_dir() {
            // An empty folder; with anything in it, this fails.
            std::fs::remove_dir(&self.target).map_err(failed)?;
        } else if self.target.symlink_metadata().is_ok() {
            return Err(Error::output(&self.target, "appeared meanwhile and is not overwritten", "name a new folder"));
        }
        std::fs::rename(self.folder.path(), &self.target).map_err(failed)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // The folder is removed after this, or was renamed.
        folders().retain(|folder| folder != self.folder.path());
    }
}

/// Returns the folder around `target`.
fn parent(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_album_is_there_or_not_at_all() {
        let around = tempfile::tempdir().unwrap();
        let entries = || std::fs::read_dir(around.path()).unwrap().count();
        let target = around.path().join("album");
        let staging = Staging::create(&target).unwrap();
        std::fs::write(staging.path().join("01.wav"), b"x").unwrap();
        drop(staging);
        assert_eq!(entries(), 0);
        let staging = Staging::create(&target).unwrap();
        std::fs::write(staging.path().join("01.wav"), b"x").unwrap();
        staging.publish().unwrap();
        assert!(target.join("01.wav").is_file() && entries() == 1);
        assert!(Staging::create(&target).err().unwrap().to_string().contains("not overwritten"));
        std::fs::remove_file(target.join("01.wav")).unwrap();
        Staging::create(&target).unwrap().publish().unwrap();
        assert!(Staging::create(&around.path().join("no/album")).err().unwrap().to_string().contains("create"));
        let staging = Staging::create(&around.path().join("second")).unwrap();
        std::fs::write(around.path().join("second"), b"x").unwrap();
        assert!(staging.publish().err().unwrap().to_string().contains("appeared"));
        assert_eq!(entries(), 2);
    }
}

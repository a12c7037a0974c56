//! Atomic file: written beside its target, renamed at the end, removed if it is not completed.

mod folder;
mod place;

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempPath;

pub use folder::NewFolder;

use crate::{IoError, IoErrorKind};
use place::Place;

/// Paths of all existing temporary files, for [`cleanup_temporaries`].
static TEMPORARIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn temporaries() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the temporary files and folders of this process; for a Ctrl-C handler that is about to exit.
///
/// An encoder that continues afterwards fails when it finishes; its target does not appear.
pub fn cleanup_temporaries() {
    for path in temporaries().drain(..) {
        remove(&path);
    }
}

/// Removes a temporary file, or a folder with what is in it.
fn remove(path: &Path) {
    // A failure on the way out cannot be handled or reported any more.
    if std::fs::remove_file(path).is_err() {
        let _ = std::fs::remove_dir_all(path);
    }
}

/// Writes `bytes` to the file at `path`, completely or not at all.
///
/// A file that is there is replaced and keeps its permissions; a symbolic link is followed. A device or a pipe is written
/// to directly.
///
/// # Errors
/// Returns an error if the file cannot be written; what was there is unchanged then.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), IoError> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let failed = |error| IoError::writing(&path.display().to_string(), &error);
        let mut device = File::options().write(true).open(path).map_err(failed)?;
        return device.write_all(bytes).and_then(|()| device.flush()).map_err(failed);
    }
    let mut file = AtomicFile::create(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A file that is being written.
pub(crate) struct AtomicFile {
    file: BufWriter<File>,
    /// Temporary path; `None` once the file was renamed.
    temporary: Option<TempPath>,
    place: Place,
    name: String,
}

impl AtomicFile {
    /// Creates the temporary file for `target`.
    pub(crate) fn create(target: &Path) -> Result<Self, IoError> {
        let name = target.display().to_string();
        if std::fs::metadata(target).is_ok_and(|found| !found.is_file()) {
            let problem = "exists and is not a regular file";
            return Err(IoError::new(IoErrorKind::Write, &name, problem, "name a file to write"));
        }
        let Some(mut place) = Place::of(target) else {
            return Err(IoError::new(IoErrorKind::Write, &name, "has no file name", "name a file to write"));
        };
        let (file, temporary) = place.temporary().map_err(|error| IoError::writing(&name, &error))?;
        temporaries().push(temporary.to_path_buf());
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), temporary: Some(temporary), place, name })
    }

    fn failed(&self, error: &io::Error) -> IoError {
        IoError::writing(&self.name, error)
    }

    /// Returns the name of the target, for messages.
    pub(crate) fn name(&self) -> String {
        self.name.clone()
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), IoError> {
        self.file.write_all(bytes).map_err(|error| self.failed(&error))
    }

    /// Overwrites bytes at `at`.
    pub(crate) fn patch(&mut self, at: u64, bytes: &[u8]) -> Result<(), IoError> {
        let patched = self
            .file
            .seek(SeekFrom::Start(at))
            .and_then(|_| self.file.write_all(bytes))
            .and_then(|()| self.file.seek(SeekFrom::End(0)));
        patched.map(drop).map_err(|error| self.failed(&error))
    }

    /// Returns the file with its buffer.
    pub(crate) fn buffered(&mut self) -> &mut BufWriter<File> {
        &mut self.file
    }

    /// Flushes everything to the operating system, so that the file can be read by its temporary name.
    pub(crate) fn flush(&mut self) -> Result<(), IoError> {
        self.file.flush().map_err(|error| self.failed(&error))
    }

    /// Returns the temporary path.
    pub(crate) fn path(&self) -> &Path {
        self.temporary.as_deref().unwrap_or(&self.place.target)
    }

    /// Renames the file to its target, once its content is on the disk.
    pub(crate) fn finish(mut self) -> Result<(), IoError> {
        self.flush()?;
        let Some(temporary) = self.temporary.take() else { return Ok(()) };
        forget(&temporary);
        self.place.put(self.file.get_ref(), temporary).map_err(|error| self.failed(&error))
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // Dropping the path removes the file.
        if let Some(temporary) = self.temporary.take() {
            forget(&temporary);
        }
    }
}

fn forget(path: &Path) {
    temporaries().retain(|known| known != path);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_file_appears_when_finished_and_leaves_nothing_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.wav");
        let mut file = AtomicFile::create(&target).unwrap();
        file.write(b"half").unwrap();
        assert!(!target.exists());
        assert_eq!(entries(folder.path()), 1);
        drop(file);
        assert_eq!(entries(folder.path()), 0);

        std::fs::write(&target, b"old").unwrap();
        let mut file = AtomicFile::create(&target).unwrap();
        file.write(b"....tail").unwrap();
        file.patch(0, b"head").unwrap();
        file.write(b"!").unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"old");
        file.finish().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"headtail!");
        assert_eq!(entries(folder.path()), 1);
    }

    #[test]
    fn every_legal_name_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        for length in [1, 244, 245, 250, 255] {
            let target = folder.path().join("n".repeat(length));
            write_file(&target, b"text").unwrap();
            assert_eq!(std::fs::read(&target).unwrap(), b"text", "{length} bytes");
        }
    }

    #[test]
    fn what_cannot_be_written_is_said_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let error = |path: &Path| AtomicFile::create(path).err().unwrap().to_string();
        assert!(error(&folder.path().join("no/such/out.wav")).contains("create the folder first"));
        assert!(error(folder.path()).contains("not a regular file"));
        assert!(error(Path::new("/")).contains("not a regular file"));
    }
}

#[cfg(all(test, unix))]
mod unix_tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_new_file_has_the_rights_of_any_new_file_and_is_private_until_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let (target, usual) = (folder.path().join("out.wav"), folder.path().join("usual"));
        std::fs::write(&usual, b"").unwrap();
        let file = AtomicFile::create(&target).unwrap();
        assert_eq!(mode(file.path()), 0o600);
        file.finish().unwrap();
        assert_eq!(mode(&target), mode(&usual));
    }

    #[test]
    fn a_replaced_file_keeps_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.wav");
        std::fs::write(&target, b"old").unwrap();
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
        write_file(&target, b"new").unwrap();
        assert_eq!((mode(&target), std::fs::read(&target).unwrap()), (0o640, b"new".to_vec()));
    }

    #[test]
    fn a_link_is_followed_whether_or_not_its_file_exists() {
        let folder = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("link.wav"), folder.path().join("file.wav"));
        symlink("file.wav", &link).unwrap();
        for text in [b"first", b"again"] {
            write_file(&link, text).unwrap();
            assert!(link.symlink_metadata().unwrap().is_symlink());
            assert_eq!(std::fs::read(&file).unwrap(), text);
        }
    }

    #[test]
    fn a_device_is_written_to_and_stays_a_device() {
        write_file(Path::new("/dev/null"), b"text").unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
        assert!(write_file(Path::new("/dev/full"), b"text").unwrap_err().to_string().contains("space"));
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_what_is_in_use_stays() {
        let folder = tempfile::tempdir().unwrap();
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        let abandoned = folder.path().join(".balanced-abc123.tmp");
        let stranger = folder.path().join(".other-abc123.tmp");
        for path in [&abandoned, &stranger] {
            File::create(path).unwrap().set_modified(old).unwrap();
        }
        let first = AtomicFile::create(&folder.path().join("a.wav")).unwrap();
        first.file.get_ref().set_modified(old).unwrap();
        let second = AtomicFile::create(&folder.path().join("b.wav")).unwrap();
        assert!(!abandoned.exists() && stranger.exists() && first.path().exists());
        second.finish().unwrap();
        first.finish().unwrap();
    }
}

//! Atomic file: written beside its target, renamed at the end, removed if it is not completed.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempPath;

use crate::{IoError, IoErrorKind};

/// Paths of all existing temporary files, for [`cleanup_temporaries`].
static TEMPORARIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn temporaries() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the temporary files of all encoders of this process; for a Ctrl-C handler that is about to exit.
///
/// An encoder that continues afterwards fails when it finishes; its target does not appear.
pub fn cleanup_temporaries() {
    for path in temporaries().drain(..) {
        // A failure on the way out cannot be handled or reported any more.
        let _ = std::fs::remove_file(path);
    }
}

/// A file that is being written.
pub(crate) struct AtomicFile {
    file: BufWriter<File>,
    /// Temporary path; `None` once the file was renamed.
    temporary: Option<TempPath>,
    target: PathBuf,
}

impl AtomicFile {
    /// Creates the temporary file for `target`.
    pub(crate) fn create(target: &Path) -> Result<Self, IoError> {
        let name = target.display().to_string();
        let failed = |error: io::Error| IoError::writing(&name, &error);
        if std::fs::metadata(target).is_ok_and(|found| !found.is_file()) {
            let problem = "exists and is not a regular file";
            return Err(IoError::new(IoErrorKind::Write, &name, problem, "name a file to write"));
        }
        let Some(stem) = target.file_name() else {
            return Err(IoError::new(IoErrorKind::Write, &name, "has no file name", "name a file to write"));
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(stem);
        prefix.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask, as any new file
        let (file, temporary) = builder.tempfile_in(folder).map_err(failed)?.into_parts();
        temporaries().push(temporary.to_path_buf());
        Ok(Self {
            file: BufWriter::with_capacity(1 << 18, file),
            temporary: Some(temporary),
            target: target.to_owned(),
        })
    }

    fn failed(&self, error: &io::Error) -> IoError {
        IoError::writing(&self.target.display().to_string(), error)
    }

    /// Returns the name of the target, for messages.
    pub(crate) fn name(&self) -> String {
        self.target.display().to_string()
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

    /// Flushes everything to the operating system, so that the file can be read by its temporary name.
    pub(crate) fn flush(&mut self) -> Result<(), IoError> {
        self.file.flush().map_err(|error| self.failed(&error))
    }

    /// Returns the temporary path.
    pub(crate) fn path(&self) -> &Path {
        self.temporary.as_deref().unwrap_or(&self.target)
    }

    /// Renames the file to its target.
    pub(crate) fn finish(mut self) -> Result<(), IoError> {
        self.flush()?;
        let Some(temporary) = self.temporary.take() else { return Ok(()) };
        forget(&temporary);
        temporary.persist(&self.target).map_err(|error| self.failed(&error.error))
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

    #[cfg(unix)]
    #[test]
    fn the_file_has_the_rights_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (target, usual) = (folder.path().join("out.wav"), folder.path().join("usual"));
        std::fs::write(&usual, b"").unwrap();
        AtomicFile::create(&target).unwrap().finish().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&target), mode(&usual));
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

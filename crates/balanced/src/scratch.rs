//! Temporary files without a name: the folder that holds them, how large they may grow, and whether there is room.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use balanced_vault::SealedFile;

use crate::limits::size;
use crate::{Error, Limits};

/// The temporary files of one call. They have no name, so that nothing is left behind whatever happens.
pub(crate) struct Scratch {
    folder: PathBuf,
    /// The input for which they are made, for messages.
    file: PathBuf,
    limits: Limits,
    used_bytes: Cell<u64>,
    /// Whether what is written is encrypted under a key that lives in memory only.
    is_sealed: bool,
}

/// A temporary file, for its owner only or for nobody at all.
pub(crate) enum ScratchFile {
    Plain(File),
    Sealed(Box<SealedFile<File>>),
}

impl Read for ScratchFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buffer),
            Self::Sealed(file) => file.read(buffer),
        }
    }
}

impl Write for ScratchFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Sealed(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Sealed(file) => file.flush(),
        }
    }
}

impl Seek for ScratchFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Plain(file) => file.seek(to),
            Self::Sealed(file) => file.seek(to),
        }
    }
}

impl Scratch {
    /// Keeps temporary files in `folder`, or in the system's folder for them.
    pub(crate) fn new(folder: Option<&Path>, file: &Path, limits: &Limits) -> Self {
        let folder = folder.map_or_else(std::env::temp_dir, Path::to_owned);
        Self { folder, file: file.to_owned(), limits: *limits, used_bytes: Cell::new(0), is_sealed: false }
    }

    /// Encrypts what is written to its files.
    pub(crate) fn sealed(self, is_sealed: bool) -> Self {
        Self { is_sealed, ..self }
    }

    /// Creates a file.
    pub(crate) fn create(&self) -> Result<ScratchFile, Error> {
        let file = self.create_plain()?;
        Ok(if self.is_sealed { ScratchFile::Sealed(Box::new(SealedFile::new(file))) } else { ScratchFile::Plain(file) })
    }

    /// Creates a file whose content is not encrypted, for what comes from the open.
    pub(crate) fn create_plain(&self) -> Result<File, Error> {
        tempfile::tempfile_in(&self.folder).map_err(|error| self.failed("create", &error))
    }

    /// Counts bytes that are about to be written to a file.
    pub(crate) fn take(&self, bytes: u64) -> Result<(), Error> {
        self.used_bytes.set(self.used_bytes.get() + bytes);
        self.limits.check_temp(&self.file, self.used_bytes.get())
    }

    /// Checks that `bytes` more bytes are allowed and fit, besides an output of `output_bytes` bytes in `output_folder`.
    pub(crate) fn check_room(&self, bytes: u64, output_folder: &Path, output_bytes: u64) -> Result<(), Error> {
        self.limits.check_temp(&self.file, self.used_bytes.get() + bytes)?;
        let files = if is_same_disk(&self.folder, output_folder) {
            vec![(output_folder, bytes + output_bytes)]
        } else {
            vec![(&*self.folder, bytes), (output_folder, output_bytes)]
        };
        for (folder, needed) in files {
            let Some(free) = free_bytes(folder).filter(|free| *free < needed) else { continue };
            let problem = format!(
                "has {} free, and the master takes {} there with its temporary files",
                size(free),
                size(needed)
            );
            let remedy = "free some space, or have the temporary files elsewhere with --temp (`MasterOptions::temp`)";
            return Err(Error::output(folder, problem, remedy));
        }
        Ok(())
    }

    /// Returns the error of a file operation that failed.
    pub(crate) fn failed(&self, verb: &str, error: &io::Error) -> Error {
        failed(&self.folder, verb, error)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Returns the error of an operation on a temporary file in `folder`.
pub(crate) fn failed(folder: &Path, verb: &str, error: &io::Error) -> Error {
    let remedy = match error.kind() {
        io::ErrorKind::NotFound => "create the folder first",
        io::ErrorKind::PermissionDenied => "choose a folder you may write to",
        _ => "free some space there, or name a folder with more by --temp (`MasterOptions::temp`)",
    };
    Error::output(folder, format!("could not {verb} a temporary file there ({error})"), remedy)
}

/// Returns the bytes that this user may still write to the file system of `folder`; `None` if the system does not tell.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    // File systems without blocks of their own tell zeros.
    (found.f_blocks > 0).then(|| found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn is_same_disk(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| std::fs::metadata(path).ok().map(|found| found.dev());
    device(a) == device(b)
}

#[cfg(not(unix))]
fn is_same_disk(a: &Path, b: &Path) -> bool {
    a == b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn what_is_used_is_counted_over_all_files() {
        let limits = Limits { max_temp_bytes: Some(100), ..Limits::NONE };
        let scratch = Scratch::new(None, Path::new("mix.wav"), &limits);
        assert!(scratch.take(60).is_ok() && scratch.take(40).is_ok());
        let error = scratch.take(1).unwrap_err();
        assert_eq!((error.kind(), error.path()), (ErrorKind::Limit, Some(Path::new("mix.wav"))));
        assert!(error.to_string().contains("--max-temp"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn room_is_asked_for_on_each_disk() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(Some(folder.path()), Path::new("mix.wav"), &Limits::NONE);
        assert!(scratch.check_room(1000, folder.path(), 1000).is_ok());
        let free = free_bytes(folder.path()).expect("a disk tells its space");
        // Two files of three quarters each do not fit together.
        let error = scratch.check_room(free / 4 * 3, folder.path(), free / 4 * 3).unwrap_err();
        assert_eq!((error.kind(), error.path()), (ErrorKind::Output, Some(folder.path())));
        assert!(error.to_string().contains("--temp") && error.to_string().contains("free"), "{error}");
        let (other, missing) = (Path::new("/dev/shm"), folder.path().join("no/such"));
        if !is_same_disk(other, folder.path()) && other.is_dir() {
            let room = free_bytes(other).unwrap();
            assert_eq!(scratch.check_room(0, other, room * 2).unwrap_err().path(), Some(other));
        }
        assert!(Scratch::new(Some(&missing), Path::new("mix.wav"), &Limits::NONE).create().is_err());
    }
}

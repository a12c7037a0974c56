//! Where an encoder writes: a file that appears when it is complete, or a medium of the caller.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::atomic::AtomicFile;
use crate::IoError;

/// Something that is written, read back and written to again, such as an encrypted temporary file.
pub trait Medium: Read + Write + Seek + Send {}
impl<T: Read + Write + Seek + Send> Medium for T {}

/// A file that is being encoded.
pub(crate) enum Output {
    File(AtomicFile),
    Medium { medium: Box<dyn Medium>, name: String },
}

impl Output {
    /// Returns the name of the target, for messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(file) => file.name(),
            Self::Medium { name, .. } => name.clone(),
        }
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), IoError> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Medium { medium, name } => medium.write_all(bytes).map_err(|error| IoError::writing(name, &error)),
        }
    }

    /// Overwrites bytes at `at`.
    pub(crate) fn patch(&mut self, at: u64, bytes: &[u8]) -> Result<(), IoError> {
        match self {
            Self::File(file) => file.patch(at, bytes),
            Self::Medium { medium, name } => {
                let patched = medium
                    .seek(SeekFrom::Start(at))
                    .and_then(|_| medium.write_all(bytes))
                    .and_then(|()| medium.seek(SeekFrom::End(0)));
                patched.map(drop).map_err(|error| IoError::writing(name, &error))
            }
        }
    }

    /// Flushes everything, so that it can be read back.
    pub(crate) fn flush(&mut self) -> Result<(), IoError> {
        match self {
            Self::File(file) => file.flush(),
            Self::Medium { medium, name } => medium.flush().map_err(|error| IoError::writing(name, &error)),
        }
    }

    /// Returns the temporary path; that of a medium is empty.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File(file) => file.path(),
            Self::Medium { .. } => Path::new(""),
        }
    }

    /// Puts a file in its place.
    pub(crate) fn finish(self) -> Result<(), IoError> {
        match self {
            Self::File(file) => file.finish(),
            Self::Medium { .. } => Ok(()),
        }
    }
}

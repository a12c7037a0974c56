//! Where encoded bytes go, by the name that errors give it.

use std::io;

use balanced_io::IoError;

use super::Target;
use crate::CodecError;

/// A named target.
pub(super) struct Sink<W> {
    pub(super) target: W,
    name: String,
}

impl<W: Target> Sink<W> {
    pub(super) fn new(target: W, name: String) -> Self {
        Self { target, name }
    }

    /// Appends bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), CodecError> {
        self.target.write_all(bytes).map_err(|error| failed(&self.name, &error))
    }

    /// Overwrites the first bytes.
    #[cfg(feature = "lame")]
    pub(super) fn overwrite_start(&mut self, bytes: &[u8]) -> Result<(), CodecError> {
        let target = &mut self.target;
        let written = target
            .seek(io::SeekFrom::Start(0))
            .and_then(|_| target.write_all(bytes))
            .and_then(|()| target.seek(io::SeekFrom::End(0)));
        written.map(drop).map_err(|error| failed(&self.name, &error))
    }

    /// Flushes everything and returns the target.
    pub(super) fn into_target(mut self) -> Result<W, CodecError> {
        self.target.flush().map_err(|error| failed(&self.name, &error))?;
        Ok(self.target)
    }

    /// Separates the target from its name.
    pub(super) fn split(self) -> (W, String) {
        (self.target, self.name)
    }
}

/// Returns the error of a target called `name`.
pub(super) fn failed(name: &str, error: &io::Error) -> CodecError {
    IoError::writing(name, error).into()
}

//! Atomic file for encoders of other crates.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::atomic::AtomicFile;
use crate::IoError;

/// File that is written under a temporary name beside its target, and takes its place when it is published.
///
/// Dropped before, it leaves nothing behind, and an existing target stays as it was.
pub struct AtomicWriter(AtomicFile);

impl AtomicWriter {
    /// Creates the temporary file for `target`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written there, or if the target is no regular file.
    pub fn create(target: impl AsRef<Path>) -> Result<Self, IoError> {
        AtomicFile::create(target.as_ref()).map(Self)
    }

    /// Returns the temporary path, where another program may write the file instead.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts the file in its place, once its content is on the disk.
    ///
    /// # Errors
    /// Returns an error if the device fails or the file cannot be renamed; nothing is left behind then.
    pub fn publish(self) -> Result<(), IoError> {
        self.0.finish()
    }
}

impl Write for AtomicWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.buffered().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.buffered().flush()
    }
}

impl Seek for AtomicWriter {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.buffered().seek(to)
    }
}

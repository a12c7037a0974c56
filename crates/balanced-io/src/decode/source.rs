//! Input of a decoder: any `Read + Seek`, with its length and the name that errors show.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Mutex;

use crate::{IoError, IoErrorKind};

/// Readers that a decoder accepts.
pub(crate) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// An input of known length.
///
/// The mutex is never locked. It makes readers that are only `Send` also `Sync`, which symphonia requires.
pub(crate) struct ByteSource {
    inner: Mutex<Box<dyn ReadSeek>>,
    /// Start of the actual file; every position counts from here.
    base: u64,
    len: u64,
    name: String,
}

impl ByteSource {
    pub(crate) fn new(name: String, mut inner: Box<dyn ReadSeek>) -> Result<Self, IoError> {
        let pipe = |error: io::Error| {
            let problem = format!("cannot be read with random access ({error})");
            IoError::new(IoErrorKind::Read, &name, problem, "save it as a file first")
        };
        let len = inner.seek(SeekFrom::End(0)).map_err(pipe)?;
        inner.rewind().map_err(pipe)?;
        Ok(Self { inner: Mutex::new(inner), base: 0, len, name })
    }

    /// Skips the first `bytes` bytes (tags) for good.
    pub(crate) fn skip_head(&mut self, bytes: u64) {
        let bytes = bytes.min(self.len);
        self.base += bytes;
        self.len -= bytes;
    }

    fn inner(&mut self) -> &mut dyn ReadSeek {
        match self.inner.get_mut() {
            Ok(inner) => inner,
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    /// Returns the length in bytes at the time of opening.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Seeks to byte `at`.
    pub(crate) fn seek_to(&mut self, at: u64) -> Result<(), IoError> {
        let at = self.base.saturating_add(at);
        let moved = self.inner().seek(SeekFrom::Start(at));
        moved.map(drop).map_err(|error| IoError::reading(&self.name, &error))
    }

    /// Reads until `bytes` is full or the input ends; returns the number of bytes read.
    pub(crate) fn read_up_to(&mut self, bytes: &mut [u8]) -> Result<usize, IoError> {
        let mut filled = 0;
        while filled < bytes.len() {
            match self.inner().read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(IoError::reading(&self.name, &error)),
            }
        }
        Ok(filled)
    }

    /// Reads from byte `at` until `bytes` is full or the input ends; returns the number of bytes read.
    pub(crate) fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> Result<usize, IoError> {
        // Sizes in headers lead anywhere; files, unlike memory, refuse to seek far beyond their end.
        if at >= self.len {
            return Ok(0);
        }
        self.seek_to(at)?;
        self.read_up_to(bytes)
    }
}

impl Read for ByteSource {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.inner().read(bytes)
    }
}

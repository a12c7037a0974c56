//! The bytes of an input: any `Read + Seek`, with its length and the name that errors print.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Mutex;

use crate::{IoError, IoErrorKind};

/// What a decoder needs of its input.
pub(crate) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// An input of known length. The mutex is never locked: it lends `Sync`, which symphonia asks for, to readers that are
/// only `Send`.
pub(crate) struct ByteSource {
    inner: Mutex<Box<dyn ReadSeek>>,
    /// Where the file proper starts; every position counts from here.
    base: u64,
    len: u64,
    name: String,
}

impl ByteSource {
    pub(crate) fn new(name: String, mut inner: Box<dyn ReadSeek>) -> Result<Self, IoError> {
        let pipe = |error: io::Error| {
            let problem = format!("cannot be read from any place but its start ({error})");
            IoError::new(IoErrorKind::Read, &name, problem, "save it as a file first")
        };
        let len = inner.seek(SeekFrom::End(0)).map_err(pipe)?;
        inner.rewind().map_err(pipe)?;
        Ok(Self { inner: Mutex::new(inner), base: 0, len, name })
    }

    /// Leave out the first `bytes` bytes (tags) for good.
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

    /// Length in bytes when it was opened.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Go to byte `at`.
    pub(crate) fn seek_to(&mut self, at: u64) -> Result<(), IoError> {
        let at = self.base.saturating_add(at);
        let moved = self.inner().seek(SeekFrom::Start(at));
        moved.map(drop).map_err(|error| IoError::reading(&self.name, &error))
    }

    /// Read until `bytes` is full or the input ends; how many bytes were read.
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

    /// Read from byte `at` until `bytes` is full or the input ends; how many bytes were read.
    pub(crate) fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> Result<usize, IoError> {
        self.seek_to(at)?;
        self.read_up_to(bytes)
    }
}

impl Read for ByteSource {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.inner().read(bytes)
    }
}

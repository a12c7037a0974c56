//! Sources of audio: a path, bytes, an open file or a stream.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::path::PathBuf;

use balanced::{AudioSource, ChannelLayout};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::Raise;
use crate::sealed::VaultFile;

/// A source as Python passes it: `str` is a path.
pub enum Source {
    Path(PathBuf),
    Bytes(Vec<u8>),
    /// A file with random access.
    File(Py<PyAny>),
    /// A file of a vault, which is never copied.
    Sealed(Py<VaultFile>),
    /// A file that can be read only once.
    Stream(Py<PyAny>),
}

impl Source {
    /// Converts `object` by its type: text, bytes, or an object with `read`, and with `seek` if it has random access.
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.as_bytes().to_vec()));
        }
        if let Ok(file) = object.cast::<VaultFile>() {
            return Ok(Self::Sealed(file.clone().unbind()));
        }
        if !object.hasattr("read")? {
            return Ok(Self::Path(object.extract()?));
        }
        let seekable = object.hasattr("seekable")? && object.call_method0("seekable")?.is_truthy()?;
        let file = object.clone().unbind();
        Ok(if seekable { Self::File(file) } else { Self::Stream(file) })
    }

    /// Returns the source as the façade takes it.
    pub fn open(&mut self) -> AudioSource<'_> {
        match self {
            Self::Path(path) => AudioSource::Path(path),
            Self::Bytes(bytes) => AudioSource::Bytes(std::mem::take(bytes)),
            Self::Sealed(file) => file.get().source(),
            Self::File(file) => {
                let file = Python::attach(|py| file.clone_ref(py));
                AudioSource::Reader(Box::new(FileObject { file }))
            }
            Self::Stream(file) => {
                let file = Python::attach(|py| file.clone_ref(py));
                AudioSource::Stream(Box::new(FileObject { file }))
            }
        }
    }
}

impl Source {
    /// Returns the bytes of the source, from where it is now.
    pub fn bytes(&mut self) -> Result<Box<dyn Read + Send>> {
        match self {
            Self::Path(path) => Ok(Box::new(std::fs::File::open(path)?)),
            Self::Bytes(bytes) => Ok(Box::new(std::io::Cursor::new(std::mem::take(bytes)))),
            Self::Sealed(file) => file.get().reader().map_err(Error::other),
            Self::File(file) | Self::Stream(file) => {
                let file = Python::attach(|py| file.clone_ref(py));
                Ok(Box::new(FileObject { file }))
            }
        }
    }
}

/// Parses the channel layout called `name`.
pub fn layout(py: Python<'_>, name: Option<&str>) -> PyResult<Option<ChannelLayout>> {
    name.map(|name| balanced::layout(name).raise(py)).transpose()
}

/// A Python file object as a reader; each call takes the interpreter's lock.
struct FileObject {
    file: Py<PyAny>,
}

impl Read for FileObject {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        Python::attach(|py| {
            let got = self.file.call_method1(py, "read", (buffer.len(),)).map_err(failed)?;
            let bytes = got.bind(py).cast::<PyBytes>().map_err(|_| {
                Error::new(ErrorKind::InvalidInput, "its read() returns text, not bytes: open it in binary mode")
            })?;
            let bytes = bytes.as_bytes();
            let taken = bytes.len().min(buffer.len());
            buffer[..taken].copy_from_slice(&bytes[..taken]);
            Ok(taken)
        })
    }
}

impl Seek for FileObject {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let (offset, whence) = match to {
            SeekFrom::Start(offset) => (offset as i64, 0),
            SeekFrom::Current(offset) => (offset, 1),
            SeekFrom::End(offset) => (offset, 2),
        };
        Python::attach(|py| {
            let position = self.file.call_method1(py, "seek", (offset, whence)).map_err(failed)?;
            position.extract(py).map_err(failed)
        })
    }
}

fn failed(error: PyErr) -> Error {
    Error::other(error.to_string())
}

//! A large object as a writer: bytes are gathered into parts, counted and hashed.

use std::io::{self, Write};

use super::{ObjectWriter, Store};
use crate::error::Result;

/// Size of a part: stores on servers take no smaller ones.
const PART_BYTES: usize = 8 << 20;

/// An object that is being written; it is given up when it is dropped before it is finished.
pub(crate) struct Upload {
    writer: Box<dyn ObjectWriter>,
    part: Vec<u8>,
    bytes: u64,
    finished: bool,
}

impl Upload {
    pub(crate) fn start(store: &dyn Store, path: &str) -> Result<Self> {
        let part = Vec::new();
        Ok(Self { writer: store.write(path)?, part, bytes: 0, finished: false })
    }

    /// Completes the object and returns its length.
    pub(crate) fn finish(mut self) -> Result<u64> {
        if !self.part.is_empty() {
            let part = std::mem::take(&mut self.part);
            self.writer.part(part)?;
        }
        self.writer.finish()?;
        self.finished = true;
        Ok(self.bytes)
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(PART_BYTES - self.part.len());
        self.part.extend_from_slice(&bytes[..count]);
        self.bytes += count as u64;
        if self.part.len() == PART_BYTES {
            let part = std::mem::replace(&mut self.part, Vec::with_capacity(PART_BYTES));
            self.writer.part(part)?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.finished {
            self.writer.abort();
        }
    }
}

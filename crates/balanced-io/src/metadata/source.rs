//! Bounded reads of a file's metadata.

use std::io::{self, Read, Seek, SeekFrom};

/// A file whose metadata is read, with a budget that no declared size can pass.
pub(crate) struct MetadataSource<'a, R> {
    pub(crate) reader: &'a mut R,
    /// Start of the actual file; every position counts from here.
    base: u64,
    len: u64,
    /// Bytes that may still be read into memory.
    left: u64,
}

impl<'a, R: Read + Seek> MetadataSource<'a, R> {
    pub(crate) fn new(reader: &'a mut R, max_bytes: u64) -> io::Result<Self> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader, base: 0, len, left: max_bytes })
    }

    /// Returns the length of the file.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Returns the bytes that may still be read.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Skips the first `bytes` bytes for good.
    pub(crate) fn skip_head(&mut self, bytes: u64) {
        let bytes = bytes.min(self.len);
        self.base += bytes;
        self.len -= bytes;
    }

    /// Returns up to `bytes` bytes from `at` on; fewer at the end of the file. They do not count against the budget.
    pub(crate) fn peek(&mut self, at: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let bytes = self.len.saturating_sub(at).min(bytes as u64);
        let mut held = Vec::new();
        if bytes > 0 {
            self.reader.seek(SeekFrom::Start(self.base + at))?;
            self.reader.by_ref().take(bytes).read_to_end(&mut held)?;
        }
        Ok(held)
    }

    /// Returns the `bytes` bytes from `at` on, as far as they are there; `None` if they pass the budget.
    pub(crate) fn take(&mut self, at: u64, bytes: u64) -> io::Result<Option<Vec<u8>>> {
        let bytes = bytes.min(self.len.saturating_sub(at));
        if bytes > self.left {
            return Ok(None);
        }
        self.left -= bytes;
        self.peek(at, bytes as usize).map(Some)
    }
}

/// Bytes that are read front to back; what is missing reads as `None`.
pub(crate) struct Cut<'a>(pub(crate) &'a [u8]);

impl<'a> Cut<'a> {
    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u16_le(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32_le(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u16_be(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32_be(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }
}

/// Decodes text: UTF-8, or Latin-1 where it is not; what follows a NUL is padding.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let bytes = &bytes[..end];
    let decoded = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    decoded.trim().to_owned()
}

/// Returns the longest start of `text` of at most `bytes` bytes.
pub(crate) fn shortened(text: &str, bytes: usize) -> &str {
    text[..text.floor_char_boundary(bytes)].trim_end()
}

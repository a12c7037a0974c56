//! A section of an input that reads like a whole file, optionally with other bytes in front.
//!
//! Decoders receive the audio without the tags, pictures and seek tables around it, so that those cannot fill the
//! memory.

use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use super::source::ByteSource;

/// `prefix`, followed by the bytes from `start` to `end` of a source.
pub(crate) struct Window {
    prefix: Vec<u8>,
    source: ByteSource,
    start: u64,
    end: u64,
    at: u64,
    /// Position of the source itself; saves a seek per read.
    source_at: Option<u64>,
    /// Bytes that replace others, and where.
    patch: (u64, Vec<u8>),
}

impl Window {
    pub(crate) fn new(source: ByteSource, prefix: Vec<u8>, start: u64, bytes: u64) -> Self {
        let end = start.saturating_add(bytes).min(source.len()).max(start);
        Self { prefix, source, start, end, at: 0, source_at: None, patch: (0, Vec::new()) }
    }

    /// Creates a window over a whole source.
    pub(crate) fn whole(source: ByteSource) -> Self {
        let bytes = source.len();
        Self::new(source, Vec::new(), 0, bytes)
    }

    /// Shows `bytes` at `at` in place of what is there.
    pub(crate) fn with_patch(self, at: u64, bytes: Vec<u8>) -> Self {
        Self { patch: (at, bytes), ..self }
    }

    /// Replaces those of `bytes`, read from `at` on, that the patch covers.
    fn apply_patch(&self, at: u64, bytes: &mut [u8]) {
        let (patch_at, patch) = &self.patch;
        for (index, byte) in patch.iter().enumerate() {
            let place = (patch_at + index as u64).checked_sub(at).and_then(|place| usize::try_from(place).ok());
            if let Some(slot) = place.and_then(|place| bytes.get_mut(place)) {
                *slot = *byte;
            }
        }
    }

    fn len(&self) -> u64 {
        self.prefix.len() as u64 + (self.end - self.start)
    }
}

impl Read for Window {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let prefix_len = self.prefix.len() as u64;
        if self.at < prefix_len {
            let read = (&self.prefix[self.at as usize..]).read(bytes)?;
            self.at += read as u64;
            return Ok(read);
        }
        let from = self.start.saturating_add(self.at - prefix_len);
        let left = self.end.saturating_sub(from);
        let wanted = left.min(bytes.len() as u64) as usize;
        if wanted == 0 {
            return Ok(0); // wherever beyond the end this is
        }
        if self.source_at != Some(from) {
            self.source.seek_to(from).map_err(io::Error::other)?;
        }
        let read = self.source.read(&mut bytes[..wanted])?;
        self.apply_patch(self.at, &mut bytes[..read]);
        self.at += read as u64;
        self.source_at = Some(from + read as u64);
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

impl MediaSource for Window {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_and_part_read_as_one_file() {
        let source = ByteSource::new("x".into(), Box::new(io::Cursor::new(b"0123456789".to_vec()))).unwrap();
        let mut window = Window::new(source, b"ab".to_vec(), 3, 4);
        let mut all = Vec::new();
        window.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"ab3456");
        assert_eq!(window.seek(SeekFrom::End(-5)).unwrap(), 1);
        all.clear();
        window.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"b3456");
        assert!(window.seek(SeekFrom::Current(-99)).is_err());
        window.seek(SeekFrom::Start(u64::MAX)).unwrap();
        assert_eq!(window.read(&mut [0; 4]).unwrap(), 0);
    }

    #[test]
    fn a_patch_shows_in_whatever_parts_it_is_read() {
        for step in 1..6 {
            let source = ByteSource::new("x".into(), Box::new(io::Cursor::new(b"0123456789".to_vec()))).unwrap();
            let mut window = Window::whole(source).with_patch(3, b"abc".to_vec());
            let mut all: Vec<u8> = Vec::new();
            let mut part = vec![0; step];
            while let Ok(read @ 1..) = window.read(&mut part) {
                all.extend(&part[..read]);
            }
            assert_eq!(all, b"012abc6789", "{step} bytes at a time");
        }
    }
}

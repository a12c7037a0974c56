//! Parts of an input, and bytes that are not in it, that read like one file.
//!
//! Decoders receive the audio without the tags, pictures and seek tables around it, so that those cannot fill the
//! memory, and without what lies between its frames, so that it cannot be taken for sound.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use symphonia::core::io::MediaSource;

use super::source::ByteSource;

/// A piece of a window.
enum Content {
    Bytes(Vec<u8>),
    /// Bytes of the source from this position on.
    Source(u64),
}

struct Piece {
    /// Position within the window.
    at: Range<u64>,
    content: Content,
}

/// Pieces of a source and other bytes, one behind the other.
pub(crate) struct Window {
    pieces: Vec<Piece>,
    source: ByteSource,
    at: u64,
    /// Position of the source itself; saves a seek per read.
    source_at: Option<u64>,
    /// Bytes that replace others, and where.
    patches: Vec<(u64, Vec<u8>)>,
}

impl Window {
    /// Creates a window over `prefix` and the `bytes` bytes of `source` from `start` on.
    pub(crate) fn new(source: ByteSource, prefix: Vec<u8>, start: u64, bytes: u64) -> Self {
        let end = start.saturating_add(bytes).min(source.len()).max(start);
        let mut window = Self::empty(source);
        window.push(prefix.len() as u64, Content::Bytes(prefix));
        window.push(end - start, Content::Source(start));
        window
    }

    /// Creates a window over a whole source.
    pub(crate) fn whole(source: ByteSource) -> Self {
        let bytes = source.len();
        Self::new(source, Vec::new(), 0, bytes)
    }

    /// Creates a window over parts of a source, in this order.
    pub(crate) fn of_parts(source: ByteSource, parts: Vec<Range<u64>>) -> Self {
        let mut window = Self::empty(source);
        parts
            .into_iter()
            .for_each(|part| window.push(part.end.saturating_sub(part.start), Content::Source(part.start)));
        window
    }

    /// Shows `bytes` at `at` in place of what is there.
    pub(crate) fn with_patch(mut self, at: u64, bytes: Vec<u8>) -> Self {
        self.patches.push((at, bytes));
        self
    }

    /// Shows `bytes` behind everything else.
    pub(crate) fn with_suffix(mut self, bytes: Vec<u8>) -> Self {
        self.push(bytes.len() as u64, Content::Bytes(bytes));
        self
    }

    fn empty(source: ByteSource) -> Self {
        Self { pieces: Vec::new(), source, at: 0, source_at: None, patches: Vec::new() }
    }

    fn push(&mut self, bytes: u64, content: Content) {
        if bytes > 0 {
            let start = self.len();
            self.pieces.push(Piece { at: start..start.saturating_add(bytes), content });
        }
    }

    /// Replaces those of `bytes`, read from `at` on, that the patches cover.
    fn apply_patches(&self, at: u64, bytes: &mut [u8]) {
        let end = at + bytes.len() as u64;
        for (patch_at, patch) in &self.patches {
            let (from, to) = ((*patch_at).max(at), patch_at.saturating_add(patch.len() as u64).min(end));
            if from < to {
                let shown = &patch[(from - patch_at) as usize..(to - patch_at) as usize];
                bytes[(from - at) as usize..(to - at) as usize].copy_from_slice(shown);
            }
        }
    }

    fn len(&self) -> u64 {
        self.pieces.last().map_or(0, |piece| piece.at.end)
    }
}

impl Read for Window {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let index = self.pieces.partition_point(|piece| piece.at.end <= self.at);
        let Some(piece) = self.pieces.get(index) else { return Ok(0) };
        let offset = self.at - piece.at.start;
        let wanted = (piece.at.end - self.at).min(bytes.len() as u64) as usize;
        let read = match &piece.content {
            Content::Bytes(held) => (&held[offset as usize..]).read(&mut bytes[..wanted])?,
            Content::Source(start) => {
                let from = start.saturating_add(offset);
                if self.source_at != Some(from) {
                    self.source.seek_to(from).map_err(io::Error::other)?;
                }
                let read = self.source.read(&mut bytes[..wanted])?;
                self.source_at = Some(from + read as u64);
                read
            }
        };
        self.apply_patches(self.at, &mut bytes[..read]);
        self.at += read as u64;
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

    fn digits() -> ByteSource {
        ByteSource::new("x".into(), Box::new(io::Cursor::new(b"0123456789".to_vec()))).unwrap()
    }

    fn all_of(window: &mut Window) -> Vec<u8> {
        let mut all = Vec::new();
        window.read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn prefix_and_part_read_as_one_file() {
        let mut window = Window::new(digits(), b"ab".to_vec(), 3, 4);
        assert_eq!(all_of(&mut window), b"ab3456");
        assert_eq!(window.seek(SeekFrom::End(-5)).unwrap(), 1);
        assert_eq!(all_of(&mut window), b"b3456");
        assert!(window.seek(SeekFrom::Current(-99)).is_err());
        window.seek(SeekFrom::Start(u64::MAX)).unwrap();
        assert_eq!(window.read(&mut [0; 4]).unwrap(), 0);
    }

    #[test]
    fn parts_and_a_suffix_read_as_one_file() {
        let mut window = Window::of_parts(digits(), vec![7..9, 1..3, 5..5]).with_suffix(b"xy".to_vec());
        assert_eq!(window.byte_len(), Some(6));
        assert_eq!(all_of(&mut window), b"7812xy");
        window.seek(SeekFrom::Start(3)).unwrap();
        assert_eq!(all_of(&mut window), b"2xy");
    }

    #[test]
    fn patches_show_in_whatever_parts_they_are_read() {
        for step in 1..6 {
            let mut window = Window::whole(digits()).with_patch(3, b"abc".to_vec()).with_patch(8, b"z".to_vec());
            let mut all: Vec<u8> = Vec::new();
            let mut part = vec![0; step];
            while let Ok(read @ 1..) = window.read(&mut part) {
                all.extend(&part[..read]);
            }
            assert_eq!(all, b"012abc67z9", "{step} bytes at a time");
        }
    }
}

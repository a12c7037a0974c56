//! Random access to the bytes of an input, mostly forwards, with few reads.

use std::ops::Range;

use super::source::ByteSource;
use crate::IoError;

/// A part of an input, read in chunks.
pub(crate) struct Chunks<'a> {
    source: &'a mut ByteSource,
    end: u64,
    chunk_bytes: usize,
    chunk: Vec<u8>,
    chunk_at: u64,
}

impl<'a> Chunks<'a> {
    /// Creates a view of the bytes before `end`, of which `chunk_bytes` are held at a time.
    pub(crate) fn new(source: &'a mut ByteSource, end: u64, chunk_bytes: usize) -> Self {
        let end = end.min(source.len());
        Self { source, end, chunk_bytes, chunk: Vec::new(), chunk_at: 0 }
    }

    /// Returns the end of the part.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Returns `wanted` bytes from `at` on, at most a chunk; fewer near the end.
    pub(crate) fn at(&mut self, at: u64, wanted: usize) -> Result<&[u8], IoError> {
        let wanted = self.end.saturating_sub(at).min(wanted.min(self.chunk_bytes) as u64);
        if at < self.chunk_at || at + wanted > self.chunk_at + self.chunk.len() as u64 {
            self.fill(at)?;
        }
        let from = ((at - self.chunk_at) as usize).min(self.chunk.len());
        let held: Range<usize> = from..(from + wanted as usize).min(self.chunk.len());
        Ok(&self.chunk[held])
    }

    fn fill(&mut self, at: u64) -> Result<(), IoError> {
        self.chunk.resize(self.end.saturating_sub(at).min(self.chunk_bytes as u64) as usize, 0);
        let read = self.source.read_at(at, &mut self.chunk)?;
        self.chunk.truncate(read);
        self.chunk_at = at;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_the_same_wherever_the_chunks_end() {
        let mut source = ByteSource::new("x".into(), Box::new(std::io::Cursor::new(b"0123456789".to_vec()))).unwrap();
        for chunk_bytes in 4..12 {
            let mut chunks = Chunks::new(&mut source, 9, chunk_bytes);
            for at in [0, 1, 5, 6, 2, 8] {
                let wanted = b"012345678"[at..].iter().copied().take(4).collect::<Vec<_>>();
                assert_eq!(chunks.at(at as u64, 4).unwrap(), wanted, "{chunk_bytes} bytes, at {at}");
            }
            assert!(chunks.at(9, 4).unwrap().is_empty() && chunks.at(99, 4).unwrap().is_empty());
        }
    }
}

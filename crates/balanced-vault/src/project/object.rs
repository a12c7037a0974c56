//! The bytes of an object, fetched in ranges that grow while they are read in order.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::sync::Arc;

use crate::error::Error;
use crate::seek::position;
use crate::store::Store;

/// Bytes of the first fetch at a place: enough for a header, or for a look at the end of a file.
const FIRST_FETCH_BYTES: u64 = 128 << 10;
/// Most bytes of a fetch: a server some milliseconds away is asked seldom enough. Four times as many take more memory, and no
/// less time on a disk.
const MAX_FETCH_BYTES: u64 = 1 << 20;

/// Reader of an object with random access.
pub(super) struct ObjectReader {
    store: Arc<dyn Store>,
    path: String,
    bytes: u64,
    at: u64,
    /// The last range that was fetched, and where it begins.
    held: Vec<u8>,
    held_at: u64,
}

impl ObjectReader {
    /// Reads the object of `bytes` bytes at `path`.
    pub(super) fn new(store: Arc<dyn Store>, path: String, bytes: u64) -> Self {
        Self { store, path, bytes, at: 0, held: Vec::new(), held_at: 0 }
    }

    /// Returns what is held from the current place on.
    fn rest(&self) -> &[u8] {
        let start = self.at.checked_sub(self.held_at).and_then(|start| usize::try_from(start).ok());
        start.and_then(|start| self.held.get(start..)).unwrap_or_default()
    }

    fn fetch(&mut self) -> io::Result<()> {
        let held = self.held.len() as u64;
        let is_next = held > 0 && self.at == self.held_at + held;
        let wanted = if is_next { (2 * held).min(MAX_FETCH_BYTES) } else { FIRST_FETCH_BYTES };
        let end = self.bytes.min(self.at + wanted);
        let found = self.store.range(&self.path, self.at..end)?;
        let mut found = found.ok_or_else(|| io::Error::from(gone(&self.path)))?;
        found.truncate((end - self.at) as usize);
        if found.is_empty() {
            return Err(Error::altered(&self.path, "is shorter than it was").into());
        }
        (self.held, self.held_at) = (found, self.at);
        Ok(())
    }
}

/// Returns the error of an object that is not there: it was encrypted anew a moment ago, or somebody deleted it.
pub(super) fn gone(path: &str) -> Error {
    let problem = "is gone: it was encrypted anew or deleted at this moment, or removed from the store";
    Error::new(crate::ErrorKind::Conflict, path, problem, "open the file again; if it stays gone, restore a backup")
}

impl BufRead for ObjectReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.bytes && self.rest().is_empty() {
            self.fetch()?;
        }
        Ok(self.rest())
    }

    fn consume(&mut self, count: usize) {
        self.at += count as u64;
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for ObjectReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = position(to, self.at, self.bytes)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Condition, memory};

    #[test]
    fn it_reads_as_a_file_does() {
        let content: Vec<u8> = (0..9 << 20).map(|index: u32| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let store = memory().unwrap();
        store.put("x", content.clone(), &Condition::Create).unwrap();
        let mut reader = ObjectReader::new(store.clone(), "x".to_owned(), content.len() as u64);
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert!(all == content);
        let mut model = io::Cursor::new(&content);
        let mut part = [[0; 300_000]; 2];
        for at in [5, (9 << 20) - 10, 400_000, 400_100, 0, 9 << 20] {
            let read = |file: &mut dyn ReadSeek, part: &mut [u8]| {
                file.seek(SeekFrom::Start(at)).unwrap();
                file.take(300_000).read(part).unwrap()
            };
            let [ours, theirs] = &mut part;
            let (count, most) = (read(&mut reader, ours), read(&mut model, theirs));
            assert!(count <= most && (count > 0) == (most > 0) && ours[..count] == theirs[..count], "{at}");
        }
        store.delete("x").unwrap();
        reader.seek(SeekFrom::Start(5 << 20)).unwrap();
        assert!(reader.read(&mut part[0]).is_err());
    }

    trait ReadSeek: Read + Seek {}
    impl<T: Read + Seek> ReadSeek for T {}
}

//! A file with random access whose bytes on the disk are encrypted under a key that lives in memory only.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};

use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce, Tag};
use zeroize::{Zeroize, Zeroizing};

use crate::ids::random;
use crate::seek::position;

/// Bytes that are encrypted together.
const BLOCK_BYTES: usize = 64 << 10;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// Size of a block in the file: nonce, content, tag.
const STORED_BYTES: usize = NONCE_BYTES + BLOCK_BYTES + TAG_BYTES;

/// A temporary file that nobody can read but this process: each block of 64 KiB is encrypted by ChaCha20-Poly1305 under a
/// random key that is forgotten with the value.
///
/// Every write of a block has a nonce of its own, counted from 0, and the block's place is authenticated with it.
pub struct SealedFile<F> {
    file: F,
    cipher: ChaCha20Poly1305,
    /// Number of blocks written so far, from which nonces are made.
    written: u64,
    length: u64,
    at: u64,
    block: Zeroizing<Vec<u8>>,
    /// Which block is in memory.
    held: Option<u64>,
    dirty: bool,
}

impl<F: Read + Write + Seek> SealedFile<F> {
    /// Seals an empty file.
    #[must_use]
    pub fn new(file: F) -> Self {
        let mut key = Zeroizing::new(random::<32>());
        let cipher = ChaCha20Poly1305::new((&*key).into());
        key.zeroize();
        let block = Zeroizing::new(vec![0; BLOCK_BYTES]);
        Self { file, cipher, written: 0, length: 0, at: 0, block, held: None, dirty: false }
    }

    /// Returns the length of the content in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Returns whether there is no content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Encrypts the block in memory and writes it to its place.
    fn store(&mut self) -> io::Result<()> {
        let Some(index) = self.held.filter(|_| self.dirty) else { return Ok(()) };
        let mut nonce = [0; NONCE_BYTES];
        nonce[..8].copy_from_slice(&self.written.to_le_bytes());
        self.written += 1;
        let mut stored = Vec::with_capacity(STORED_BYTES);
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&self.block);
        let place = index.to_le_bytes();
        let tag = self.cipher.encrypt_in_place_detached(Nonce::from_slice(&nonce), &place, &mut stored[NONCE_BYTES..]);
        stored.extend_from_slice(&tag.map_err(|_| io::Error::other("a block could not be encrypted"))?);
        self.file.seek(SeekFrom::Start(index * STORED_BYTES as u64))?;
        self.file.write_all(&stored)?;
        self.dirty = false;
        Ok(())
    }

    /// Brings a block into memory.
    fn hold(&mut self, index: u64) -> io::Result<()> {
        if self.held == Some(index) {
            return Ok(());
        }
        self.store()?;
        self.held = None;
        if index >= self.length.div_ceil(BLOCK_BYTES as u64) {
            self.block.fill(0);
        } else {
            self.load(index)?;
        }
        self.held = Some(index);
        Ok(())
    }

    fn load(&mut self, index: u64) -> io::Result<()> {
        let (mut nonce, mut tag) = ([0; NONCE_BYTES], [0; TAG_BYTES]);
        self.file.seek(SeekFrom::Start(index * STORED_BYTES as u64))?;
        self.file.read_exact(&mut nonce)?;
        self.file.read_exact(&mut self.block)?;
        self.file.read_exact(&mut tag)?;
        let (nonce, tag) = (Nonce::from_slice(&nonce), Tag::from_slice(&tag));
        let opened = self.cipher.decrypt_in_place_detached(nonce, &index.to_le_bytes(), &mut self.block, tag);
        opened.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a sealed temporary file was altered"))
    }
}

impl<F: Read + Write + Seek> Write for SealedFile<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.at > self.length {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a sealed file has no gaps"));
        }
        self.hold(self.at / BLOCK_BYTES as u64)?;
        let start = (self.at % BLOCK_BYTES as u64) as usize;
        let count = bytes.len().min(BLOCK_BYTES - start);
        self.block[start..start + count].copy_from_slice(&bytes[..count]);
        self.dirty = true;
        self.at += count as u64;
        self.length = self.length.max(self.at);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.store()?;
        self.file.flush()
    }
}

impl<F: Read + Write + Seek> Read for SealedFile<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.at);
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        self.hold(self.at / BLOCK_BYTES as u64)?;
        let start = (self.at % BLOCK_BYTES as u64) as usize;
        let count = buffer.len().min(BLOCK_BYTES - start).min(usize::try_from(left).unwrap_or(usize::MAX));
        buffer[..count].copy_from_slice(&self.block[start..start + count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl<F: Read + Write + Seek> Seek for SealedFile<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = position(to, self.at, self.length)?;
        Ok(self.at)
    }
}

impl<F> fmt::Debug for SealedFile<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFile").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn plain(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|index| (index * 31 % 251) as u8).collect()
    }

    #[test]
    fn it_reads_and_writes_as_a_file_does() {
        let mut model = Cursor::new(Vec::new());
        let mut sealed = SealedFile::new(Cursor::new(Vec::new()));
        let data = plain(300_000);
        for (at, count) in [(0u64, 200_000), (44, 8), (65_530, 20), (200_000, 100_000), (131_072, 65_536), (0, 4)] {
            for file in [&mut model as &mut dyn ReadWriteSeek, &mut sealed] {
                file.seek(SeekFrom::Start(at)).unwrap();
                file.write_all(&data[7..7 + count]).unwrap();
            }
        }
        sealed.rewind().unwrap();
        let mut read = Vec::new();
        sealed.read_to_end(&mut read).unwrap();
        assert!(read == *model.get_ref() && sealed.len() == 300_000);
        assert_eq!(sealed.seek(SeekFrom::End(-3)).unwrap(), 299_997);
        let mut end = Vec::new();
        sealed.read_to_end(&mut end).unwrap();
        assert_eq!(end, read[299_997..]);
        assert!(sealed.seek(SeekFrom::Start(300_001)).is_ok() && sealed.write_all(b"gap").is_err());
    }

    trait ReadWriteSeek: Read + Write + Seek {}
    impl<T: Read + Write + Seek> ReadWriteSeek for T {}

    #[test]
    fn nothing_plain_is_stored_and_what_is_altered_is_refused() {
        let mut sealed = SealedFile::new(Cursor::new(Vec::new()));
        let marker = b"a marker that is long enough to be found";
        for _ in 0..5000 {
            sealed.write_all(marker).unwrap();
        }
        sealed.flush().unwrap();
        assert!(!sealed.file.get_ref().windows(12).any(|window| window == &marker[..12]));
        for at in [0, NONCE_BYTES + 5, STORED_BYTES - 1] {
            sealed.hold(1).unwrap();
            sealed.file.get_mut()[at] ^= 1;
            assert!(sealed.hold(0).is_err());
            sealed.file.get_mut()[at] ^= 1;
        }
        // A block in another block's place.
        let (first, second) = sealed.file.get_mut().split_at_mut(STORED_BYTES);
        first.swap_with_slice(&mut second[..STORED_BYTES]);
        sealed.held = None;
        assert!(sealed.hold(0).is_err());
    }
}

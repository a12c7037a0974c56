//! A file that is read slice by slice, and hashed as its slices pass.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// Bytes of a slice: few calls, little memory.
const SLICE_BYTES: u64 = 1 << 20;

/// A file that somebody else holds.
pub trait Remote: Send {
    /// Fills `into` with the bytes from `at` on, and returns how many there were; fewer than asked for if the file ends, or
    /// ends sooner than it did.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read any more.
    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl Remote for Vec<u8> {
    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        (&self[start..]).read(into)
    }
}

/// A file of known length; every cursor shares its one slice.
#[derive(Clone)]
pub struct Slices {
    shared: Arc<Mutex<Shared>>,
    bytes: u64,
}

struct Shared {
    remote: Box<dyn Remote>,
    slice: Vec<u8>,
    slice_at: u64,
    hasher: Sha256,
    /// Bytes that were hashed, from the start on.
    hashed: u64,
    /// What reading failed with first: a decoder may take it for the end of the file.
    fault: Option<String>,
}

impl Slices {
    /// Takes a file of `bytes` bytes.
    #[must_use]
    pub fn new(remote: Box<dyn Remote>, bytes: u64) -> Self {
        let (slice, hasher) = (Vec::new(), Sha256::new());
        let shared = Shared { remote, slice, slice_at: 0, hasher, hashed: 0, fault: None };
        Self { shared: Arc::new(Mutex::new(shared)), bytes }
    }

    /// Returns a reader of the file, at its start.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor { slices: self.clone(), at: 0 }
    }

    /// Returns what reading failed with, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.shared().fault.clone()
    }

    /// Returns the SHA-256 of the file, in lower-case hex; what no cursor has read is read now.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read to its end.
    pub fn sha256(&self) -> io::Result<String> {
        let mut shared = self.shared();
        while shared.hashed < self.bytes {
            let at = shared.hashed;
            shared.fetch(at, self.bytes)?;
        }
        Ok(shared.hasher.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Makes the slice the one that begins at `at`; hashes it if that is where hashing goes on.
    fn fetch(&mut self, at: u64, bytes: u64) -> io::Result<()> {
        let wanted = (bytes - at).min(SLICE_BYTES) as usize;
        self.slice.resize(wanted, 0);
        self.slice_at = at;
        let read = match self.remote.read(at, &mut self.slice) {
            Ok(read) if read == wanted => read,
            outcome => {
                self.slice.clear();
                let told = match outcome {
                    Ok(_) => "became shorter while it was read".to_owned(),
                    Err(error) => format!("cannot be read any more ({error})"),
                };
                self.fault.get_or_insert_with(|| told.clone());
                return Err(io::Error::other(told));
            }
        };
        let end = at + read as u64;
        if at <= self.hashed && self.hashed < end {
            self.hasher.update(&self.slice[(self.hashed - at) as usize..]);
            self.hashed = end;
        }
        Ok(())
    }
}

/// A reader of [`Slices`] with a position of its own.
pub struct Cursor {
    slices: Slices,
    at: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.slices.bytes || buffer.is_empty() {
            return Ok(0);
        }
        let mut shared = self.slices.shared();
        let slice_end = shared.slice_at + shared.slice.len() as u64;
        if self.at < shared.slice_at || self.at >= slice_end {
            shared.fetch(self.at, self.slices.bytes)?;
        }
        let start = (self.at - shared.slice_at) as usize;
        let count = (&shared.slice[start..]).read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.slices.bytes.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Vec<u8> {
        (0..2_500_000u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
    }

    fn hash(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn cursors_read_what_the_file_holds_wherever_they_go() {
        let content = content();
        let slices = Slices::new(Box::new(content.clone()), content.len() as u64);
        let (mut first, mut second) = (slices.cursor(), slices.cursor());
        let mut part = vec![0; 1_200_000];
        first.read_exact(&mut part).unwrap();
        assert_eq!(part, content[..1_200_000]);
        second.seek(SeekFrom::End(-10)).unwrap();
        let mut end = Vec::new();
        second.read_to_end(&mut end).unwrap();
        assert_eq!(end, content[2_499_990..]);
        first.read_to_end(&mut part).unwrap();
        assert_eq!(part, content);
        assert!(first.seek(SeekFrom::Current(-9_000_000)).is_err() && first.seek(SeekFrom::Start(u64::MAX)).is_ok());
        assert_eq!(first.read(&mut part).unwrap(), 0);
    }

    #[test]
    fn the_hash_is_that_of_the_file_in_whatever_order_it_was_read() {
        let content = content();
        for places in [&[][..], &[0], &[2_000_000, 0], &[0, 2_000_000], &[500_000, 0, 900_000, 1_100_000]] {
            let slices = Slices::new(Box::new(content.clone()), content.len() as u64);
            for &place in places {
                let mut cursor = slices.cursor();
                cursor.seek(SeekFrom::Start(place)).unwrap();
                cursor.read_exact(&mut [0; 100]).unwrap();
            }
            assert_eq!(slices.sha256().unwrap(), hash(&content), "{places:?}");
        }
        assert_eq!(Slices::new(Box::new(Vec::new()), 0).sha256().unwrap(), hash(&[]));
    }

    #[test]
    fn a_file_that_became_shorter_is_told() {
        let slices = Slices::new(Box::new(vec![0; 1000]), 2000);
        assert!(slices.cursor().read(&mut [0; 10]).is_err() && slices.sha256().is_err());
        assert!(slices.fault().unwrap().contains("shorter"));
    }
}

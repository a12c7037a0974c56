//! The bytes of an input: opened once, read by every pass through a cursor of its own.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::{Error, ReadSeek, Reopen};

/// A file that is open, in memory, or can be opened again.
#[derive(Clone)]
pub(crate) enum Bytes {
    Again(Arc<Reopen>),
    Disk(Arc<File>),
    Memory(Arc<Vec<u8>>),
}

impl Bytes {
    /// Returns a reader of these bytes, at their start; any number may read at the same time.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { bytes: self.clone(), at: 0, opened: None }
    }

    /// Returns what reading failed with, where the bytes keep it.
    pub(crate) fn fault(&self) -> Option<Error> {
        if let Self::Again(file) = self { file.fault() } else { None }
    }

    pub(crate) fn len(&self) -> io::Result<u64> {
        match self {
            Self::Disk(file) => Ok(file.metadata()?.len()),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
            Self::Again(file) => Ok(file.bytes()),
        }
    }
}

/// A reader of [`Bytes`] with a position of its own.
pub(crate) struct Cursor {
    bytes: Bytes,
    at: u64,
    /// The file, where this cursor had to open it for itself.
    opened: Option<Box<dyn ReadSeek>>,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &self.bytes {
            Bytes::Again(file) => {
                read_again(file, &mut self.opened, buffer, self.at).inspect_err(|error| file.note(error))?
            }
            // No system has files that long; it would refuse the position.
            Bytes::Disk(_) if self.at > i64::MAX as u64 => 0,
            Bytes::Disk(file) => read_at(file, buffer, self.at)?,
            Bytes::Memory(bytes) => {
                let start = usize::try_from(self.at).unwrap_or(usize::MAX).min(bytes.len());
                (&bytes[start..]).read(buffer)?
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.bytes.len()?.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// Reads a file that every cursor opens for itself.
fn read_again(file: &Reopen, opened: &mut Option<Box<dyn ReadSeek>>, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let opened = match opened {
        Some(opened) => opened,
        none => none.insert(file.open()?),
    };
    opened.seek(SeekFrom::Start(at))?;
    opened.read(buffer)
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// What tells a file from another one, and from itself after somebody wrote to it.
#[derive(PartialEq, Eq)]
pub(crate) struct Fingerprint {
    bytes: u64,
    modified: Option<SystemTime>,
    /// Device and inode.
    #[cfg(unix)]
    place: (u64, u64),
}

impl Fingerprint {
    fn of(found: &Metadata) -> Self {
        Self {
            bytes: found.len(),
            modified: found.modified().ok(),
            #[cfg(unix)]
            place: {
                use std::os::unix::fs::MetadataExt;
                (found.dev(), found.ino())
            },
        }
    }

    pub(crate) fn of_open(file: &File) -> io::Result<Self> {
        Ok(Self::of(&file.metadata()?))
    }

    /// Returns what happened to the open `file`, or to its `path`, since this fingerprint was taken; `None` if nothing did.
    ///
    /// A file that has no name any more is still read as it was.
    pub(crate) fn change(&self, file: &File, path: &Path) -> Option<&'static str> {
        let Ok(now) = Self::of_open(file) else { return Some("cannot be asked any more whether it changed") };
        if now.bytes < self.bytes {
            return Some("became shorter while it was read");
        }
        if now != *self {
            return Some("was written to while it was read");
        }
        let is_other = std::fs::metadata(path).is_ok_and(|found| Self::of(&found) != *self);
        is_other.then_some("was replaced by another file while it was read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf, Arc<File>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, content).unwrap();
        let file = Arc::new(File::open(&path).unwrap());
        (folder, path, file)
    }

    #[test]
    fn cursors_over_one_handle_do_not_move_each_other() {
        let content: Vec<u8> = (0..100).collect();
        let (_folder, _, file) = disk(&content);
        for bytes in [Bytes::Disk(file), Bytes::Memory(Arc::new(content.clone()))] {
            let (mut first, mut second) = (bytes.cursor(), bytes.cursor());
            let mut half = [0; 50];
            first.read_exact(&mut half).unwrap();
            second.seek(SeekFrom::End(-10)).unwrap();
            let mut rest = Vec::new();
            first.read_to_end(&mut rest).unwrap();
            assert_eq!((half.as_slice(), rest.as_slice()), (&content[..50], &content[50..]));
            rest.clear();
            second.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, content[90..]);
            assert_eq!(second.seek(SeekFrom::Start(u64::MAX)).unwrap(), u64::MAX);
            assert_eq!(second.read(&mut half).unwrap(), 0);
            assert!(second.seek(SeekFrom::End(-101)).is_err() && second.seek(SeekFrom::Current(1)).is_err());
        }
    }

    #[test]
    fn a_file_that_was_touched_cut_or_replaced_is_known_by_it() {
        use std::io::Write;
        let after = |act: fn(&Path)| {
            let (_folder, path, file) = disk(b"some audio");
            let seen = Fingerprint::of_open(&file).unwrap();
            // Clocks of file systems tick every few milliseconds.
            std::thread::sleep(std::time::Duration::from_millis(20));
            act(&path);
            seen.change(&file, &path)
        };
        assert_eq!(after(|_| ()), None);
        assert_eq!(after(|path| std::fs::remove_file(path).unwrap()), None);
        let cut = after(|path| File::options().write(true).open(path).unwrap().set_len(4).unwrap());
        assert!(cut.is_some_and(|said| said.contains("shorter")));
        let longer = after(|path| File::options().append(true).open(path).unwrap().write_all(b"!").unwrap());
        assert!(longer.is_some_and(|said| said.contains("written to")));
        let same_length = after(|path| File::options().write(true).open(path).unwrap().write_all(b"same").unwrap());
        assert!(same_length.is_some_and(|said| said.contains("written to")));
        let replaced = after(|path| {
            let other = path.with_extension("new");
            std::fs::write(&other, b"some audio").unwrap();
            std::fs::rename(other, path).unwrap();
        });
        assert!(replaced.is_some_and(|said| said.contains("replaced")));
    }
}

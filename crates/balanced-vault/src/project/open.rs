//! Files out of the vault: decrypted where they are read, chunk by chunk.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::access::{By, READERS};
use super::object::{ObjectReader, gone};
use super::records::FileRecord;
use crate::audit::{Action, Draft};
use crate::error::{Error, Result};
use crate::ids::{FileId, Hash, ProjectId};
use crate::keys::{Identity, ProjectKeys};
use crate::manifest::{FileEntry, object_path};
use crate::record::Header;
use crate::seek::position;
use crate::store::Store;
use crate::vault::Vault;

/// A file of a project that is open for reading, at any place; every chunk is verified before it is returned.
///
/// What was altered gives an error of the kind `InvalidData`, never wrong content.
pub struct VaultFile {
    stream: age::stream::StreamReader<ObjectReader>,
    /// Where the next byte is read.
    at: u64,
    /// Where the stream is.
    stream_at: u64,
    bytes: u64,
    path: String,
    name: String,
    hash: Hash,
    again: Arc<Again>,
}

/// What it takes to open the file once more.
struct Again {
    store: Arc<dyn Store>,
    project: ProjectId,
    entry: FileEntry,
    keys: ProjectKeys,
}

impl Vault {
    /// Opens a file by the key of one of the project's readers, and says so in the log first.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is no such file or the key may not read it,
    /// [`ErrorKind::Altered`](crate::ErrorKind::Altered) if what is stored is not what the vault wrote, and the errors of
    /// the store, also if the log cannot be written.
    pub fn open_file(&self, project: ProjectId, file: FileId, identity: &Identity) -> Result<VaultFile> {
        let by = By::Key(identity);
        let access = self.access(project, by, Action::Open, Some(file), &READERS)?;
        let draft = Draft::new(identity.fingerprint(), Action::Open).of(project, Some(file));
        let Some(entry) = access.link.manifest.file(file) else {
            self.record(draft.refused())?;
            return Err(Error::refused(format!("{project}/{file}")));
        };
        self.record(draft)?;
        VaultFile::open(self.store.clone(), project, entry.clone(), access.keys)
    }
}

impl VaultFile {
    pub(crate) fn open(store: Arc<dyn Store>, project: ProjectId, entry: FileEntry, keys: ProjectKeys) -> Result<Self> {
        let path = object_path(project, entry.object);
        let record: FileRecord = entry.sealed.open(keys.identities(), &entry.id)?;
        let again = Arc::new(Again { store, project, entry, keys });
        let stream = again.stream()?;
        let bytes = again.entry.bytes;
        Ok(Self { stream, at: 0, stream_at: 0, bytes, path, name: record.name, hash: record.hash, again })
    }

    /// Opens the file once more, with a position of its own.
    ///
    /// # Errors
    /// Returns the errors of [`Vault::open_file`].
    pub fn reopen(&self) -> Result<Self> {
        let Self { bytes, hash, .. } = *self;
        let stream = self.again.stream()?;
        let (path, name, again) = (self.path.clone(), self.name.clone(), self.again.clone());
        Ok(Self { stream, at: 0, stream_at: 0, bytes, path, name, hash, again })
    }

    /// Returns the length of the plain content in bytes.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the name that the file came with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the SHA-256 of the plain content, as it was when it came in.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Copies the whole content to `sink` and checks its hash.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Altered`](crate::ErrorKind::Altered) if the object is damaged, with part of it written, and
    /// [`ErrorKind::Stream`](crate::ErrorKind::Stream) if `sink` fails.
    pub fn copy_to(&mut self, sink: &mut dyn io::Write) -> Result<u64> {
        self.at = 0;
        let mut hasher = Sha256::new();
        let mut chunk = zeroize::Zeroizing::new(vec![0; super::put::COPY_BYTES]);
        loop {
            match self.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => {
                    hasher.update(&chunk[..count]);
                    sink.write_all(&chunk[..count]).map_err(|error| Error::stream(&self.name, &error))?;
                }
                Err(error) => return Err(self.altered(&error)),
            }
        }
        if Hash(hasher.finalize().into()) != self.hash {
            return Err(Error::altered(&self.path, "holds other content than came in"));
        }
        Ok(self.bytes)
    }

    fn altered(&self, error: &io::Error) -> Error {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        own.cloned().unwrap_or_else(|| Error::altered(&self.path, "is damaged or was altered"))
    }
}

impl Again {
    fn stream(&self) -> Result<age::stream::StreamReader<ObjectReader>> {
        let path = object_path(self.project, self.entry.object);
        let altered = || Error::altered(&path, "is not the object that the manifest names");
        let bytes = self.store.length(&path)?.ok_or_else(|| gone(&path))?;
        if bytes != self.entry.object_bytes {
            return Err(altered());
        }
        let mut reader = ObjectReader::new(self.store.clone(), path.clone(), bytes);
        let failed = |error: io::Error| match error.downcast::<Error>() {
            Ok(error) => error,
            Err(_) => altered(),
        };
        let header = Header::read(&mut reader).map_err(failed)?.ok_or_else(altered)?;
        if header.hash != self.entry.header || header.plain_bytes(bytes) != Some(self.entry.bytes) {
            return Err(altered());
        }
        reader.rewind().map_err(|error| Error::stream(&path, &error))?;
        let decryptor = age::Decryptor::new_buffered(reader).map_err(|_| altered())?;
        let keys = self.keys.identities().iter().map(Identity::as_age);
        decryptor.decrypt(keys).map_err(|_| altered())
    }
}

impl Read for VaultFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.bytes || buffer.is_empty() {
            return Ok(0);
        }
        if self.stream_at != self.at {
            self.stream.seek(SeekFrom::Start(self.at)).map_err(|error| self.failed(error))?;
            self.stream_at = self.at;
        }
        let count = self.stream.read(buffer).map_err(|error| self.failed(error))?;
        if count == 0 {
            return Err(Error::altered(&self.path, "is damaged or was altered").into());
        }
        self.at += count as u64;
        self.stream_at = self.at;
        Ok(count)
    }
}

impl VaultFile {
    fn failed(&mut self, error: io::Error) -> io::Error {
        // The stream is somewhere in between: the next read looks for its place anew.
        self.stream_at = u64::MAX;
        self.altered(&error).into()
    }
}

impl Seek for VaultFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = position(to, self.at, self.bytes)?;
        Ok(self.at)
    }
}

impl std::fmt::Debug for VaultFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultFile").field("object", &self.path).finish_non_exhaustive()
    }
}

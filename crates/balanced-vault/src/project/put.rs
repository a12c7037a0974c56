//! Files into the vault: encrypted to the project as they stream in.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::access::{By, READERS};
use super::records::FileRecord;
use crate::audit::{Action, Draft, Outcome};
use crate::change::Change;
use crate::error::{Error, Result};
use crate::ids::{FileId, Hash, ObjectId, ProjectId};
use crate::keys::Recipient;
use crate::manifest::{FileEntry, FileRole, Sealed, object_path};
use crate::record::{self, Header};
use crate::store::Upload;
use crate::time::Moment;
use crate::vault::Vault;

/// Bytes copied at a time.
pub(crate) const COPY_BYTES: usize = 1 << 18;

/// A file that is about to come in.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Name of the file; stored encrypted.
    pub name: String,
    /// What it is.
    pub role: FileRole,
}

/// A file that is being written into the vault; it is there once it is finished.
pub struct PutFile<'v> {
    change: Option<Change<'v>>,
    stream: Option<age::stream::StreamWriter<Observed>>,
    hasher: Sha256,
    bytes: u64,
    entry: Draught,
}

/// What is known of a file before its bytes are.
struct Draught {
    id: FileId,
    file: NewFile,
    object: ObjectId,
    epoch: u32,
    recipient: Recipient,
    created: Moment,
    project: ProjectId,
}

/// An upload whose beginning is kept, for its header.
struct Observed {
    upload: Upload,
    head: Vec<u8>,
}

impl Write for Observed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.upload.write(bytes)?;
        // One recipient makes a header of a few hundred bytes.
        let kept = count.min((1 << 12) - self.head.len());
        self.head.extend_from_slice(&bytes[..kept]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.upload.flush()
    }
}

impl Vault {
    /// Copies `content` into a project, encrypted to the project's key, and returns the file's id.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is no such project or `by` may not read it,
    /// [`ErrorKind::State`](crate::ErrorKind::State) if it is completed, [`ErrorKind::Stream`](crate::ErrorKind::Stream)
    /// if `content` fails, and the errors of the store; nothing is left behind then.
    pub fn put(&self, project: ProjectId, file: NewFile, content: &mut dyn Read, by: By<'_>) -> Result<FileId> {
        let mut writer = self.writer(project, file, by)?;
        let mut chunk = zeroize::Zeroizing::new(vec![0; COPY_BYTES]);
        loop {
            let count = match content.read(&mut chunk) {
                Ok(0) => return writer.finish(),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Error::stream("content", &error)),
            };
            writer.write_all(&chunk[..count]).map_err(|error| Error::stream("content", &error))?;
        }
    }

    /// Copies content that somebody encrypted to the project's key into the project, and returns the file's id.
    ///
    /// It is encrypted anew, because the file that came in may be encrypted to others too.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if it is not encrypted to the project or is damaged, and
    /// the errors of [`put`](Self::put); nothing is left behind then.
    pub fn put_encrypted(
        &self,
        project: ProjectId,
        file: NewFile,
        sealed: &mut dyn Read,
        by: By<'_>,
    ) -> Result<FileId> {
        let wrong = || {
            let remedy = "encrypt it to the project's recipient, and send all of it";
            Error::settings("upload", "is not encrypted to the project, or is damaged", remedy)
        };
        let manifest = self.project(project)?.manifest;
        manifest.check_writable()?;
        let keys = self.platform_keys(&manifest)?;
        let sealed = io::BufReader::with_capacity(COPY_BYTES, sealed);
        let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| wrong())?;
        let keys = keys.identities().iter().map(crate::Identity::as_age);
        let mut content = decryptor.decrypt(keys).map_err(|_| wrong())?;
        match self.put(project, file, &mut content, by) {
            Err(error) if error.kind() == crate::ErrorKind::Stream => Err(wrong().caused_by(error)),
            other => other,
        }
    }

    /// Returns the public key that uploads to a project are encrypted to.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is no such project.
    pub fn recipient(&self, project: ProjectId) -> Result<Recipient> {
        let manifest = self.project(project)?.manifest;
        manifest.check_alive()?;
        manifest.recipient().cloned()
    }

    /// Starts a file in a project; what is written to it is encrypted on the way.
    ///
    /// # Errors
    /// Returns the errors of [`put`](Self::put).
    pub fn writer(&self, project: ProjectId, file: NewFile, by: By<'_>) -> Result<PutFile<'_>> {
        let id = FileId::random();
        let actor = by.fingerprint(self)?;
        let manifest = match by {
            By::Platform => self.project(project)?.manifest,
            By::Key(_) => self.access(project, by, Action::Put, Some(id), &READERS)?.link.manifest,
        };
        manifest.check_writable()?;
        let recipient = manifest.recipient()?.clone();
        let object = ObjectId::random();
        let path = object_path(project, object);
        let draft = Draft::new(actor, Action::Put).of(project, Some(id));
        let change = self.begin(project, draft, vec![path.clone()])?;
        let created = self.now()?.unwrap_or_default();
        let upload = Upload::start(&*self.store, &path)?;
        let encryptor = record::encryptor(std::slice::from_ref(&recipient))?;
        let stream = encryptor.wrap_output(Observed { upload, head: Vec::new() });
        let stream = stream.map_err(|error| Error::stream(project.to_string(), &error))?;
        let entry = Draught { id, file, object, epoch: manifest.epoch, recipient, created, project };
        Ok(PutFile { change: Some(change), stream: Some(stream), hasher: Sha256::new(), bytes: 0, entry })
    }
}

impl PutFile<'_> {
    /// Completes the file and returns its id.
    ///
    /// # Errors
    /// Returns the errors of [`Vault::put`].
    pub fn finish(mut self) -> Result<FileId> {
        let stream = self.stream.take().expect("a file is finished once");
        let observed = match stream.finish() {
            Ok(observed) => observed,
            Err(error) => return Err(Error::stream(self.entry.project.to_string(), &error)),
        };
        let object_bytes = observed.upload.finish()?;
        let header = Header::read(&mut &observed.head[..]).ok().flatten().expect("a header was written");
        let entry = self.entry(header, object_bytes)?;
        let change = self.change.take().expect("a file is finished once");
        change.commit(|old| {
            let mut next = old.cloned().ok_or_else(|| Error::refused(self.entry.project.to_string()))?;
            next.check_writable()?;
            if !next.keys.as_ref().is_some_and(|keys| keys.epochs.contains(&entry.epoch)) {
                return Err(Error::conflict(self.entry.project.to_string(), "got a new key during the upload"));
            }
            next.files.push(entry.clone());
            next.touched = next.touched.max(entry.created);
            Ok(next)
        })?;
        Ok(self.entry.id)
    }

    fn entry(&mut self, header: Header, object_bytes: u64) -> Result<FileEntry> {
        let hash = Hash(std::mem::take(&mut self.hasher).finalize().into());
        let record = FileRecord { name: self.entry.file.name.clone(), hash };
        Ok(FileEntry {
            id: self.entry.id,
            role: self.entry.file.role,
            created: self.entry.created,
            object: self.entry.object,
            object_bytes,
            header: header.hash,
            bytes: self.bytes,
            epoch: self.entry.epoch,
            sealed: Sealed::new(&record, &self.entry.recipient)?,
        })
    }
}

impl Write for PutFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let closed = || io::Error::other("the file failed before");
        let count = self.stream.as_mut().ok_or_else(closed)?.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for PutFile<'_> {
    fn drop(&mut self) {
        // Gives the upload up first, so that nothing appears after it was removed.
        drop(self.stream.take());
        if let Some(change) = self.change.take() {
            // What cannot be undone now is undone at the next start.
            let _ = change.undo(Outcome::Abandoned);
        }
    }
}

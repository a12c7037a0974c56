//! Rotation: a new key for the project, every file encrypted anew, and the old key thrown away.
//!
//! The manifest says how far it is: its epoch is the current key's, and each file has its own. So a rotation that was cut
//! short goes on from where it was.

use std::io::Write;

use super::open::VaultFile;
use crate::audit::{Action, Draft, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{FileId, ObjectId, ProjectId};
use crate::keys::ProjectKeys;
use crate::manifest::{FileEntry, Manifest, Sealed, object_path};
use crate::project::{FileRecord, ProjectRecord};
use crate::record::{self, Header};
use crate::store::Upload;
use crate::vault::Vault;

/// Gives the project a new current key, in front of the old ones, and encrypts its record to it.
pub(crate) fn start(next: &mut Manifest, keys: &ProjectKeys) -> Result<ProjectKeys> {
    let new = keys.with_new();
    next.epoch += 1;
    next.recipient = Some(new.recipient().clone());
    if let Some(known) = &mut next.keys {
        known.epochs.insert(0, next.epoch);
    }
    if let Some(sealed) = &next.sealed {
        let record: ProjectRecord = sealed.open(keys.identities(), &next.project)?;
        next.sealed = Some(Sealed::new(&record, new.recipient())?);
    }
    Ok(new)
}

impl Vault {
    /// Gives a project a new key and encrypts every file anew; one that was begun before is finished first.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is no such project,
    /// [`ErrorKind::Altered`](crate::ErrorKind::Altered) if a file is damaged, and the errors of the store.
    pub fn rotate(&self, project: ProjectId) -> Result<()> {
        self.resume_rotation(project)?;
        let draft = Draft::new(self.platform_fingerprint()?, Action::Rotate).of(project, None);
        self.rewrite_keys(project, draft, |next, keys| {
            next.check_alive()?;
            start(next, &keys)
        })?;
        self.resume_rotation(project)
    }

    /// Finishes a rotation that was begun.
    pub(crate) fn resume_rotation(&self, project: ProjectId) -> Result<()> {
        loop {
            let manifest = self.project(project)?.manifest;
            manifest.check_alive()?;
            let Some(file) = manifest.files.iter().find(|file| file.epoch != manifest.epoch) else {
                let is_over = manifest.keys.as_ref().is_none_or(|keys| keys.epochs == [manifest.epoch]);
                if is_over || self.drop_old_keys(project)? {
                    return Ok(());
                }
                continue;
            };
            match self.encrypt_anew(&manifest, file) {
                // What was to be read is gone: another process did it first, changed the keys, or deleted the file.
                Err(error) if error.kind() == ErrorKind::Conflict && self.has_moved(project, Some(&manifest))? => {}
                other => other?,
            }
        }
    }

    /// Throws the old keys away; false if a file came in meanwhile that needs them.
    fn drop_old_keys(&self, project: ProjectId) -> Result<bool> {
        let draft = Draft::new(self.platform_fingerprint()?, Action::Rotate).of(project, None);
        let needed = std::cell::Cell::new(false);
        let dropped = self.rewrite_keys(project, draft, |next, keys| {
            needed.set(next.files.iter().any(|file| file.epoch != next.epoch));
            if needed.get() {
                return Err(Error::conflict(project.to_string(), "got a file during its rotation"));
            }
            if let Some(known) = &mut next.keys {
                known.epochs = vec![next.epoch];
            }
            Ok(keys.current_only())
        });
        match dropped {
            Err(_) if needed.get() => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// Encrypts one file to the current key and puts the copy in its place.
    fn encrypt_anew(&self, manifest: &Manifest, file: &FileEntry) -> Result<()> {
        let (project, id) = (manifest.project, file.id);
        let object = ObjectId::random();
        let draft = Draft::new(self.platform_fingerprint()?, Action::Rotate).of(project, Some(id));
        let change = self.begin(project, draft, vec![object_path(project, object)])?;
        let made = match self.copy_anew(manifest, file, object) {
            Ok(made) => made,
            Err(error) => {
                // What cannot be undone now is undone at a later start.
                let _ = change.undo(Outcome::Abandoned);
                return Err(error);
            }
        };
        match change.commit(|old| replace(old, project, id, &made)) {
            // Another process did the same, or there is a newer key.
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(()),
            other => other.map(drop),
        }
    }

    /// Writes a file as a new object, encrypted to the current key.
    fn copy_anew(&self, manifest: &Manifest, file: &FileEntry, object: ObjectId) -> Result<FileEntry> {
        let keys = self.platform_keys(manifest)?;
        let path = object_path(manifest.project, object);
        let recipient = manifest.recipient()?;
        let mut upload = Upload::start(&*self.store, &path)?;
        let mut writer = record::encryptor(std::slice::from_ref(recipient))?
            .wrap_output(&mut upload)
            .map_err(|error| Error::stream(&path, &error))?;
        let mut source = VaultFile::open(self.store.clone(), manifest.project, file.clone(), keys.clone())?;
        source.copy_to(&mut writer)?;
        writer.finish().and_then(|sink| sink.flush()).map_err(|error| Error::stream(&path, &error))?;
        let object_bytes = upload.finish()?;
        let header = self.header(&path, object_bytes)?;
        let record: FileRecord = file.sealed.open(keys.identities(), &file.id)?;
        let sealed = Sealed::new(&record, recipient)?;
        Ok(FileEntry { object, object_bytes, header: header.hash, epoch: manifest.epoch, sealed, ..file.clone() })
    }

    fn header(&self, path: &str, bytes: u64) -> Result<Header> {
        let start = self.store.range(path, 0..bytes.min(1 << 12))?.unwrap_or_default();
        let header = Header::read(&mut &start[..]).ok().flatten();
        header.ok_or_else(|| Error::altered(path, "was altered while it was written"))
    }
}

fn replace(old: Option<&Manifest>, project: ProjectId, id: FileId, made: &FileEntry) -> Result<Manifest> {
    let mut next = old.cloned().ok_or_else(|| Error::refused(project.to_string()))?;
    next.check_alive()?;
    let is_current = next.epoch == made.epoch;
    match next.files.iter_mut().find(|file| file.id == id && file.epoch != made.epoch) {
        Some(file) if is_current => *file = made.clone(),
        _ => return Err(Error::conflict(project.to_string(), "was encrypted anew by another process")),
    }
    Ok(next)
}

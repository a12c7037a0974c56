//! A new project: its keys, and its first manifest.

use super::records::ProjectRecord;
use crate::audit::{Action, Draft};
use crate::error::{Error, Result};
use crate::ids::{Hash, ObjectId, ProjectId};
use crate::keys::{ProjectKeys, Recipient};
use crate::manifest::{KeyObject, Manifest, Reader, ReaderRole, Sealed, State, key_path};
use crate::store::Condition;
use crate::vault::Vault;

impl Vault {
    /// Makes a project, with a key of its own; the platform may read it, and its owner if they have a key.
    ///
    /// # Errors
    /// Returns the errors of the store, and of a vault opened without the platform's key.
    pub fn create(&self, record: &ProjectRecord, owner: Option<&Recipient>) -> Result<ProjectId> {
        let key = self.key()?;
        let (project, object) = (ProjectId::random(), ObjectId::random());
        let since = self.now()?.unwrap_or_default();
        let reader = |recipient: &Recipient, role| Reader { recipient: recipient.clone(), role, since };
        let mut readers = vec![reader(key.recipient(), ReaderRole::Platform)];
        readers.extend(owner.map(|owner| reader(owner, ReaderRole::Owner)));
        let keys = ProjectKeys::generate();
        let recipients: Vec<Recipient> = readers.iter().map(|reader| reader.recipient.clone()).collect();
        let sealed_keys = keys.seal(project, &recipients, &self.plugins)?;
        let draft = Draft::new(self.platform_fingerprint()?, Action::Create).of(project, None);
        let change = self.begin(project, draft, vec![key_path(project, object)])?;
        let hash = Hash::of(&sealed_keys);
        self.store.put(&key_path(project, object), sealed_keys, &Condition::Create)?;
        let manifest = Manifest {
            state: State::Open,
            person: Some(key.person_tag(&record.owner.person)),
            recipient: Some(keys.recipient().clone()),
            keys: Some(KeyObject { object, hash, epochs: vec![0] }),
            readers,
            sealed: Some(Sealed::new(record, keys.recipient())?),
            ..Manifest::never(self.id(), project, since)
        };
        change.commit(|old| match old {
            None => Ok(manifest.clone()),
            Some(_) => Err(Error::conflict(project.to_string(), "was given up by another process")),
        })?;
        Ok(project)
    }
}

//! Who may read a project: assign and revoke rewrite one small object.

use crate::audit::{Action, Draft};
use crate::change::Change;
use crate::error::{Error, Result};
use crate::ids::{Fingerprint, Hash, ObjectId, ProjectId};
use crate::keys::{ProjectKeys, Recipient};
use crate::manifest::{KeyObject, Manifest, Reader, ReaderRole, State, key_path};
use crate::store::Condition;
use crate::vault::Vault;

impl Vault {
    /// Gives a project to a key: the project's keys are encrypted to it too.
    ///
    /// A key that has the project already keeps it.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is no such project, and the errors of the store.
    pub fn assign(&self, project: ProjectId, recipient: &Recipient, role: ReaderRole) -> Result<()> {
        if role == ReaderRole::Platform {
            let remedy = "assign it as an engineer or as the owner";
            return Err(Error::settings("role", "belongs to the platform's own key", remedy));
        }
        let subject = recipient.fingerprint();
        let since = self.now()?.unwrap_or_default();
        let draft = Draft { subject: Some(subject), ..Draft::new(self.platform_fingerprint()?, Action::Assign) };
        self.rewrite_keys(project, draft.of(project, None), |next, keys| {
            next.check_alive()?;
            if next.reader(subject).is_none() {
                next.readers.push(Reader { recipient: recipient.clone(), role, since });
            }
            if role == ReaderRole::Engineer && next.state == State::Open {
                next.state = State::InProgress;
            }
            Ok(keys)
        })
    }

    /// Takes a project from a key, gives the project a new key, and encrypts every file anew.
    ///
    /// From the moment this returns, neither the key nor anything its holder kept opens what is stored. A crash in between
    /// is taken up by [`rotate`](Self::rotate), which the next sweep calls.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is no such project or the key does not have it,
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) for the platform's own key, and the errors of the store.
    pub fn revoke(&self, project: ProjectId, reader: Fingerprint) -> Result<()> {
        let draft = Draft { subject: Some(reader), ..Draft::new(self.platform_fingerprint()?, Action::Revoke) };
        self.rewrite_keys(project, draft.of(project, None), |next, keys| {
            next.check_alive()?;
            let role = next.reader(reader).map(|reader| reader.role);
            match role {
                None => Err(Error::refused(reader.to_string())),
                Some(ReaderRole::Platform) => {
                    let remedy = "erase the project instead";
                    Err(Error::settings(reader.to_string(), "is the platform's own key", remedy))
                }
                Some(_) => {
                    next.readers.retain(|known| known.fingerprint() != reader);
                    super::rotate::start(next, &keys)
                }
            }
        })?;
        self.resume_rotation(project)
    }

    /// Changes a manifest together with the project's keys.
    pub(crate) fn rewrite_keys(
        &self,
        project: ProjectId,
        draft: Draft,
        mut edit: impl FnMut(&mut Manifest, ProjectKeys) -> Result<ProjectKeys>,
    ) -> Result<()> {
        let object = ObjectId::random();
        let change = self.begin(project, draft, vec![key_path(project, object)])?;
        self.commit_keys(&change, project, object, &mut edit)
    }

    fn commit_keys(
        &self,
        change: &Change<'_>,
        project: ProjectId,
        object: ObjectId,
        edit: &mut dyn FnMut(&mut Manifest, ProjectKeys) -> Result<ProjectKeys>,
    ) -> Result<()> {
        let path = key_path(project, object);
        let committed = change.commit(|old| {
            let mut next = old.cloned().ok_or_else(|| Error::refused(project.to_string()))?;
            next.check_alive()?;
            let keys = self.platform_keys(&next)?;
            let keys = edit(&mut next, keys)?;
            let sealed = keys.seal(project, &next.recipients(), &self.plugins)?;
            let epochs = match &next.keys {
                Some(known) => known.epochs.clone(),
                None => vec![next.epoch],
            };
            next.keys = Some(KeyObject { object, hash: Hash::of(&sealed), epochs });
            // A try before this one may have left it, and no manifest names it.
            self.store.delete(&path)?;
            self.store.put(&path, sealed, &Condition::Create)?;
            Ok(next)
        });
        committed.map(drop)
    }
}

//! Completion of an exchange of the platform's key, which can be repeated: every project is encrypted to the new key.

use std::sync::PoisonError;

use zeroize::Zeroizing;

use super::rotate::alive;
use super::statement::{FOLDER, HANDOVER, Succession};
use crate::audit::{Action, Draft};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{Hash, PersonTag, ProjectId};
use crate::keys::{Identity, PersonIndex};
use crate::manifest::{Manifest, ReaderRole};
use crate::project::{ProjectRecord, start_rotation};
use crate::record;
use crate::vault::Vault;

impl Vault {
    /// Finishes an exchange of the platform's key that a crash left.
    pub(crate) fn finish_succession(&self) -> Result<()> {
        let history = self.keys.history();
        let key = self.key()?;
        // The vault's statement is signed by the new key last.
        if history.current() != key.public() || self.is_stated_by(&key.public()) {
            return Ok(());
        }
        let Some((last, _)) = history.last() else { return Ok(()) };
        if !self.log.reports(last.change, last.logged())? {
            *self.former.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.handed_over(last)?);
            for project in last.heads.keys() {
                self.take_over(*project, last)?;
            }
            *self.former.lock().unwrap_or_else(PoisonError::into_inner) = None;
            self.record(self.exchanged(last)?)?;
        }
        for path in self.store.list(FOLDER, None)?.iter().filter(|path| path.ends_with(HANDOVER)) {
            self.store.delete(path)?;
        }
        self.sign_statement(key).map(drop)
    }

    fn exchanged(&self, last: &Succession) -> Result<Draft> {
        let (subject, change) = (Some(self.platform_fingerprint()?), Some(last.change));
        Ok(Draft { subject, change, ..Draft::new(last.old_recipient.fingerprint(), Action::RotatePlatform) })
    }

    /// Decrypts the old key's identity, which opens projects until they are encrypted to the new one.
    fn handed_over(&self, last: &Succession) -> Result<Identity> {
        let path = last.handover_path();
        let sealed = self.store.get(&path)?.map(|(bytes, _)| bytes).unwrap_or_default();
        if Hash::of(&sealed) != last.handover {
            return Err(Error::altered(path, "is not what the old key handed over"));
        }
        let text = record::decrypt(&sealed, std::slice::from_ref(self.key()?.identity()))?;
        let text = std::str::from_utf8(&text).map_err(|_| Error::altered(&path, "holds no key"))?;
        Identity::parse(text).map_err(|_| Error::altered(path, "holds no key"))
    }

    /// Encrypts the keys of a project to the new key; a project that was damaged stays as it is.
    fn take_over(&self, project: ProjectId, last: &Succession) -> Result<()> {
        let taken = self.try_take_over(project, last);
        match taken {
            Err(error) if matches!(error.kind(), ErrorKind::Altered | ErrorKind::Refused) => Ok(()),
            // Another process took it over at the same time.
            Err(error) if error.kind() == ErrorKind::Conflict && self.is_taken_over(project)? => Ok(()),
            other => other,
        }
    }

    fn is_taken_over(&self, project: ProjectId) -> Result<bool> {
        let own = self.platform_fingerprint()?;
        let manifest = self.project(project)?.manifest;
        Ok(manifest.check_alive().is_err() || manifest.reader(own).is_some())
    }

    fn try_take_over(&self, project: ProjectId, last: &Succession) -> Result<()> {
        if self.is_taken_over(project)? {
            return Ok(());
        }
        let draft = Draft { change: None, ..self.exchanged(last)? };
        let old = last.old_recipient.fingerprint();
        self.rewrite_keys(project, draft.of(project, None), |next, keys| {
            let reader = next.readers.iter_mut().find(|reader| reader.fingerprint() == old);
            let Some(reader) = reader.filter(|reader| reader.role == ReaderRole::Platform) else {
                return Err(Error::conflict(project.to_string(), "was taken over by another process"));
            };
            reader.recipient = self.key()?.recipient().clone();
            next.person = self.tag_anew(next, keys.identities())?.or(next.person);
            if last.is_stolen { start_rotation(next, &keys) } else { Ok(keys) }
        })
    }

    /// Returns the name of a project's person under the new key; `None` if its record is damaged.
    fn tag_anew(&self, manifest: &Manifest, keys: &[Identity]) -> Result<Option<PersonTag>> {
        let Some(sealed) = &manifest.sealed else { return Ok(None) };
        let record = sealed.open::<ProjectRecord>(keys, &manifest.project);
        let key = self.key()?;
        Ok(record.ok().map(|record| key.person_tag(&record.owner.person)))
    }

    /// Encrypts the files of every project anew that got a new key because the platform's old one may be in wrong hands.
    pub(super) fn renew_projects(&self) -> Result<()> {
        let mut first = Ok(());
        for project in alive(self.manifests()?) {
            let renewed = self.resume_rotation(project);
            first = first.and(renewed);
        }
        first
    }

    /// Returns what names persons inside the vault: that of the current key, and those of keys before it.
    pub(super) fn person_indices(&self) -> Result<Vec<PersonIndex>> {
        let key = self.key()?;
        let mut all = vec![key.person_index()];
        let history = self.keys.history();
        let Some((last, _)) = history.last().filter(|(last, _)| last.new == key.public()) else { return Ok(all) };
        let opened: Vec<String> = last.persons.open(std::slice::from_ref(key.identity()), &last.handover_path())?;
        let texts = Zeroizing::new(opened);
        all.extend(texts.iter().filter_map(|text| PersonIndex::parse(text)));
        Ok(all)
    }

    /// Returns the names that a person has inside the vault: projects that were erased keep the one they had.
    pub(crate) fn person_tags(&self, person: &str) -> Result<Vec<PersonTag>> {
        Ok(self.person_indices()?.iter().map(|index| index.tag(person)).collect())
    }
}

//! Corrections of what is said about a project.

use std::collections::BTreeMap;

use crate::audit::Action;
use crate::error::{Error, Result};
use crate::ids::ProjectId;
use crate::manifest::{ProviderReference, Sealed};
use crate::project::ProjectRecord;
use crate::vault::Vault;

/// What is to be changed; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct Correction {
    /// Title of the work.
    pub title: Option<String>,
    /// Artist.
    pub artist: Option<String>,
    /// E-mail address of the owner.
    pub email: Option<String>,
    /// Name of the owner.
    pub name: Option<String>,
    /// Wishes to set; an empty one is removed.
    pub preferences: BTreeMap<String, String>,
    /// Something that a provider holds since now, to be deleted there too.
    pub provider: Option<ProviderReference>,
}

impl Correction {
    fn apply(&self, record: &mut ProjectRecord) {
        let set = |field: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                field.clone_from(value);
            }
        };
        set(&mut record.title, &self.title);
        set(&mut record.artist, &self.artist);
        record.owner.email = self.email.clone().or(record.owner.email.take());
        record.owner.name = self.name.clone().or(record.owner.name.take());
        record.preferences.extend(self.preferences.clone());
        record.preferences.retain(|_, wish| !wish.is_empty());
        record.providers.extend(self.provider.clone().filter(|held| !record.providers.contains(held)));
    }
}

impl Vault {
    /// Corrects title, artist, owner or preferences of a project.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is no such project, and the errors of the store.
    pub fn correct(&self, project: ProjectId, correction: &Correction) -> Result<()> {
        self.edit(project, Action::Correct, |next| {
            let sealed = next.sealed.as_ref().ok_or_else(|| Error::refused(project.to_string()))?;
            let mut record: ProjectRecord = sealed.open(self.platform_keys(next)?.identities(), &project)?;
            correction.apply(&mut record);
            next.sealed = Some(Sealed::new(&record, next.recipient()?)?);
            Ok(())
        })
    }
}

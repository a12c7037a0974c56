//! Who asks, and whether they may.

use std::sync::PoisonError;

use crate::audit::{Action, Draft};
use crate::chain::Link;
use crate::error::{Error, Result};
use crate::ids::{FileId, Fingerprint, Hash, ProjectId};
use crate::keys::{Identity, ProjectKeys};
use crate::manifest::{Manifest, ReaderRole, key_path};
use crate::vault::Vault;

/// Who asks for something.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// The platform.
    Platform,
    /// A person, by their key.
    Key(&'a Identity),
}

impl By<'_> {
    pub(crate) fn fingerprint(self, vault: &Vault) -> Result<Fingerprint> {
        match self {
            Self::Platform => vault.platform_fingerprint(),
            Self::Key(identity) => Ok(identity.fingerprint()),
        }
    }
}

/// A project that the caller may read, with its keys.
pub(crate) struct Access {
    pub(crate) link: Link,
    pub(crate) keys: ProjectKeys,
}

impl Vault {
    /// Opens a project for `by`; a refusal goes to the log.
    pub(crate) fn access(
        &self,
        project: ProjectId,
        by: By<'_>,
        action: Action,
        file: Option<FileId>,
        roles: &[ReaderRole],
    ) -> Result<Access> {
        let draft = Draft::new(by.fingerprint(self)?, action).of(project, file);
        let access = self.try_access(project, by, roles);
        if access.as_ref().is_err_and(|error| error.kind() == crate::ErrorKind::Refused) {
            self.record(draft.refused())?;
        }
        access
    }

    fn try_access(&self, project: ProjectId, by: By<'_>, roles: &[ReaderRole]) -> Result<Access> {
        let identity = match by {
            By::Platform => self.key()?.identity(),
            By::Key(identity) => identity,
        };
        let link = self.project(project)?;
        link.manifest.check_alive()?;
        let reader = link.manifest.reader(identity.fingerprint());
        if reader.is_none_or(|reader| !roles.contains(&reader.role)) {
            return Err(Error::refused(project.to_string()));
        }
        let keys = self.project_keys(&link.manifest, identity)?;
        Ok(Access { link, keys })
    }

    /// Decrypts the keys of a project by the key of a reader.
    pub(crate) fn project_keys(&self, manifest: &Manifest, identity: &Identity) -> Result<ProjectKeys> {
        let project = manifest.project;
        let object = manifest.keys.as_ref().ok_or_else(|| Error::refused(project.to_string()))?;
        let path = key_path(project, object.object);
        let Some((sealed, _)) = self.store.get(&path)? else {
            // It was replaced a moment ago, or the project is being deleted.
            return Err(Error::conflict(project.to_string(), "got new keys at this moment"));
        };
        if Hash::of(&sealed) != object.hash {
            return Err(Error::altered(path, "is not the object that the manifest names"));
        }
        ProjectKeys::open(project, &sealed, identity)
    }

    /// Returns the keys of a project by the platform's key; by the one before it, if the project is still encrypted to that.
    pub(crate) fn platform_keys(&self, manifest: &Manifest) -> Result<ProjectKeys> {
        let own = self.key()?.identity();
        let former = self.former.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match former.filter(|former| manifest.reader(former.fingerprint()).is_some()) {
            Some(former) => self.project_keys(manifest, &former),
            None => self.project_keys(manifest, own),
        }
    }
}

/// Every role that may read.
pub(crate) const READERS: [ReaderRole; 3] = [ReaderRole::Platform, ReaderRole::Owner, ReaderRole::Engineer];

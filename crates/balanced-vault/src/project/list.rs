//! What is in the vault.

use serde::Serialize;

use super::access::{By, READERS};
use super::records::{FileRecord, ProjectRecord};
use crate::audit::{Action, Draft};
use crate::error::Result;
use crate::ids::{FileId, Fingerprint, Hash, ProjectId};
use crate::manifest::{FileRole, Hold, Manifest, ReaderRole, State};
use crate::time::Moment;
use crate::vault::Vault;

/// What is known of a project without its keys.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProjectSummary {
    /// The project.
    pub project: ProjectId,
    /// Its state.
    pub state: State,
    /// When it was made.
    pub created: Moment,
    /// When it was completed.
    pub completed: Option<Moment>,
    /// Number of files.
    pub files: usize,
    /// Who may read it: fingerprints and roles.
    pub readers: Vec<(Fingerprint, ReaderRole)>,
    /// What stops its deletion.
    pub holds: Vec<Hold>,
}

/// A project, with its names.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProjectListing {
    /// What is known of it without its keys.
    #[serde(flatten)]
    pub summary: ProjectSummary,
    /// Title, artist, owner.
    pub record: ProjectRecord,
    /// Its files.
    pub contents: Vec<FileListing>,
}

/// A file of a project, with its name.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FileListing {
    /// The file.
    pub id: FileId,
    /// What it is.
    pub role: FileRole,
    /// When it came in.
    pub created: Moment,
    /// Length of the plain content in bytes.
    pub bytes: u64,
    /// Name that it came with.
    pub name: String,
    /// SHA-256 of the plain content.
    pub sha256: Hash,
}

impl Vault {
    /// Returns the ids of all projects.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    pub fn project_ids(&self) -> Result<Vec<ProjectId>> {
        Ok(self.store.folders("projects")?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// Returns what is known of every project without its keys, deleted ones included.
    ///
    /// # Errors
    /// Returns the errors of reading the manifests.
    pub fn summaries(&self) -> Result<Vec<ProjectSummary>> {
        Ok(self.manifests()?.iter().map(summary).collect())
    }

    pub(crate) fn manifests(&self) -> Result<Vec<Manifest>> {
        let found = self.project_ids()?.into_iter().map(|project| self.newest(project));
        let found: Vec<_> = found.collect::<Result<_>>()?;
        Ok(found.into_iter().flatten().map(|link| link.manifest).collect())
    }

    /// Returns a project with its names, for one of its readers.
    ///
    /// # Errors
    /// Returns the errors of [`open_file`](Self::open_file).
    pub fn list(&self, project: ProjectId, by: By<'_>) -> Result<ProjectListing> {
        let access = self.access(project, by, Action::List, None, &READERS)?;
        self.record(Draft::new(by.fingerprint(self)?, Action::List).of(project, None))?;
        listing(&access.link.manifest, access.keys.identities())
    }
}

/// Decrypts the names of a project.
pub(crate) fn listing(manifest: &Manifest, keys: &[crate::keys::Identity]) -> Result<ProjectListing> {
    let sealed = manifest.sealed.as_ref().ok_or_else(|| crate::Error::refused(manifest.project.to_string()))?;
    let contents = manifest.files.iter().map(|file| {
        let record: FileRecord = file.sealed.open(keys, &file.id)?;
        let (name, sha256) = (record.name, record.hash);
        Ok(FileListing { id: file.id, role: file.role, created: file.created, bytes: file.bytes, name, sha256 })
    });
    Ok(ProjectListing {
        summary: summary(manifest),
        record: sealed.open(keys, &manifest.project)?,
        contents: contents.collect::<Result<_>>()?,
    })
}

fn summary(manifest: &Manifest) -> ProjectSummary {
    ProjectSummary {
        project: manifest.project,
        state: manifest.state,
        created: manifest.created,
        completed: manifest.completed,
        files: manifest.files.len(),
        readers: manifest.readers.iter().map(|reader| (reader.fingerprint(), reader.role)).collect(),
        holds: manifest.holds.clone(),
    }
}

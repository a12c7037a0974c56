//! What is held about a person, where, and until when.

use serde::Serialize;

use crate::audit::{Action, Draft};
use crate::error::Result;
use crate::ids::{ProjectId, VaultId};
use crate::manifest::{ProviderReference, State};
use crate::project::{By, ProjectListing};
use crate::time::Moment;
use crate::vault::Vault;

/// What is held about a person.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PersonReport {
    /// The vault that holds it.
    pub vault: VaultId,
    /// When the report was made.
    pub at: Option<Moment>,
    /// The person's projects.
    pub projects: Vec<ProjectReport>,
    /// Projects that were erased, of which only numbers are left.
    pub erased: Vec<ProjectId>,
}

/// What is held of a project.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProjectReport {
    /// The project, with its names and files.
    #[serde(flatten)]
    pub listing: ProjectListing,
    /// When it will be erased; `None` while the work is not completed, or if it is held.
    pub until: Option<Moment>,
    /// What others hold of it.
    pub providers: Vec<ProviderReference>,
}

impl Vault {
    /// Tells what is held about a person, where, and until when.
    ///
    /// # Errors
    /// Returns the errors of reading the projects.
    pub fn report(&self, person: &str) -> Result<PersonReport> {
        let tags = self.person_tags(person)?;
        let theirs =
            self.manifests()?.into_iter().filter(|manifest| manifest.person.is_some_and(|tag| tags.contains(&tag)));
        let (mut projects, mut erased) = (Vec::new(), Vec::new());
        let policy = self.policy();
        for manifest in theirs {
            if matches!(manifest.state, State::Deleting | State::Deleted) {
                erased.push(manifest.project);
                continue;
            }
            let listing = self.list(manifest.project, By::Platform)?;
            let end = match manifest.state {
                State::Open => Some(manifest.touched.plus_days(policy.abandoned_days)),
                _ => manifest.completed.map(|completed| completed.plus_days(policy.longest_days())),
            };
            let until = end.filter(|_| manifest.holds.is_empty());
            projects.push(ProjectReport { until, providers: listing.record.providers.clone(), listing });
        }
        self.record(Draft::new(self.platform_fingerprint()?, Action::Report))?;
        Ok(PersonReport { vault: self.id(), at: self.now()?, projects, erased })
    }
}

//! Erasure of everything that is held about a person.

use crate::error::{Error, Result};
use crate::ids::ProjectId;
use crate::manifest::State;
use crate::retention::{ProviderDeletion, Reason, Swept};
use crate::vault::Vault;

impl Vault {
    /// Erases a project at once, whatever its state.
    ///
    /// # Errors
    /// Returns [`ErrorKind::State`](crate::ErrorKind::State) if it is held, and the errors of the store; what was begun is
    /// finished by the next sweep.
    pub fn erase(&self, project: ProjectId, providers: &[&dyn ProviderDeletion]) -> Result<Swept> {
        let mut swept = Swept::default();
        self.project(project)?;
        self.erase_project(project, Reason::PersonsRequest, providers, &mut swept)?;
        Ok(swept)
    }

    /// Erases all projects of a person at once; each has its receipt.
    ///
    /// # Errors
    /// Returns [`ErrorKind::State`](crate::ErrorKind::State) with the first project that is held, before anything is
    /// erased, and the errors of [`erase`](Self::erase).
    pub fn erase_person(&self, person: &str, providers: &[&dyn ProviderDeletion]) -> Result<Swept> {
        let projects = self.projects_of(person)?;
        for project in &projects {
            if let Some(hold) = self.project(*project)?.manifest.holds.first() {
                let problem = format!("is held since {} (case {}), so nothing was erased", hold.since, hold.case);
                return Err(Error::state(project.to_string(), problem, "release the hold first"));
            }
        }
        let mut swept = Swept::default();
        for project in projects {
            self.erase_project(project, Reason::PersonsRequest, providers, &mut swept)?;
        }
        Ok(swept)
    }

    /// Returns the living projects of a person.
    ///
    /// # Errors
    /// Returns the errors of reading the manifests.
    pub fn projects_of(&self, person: &str) -> Result<Vec<ProjectId>> {
        let tags = self.person_tags(person)?;
        let theirs =
            self.manifests()?.into_iter().filter(|manifest| manifest.person.is_some_and(|tag| tags.contains(&tag)));
        Ok(theirs.filter(|manifest| manifest.state != State::Deleted).map(|manifest| manifest.project).collect())
    }
}

//! Execution of the plan; every step can be repeated.

use super::plan::{Due, Plan, Reason, plan};
use super::providers::ProviderDeletion;
use super::receipt::{self, Receipt};
use crate::audit::{Action, Draft};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{FileId, ProjectId};
use crate::manifest::{Manifest, ProviderReference, State, folder};
use crate::project::ProjectRecord;
use crate::signed::{self, Kind};
use crate::store::Condition;
use crate::vault::Vault;

/// What a sweep did.
#[derive(Clone, Debug, Default, serde::Serialize)]
#[non_exhaustive]
pub struct Swept {
    /// What was due.
    pub plan: Plan,
    /// Projects that were erased, each with a receipt.
    pub erased: Vec<ProjectId>,
    /// Providers that did not confirm, and why.
    pub unconfirmed: Vec<(ProviderReference, String)>,
}

impl Vault {
    /// Plans what is due now; changes nothing.
    ///
    /// # Errors
    /// Returns the errors of reading the manifests and the log.
    pub fn plan(&self) -> Result<Plan> {
        let logged = self.log.end()?.1;
        Ok(plan(&self.manifests()?, &self.policy(), self.clock.now(), logged))
    }

    /// Does what is due, and finishes what was begun.
    ///
    /// # Errors
    /// Returns the errors of the store; the next sweep goes on where this one ended.
    pub fn sweep(&self, providers: &[&dyn ProviderDeletion]) -> Result<Swept> {
        self.key()?;
        self.recover()?;
        let mut swept = Swept { plan: self.plan()?, ..Swept::default() };
        for due in swept.plan.due.clone() {
            match due {
                Due::EraseProject { project, reason, .. } => {
                    self.erase_project(project, reason, providers, &mut swept)?
                }
                Due::FinishErasure { project } => self.finish_erasure(project, providers, &mut swept)?,
                Due::DeleteFiles { project, files, .. } => self.delete_files(project, &files)?,
                Due::FinishRotation { project } => self.resume_rotation(project)?,
                Due::AskProvider { project, .. } => self.ask_providers(project, providers, &mut swept)?,
            }
        }
        Ok(swept)
    }

    /// Erases a project: its keys first, then its files.
    ///
    /// # Errors
    /// Returns [`ErrorKind::State`](crate::ErrorKind::State) if it is held, and the errors of the store; what was begun is
    /// finished by the next sweep.
    pub(crate) fn erase_project(
        &self,
        project: ProjectId,
        reason: Reason,
        providers: &[&dyn ProviderDeletion],
        swept: &mut Swept,
    ) -> Result<()> {
        self.resume_if_rotating(project)?;
        let draft = Draft::new(self.platform_fingerprint()?, Action::Erase).of(project, None);
        let change = self.begin(project, draft, Vec::new())?;
        let begun = change.commit(|old| {
            let mut next = old.cloned().ok_or_else(|| Error::refused(project.to_string()))?;
            if let Some(hold) = next.holds.first() {
                let problem = format!("is held since {} (case {})", hold.since, hold.case);
                return Err(Error::state(project.to_string(), problem, "release the hold first"));
            }
            next.check_alive()?;
            next.outstanding = self.held_by_providers(&next)?;
            (next.state, next.erasure) = (State::Deleting, Some(reason));
            Ok(next)
        });
        match begun {
            // Another process began it.
            Err(error) if error.kind() == ErrorKind::Refused => {}
            other => drop(other?),
        }
        self.finish_erasure(project, providers, swept)
    }

    /// Returns what providers hold of a project; nothing if its record is damaged, which must not keep it alive.
    fn held_by_providers(&self, manifest: &Manifest) -> Result<Vec<ProviderReference>> {
        let open = || -> Result<Vec<ProviderReference>> {
            let sealed = manifest.sealed.as_ref().ok_or_else(|| Error::refused(manifest.project.to_string()))?;
            let keys = self.platform_keys(manifest)?;
            Ok(sealed.open::<ProjectRecord>(keys.identities(), &manifest.project)?.providers)
        };
        match open() {
            Err(error) if error.kind() != ErrorKind::Store => Ok(Vec::new()),
            other => other,
        }
    }

    fn resume_if_rotating(&self, project: ProjectId) -> Result<()> {
        match self.resume_rotation(project) {
            // What is altered cannot be encrypted anew, and must go all the same; so must what is gone already.
            Err(error) if error.kind() != ErrorKind::Store => Ok(()),
            other => other,
        }
    }

    /// Destroys the keys and then the files of a project that is being deleted, and writes the receipt.
    fn finish_erasure(&self, project: ProjectId, providers: &[&dyn ProviderDeletion], swept: &mut Swept) -> Result<()> {
        let manifest = self.project(project)?.manifest;
        if manifest.state == State::Deleting {
            let at = self.now()?.unwrap_or(manifest.at);
            let reason = manifest.erasure.unwrap_or(Reason::Retention);
            let receipt = Receipt::new(&manifest, reason, at, manifest.outstanding.clone());
            let bytes = signed::write(Kind::Receipt, &receipt, Some(self.key()?));
            for part in ["keys", "objects"] {
                for path in self.store.list(&format!("{}/{part}", folder(project)), None)? {
                    self.store.delete(&path)?;
                }
            }
            self.write_receipt(project, bytes)?;
            self.bury(project)?;
            swept.erased.push(project);
        }
        self.ask_providers(project, providers, swept)
    }

    /// Writes a receipt, unless there is one: from another process, or from before a crash.
    fn write_receipt(&self, project: ProjectId, bytes: Vec<u8>) -> Result<()> {
        let path = receipt::path(project);
        if self.store.put(&path, bytes.clone(), &Condition::Create)? {
            return Ok(());
        }
        let Some((found, version)) = self.store.get(&path)? else { return Ok(()) };
        if self.keys.read_signed::<Receipt>(&found)?.is_none() {
            // It was written as the platform's key was exchanged, too late for the old one.
            self.store.put(&path, bytes, &Condition::Update(version))?;
        }
        Ok(())
    }

    /// Declares a project deleted.
    fn bury(&self, project: ProjectId) -> Result<()> {
        let draft = Draft::new(self.platform_fingerprint()?, Action::Erase).of(project, None);
        let change = self.begin(project, draft, Vec::new())?;
        let buried = change.commit(|old| {
            let old = old.ok_or_else(|| Error::refused(project.to_string()))?;
            if old.state == State::Deleted {
                return Err(Error::refused(project.to_string()));
            }
            Ok(Manifest {
                state: State::Deleted,
                recipient: None,
                keys: None,
                readers: Vec::new(),
                sealed: None,
                files: Vec::new(),
                ..old.clone()
            })
        });
        match buried {
            Err(error) if error.kind() == ErrorKind::Refused => Ok(()),
            other => other.map(drop),
        }
    }

    /// Asks the providers for the deletions that they have not confirmed.
    fn ask_providers(&self, project: ProjectId, providers: &[&dyn ProviderDeletion], swept: &mut Swept) -> Result<()> {
        let outstanding = self.project(project)?.manifest.outstanding;
        let mut confirmed = Vec::new();
        for held in outstanding {
            let answer = match providers.iter().find(|provider| provider.name() == held.provider) {
                Some(provider) => provider.delete(&held.reference),
                None => Err("nobody here can ask this provider".to_owned()),
            };
            match answer {
                Ok(()) => confirmed.push(held),
                Err(problem) if swept.unconfirmed.iter().any(|(known, _)| *known == held) => drop(problem),
                Err(problem) => swept.unconfirmed.push((held, problem)),
            }
        }
        if confirmed.is_empty() {
            return Ok(());
        }
        let draft = Draft::new(self.platform_fingerprint()?, Action::Erase).of(project, None);
        let change = self.begin(project, draft, Vec::new())?;
        let noted = change.commit(|old| {
            let mut next = old.cloned().ok_or_else(|| Error::refused(project.to_string()))?;
            next.outstanding.retain(|held| !confirmed.contains(held));
            Ok(next)
        });
        noted.map(drop)
    }

    /// Deletes files of a project that lives on.
    fn delete_files(&self, project: ProjectId, files: &[FileId]) -> Result<()> {
        self.edit(project, Action::Expire, |next| {
            if next.state != State::Completed || !next.holds.is_empty() {
                let remedy = "sweep again";
                return Err(Error::conflict(project.to_string(), format!("changed its state; {remedy}")));
            }
            next.files.retain(|file| !files.contains(&file.id));
            Ok(())
        })
    }

    /// Returns the receipt of an erased project, as it is signed.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Refused`](crate::ErrorKind::Refused) if there is none, and the errors of the store.
    pub fn receipt(&self, project: ProjectId) -> Result<Vec<u8>> {
        let found = self.store.get(&receipt::path(project))?;
        found.map(|(bytes, _)| bytes).ok_or_else(|| Error::refused(format!("receipt of {project}")))
    }
}

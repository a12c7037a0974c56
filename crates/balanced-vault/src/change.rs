//! Changes: an intent is written first, so that a crash leaves something that the next start finishes or undoes.

use serde::{Deserialize, Serialize};

use crate::audit::{Action, Draft, Outcome};
use crate::chain::Link;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ChangeId, FileId, Fingerprint, Hash, ProjectId};
use crate::manifest::Manifest;
use crate::signed::{self, Kind};
use crate::store::Condition;
use crate::succession::{Lasting, Standing, Succession};
use crate::time::{DAY_S, Moment};
use crate::vault::Vault;

const FOLDER: &str = "intents";
/// Age in seconds from which a change without a result is given up: an upload may take this long.
const UPLOAD_PATIENCE_S: u64 = DAY_S;
/// The same for all other changes.
const PATIENCE_S: u64 = 600;

/// What a change is going to do; signed, because what it names may be deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Intent {
    id: ChangeId,
    project: ProjectId,
    action: Action,
    actor: Fingerprint,
    file: Option<FileId>,
    subject: Option<Fingerprint>,
    /// Objects that are written before the manifest names them.
    objects: Vec<String>,
    /// Number of the project's newest manifest when it began.
    sequence: u64,
    /// Number of the log's last entry when it began.
    logged: u64,
    at: Moment,
}

impl Lasting for Intent {
    const KIND: Kind = Kind::Intent;

    /// Changes were finished or given up before their key was exchanged.
    fn is_held_by(&self, _: Hash, _: &Succession) -> bool {
        false
    }
}

/// A change that is being made.
pub(crate) struct Change<'v> {
    vault: &'v Vault,
    intent: Intent,
}

impl Vault {
    /// Begins a change that will write `objects`; `draft` is what the log will say.
    pub(crate) fn begin(&self, project: ProjectId, draft: Draft, objects: Vec<String>) -> Result<Change<'_>> {
        let key = self.key()?;
        let (logged, last) = self.log.end()?;
        let intent = Intent {
            id: ChangeId::random(),
            project,
            action: draft.action,
            actor: draft.actor,
            file: draft.file,
            subject: draft.subject,
            objects,
            sequence: self.newest(project)?.map_or(0, |link| link.manifest.sequence),
            logged,
            at: self.clock.now().unwrap_or(last),
        };
        let bytes = signed::write(Kind::Intent, &intent, Some(key));
        self.store.put(&path(intent.id), bytes, &Condition::Create)?;
        // Behind the intent: whoever exchanges the platform's key finds either the intent, or was found here.
        if let Err(error) = self.check_key_is_current() {
            self.store.delete(&path(intent.id))?;
            return Err(error);
        }
        Ok(Change { vault: self, intent })
    }

    /// Finishes or undoes every change that a crash left, if it is old enough that nobody works at it any more.
    pub(crate) fn recover(&self) -> Result<()> {
        self.recover_changes(UPLOAD_PATIENCE_S, PATIENCE_S)?;
        self.withdraw_notice(PATIENCE_S)
    }

    /// Finishes or undoes every change that is not finished, however young.
    ///
    /// Call it when no other process works at the vault: their changes would be given up, with an error and without harm.
    ///
    /// # Errors
    /// Returns the errors of the store, and of a vault opened without the platform's key.
    pub fn recover_all(&self) -> Result<()> {
        self.recover_changes(0, 0)?;
        self.withdraw_notice(0)
    }

    pub(crate) fn recover_changes(&self, upload_s: u64, other_s: u64) -> Result<()> {
        self.key()?;
        for path in self.store.list(FOLDER, None)? {
            // Whoever made the change may finish it at this moment.
            let Some((bytes, _)) = self.store.get(&path)? else { continue };
            let intent = match self.keys.read::<Intent>(&bytes)? {
                Some((intent, Standing::Signed)) => intent,
                // It was written after its key had been exchanged, and nothing behind it.
                Some((_, Standing::Lapsed)) => {
                    self.store.delete(&path)?;
                    continue;
                }
                _ => return Err(Error::altered(path, "is not what the vault signed")),
            };
            let patience_s = if intent.action == Action::Put { upload_s } else { other_s };
            let now = self.clock.now().unwrap_or_default();
            let is_old = now.0.saturating_sub(intent.at.0) >= patience_s;
            Change { vault: self, intent }.recover(is_old)?;
        }
        Ok(())
    }
}

impl Change<'_> {
    /// Makes the change true and reports it; undoes what was written if `edit` refuses.
    pub(crate) fn commit(&self, mut edit: impl FnMut(Option<&Manifest>) -> Result<Manifest>) -> Result<Link> {
        let mut refused = false;
        let made = self.vault.commit(self.intent.project, self.intent.id, |old| {
            let next = edit(old);
            refused = next.is_err();
            next
        });
        match made {
            Ok(link) => self.finish(&link).map(|()| link),
            Err(error) => {
                if refused || error.kind() == ErrorKind::Conflict {
                    self.undo(Outcome::Refused)?;
                }
                Err(error)
            }
        }
    }

    /// Reports a change that is true, and removes what it replaced.
    fn finish(&self, link: &Link) -> Result<()> {
        let Intent { id, project, action, actor, file, subject, .. } = self.intent;
        let draft = Draft { file, subject, change: Some(id), manifest: Some(link.head()), ..Draft::new(actor, action) };
        self.vault.record(draft.of(project, file))?;
        let before = match link.manifest.sequence {
            1 => None,
            sequence => self.vault.link(project, sequence - 1)?,
        };
        let replaced = before.map(|before| before.manifest.objects()).unwrap_or_default();
        self.remove(replaced)
    }

    /// Removes what was written for nothing, and reports it.
    pub(crate) fn undo(&self, outcome: Outcome) -> Result<()> {
        let Intent { id, project, action, actor, file, subject, .. } = self.intent;
        let draft = Draft { outcome, subject, change: Some(id), ..Draft::new(actor, action) };
        self.vault.record(draft.of(project, file))?;
        self.remove(Vec::new())
    }

    /// Deletes the objects of this change and `others`, unless the project names them, and then the intent.
    fn remove(&self, others: Vec<String>) -> Result<()> {
        let named = self.vault.newest(self.intent.project)?.map(|link| link.manifest.objects()).unwrap_or_default();
        for path in others.iter().chain(&self.intent.objects).filter(|path| !named.contains(path)) {
            self.vault.store.delete(path)?;
        }
        self.vault.store.delete(&path(self.intent.id))
    }

    /// Finishes the change if it became true, else gives it up if it is old.
    fn recover(&self, is_old: bool) -> Result<()> {
        let Intent { id, project, .. } = self.intent;
        if let Some(link) = self.find()? {
            return self.finish_once(&link);
        }
        if !is_old {
            return Ok(());
        }
        let given_up = self.vault.commit(project, ChangeId::random(), |old| {
            let vault = self.vault.id();
            let mut next = old.cloned().unwrap_or_else(|| Manifest::never(vault, project, self.intent.at));
            next.abandoned.push(id);
            Ok(next)
        })?;
        // It may have become true at the last moment, before the manifest that gives it up.
        match self.find()? {
            Some(link) => self.finish_once(&link),
            None => {
                self.vault.record(Draft {
                    manifest: Some(given_up.head()),
                    outcome: Outcome::Abandoned,
                    change: Some(id),
                    subject: self.intent.subject,
                    ..Draft::new(self.intent.actor, self.intent.action).of(project, self.intent.file)
                })?;
                self.remove(Vec::new())
            }
        }
    }

    fn finish_once(&self, link: &Link) -> Result<()> {
        if self.vault.log.reports(self.intent.id, self.intent.logged)? {
            let before = self.vault.link(self.intent.project, link.manifest.sequence.saturating_sub(1))?;
            return self.remove(before.map(|before| before.manifest.objects()).unwrap_or_default());
        }
        self.finish(link)
    }

    /// Returns the manifest that made the change true.
    fn find(&self) -> Result<Option<Link>> {
        let Some(newest) = self.vault.newest(self.intent.project)? else { return Ok(None) };
        for sequence in self.intent.sequence + 1..=newest.manifest.sequence {
            let link = self.vault.link(self.intent.project, sequence)?;
            if let Some(link) = link.filter(|link| link.manifest.change == self.intent.id) {
                return Ok(Some(link));
            }
        }
        Ok(None)
    }
}

fn path(change: ChangeId) -> String {
    format!("{FOLDER}/{change}")
}

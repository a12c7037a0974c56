//! Entries of the audit log.

use serde::{Deserialize, Serialize};

use crate::ids::{ChangeId, FileId, Fingerprint, Hash, ProjectId};
use crate::signed::Kind;
use crate::succession::{Lasting, Succession};
use crate::time::Moment;

/// Action that an entry of the log records, done or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// The vault was made.
    Init,
    /// A project was made.
    Create,
    /// A file came in.
    Put,
    /// A file was opened for reading.
    Open,
    /// The names in a project were read.
    List,
    /// A key was given the project.
    Assign,
    /// A key lost the project.
    Revoke,
    /// The project got a new key, and its files were encrypted anew.
    Rotate,
    /// The work was declared done.
    Complete,
    /// The work was taken up again.
    Reopen,
    /// The deletion was stopped.
    Hold,
    /// The deletion may go on.
    Release,
    /// Title, artist, owner or preferences were changed.
    Correct,
    /// Everything was handed out.
    Export,
    /// A person was told what is held.
    Report,
    /// Files were deleted because their time was over.
    Expire,
    /// The project's keys were destroyed, then its files.
    Erase,
    /// The rules of retention were changed.
    Policy,
    /// The platform's key was exchanged; with a project, that project was encrypted to the new key.
    RotatePlatform,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
    /// It was given up halfway, and undone.
    Abandoned,
}

/// A manifest, named by its number and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Number of the manifest in its project.
    pub sequence: u64,
    /// SHA-256 of the manifest.
    pub hash: Hash,
}

/// An entry of the audit log. It names keys by fingerprint and everything else by id; no name is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Number of the entry, from 1.
    pub sequence: u64,
    /// SHA-256 of the entry before this one, as it is stored.
    pub previous: Option<Hash>,
    /// When; never before the entry before it.
    pub at: Moment,
    /// Fingerprint of the key that asked.
    pub actor: Fingerprint,
    /// What was asked for.
    pub action: Action,
    /// How it went.
    pub outcome: Outcome,
    /// The project concerned.
    pub project: Option<ProjectId>,
    /// The file concerned.
    pub file: Option<FileId>,
    /// The key that was given or lost a project.
    pub subject: Option<Fingerprint>,
    /// The change that this entry reports.
    pub change: Option<ChangeId>,
    /// The project's manifest after the change.
    pub manifest: Option<Head>,
}

impl Lasting for Entry {
    const KIND: Kind = Kind::Entry;

    fn is_held_by(&self, _: Hash, end: &Succession) -> bool {
        self.sequence <= end.logged()
    }
}

/// An entry before it has its place in the chain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draft {
    pub(crate) actor: Fingerprint,
    pub(crate) action: Action,
    pub(crate) outcome: Outcome,
    pub(crate) project: Option<ProjectId>,
    pub(crate) file: Option<FileId>,
    pub(crate) subject: Option<Fingerprint>,
    pub(crate) change: Option<ChangeId>,
    pub(crate) manifest: Option<Head>,
}

impl Draft {
    pub(crate) fn new(actor: Fingerprint, action: Action) -> Self {
        Self {
            actor,
            action,
            outcome: Outcome::Done,
            project: None,
            file: None,
            subject: None,
            change: None,
            manifest: None,
        }
    }

    pub(crate) fn of(self, project: ProjectId, file: Option<FileId>) -> Self {
        Self { project: Some(project), file, ..self }
    }

    pub(crate) fn refused(self) -> Self {
        Self { outcome: Outcome::Refused, ..self }
    }

    pub(super) fn at(self, sequence: u64, previous: Option<Hash>, at: Moment) -> Entry {
        Entry {
            sequence,
            previous,
            at,
            actor: self.actor,
            action: self.action,
            outcome: self.outcome,
            project: self.project,
            file: self.file,
            subject: self.subject,
            change: self.change,
            manifest: self.manifest,
        }
    }
}

pub(super) const FOLDER: &str = "audit/entries";

pub(super) fn path(sequence: u64) -> String {
    format!("{FOLDER}/{sequence:012}")
}

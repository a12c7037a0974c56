//! Signed statements of how long the audit log is.
//!
//! One is written with every entry of the platform; every 64th also names the manifest of each project, so that a vault is
//! opened without reading its whole log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::Head;
use crate::ids::{Hash, ProjectId, VaultId};
use crate::signed::Kind;
use crate::succession::{Lasting, Succession};
use crate::time::Moment;

/// Entries between two checkpoints that name every project.
const FULL_EVERY: u64 = 64;
pub(super) const FOLDER: &str = "audit/checkpoints";
/// End of the name of a checkpoint that names every project.
const FULL: &str = "-full";

/// The end of the log at some time, to be kept outside of the store: a log that was cut or rolled back does not hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The vault.
    pub vault: VaultId,
    /// Number of the last entry.
    pub sequence: u64,
    /// SHA-256 of the last entry.
    pub hash: Hash,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    pub(super) vault: VaultId,
    pub(super) sequence: u64,
    pub(super) hash: Hash,
    pub(super) at: Moment,
    pub(super) heads: Option<BTreeMap<ProjectId, Head>>,
}

impl Lasting for Checkpoint {
    const KIND: Kind = Kind::Checkpoint;

    fn is_held_by(&self, _: Hash, end: &Succession) -> bool {
        self.sequence <= end.logged()
    }
}

pub(super) fn is_full(sequence: u64) -> bool {
    sequence.is_multiple_of(FULL_EVERY)
}

pub(super) fn path(sequence: u64) -> String {
    format!("{FOLDER}/{sequence:012}{}", if is_full(sequence) { FULL } else { "" })
}

/// Returns the number in the path of a checkpoint.
pub(super) fn number(path: &str) -> Option<u64> {
    path.rsplit('/').next()?.trim_end_matches(FULL).parse().ok()
}

//! Statement of a succession, and the notice that comes before it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::Head;
use crate::ids::{ChangeId, Hash, ProjectId, VaultId, hex, unhex};
use crate::keys::{PlatformKey, PublicKey, Recipient};
use crate::manifest::Sealed;
use crate::time::Moment;

pub(super) const FOLDER: &str = "successions";
/// End of the name of an object that hands the old key's identity over.
pub(super) const HANDOVER: &str = ".age";

/// The statement by which one key of the platform follows another; it is the only place where the exchange becomes true.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Succession {
    pub(super) vault: VaultId,
    /// Number of the exchange, from 1.
    pub(super) number: u64,
    /// SHA-256 of the succession before this one.
    pub(super) previous: Option<Hash>,
    pub(crate) change: ChangeId,
    pub(super) at: Moment,
    /// The key that signs until here, and signs this statement.
    pub(super) old: PublicKey,
    pub(super) old_recipient: Recipient,
    /// The key that signs from here.
    pub(super) new: PublicKey,
    /// The new key's signature over both keys, so that nobody can be given a vault without having the key.
    pub(super) accepted: String,
    /// Whether each project gets a new key too, because the old key may be in wrong hands.
    pub(super) is_stolen: bool,
    /// The vault's statement, as the old key signed it last.
    pub(crate) statement: Hash,
    /// The end of the log: entries behind it that the old key signed are nobody's.
    pub(crate) log: Option<Head>,
    pub(crate) logged_at: Moment,
    /// The newest manifest of each project.
    pub(crate) heads: BTreeMap<ProjectId, Head>,
    /// The receipts that the old key signed.
    pub(crate) receipts: BTreeMap<ProjectId, Hash>,
    /// What turned ids of persons into names inside the vault before, encrypted to the new key.
    pub(super) persons: Sealed,
    /// The object that hands the old key's age identity over, until every project is encrypted to the new one.
    pub(super) handover: Hash,
}

impl Succession {
    /// Returns the number of the last entry of the log that the old key may have signed.
    pub(crate) fn logged(&self) -> u64 {
        self.log.map_or(0, |log| log.sequence)
    }

    pub(super) fn handover_path(&self) -> String {
        handover_path(self.number, self.change)
    }

    /// Returns whether the new key accepted the vault.
    pub(super) fn is_accepted(&self) -> bool {
        let text = acceptance(self.vault, self.number, &self.old, &self.new);
        unhex(&self.accepted).is_some_and(|signature| self.new.verifies(text.as_bytes(), &signature))
    }
}

/// Signs by the new key that it accepts a vault.
pub(super) fn accept(vault: VaultId, number: u64, old: &PublicKey, new: &PlatformKey) -> String {
    hex(&new.sign(acceptance(vault, number, old, &new.public()).as_bytes()))
}

fn acceptance(vault: VaultId, number: u64, old: &PublicKey, new: &PublicKey) -> String {
    format!("balanced vault v1: acceptance\n{vault} {number} {old} {new}\n")
}

/// Says that an exchange is about to happen: whoever works with the old key begins nothing new.
///
/// It lies in the place of the succession, which replaces it by compare-and-swap.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notice {
    pub(super) vault: VaultId,
    pub(super) number: u64,
    pub(super) change: ChangeId,
    pub(super) at: Moment,
    /// The key that is to follow; `None` if the exchange was given up.
    pub(super) to: Option<PublicKey>,
}

/// Returns the place of a succession.
pub(super) fn path(number: u64) -> String {
    format!("{FOLDER}/{number:012}")
}

pub(super) fn handover_path(number: u64, change: ChangeId) -> String {
    format!("{FOLDER}/{number:012}-{change}{HANDOVER}")
}

//! Receipts: what was deleted, when and why, signed by the platform.

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::error::{Error, Result};
use crate::ids::{FileId, Hash, ObjectId, ProjectId, VaultId};
use crate::manifest::{FileRole, Manifest, ProviderReference};
use crate::signed::Kind;
use crate::succession::{KeyHistory, Lasting, Succession};
use crate::time::Moment;

/// A file that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasedFile {
    /// The file.
    pub id: FileId,
    /// What it was.
    pub role: FileRole,
    /// The object that was deleted.
    pub object: ObjectId,
    /// Length of the plain content in bytes.
    pub bytes: u64,
}

/// Receipt of the deletion of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The vault.
    pub vault: VaultId,
    /// The project.
    pub project: ProjectId,
    /// Why it was deleted.
    pub reason: Reason,
    /// When its keys were destroyed.
    pub at: Moment,
    /// The object that held the keys.
    pub keys: Option<ObjectId>,
    /// The files that were deleted.
    pub files: Vec<ErasedFile>,
    /// What providers held; each deletion is confirmed, or asked for again with every sweep.
    pub providers: Vec<ProviderReference>,
    /// What is kept, and why.
    pub kept: Vec<String>,
}

/// What survives a deletion. None of it can be read back to a name or to audio.
const KEPT: [&str; 2] = [
    "the audit log, which names projects and keys by number: proof of who had access (GDPR article 5 (2))",
    "the project's signed manifests, whose names are encrypted to the destroyed key: proof of the deletion",
];

impl Receipt {
    pub(super) fn new(manifest: &Manifest, reason: Reason, at: Moment, providers: Vec<ProviderReference>) -> Self {
        let files = manifest.files.iter().map(|file| ErasedFile {
            id: file.id,
            role: file.role,
            object: file.object,
            bytes: file.bytes,
        });
        Self {
            vault: manifest.vault,
            project: manifest.project,
            reason,
            at,
            keys: manifest.keys.as_ref().map(|keys| keys.object),
            files: files.collect(),
            providers,
            kept: KEPT.map(str::to_owned).to_vec(),
        }
    }
}

impl Lasting for Receipt {
    const KIND: Kind = Kind::Receipt;

    fn is_held_by(&self, hash: Hash, end: &Succession) -> bool {
        end.receipts.get(&self.project) == Some(&hash)
    }
}

/// Folder of the receipts.
pub(crate) const RECEIPTS: &str = "receipts";

pub(super) fn path(project: ProjectId) -> String {
    format!("{RECEIPTS}/{project}")
}

/// Verifies a receipt with the vault's public keys alone and returns what it says.
///
/// The keys are [`Vault::key_history`](crate::Vault::key_history), or `public_key.into()` for a vault whose key was never
/// exchanged.
///
/// # Errors
/// Returns [`ErrorKind::Altered`](crate::ErrorKind::Altered) if the vault did not sign it.
pub fn verify_receipt(bytes: &[u8], keys: &KeyHistory) -> Result<Receipt> {
    let receipt = keys.read_signed::<Receipt>(bytes);
    let receipt = receipt.filter(|receipt| receipt.vault == keys.vault());
    receipt.ok_or_else(|| Error::altered("receipt", "was not signed by this vault"))
}

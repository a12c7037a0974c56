//! Verification of a whole audit log, from its first entry, with the public keys alone.

use serde::Serialize;

use super::checkpoint::{self, Anchor, Checkpoint};
use super::entry::{self, Entry};
use super::log::NAME;
use crate::error::{Error, Result};
use crate::ids::Hash;
use crate::store::Store;
use crate::succession::{KeyHistory, Standing};
use crate::time::Moment;

/// What a verified log holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Number of entries.
    pub entries: u64,
    /// Number of entries that nobody signed: claims of readers without the platform's key.
    pub unsigned: u64,
    /// Number of entries that a key signed after it had been exchanged: claims too.
    pub lapsed: u64,
    /// Number of keys that signed, one after the other.
    pub keys: u64,
    /// Number of signed checkpoints that agree with the entries.
    pub checkpoints: u64,
    /// The end of the log.
    pub anchor: Option<Anchor>,
}

/// Verifies the audit log in `store`: every link, signature and checkpoint, what each exchange of the platform's key says
/// of it, and an anchor that was kept elsewhere.
///
/// The keys are [`Vault::key_history`](crate::Vault::key_history), or `public_key.into()` for a vault whose key was never
/// exchanged.
///
/// # Errors
/// Returns [`ErrorKind::Altered`](crate::ErrorKind::Altered) with the first entry that is missing, changed or out of its
/// place, and [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
pub fn verify(store: &dyn Store, keys: &KeyHistory, anchor: Option<&Anchor>) -> Result<Verification> {
    let paths = store.list(entry::FOLDER, None)?;
    let (mut hashes, mut unsigned) = (Vec::<Hash>::new(), 0);
    let mut lapsed = 0;
    let mut at = Moment::default();
    for (sequence, path) in (1u64..).zip(&paths) {
        let broken = || Error::altered(NAME, format!("is broken at entry {sequence}"));
        let bytes = store.get(path)?.map(|(bytes, _)| bytes).unwrap_or_default();
        let (entry, standing) = keys.read::<Entry>(&bytes).ok_or_else(broken)?;
        let follows = entry.sequence == sequence && entry.previous == hashes.last().copied() && entry.at >= at;
        if !follows || *path != entry::path(sequence) {
            return Err(broken());
        }
        at = entry.at;
        unsigned += u64::from(standing == Standing::Unsigned);
        lapsed += u64::from(standing == Standing::Lapsed);
        hashes.push(Hash::of(&bytes));
    }
    let entries = hashes.len() as u64;
    let checkpoints = check_checkpoints(store, keys, &hashes)?;
    for log in keys.successions().filter_map(|end| end.log) {
        check_held(log.sequence, log.hash, &hashes)?;
    }
    if let Some(anchor) = anchor {
        check(anchor.vault == keys.vault(), || "belongs to another vault than the anchor".to_owned())?;
        check_held(anchor.sequence, anchor.hash, &hashes)?;
    }
    let last = hashes.last().map(|hash| Anchor { vault: keys.vault(), sequence: entries, hash: *hash });
    let keys = keys.keys().len() as u64;
    Ok(Verification { entries, unsigned, lapsed, keys, checkpoints, anchor: last })
}

fn check_checkpoints(store: &dyn Store, keys: &KeyHistory, hashes: &[Hash]) -> Result<u64> {
    let paths = store.list(checkpoint::FOLDER, None)?;
    let mut lapsed = 0;
    for path in &paths {
        // It may be superseded between the two calls.
        let Some((bytes, _)) = store.get(path)? else { continue };
        let found = keys.read::<Checkpoint>(&bytes);
        let is_here = |found: &Checkpoint| found.vault == keys.vault() && *path == checkpoint::path(found.sequence);
        let found = match found.filter(|(found, _)| is_here(found)) {
            Some((found, Standing::Signed)) => found,
            Some((_, Standing::Lapsed)) => {
                lapsed += 1;
                continue;
            }
            _ => return Err(Error::altered(path, "is not what the vault signed")),
        };
        check_held(found.sequence, found.hash, hashes)?;
    }
    Ok(paths.len() as u64 - lapsed)
}

fn check_held(sequence: u64, hash: Hash, hashes: &[Hash]) -> Result<()> {
    let held = (sequence as usize).checked_sub(1).and_then(|index| hashes.get(index));
    check(held.is_some(), || format!("ends at entry {}, and entry {sequence} is known to exist", hashes.len()))?;
    check(held == Some(&hash), || format!("holds another entry {sequence} than it held"))
}

fn check(holds: bool, problem: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::altered(NAME, problem())) }
}

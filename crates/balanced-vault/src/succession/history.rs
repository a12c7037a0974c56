//! The keys that signed in a vault, and what each of them still vouches for.

use serde::de::DeserializeOwned;

use super::statement::{Notice, Succession, path};
use crate::error::{Error, Result};
use crate::ids::{Hash, VaultId};
use crate::keys::PublicKey;
use crate::signed::{self, Kind};
use crate::store::{Store, Version};

/// The public keys that signed in a vault, from the one it was made with to the current one.
///
/// What a former key signed stays valid as far as the succession that ended it vouches for it, and no further.
#[derive(Clone, Debug)]
pub struct KeyHistory {
    vault: VaultId,
    keys: Vec<PublicKey>,
    /// The end of each key but the last, with the hash of the statement.
    ends: Vec<(Succession, Hash)>,
}

/// A kind of statement that outlives the key that signed it.
pub(crate) trait Lasting: DeserializeOwned {
    const KIND: Kind;

    /// Returns whether the statement was there when its key was exchanged; `hash` is that of its bytes.
    fn is_held_by(&self, hash: Hash, end: &Succession) -> bool;
}

/// Who vouches for a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The platform.
    Signed,
    /// A key that had been exchanged: nobody.
    Lapsed,
    /// Nobody.
    Unsigned,
}

/// Content of the place of the next succession.
pub(super) enum Slot {
    /// Nothing, or the notice of an exchange that was given up.
    Free(Option<Version>),
    /// An exchange is about to happen.
    Announced(Box<Notice>, Version),
    /// The key was exchanged.
    Taken(Box<(Succession, Hash)>),
}

impl KeyHistory {
    /// Returns the history of a vault of which one key is known: the current one.
    #[must_use]
    pub fn new(vault: VaultId, key: PublicKey) -> Self {
        Self { vault, keys: vec![key], ends: Vec::new() }
    }

    /// Returns the id of the vault: the fingerprint of its first key.
    #[must_use]
    pub fn vault(&self) -> VaultId {
        self.vault
    }

    /// Returns the key that signs now.
    #[must_use]
    pub fn current(&self) -> PublicKey {
        *self.keys.last().expect("there is a first key")
    }

    /// Returns all keys, the first one first.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Reads the history of a vault; `claimed` is the key that its statement names.
    pub(crate) fn load(store: &dyn Store, vault: VaultId, claimed: PublicKey) -> Result<Self> {
        let first = match store.get(&path(1))? {
            // Its signature is checked below.
            Some((bytes, _)) if signed::is_of(Kind::Succession, &bytes) => {
                let body = bytes.split(|byte| *byte == b'\n').nth(1).unwrap_or_default();
                let body: Succession = serde_json::from_slice(body).map_err(|_| altered(1))?;
                body.old
            }
            _ => claimed,
        };
        if first.vault_id() != vault {
            return Err(Error::altered("vault", "is not what the vault signed"));
        }
        let mut history = Self::new(vault, first);
        while history.extend(store)? {}
        Ok(history)
    }

    /// Reads the next succession; false if there is none.
    pub(super) fn extend(&mut self, store: &dyn Store) -> Result<bool> {
        let Slot::Taken(next) = self.slot(store)? else { return Ok(false) };
        self.keys.push(next.0.new);
        self.ends.push(*next);
        Ok(true)
    }

    /// Returns what lies in the place of the next succession.
    pub(super) fn slot(&self, store: &dyn Store) -> Result<Slot> {
        let number = self.next_number();
        let Some((bytes, version)) = store.get(&path(number))? else { return Ok(Slot::Free(None)) };
        if let Some(notice) = signed::read_signed::<Notice>(Kind::Notice, &bytes, &self.current()) {
            let is_here = notice.vault == self.vault && notice.number == number;
            return match notice.to {
                _ if !is_here => Err(altered(number)),
                None => Ok(Slot::Free(Some(version))),
                Some(_) => Ok(Slot::Announced(Box::new(notice), version)),
            };
        }
        let found = signed::read_signed::<Succession>(Kind::Succession, &bytes, &self.current());
        let follows = |found: &Succession| {
            let is_here = found.vault == self.vault && found.number == number;
            let is_next = found.old == self.current() && found.previous == self.ends.last().map(|(_, hash)| *hash);
            is_here && is_next && !self.keys.contains(&found.new) && found.is_accepted()
        };
        match found.filter(follows) {
            Some(found) => Ok(Slot::Taken(Box::new((found, Hash::of(&bytes))))),
            None => Err(altered(number)),
        }
    }

    /// Returns the number that the next succession has.
    pub(super) fn next_number(&self) -> u64 {
        self.keys.len() as u64
    }

    /// Returns the succession that made the current key the current one, with its hash.
    pub(crate) fn last(&self) -> Option<&(Succession, Hash)> {
        self.ends.last()
    }

    pub(crate) fn successions(&self) -> impl Iterator<Item = &Succession> {
        self.ends.iter().map(|(end, _)| end)
    }

    /// Reads a statement, with who vouches for it. `None` for anything that no key of the vault signed.
    pub(crate) fn read<T: Lasting>(&self, bytes: &[u8]) -> Option<(T, Standing)> {
        let (body, signer) = signed::read::<T>(T::KIND, bytes, &self.keys)?;
        let end = signer.map(|index| self.ends.get(index));
        let standing = match end {
            None => Standing::Unsigned,
            Some(None) => Standing::Signed,
            Some(Some((end, _))) if body.is_held_by(Hash::of(bytes), end) => Standing::Signed,
            Some(Some(_)) => Standing::Lapsed,
        };
        Some((body, standing))
    }

    /// Reads a statement that the platform must vouch for.
    pub(crate) fn read_signed<T: Lasting>(&self, bytes: &[u8]) -> Option<T> {
        self.read(bytes).filter(|(_, standing)| *standing == Standing::Signed).map(|(body, _)| body)
    }
}

fn altered(number: u64) -> Error {
    Error::altered(path(number), "is not what the vault signed")
}

/// The history of a vault whose key was never exchanged.
impl From<PublicKey> for KeyHistory {
    fn from(key: PublicKey) -> Self {
        Self::new(key.vault_id(), key)
    }
}

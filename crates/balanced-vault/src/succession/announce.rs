//! The notice of an exchange: from it on, nobody who works with the old key begins anything new.

use super::history::Slot;
use super::statement::{Notice, path};
use crate::error::{Error, Result};
use crate::ids::ChangeId;
use crate::keys::PublicKey;
use crate::signed::{self, Kind};
use crate::store::{Condition, Version};
use crate::vault::Vault;

/// Age in seconds from which an exchange that was announced and not made is given up.
const PATIENCE_S: u64 = 600;

impl Vault {
    /// Refuses whoever has a key that was exchanged, or is being exchanged at this moment.
    pub(crate) fn check_key_is_current(&self) -> Result<()> {
        let public = self.key()?.public();
        if self.keys.history().current() != public {
            return Err(was_exchanged());
        }
        match self.keys.slot()? {
            Slot::Free(_) => Ok(()),
            Slot::Announced(..) => Err(Error::conflict("platform key", "is being exchanged at this moment")),
            Slot::Taken(_) => Err(was_exchanged()),
        }
    }

    /// Announces that `to` will follow, and returns the version of the notice.
    pub(super) fn announce(&self, to: PublicKey) -> Result<(ChangeId, Version)> {
        let change = ChangeId::random();
        let condition = match self.keys.slot()? {
            Slot::Free(None) => Condition::Create,
            Slot::Free(Some(version)) => Condition::Update(version),
            Slot::Announced(notice, version) if notice.to == Some(to) || self.is_given_up(&notice, PATIENCE_S)? => {
                Condition::Update(version)
            }
            Slot::Announced(..) => {
                let remedy = "wait ten minutes after it began, or call `recover` if nobody works at it";
                return Err(Error::state("platform key", "is being exchanged for another key", remedy));
            }
            Slot::Taken(_) => return Err(was_exchanged()),
        };
        self.write_notice(change, Some(to), &condition)?;
        match self.keys.slot()? {
            Slot::Announced(notice, version) if notice.change == change => Ok((change, version)),
            _ => Err(Error::conflict("platform key", "is exchanged by another process")),
        }
    }

    /// Gives an exchange up that was announced at least `patience_s` seconds ago and never made.
    pub(crate) fn withdraw_notice(&self, patience_s: u64) -> Result<()> {
        let Slot::Announced(notice, version) = self.keys.slot()? else { return Ok(()) };
        if self.key()?.public() != self.keys.history().current() || !self.is_given_up(&notice, patience_s)? {
            return Ok(());
        }
        // Whoever made the exchange, or gave it up, at this moment was first.
        self.write_notice(notice.change, None, &Condition::Update(version)).map(drop)
    }

    fn is_given_up(&self, notice: &Notice, patience_s: u64) -> Result<bool> {
        let now = self.now()?.unwrap_or_default();
        Ok(now.0.saturating_sub(notice.at.0) >= patience_s)
    }

    fn write_notice(&self, change: ChangeId, to: Option<PublicKey>, condition: &Condition) -> Result<bool> {
        let history = self.keys.history();
        let (vault, number) = (history.vault(), history.next_number());
        let notice = Notice { vault, number, change, at: self.now()?.unwrap_or_default(), to };
        self.store.put(&path(number), signed::write(Kind::Notice, &notice, Some(self.key()?)), condition)
    }
}

pub(crate) fn was_exchanged() -> Error {
    let remedy = "open the vault with the platform's new key";
    Error::settings("platform key", "was exchanged for another one", remedy)
}

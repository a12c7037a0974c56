//! The history of the keys as a process knows it: it looks for a new key when it meets a signature of none it knows.

use std::sync::{Arc, Mutex, PoisonError};

use super::history::{KeyHistory, Lasting, Slot, Standing};
use crate::error::Result;
use crate::ids::VaultId;
use crate::store::Store;

pub(crate) struct Keyring {
    store: Arc<dyn Store>,
    history: Mutex<Arc<KeyHistory>>,
}

impl Keyring {
    pub(crate) fn new(store: Arc<dyn Store>, history: KeyHistory) -> Self {
        Self { store, history: Mutex::new(Arc::new(history)) }
    }

    pub(crate) fn history(&self) -> Arc<KeyHistory> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn vault(&self) -> VaultId {
        self.history().vault()
    }

    /// Looks for successions since; returns whether there were any.
    pub(crate) fn refresh(&self) -> Result<bool> {
        let mut history = (*self.history()).clone();
        let known = history.keys().len();
        while history.extend(&*self.store)? {}
        let is_longer = history.keys().len() > known;
        if is_longer {
            *self.history.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(history);
        }
        Ok(is_longer)
    }

    /// Returns what lies in the place of the next succession.
    pub(super) fn slot(&self) -> Result<Slot> {
        self.history().slot(&*self.store)
    }

    /// Reads a statement, with who vouches for it. `None` for anything that no key of the vault signed.
    pub(crate) fn read<T: Lasting>(&self, bytes: &[u8]) -> Result<Option<(T, Standing)>> {
        match self.history().read(bytes) {
            None if self.refresh()? => Ok(self.history().read(bytes)),
            found => Ok(found),
        }
    }

    /// Reads a statement that the platform must vouch for.
    pub(crate) fn read_signed<T: Lasting>(&self, bytes: &[u8]) -> Result<Option<T>> {
        let found = self.read(bytes)?;
        Ok(found.filter(|(_, standing)| *standing == Standing::Signed).map(|(body, _)| body))
    }
}

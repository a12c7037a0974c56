//! A journal in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Entry, Held, Journal};
use crate::error::Result;
use crate::options::Api;

/// A journal that ends with the program.
#[derive(Default)]
pub struct MemoryJournal {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    entries: BTreeMap<String, Entry>,
    held: BTreeSet<String>,
}

struct HeldInMemory<'a> {
    journal: &'a MemoryJournal,
    key: String,
}

impl MemoryJournal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for MemoryJournal {
    fn hold(&self, api: Api, source_sha256: &str) -> Result<Box<dyn Held + '_>> {
        let key = format!("{}-{source_sha256}", api.name());
        let mut state = self.state();
        while !state.held.insert(key.clone()) {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        Ok(Box::new(HeldInMemory { journal: self, key }))
    }

    fn entries(&self) -> Result<Vec<Entry>> {
        Ok(self.state().entries.values().cloned().collect())
    }
}

impl Held for HeldInMemory<'_> {
    fn read(&self) -> Result<Option<Entry>> {
        Ok(self.journal.state().entries.get(&self.key).cloned())
    }

    fn write(&mut self, entry: &Entry) -> Result<()> {
        self.journal.state().entries.insert(self.key.clone(), entry.clone());
        Ok(())
    }

    fn remove(&mut self) -> Result<()> {
        self.journal.state().entries.remove(&self.key);
        Ok(())
    }
}

impl Drop for HeldInMemory<'_> {
    fn drop(&mut self) {
        self.journal.state().held.remove(&self.key);
        self.journal.freed.notify_all();
    }
}

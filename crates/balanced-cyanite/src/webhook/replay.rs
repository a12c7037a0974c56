//! Stores of webhooks that were seen.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::error::Result;

/// A store of what was seen. A service with several processes has one in its database, with a unique key.
pub trait ReplayStore: Send + Sync {
    /// Notes a key until `until_s` (seconds since 1970), and returns whether it is new; of two calls at once, one is told so.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`](crate::ErrorKind::Journal) if the store fails; the webhook is to be answered by 500, so that it
    /// comes again.
    fn note(&self, key: &str, now_s: i64, until_s: i64) -> Result<bool>;

    /// Forgets a key, because what the webhook asked for could not be done.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Journal`](crate::ErrorKind::Journal) if the store fails.
    fn forget(&self, key: &str) -> Result<()>;
}

/// A store in memory, of bounded size.
#[derive(Debug)]
pub struct MemoryReplayStore {
    seen: Mutex<BTreeMap<String, i64>>,
    most: usize,
}

impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self { seen: Mutex::default(), most: 100_000 }
    }
}

impl ReplayStore for MemoryReplayStore {
    fn note(&self, key: &str, now_s: i64, until_s: i64) -> Result<bool> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= self.most {
            seen.retain(|_, until| *until > now_s);
        }
        while seen.len() >= self.most {
            // The one that would be forgotten first.
            let Some(key) = seen.iter().min_by_key(|(_, until)| **until).map(|(key, _)| key.clone()) else { break };
            seen.remove(&key);
        }
        let known = seen.get(key).is_some_and(|until| *until > now_s);
        if !known {
            seen.insert(key.to_owned(), until_s);
        }
        Ok(!known)
    }

    fn forget(&self, key: &str) -> Result<()> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_store_forgets_the_oldest() {
        let store = MemoryReplayStore { most: 2, ..MemoryReplayStore::default() };
        assert!(store.note("a", 0, 100).unwrap());
        assert!(store.note("b", 0, 200).unwrap());
        assert!(store.note("c", 0, 300).unwrap());
        assert!(store.note("a", 0, 400).unwrap(), "forgotten");
        assert!(!store.note("c", 0, 400).unwrap());
        assert!(store.note("c", 300, 600).unwrap(), "its time is over");
    }
}

//! Background thread of an instance for work that the audio thread must not do.
//!
//! The framework's own background thread could be the one that drops the last handle of the instance, and would then
//! join itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;

use super::Shared;

const REBUILD: u32 = 1;
const COLLECT: u32 = 2;
const STOP: u32 = 4;

/// Runs from activation to deactivation.
pub struct Worker {
    wishes: Arc<AtomicU32>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; if that fails, nothing is rebuilt until the next activation. `[main]`
    #[must_use]
    pub fn start(shared: Arc<Shared>) -> Self {
        let wishes = Arc::new(AtomicU32::new(0));
        let theirs = wishes.clone();
        let work = move || {
            loop {
                let wanted = theirs.swap(0, Ordering::AcqRel);
                if wanted & STOP != 0 {
                    return;
                }
                if wanted & REBUILD != 0 {
                    shared.rebuild();
                }
                if wanted & COLLECT != 0 {
                    shared.collect();
                }
                if wanted == 0 {
                    std::thread::park();
                }
            }
        };
        let thread = std::thread::Builder::new().name("balanced-master".to_owned()).spawn(work).ok();
        Self { wishes, thread }
    }

    fn wish(&self, what: u32) {
        self.wishes.fetch_or(what, Ordering::AcqRel);
        self.thread.iter().for_each(|thread| thread.thread().unpark());
    }

    /// Requests a new chain. `[audio]`
    pub fn rebuild(&self) {
        self.wish(REBUILD);
    }

    /// Requests that old chains are dropped. `[audio]`
    pub fn collect(&self) {
        self.wish(COLLECT);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.wish(STOP);
        // A panic of the thread was already reported.
        self.thread.take().map(JoinHandle::join);
    }
}

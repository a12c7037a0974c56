//! Cancellation and progress of a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::error::{Error, Result};

/// Step of a call, for progress.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// A request is sent.
    Request(&'static str),
    /// Bytes of the audio that were sent, of how many.
    Uploading {
        /// Bytes sent.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The call waits before it repeats a request.
    Waiting(Duration),
}

type OnStep = Arc<dyn Fn(Step) + Send + Sync>;

/// Watches a call: it can be told to stop, and tells what it does.
#[derive(Clone, Default)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    on_step: Option<OnStep>,
}

impl Watch {
    /// Creates a watch that `on_step` is told of each step.
    pub fn with_progress(on_step: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self { on_step: Some(Arc::new(on_step)), ..Self::default() }
    }

    /// Asks the call to stop; it ends with [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) at the next step.
    pub fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Returns whether the call was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn check(&self, subject: &str) -> Result<()> {
        if self.is_cancelled() { Err(Error::cancelled(subject)) } else { Ok(()) }
    }

    pub(crate) fn tell(&self, step: Step) {
        if let Some(on_step) = &self.on_step {
            on_step(step);
        }
    }
}

/// A way to wait between repetitions; tests replace it.
pub trait Sleeper: Send + Sync {
    /// Waits, or returns early when the watch is cancelled.
    fn sleep(&self, time: Duration, watch: &Watch);
}

/// Waits by the system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemSleeper;

impl Sleeper for SystemSleeper {
    fn sleep(&self, time: Duration, watch: &Watch) {
        const SLICE: Duration = Duration::from_millis(50);
        let mut left = time;
        while !left.is_zero() && !watch.is_cancelled() {
            let slice = left.min(SLICE);
            std::thread::sleep(slice);
            left -= slice;
        }
    }
}

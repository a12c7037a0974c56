//! Progress of a long call, and the way to stop it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::Error;

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Decoding and measuring the input.
    Analyze,
    /// Rendering the chain up to the limiter.
    Render,
    /// Searching the limiter's drive.
    Solve,
    /// Writing the file.
    Write,
    /// Decoding and measuring what was written.
    Verify,
}

impl Stage {
    /// A word for a progress bar.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Analyze => "analysing",
            Self::Render => "rendering",
            Self::Solve => "finding the level",
            Self::Write => "writing",
            Self::Verify => "verifying",
        }
    }
}

/// How far a call has come, reported to a callback.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is going on.
    pub stage: Stage,
    /// Share of this stage, 0 to 1; `None` when the length is unknown.
    pub fraction: Option<f64>,
}

/// A place to report progress to, and a flag that stops the work.
#[derive(Clone, Copy, Default)]
pub(crate) struct Monitor<'a> {
    callback: Option<&'a (dyn Fn(Progress) + Sync)>,
    cancel: Option<&'a AtomicBool>,
}

impl<'a> Monitor<'a> {
    pub(crate) fn new(callback: Option<&'a (dyn Fn(Progress) + Sync)>, cancel: Option<&'a AtomicBool>) -> Self {
        Self { callback, cancel }
    }

    /// Report, and fail if the caller asked to stop.
    pub(crate) fn at(&self, stage: Stage, done_frames: u64, total_frames: Option<u64>) -> Result<(), Error> {
        if self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(Error::cancelled());
        }
        if let Some(callback) = self.callback {
            let fraction =
                total_frames.filter(|&total| total > 0).map(|total| (done_frames as f64 / total as f64).min(1.0));
            callback(Progress { stage, fraction });
        }
        Ok(())
    }
}

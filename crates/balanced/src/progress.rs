//! Progress reports of long calls, and their cancellation.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::{Error, Limits};

/// Stages of a long call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Decoding and measuring the input.
    Analyze,
    /// Rendering the chain up to its limiter.
    Render,
    /// Searching the limiter's drive that reaches the target.
    Solve,
    /// Writing the output file.
    Write,
    /// Decoding and measuring the written file.
    Verify,
    /// Encoding and decoding with lossy codecs.
    Codecs,
    /// Training a head.
    Train,
}

impl Stage {
    /// Returns a short name for a progress bar.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Analyze => "analysing",
            Self::Render => "rendering",
            Self::Solve => "finding the level",
            Self::Write => "writing",
            Self::Verify => "verifying",
            Self::Codecs => "trying the codecs",
            Self::Train => "training",
        }
    }
}

/// Progress of a call, as its callback receives it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Current stage.
    pub stage: Stage,
    /// Completed share of this stage, 0 to 1; `None` if the length is unknown.
    pub fraction: Option<f64>,
}

/// Progress callback, cancel flag and deadline of a call.
#[derive(Clone, Copy, Default)]
pub(crate) struct Monitor<'a> {
    callback: Option<&'a (dyn Fn(Progress) + Sync)>,
    cancel: Option<&'a AtomicBool>,
    deadline: Option<Deadline<'a>>,
}

#[derive(Clone, Copy)]
struct Deadline<'a> {
    at: Instant,
    limits: Limits,
    file: Option<&'a Path>,
}

impl<'a> Monitor<'a> {
    pub(crate) fn new(callback: Option<&'a (dyn Fn(Progress) + Sync)>, cancel: Option<&'a AtomicBool>) -> Self {
        Self { callback, cancel, deadline: None }
    }

    /// Starts the time that `limits` allow for a call on `file`.
    pub(crate) fn within(self, limits: &Limits, file: Option<&'a Path>) -> Self {
        Self { deadline: limits.deadline().map(|at| Deadline { at, limits: *limits, file }), ..self }
    }

    /// Reports the progress; returns an error if the caller asked to stop, or the time is over.
    pub(crate) fn at(&self, stage: Stage, done_frames: u64, total_frames: Option<u64>) -> Result<(), Error> {
        if self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(Error::cancelled());
        }
        if let Some(deadline) = self.deadline.filter(|deadline| Instant::now() > deadline.at) {
            return Err(deadline.limits.too_slow(deadline.file));
        }
        if let Some(callback) = self.callback {
            let fraction =
                total_frames.filter(|&total| total > 0).map(|total| (done_frames as f64 / total as f64).min(1.0));
            callback(Progress { stage, fraction });
        }
        Ok(())
    }
}

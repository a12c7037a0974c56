//! The error of a plugin that cannot be used.

use std::fmt;
use std::path::{Path, PathBuf};

/// An error with the plugin's file, what happened and what would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    path: PathBuf,
    problem: String,
    remedy: String,
    is_failure: bool,
}

impl HostError {
    pub(crate) fn new(path: impl Into<PathBuf>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into(), remedy: remedy.into(), is_failure: false }
    }

    /// Makes it a failure of the plugin's own.
    pub(crate) fn failure(self) -> Self {
        Self { is_failure: true, ..self }
    }

    /// Returns whether the plugin crashed, hung or misbehaved, as opposed to being refused or refusing what it was given.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.is_failure
    }

    /// Returns the path of the plugin, or of the state file that is at fault.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the problem, without the remedy.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Returns the remedy: what to do about the problem.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.path.display(), self.problem, self.remedy)
    }
}

impl std::error::Error for HostError {}

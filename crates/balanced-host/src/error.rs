//! The error of a plugin that cannot be used.

use std::fmt;
use std::path::{Path, PathBuf};

/// An error with the plugin's file, what happened and what would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    path: PathBuf,
    message: String,
}

impl HostError {
    pub(crate) fn new(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// Returns the path of the plugin, or of the state file that is at fault.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for HostError {}

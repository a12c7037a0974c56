//! What can go wrong with a plugin.

use std::fmt;
use std::path::{Path, PathBuf};

/// A plugin that cannot be used: its file, what happened, what would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    path: PathBuf,
    message: String,
}

impl HostError {
    pub(crate) fn new(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// The plugin's file, or the state file that is at fault.
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

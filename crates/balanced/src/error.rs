//! One error type: a kind to match, a sentence to read.

use std::fmt;
use std::path::{Path, PathBuf};

/// What went wrong, for callers that decide by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is missing, not audio, or damaged beyond reading: try another file.
    Input,
    /// The output could not be written: check the folder, its rights and its space.
    Output,
    /// Options or a chain file do not make sense: the message says which and what would.
    Settings,
    /// A plugin from outside crashed, hung or failed while it processed: bypass it, or try another version.
    Plugin,
    /// The caller asked to stop.
    Cancelled,
}

/// An error that names the file, the problem and the remedy on one line.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    path: Option<PathBuf>,
    message: String,
}

impl Error {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The file concerned, if one is.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(crate) fn settings(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Settings, path: None, message: message.into() }
    }

    pub(crate) fn settings_in(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Settings, path: Some(path.into()), message: message.into() }
    }

    #[cfg(feature = "host")]
    pub(crate) fn plugin(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Plugin, path: None, message: message.into() }
    }

    pub(crate) fn input(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Input, path: Some(path.into()), message: message.into() }
    }

    pub(crate) fn output(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Output, path: Some(path.into()), message: message.into() }
    }

    pub(crate) fn cancelled() -> Self {
        Self { kind: ErrorKind::Cancelled, path: None, message: "stopped on request; no output was written".into() }
    }

    pub(crate) fn reading(error: &balanced_io::IoError) -> Self {
        Self { kind: ErrorKind::Input, path: None, message: error.to_string() }
    }

    pub(crate) fn writing(error: &balanced_io::IoError) -> Self {
        Self { kind: ErrorKind::Output, path: None, message: error.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}

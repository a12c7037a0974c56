//! The error type of this crate.

use std::fmt;

use balanced_io::{IoError, printable};

/// The kinds of errors, for callers that react to them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodecErrorKind {
    /// There is no encoder: it is not installed, or this build has none.
    Missing,
    /// The codec does not take audio of this format, such as more than two channels.
    Unsupported,
    /// The encoder or the decoder failed; the message says at what.
    Failed,
    /// A file could not be written or read: check the folder, its permissions and its free space.
    File,
}

/// An error of encoding or of decoding what was encoded; its `Display` gives problem and remedy on one line.
#[derive(Clone, Debug)]
pub struct CodecError {
    kind: CodecErrorKind,
    problem: String,
    remedy: String,
    io: Option<Box<IoError>>,
}

impl CodecError {
    pub(crate) fn new(kind: CodecErrorKind, problem: impl AsRef<str>, remedy: impl Into<String>) -> Self {
        Self { kind, problem: printable(problem.as_ref()), remedy: remedy.into(), io: None }
    }

    pub(crate) fn failed(problem: impl AsRef<str>) -> Self {
        Self::new(CodecErrorKind::Failed, problem, "try again, and report it if it stays")
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> CodecErrorKind {
        self.kind
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

    /// Returns the error of the file, for errors of the kind [`File`](CodecErrorKind::File).
    #[must_use]
    pub fn io(&self) -> Option<&IoError> {
        self.io.as_deref()
    }
}

impl From<IoError> for CodecError {
    fn from(error: IoError) -> Self {
        let (problem, remedy) = (error.problem().to_owned(), error.remedy().to_owned());
        Self { kind: CodecErrorKind::File, problem, remedy, io: Some(Box::new(error)) }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.io {
            Some(error) => error.fmt(f),
            None => write!(f, "{}; {}", self.problem, self.remedy),
        }
    }
}

impl std::error::Error for CodecError {}

//! One error type: a kind to match, a sentence to read, a remedy to follow.

use std::fmt;
use std::path::{Path, PathBuf};

use balanced_io::{IoError, IoErrorKind};

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

/// Why an input could not be read, where that is known more closely than [`ErrorKind::Input`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputFault {
    /// It is missing or may not be opened.
    Open,
    /// It is not audio: empty, text, a picture …
    NotAudio,
    /// Audio of a kind that is not read here.
    Unsupported,
    /// Essential parts are damaged.
    Damaged,
    /// The device failed while reading.
    Read,
}

/// An error that names the file, the problem and the remedy on one line.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    fault: Option<InputFault>,
    path: Option<PathBuf>,
    /// `problem; remedy`.
    message: String,
}

impl Error {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Why the input could not be read; `None` for other kinds.
    #[must_use]
    pub fn input_fault(&self) -> Option<InputFault> {
        self.fault
    }

    /// The file concerned, if one is.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &str {
        self.message.split_once("; ").map_or(&*self.message, |(problem, _)| problem)
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        let usual = match self.kind {
            ErrorKind::Input => "give another file, or export it again",
            ErrorKind::Output => "check the folder, its rights and its space",
            ErrorKind::Settings => "correct the setting named",
            ErrorKind::Plugin => "look into the plugin, or take its step out of the chain",
            ErrorKind::Cancelled => "start again when it suits",
        };
        self.message.split_once("; ").map_or(usual, |(_, remedy)| remedy)
    }

    fn new(kind: ErrorKind, path: Option<PathBuf>, message: impl Into<String>) -> Self {
        Self { kind, fault: None, path, message: message.into() }
    }

    pub(crate) fn settings(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Settings, None, message)
    }

    pub(crate) fn settings_in(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Settings, Some(path.into()), message)
    }

    #[cfg(feature = "host")]
    pub(crate) fn plugin(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Plugin, None, message)
    }

    pub(crate) fn input(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { fault: Some(InputFault::Read), ..Self::new(ErrorKind::Input, Some(path.into()), message) }
    }

    pub(crate) fn output(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Output, Some(path.into()), message)
    }

    /// The error of a call that was asked to stop.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, None, "stopped on request, no output was written; start again when it suits")
    }

    pub(crate) fn reading(error: &IoError) -> Self {
        let fault = match error.kind() {
            IoErrorKind::Open => InputFault::Open,
            IoErrorKind::NotAudio => InputFault::NotAudio,
            IoErrorKind::Unsupported => InputFault::Unsupported,
            IoErrorKind::Damaged => InputFault::Damaged,
            _ => InputFault::Read,
        };
        Self { fault: Some(fault), ..Self::of_file(ErrorKind::Input, error) }
    }

    pub(crate) fn writing(error: &IoError) -> Self {
        let kind = if error.kind() == IoErrorKind::Settings { ErrorKind::Settings } else { ErrorKind::Output };
        Self::of_file(kind, error)
    }

    fn of_file(kind: ErrorKind, error: &IoError) -> Self {
        let path = Some(error.file()).filter(|file| !file.is_empty()).map(PathBuf::from);
        Self::new(kind, path, format!("{}; {}", error.problem(), error.remedy()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            // A line break in a file name must not break the one line.
            Some(path) => {
                let path = path.display().to_string();
                let path: String = path.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
                write!(f, "{path}: {}", self.message)
            }
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}

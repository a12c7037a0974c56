//! The error type of this crate.

use std::fmt;
use std::path::{Path, PathBuf};

use balanced_io::{IoError, IoErrorKind};

/// The kinds of errors, for callers that react to them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is missing, is not audio, or is damaged too badly to be decoded.
    Input,
    /// The output could not be written: check the folder, its permissions and its free space.
    Output,
    /// Options or a chain file are invalid; the message says which setting, and what would be valid.
    Settings,
    /// A CLAP plugin crashed, hung or failed while it loaded or processed audio: bypass it, or try another version.
    Plugin,
    /// The caller asked the call to stop.
    Cancelled,
    /// The library itself failed on this file, which is a bug; the message says where. Other files are not affected.
    Internal,
}

/// The reasons why an input could not be read, finer than [`ErrorKind::Input`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputFault {
    /// The file is missing or may not be opened.
    Open,
    /// The file is not audio: it is empty, text, a picture …
    NotAudio,
    /// The file is audio of a format or codec that cannot be decoded here.
    Unsupported,
    /// Essential parts of the file are damaged.
    Damaged,
    /// The device failed while reading.
    Read,
}

/// An error of this crate; its `Display` names the file, the problem and the remedy on one line.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    fault: Option<InputFault>,
    path: Option<PathBuf>,
    /// `problem; remedy`.
    message: String,
}

impl Error {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns why the input could not be read; `None` for errors of other kinds.
    #[must_use]
    pub fn input_fault(&self) -> Option<InputFault> {
        self.fault
    }

    /// Returns the stable name of the error in rows of results: `not_found`, `not_audio`, `damaged`, `output` …
    #[must_use]
    pub fn name(&self) -> &'static str {
        match (self.kind, self.fault) {
            (ErrorKind::Input, Some(InputFault::Open)) => "not_found",
            (ErrorKind::Input, Some(InputFault::NotAudio)) => "not_audio",
            (ErrorKind::Input, Some(InputFault::Unsupported)) => "unsupported",
            (ErrorKind::Input, Some(InputFault::Damaged)) => "damaged",
            (ErrorKind::Input, Some(InputFault::Read)) => "read",
            (ErrorKind::Input, None) => "input",
            (ErrorKind::Output, _) => "output",
            (ErrorKind::Settings, _) => "settings",
            (ErrorKind::Plugin, _) => "plugin",
            (ErrorKind::Cancelled, _) => "cancelled",
            (ErrorKind::Internal, _) => "internal",
        }
    }

    /// Returns the path of the file concerned, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns the problem, without the remedy.
    #[must_use]
    pub fn problem(&self) -> &str {
        self.message.split_once("; ").map_or(&*self.message, |(problem, _)| problem)
    }

    /// Returns the remedy: what to do about the problem.
    #[must_use]
    pub fn remedy(&self) -> &str {
        let usual = match self.kind {
            ErrorKind::Input => "try another file, or export it again",
            ErrorKind::Output => "check the folder, its permissions and its free space",
            ErrorKind::Settings => "correct the named setting",
            ErrorKind::Plugin => "update the plugin, or bypass its step in the chain",
            ErrorKind::Cancelled => "start the call again",
            ErrorKind::Internal => "report it with the file, and leave the file out for now",
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

    /// Replaces the message, which is `problem; remedy`.
    pub(crate) fn with_message(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
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

    pub(crate) fn internal(path: Option<&Path>, panic: &str) -> Self {
        let message = format!("the library failed ({panic}); report it with the file, and leave the file out for now");
        Self::new(ErrorKind::Internal, path.map(Path::to_owned), message)
    }

    /// Returns the error of a call that was cancelled.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, None, "cancelled on request, no output was written; start the call again")
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
            // File names may contain line breaks; the message stays on one line.
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

//! One error type: a kind to match, a line that names the file, the problem and the remedy.

use std::fmt;
use std::io;

/// What went wrong, for callers that decide by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IoErrorKind {
    /// The file is missing or may not be opened: check path and rights.
    Open,
    /// The file is not audio (empty, text, a picture …): give another one.
    NotAudio,
    /// Audio of a kind this crate does not read or write: convert it as the message says.
    Unsupported,
    /// An audio file whose essential parts are damaged: fetch or export it again.
    Damaged,
    /// The device failed while reading.
    Read,
    /// The output could not be written: check folder, rights and space.
    Write,
    /// What was asked for makes no sense (a sample rate of zero …): the message says what would.
    Settings,
}

/// An error of reading or writing audio.
///
/// `Display` gives one line: `song.wav: is empty (0 bytes); export it again`.
#[derive(Clone, Debug)]
pub struct IoError {
    kind: IoErrorKind,
    file: String,
    problem: String,
    remedy: String,
}

impl IoError {
    pub(crate) fn new(
        kind: IoErrorKind,
        file: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { kind, file: file.into(), problem: one_line(&problem.into()), remedy: remedy.into() }
    }

    pub(crate) fn damaged(file: &str, problem: impl Into<String>) -> Self {
        Self::new(IoErrorKind::Damaged, file, problem, "export or download the file again")
    }

    pub(crate) fn unsupported(file: &str, problem: impl Into<String>) -> Self {
        Self::new(IoErrorKind::Unsupported, file, problem, "convert it to WAV or FLAC first")
    }

    pub(crate) fn settings(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(IoErrorKind::Settings, "", problem, remedy)
    }

    pub(crate) fn writing(file: &str, error: &io::Error) -> Self {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => "create the folder first",
            io::ErrorKind::PermissionDenied => "choose a folder you may write to",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space and try again",
            _ => "check the folder, its rights and its space",
        };
        Self::new(IoErrorKind::Write, file, format!("cannot be written ({error})"), remedy)
    }

    pub(crate) fn reading(file: &str, error: &io::Error) -> Self {
        Self::new(
            IoErrorKind::Read,
            file,
            format!("cannot be read ({error})"),
            "check the disk or network it lies on and try again",
        )
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> IoErrorKind {
        self.kind
    }

    /// The file concerned as the caller named it; empty when no file is.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

/// Control characters from damaged headers must not break the one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}: ", one_line(&self.file))?;
        }
        write!(f, "{}; {}", self.problem, self.remedy)
    }
}

impl std::error::Error for IoError {}

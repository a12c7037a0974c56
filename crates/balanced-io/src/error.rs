//! The error type of this crate.

use std::fmt;
use std::io;

/// The kinds of errors, for callers that react to them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IoErrorKind {
    /// The file is missing or may not be opened: check the path and its permissions.
    Open,
    /// The file is not audio (empty, text, a picture …).
    NotAudio,
    /// The file format or codec is not supported: convert the file as the message says.
    Unsupported,
    /// Essential parts of the audio file are damaged: download or export it again.
    Damaged,
    /// The device failed while reading.
    Read,
    /// The output could not be written: check the folder, its permissions and its free space.
    Write,
    /// A setting is invalid (a sample rate of zero …); the message says what would be valid.
    Settings,
}

/// An error of reading or writing audio.
///
/// `Display` gives one line with the file, the problem and the remedy: `song.wav: is empty (0 bytes); export it
/// again`.
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
        Self { kind, file: file.into(), problem: printable(&problem.into()), remedy: remedy.into() }
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

    /// Makes the error of a file that could not be written, with the remedy for the system's reason.
    #[must_use]
    pub fn writing(file: &str, error: &io::Error) -> Self {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => "create the folder first",
            io::ErrorKind::PermissionDenied => "choose a folder you may write to",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space and try again",
            _ => "check the folder, its permissions and its free space",
        };
        Self::new(IoErrorKind::Write, file, format!("cannot be written ({error})"), remedy)
    }

    pub(crate) fn reading(file: &str, error: &io::Error) -> Self {
        Self::new(
            IoErrorKind::Read,
            file,
            format!("cannot be read ({error})"),
            "check the disk or network that holds it and try again",
        )
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> IoErrorKind {
        self.kind
    }

    /// Returns the file concerned, as the caller named it; empty if there is none.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
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

/// Escapes what would break a line of text or deceive its reader: control characters, line separators and the marks
/// that reverse the direction of writing, which file names and damaged headers may contain (`\n`, `\u{202e}`).
#[must_use]
pub fn printable(text: &str) -> String {
    let deceives =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if deceives(c) { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}: ", printable(&self.file))?;
        }
        write!(f, "{}; {}", self.problem, self.remedy)
    }
}

impl std::error::Error for IoError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_or_turn_the_line() {
        assert_eq!(printable("a\nb\u{1b}[2J\u{202e}vaw.\u{85}é 音.wav"), "a\\nb\\u{1b}[2J\\u{202e}vaw.\\u{85}é 音.wav");
        let error = IoError::damaged("x\r.wav", "ends\nearly");
        assert_eq!(error.to_string(), "x\\r.wav: ends\\nearly; export or download the file again");
    }
}

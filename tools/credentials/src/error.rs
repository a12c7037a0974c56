//! The error of this crate: file, problem and remedy on one line.

use std::fmt;
use std::path::{Path, PathBuf};

/// Error of signing; its `Display` names the file, the problem and the remedy.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    problem: String,
    remedy: String,
    /// Whether a file could not be read or written, rather than that something else was given.
    is_file: bool,
}

impl Error {
    pub(crate) fn usage(path: &Path, problem: &str, remedy: &str) -> Self {
        Self { path: path.to_owned(), problem: problem.to_owned(), remedy: remedy.to_owned(), is_file: false }
    }

    pub(crate) fn file(path: &Path, problem: &str, error: &std::io::Error) -> Self {
        let remedy = "check the path, its permissions and the free space".to_owned();
        Self { path: path.to_owned(), problem: format!("{problem} ({error})"), remedy, is_file: true }
    }

    /// Returns the exit code of a program that ends with this error: 2 for what was given, 3 for a file.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.is_file { 3 } else { 2 }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of files may hold anything, and none may steer a terminal.
        let path = self.path.to_string_lossy().replace(char::is_control, "?");
        write!(f, "{path}: {}; {}", self.problem, self.remedy)
    }
}

impl std::error::Error for Error {}

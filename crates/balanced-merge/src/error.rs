//! The error of reading a file.

use std::fmt;

/// The text is not JSON, or not the kind of result that was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAResult {
    problem: String,
}

impl NotAResult {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into() }
    }
}

impl fmt::Display for NotAResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for NotAResult {}

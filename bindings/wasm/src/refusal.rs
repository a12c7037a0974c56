//! Why a file could not be measured, in the command's words.

use balanced_io::{IoError, IoErrorKind, printable};
use balanced_mastering::SpecError;
use serde::Serialize;

/// Error of a call: a kind to react to, the problem and the remedy, as the rows of `balanced analyze --json` have them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Kind: `not_audio`, `unsupported`, `damaged`, `read`, `changed`, `settings`, `internal`.
    pub kind: &'static str,
    /// File, where the error is about one.
    pub file: Option<String>,
    /// Problem, on one line.
    pub problem: String,
    /// What to do about it, on one line.
    pub remedy: String,
}

impl Refusal {
    /// Makes the error of wrong settings.
    #[must_use]
    pub fn settings(problem: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        let (problem, remedy) = (printable(problem.as_ref()), printable(remedy.as_ref()));
        Self { kind: "settings", file: None, problem, remedy }
    }

    /// Makes the error of a setting in a chain.
    #[must_use]
    pub fn spec(error: &SpecError) -> Self {
        let place = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
        let remedy = if error.remedy.is_empty() { "correct the named setting" } else { &error.remedy };
        Self::settings(format!("{place}{}", error.problem), remedy)
    }

    /// Makes the error of a file that changed, or went away, while it was read.
    #[must_use]
    pub fn changed(file: &str, change: &str) -> Self {
        let remedy = "start again when nothing writes to it any more";
        Self { kind: "changed", file: Some(file.to_owned()), problem: printable(change), remedy: remedy.to_owned() }
    }
}

impl From<IoError> for Refusal {
    fn from(error: IoError) -> Self {
        let kind = match error.kind() {
            IoErrorKind::NotAudio => "not_audio",
            IoErrorKind::Unsupported => "unsupported",
            IoErrorKind::Damaged => "damaged",
            IoErrorKind::Settings => "settings",
            _ => "read",
        };
        let file = Some(error.file()).filter(|file| !file.is_empty()).map(str::to_owned);
        let remedy = Some(error.remedy()).filter(|remedy| !remedy.is_empty());
        let remedy = printable(remedy.unwrap_or("try another file, or export it again"));
        Self { kind, file, problem: printable(error.problem()), remedy }
    }
}

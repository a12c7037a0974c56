//! The error type of this crate.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use balanced_io::{IoError, IoErrorKind, printable};
use balanced_mastering::{BuildError, SpecError};

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
    /// The input or the call passes one of the [`Limits`](crate::Limits); the message says which, and how to raise it.
    Limit,
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
    /// The file was written to, cut or replaced while it was read.
    Changed,
}

/// An error of this crate; its `Display` names the file, the problem and the remedy on one line.
///
/// [`path`](Self::path), [`problem`](Self::problem) and [`remedy`](Self::remedy) are these three; `source()` is the
/// error of the operating system or of another crate, where there was one.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    fault: Option<InputFault>,
    path: Option<PathBuf>,
    problem: String,
    remedy: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
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
            (ErrorKind::Input, Some(InputFault::Changed)) => "changed",
            (ErrorKind::Input, None) => "input",
            (ErrorKind::Output, _) => "output",
            (ErrorKind::Settings, _) => "settings",
            (ErrorKind::Plugin, _) => "plugin",
            (ErrorKind::Limit, _) => "limit",
            (ErrorKind::Cancelled, _) => "cancelled",
            (ErrorKind::Internal, _) => "internal",
        }
    }

    /// Returns the path of the file concerned, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Adds a remark to the problem.
    pub(crate) fn with_remark(mut self, remark: &str) -> Self {
        self.problem.push_str(&balanced_io::printable(remark));
        self
    }

    /// Returns the problem, without the remedy, on one line.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Returns the remedy: what to do about the problem, on one line.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    fn new(kind: ErrorKind, problem: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        let usual = match kind {
            ErrorKind::Input => "try another file, or export it again",
            ErrorKind::Output => "check the folder, its permissions and its free space",
            ErrorKind::Settings => "correct the named setting",
            ErrorKind::Plugin => "update the plugin, or bypass its step in the chain",
            ErrorKind::Limit => "raise the limit",
            ErrorKind::Cancelled => "start the call again",
            ErrorKind::Internal => "report it with the file, and leave the file out for now",
        };
        let remedy = Some(remedy.as_ref()).filter(|remedy| !remedy.is_empty()).unwrap_or(usual);
        let (problem, remedy) = (printable(problem.as_ref()), printable(remedy));
        Self { kind, fault: None, path: None, problem, remedy, source: None }
    }

    /// Returns the error with the file it is about.
    #[must_use]
    pub(crate) fn in_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Returns the error with the error that caused it.
    #[must_use]
    pub(crate) fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    pub(crate) fn settings(problem: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self::new(ErrorKind::Settings, problem, remedy)
    }

    /// Returns the error of a wrong setting in a chain.
    pub(crate) fn spec(error: &SpecError) -> Self {
        let place = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
        Self::settings(format!("{place}{}", error.problem), &error.remedy).caused_by(error.clone())
    }

    /// Returns the error of a chain that could not be built.
    pub(crate) fn building(error: &BuildError) -> Self {
        match error {
            BuildError::Spec(inner) | BuildError::External(inner) => Self::spec(inner),
            _ => Self::settings(error.to_string(), "").caused_by(error.clone()),
        }
    }

    /// Returns the error as one of a plugin.
    pub(crate) fn of_plugin(self) -> Self {
        Self { kind: ErrorKind::Plugin, ..self }
    }

    #[cfg(feature = "host")]
    pub(crate) fn plugin(error: &balanced_host::HostError) -> Self {
        Self::new(ErrorKind::Plugin, error.problem(), error.remedy()).in_file(error.path()).caused_by(error.clone())
    }

    pub(crate) fn input(path: impl Into<PathBuf>, problem: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        let error = Self::new(ErrorKind::Input, problem, remedy);
        Self { fault: Some(InputFault::Read), ..error.in_file(path) }
    }

    /// Returns the error of a file that does not exist or may not be opened.
    pub(crate) fn not_openable(path: &Path, problem: &str, remedy: &str) -> Self {
        Self { fault: Some(InputFault::Open), ..Self::input(path, problem, remedy) }
    }

    /// Returns the error of a file that is not what it was.
    pub(crate) fn damaged(path: &Path, problem: &str, remedy: &str) -> Self {
        Self { fault: Some(InputFault::Damaged), ..Self::input(path, problem, remedy) }
    }

    pub(crate) fn changed(path: &Path, change: &str) -> Self {
        let error = Self::new(ErrorKind::Input, change, "start again when nothing writes to it any more");
        Self { fault: Some(InputFault::Changed), ..error.in_file(path) }
    }

    pub(crate) fn limit(path: Option<&Path>, problem: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self { path: path.map(Path::to_owned), ..Self::new(ErrorKind::Limit, problem, remedy) }
    }

    /// Returns the error of a file that the device fails to give.
    pub(crate) fn unreadable(path: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        Self::input(path, format!("cannot be read ({error})"), "check the disk or network that holds it")
    }

    pub(crate) fn output(path: impl Into<PathBuf>, problem: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self::new(ErrorKind::Output, problem, remedy).in_file(path)
    }

    /// Returns the error of a mix without a single frame, of which no master can be made.
    pub(crate) fn nothing_to_master(path: &Path) -> Self {
        let problem = "holds no audio (0 frames), so there is nothing to master";
        let error = Self::input(path, problem, "download or export it again");
        Self { fault: Some(InputFault::NotAudio), ..error }
    }

    /// Returns the error of an encoder that failed for reasons of its own.
    pub(crate) fn failed_encoder(problem: &str, remedy: &str) -> Self {
        Self::new(ErrorKind::Output, problem, remedy)
    }

    pub(crate) fn internal(path: Option<&Path>, panic: &str) -> Self {
        let error = Self::new(ErrorKind::Internal, format!("the library failed ({panic})"), "");
        Self { path: path.map(Path::to_owned), ..error }
    }

    /// Returns the error of a call that was cancelled.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled on request, no output was written", "")
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
        Self { path, ..Self::new(kind, error.problem(), error.remedy()).caused_by(error.clone()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}: ", printable(&path.to_string_lossy()))?;
        }
        write!(f, "{}; {}", self.problem, self.remedy)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn the_parts_are_fields_and_the_cause_is_kept() {
        let error = Error::spec(&SpecError::new("steps[0].mix", "2 is outside 0..1; really")).in_file("a\nb.toml");
        assert_eq!(error.problem(), "steps[0].mix: 2 is outside 0..1; really");
        assert_eq!(error.remedy(), "correct the named setting");
        assert_eq!(error.path(), Some(Path::new("a\nb.toml")));
        assert_eq!(error.to_string(), "a\\nb.toml: steps[0].mix: 2 is outside 0..1; really; correct the named setting");
        let cause = error.source().and_then(|cause| cause.downcast_ref::<SpecError>()).expect("a cause");
        assert_eq!(cause.path, "steps[0].mix");
        assert!(Error::cancelled().source().is_none());
    }
}

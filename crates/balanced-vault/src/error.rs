//! The error type of this crate.

use std::fmt;
use std::sync::Arc;

/// The kinds of errors, for callers that react to them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The thing does not exist, or the caller may not see it; the two are not told apart.
    Refused,
    /// A stored object is not what the vault wrote: altered, cut, moved or rolled back.
    Altered,
    /// The project's state does not allow the call: it is completed, or being deleted.
    State,
    /// Others change the same project; the call can be repeated.
    Conflict,
    /// The store failed: disk, network or credentials.
    Store,
    /// An argument or a key is invalid.
    Settings,
    /// The caller's own reader or writer failed.
    Stream,
}

/// An error of this crate; its `Display` names the subject, the problem and the remedy on one line.
///
/// It holds no key, no passphrase and no content of a record.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    subject: String,
    problem: String,
    remedy: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// Result of a call of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        subject: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { kind, subject: subject.into(), problem: problem.into(), remedy: remedy.into(), source: None }
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns what the error is about: an id or the path of an object.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the problem, without the remedy, on one line.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Returns what to do about the problem, on one line.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    #[must_use]
    pub(crate) fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Returns the one answer for what is missing and for what is forbidden.
    pub(crate) fn refused(subject: impl Into<String>) -> Self {
        let problem = "does not exist, or this key may not open it";
        Self::new(ErrorKind::Refused, subject, problem, "ask the platform to assign the key to the project")
    }

    pub(crate) fn altered(subject: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Altered,
            subject,
            problem,
            "restore it from a backup, and find out who can write to the store",
        )
    }

    pub(crate) fn state(subject: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(ErrorKind::State, subject, problem, remedy)
    }

    pub(crate) fn conflict(subject: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, subject, problem, "make the call again")
    }

    pub(crate) fn settings(subject: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(ErrorKind::Settings, subject, problem, remedy)
    }

    /// Creates the error of a store that failed, for stores outside of this crate.
    #[must_use]
    pub fn store(subject: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Store, subject, problem, "check the disk, the network and the credentials of the store")
    }

    /// Returns the error of a copy: that of the vault, where it comes from the vault.
    pub(crate) fn stream(subject: impl Into<String>, error: &std::io::Error) -> Self {
        if let Some(own) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return own.clone();
        }
        let problem = format!("could not be copied ({error})");
        Self::new(ErrorKind::Stream, subject, problem, "check the file or connection at the other end")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.subject, self.problem, self.remedy)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.kind {
            ErrorKind::Altered => std::io::ErrorKind::InvalidData,
            ErrorKind::Refused => std::io::ErrorKind::PermissionDenied,
            _ => std::io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

//! The error type of this crate.

use std::fmt;
use std::time::Duration;

/// The kinds of errors, for callers that react to them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option or an argument is invalid.
    Settings,
    /// The policy forbids sending, or the consent is for another manifest; nothing was sent.
    Consent,
    /// The token is missing, wrong, or not allowed to do this.
    Authorization,
    /// The track does not exist at Cyanite.
    NotFound,
    /// The analysis is not finished; ask again later, or wait for the webhook.
    NotReady,
    /// Cyanite refused the request; [`Error::code`] is its reason, where it gives one.
    Rejected,
    /// Cyanite asks to slow down; [`Error::retry_after`] is its wish.
    RateLimited,
    /// Cyanite failed (5xx), also after repetitions.
    Server,
    /// No connection, or a connection that broke.
    Network,
    /// A time-out passed.
    Timeout,
    /// The certificate of the server is not to be trusted.
    Certificate,
    /// The answer leads to another host, or the upload would go to one that is not allowed; it was not followed.
    Redirect,
    /// The answer is not what the API documents: no JSON, cut, too long, or another shape.
    Protocol,
    /// The request was sent, its answer was lost, and the API has no way to find out whether it was carried out.
    InDoubt,
    /// The API has no documented call for this.
    Unsupported,
    /// The audio is empty, or cannot be read or encoded.
    Audio,
    /// A signature of a webhook is missing, wrong or out of date.
    Signature,
    /// The journal or the store of seen webhooks could not be read or written.
    Journal,
    /// The caller asked the call to stop.
    Cancelled,
}

impl ErrorKind {
    /// Returns the stable name of the kind, in snake case: `rate_limited`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Consent => "consent",
            Self::Authorization => "authorization",
            Self::NotFound => "not_found",
            Self::NotReady => "not_ready",
            Self::Rejected => "rejected",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Certificate => "certificate",
            Self::Redirect => "redirect",
            Self::Protocol => "protocol",
            Self::InDoubt => "in_doubt",
            Self::Unsupported => "unsupported",
            Self::Audio => "audio",
            Self::Signature => "signature",
            Self::Journal => "journal",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An error of this crate; its `Display` names the call, the problem and the remedy on one line.
///
/// It holds no token, no secret, no signed address and no audio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    subject: String,
    problem: String,
    remedy: String,
    code: Option<String>,
    retry_after: Option<Duration>,
}

/// Result of a call of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Creates an error; for journals, replay stores and sources of audio outside of this crate.
    #[must_use]
    pub fn new(
        kind: ErrorKind,
        subject: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (subject, problem, remedy) = (subject.into(), problem.into(), remedy.into());
        Self { kind, subject, problem, remedy, code: None, retry_after: None }
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns what the error is about: a call and its host, an argument, or a file.
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

    /// Returns the code by which Cyanite names the reason, such as `librarySizeLimitExceededError`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns how long Cyanite asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    pub(crate) fn settings(subject: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(ErrorKind::Settings, subject, problem, remedy)
    }

    pub(crate) fn audio(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(ErrorKind::Audio, "audio for Cyanite", problem, remedy)
    }

    pub(crate) fn protocol(subject: impl Into<String>, problem: impl Into<String>) -> Self {
        let remedy = "try again later; if it stays, the API has changed: update Balanced";
        Self::new(ErrorKind::Protocol, subject, problem, remedy)
    }

    pub(crate) fn cancelled(subject: impl Into<String>) -> Self {
        Self::new(ErrorKind::Cancelled, subject, "cancelled on request", "start the call again")
    }

    #[must_use]
    pub(crate) fn with_code(mut self, code: Option<impl Into<String>>) -> Self {
        self.code = code.map(Into::into);
        self
    }

    #[must_use]
    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// Returns whether the request may have been carried out although it failed.
    pub(crate) fn is_uncertain(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Server | ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Protocol | ErrorKind::Cancelled
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.subject, self.problem, self.remedy)
    }
}

impl std::error::Error for Error {}

/// Returns text of a stranger's on one short line without control characters.
pub(crate) fn printable(text: &str) -> String {
    const LONGEST: usize = 200;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    line.trim().to_owned()
}

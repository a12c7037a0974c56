//! Errors of settings and of builds.

/// Error in settings: where, what is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{problem}{}{remedy}", path, if path.is_empty() { "" } else { ": " }, if remedy.is_empty() { "" } else { "; " })]
#[non_exhaustive]
pub struct SpecError {
    /// Path of the wrong setting (`steps[1].bands[0].frequency_hz`); empty for the document as a whole.
    pub path: String,
    /// The problem, on one line.
    pub problem: String,
    /// What to do about it, on one line; empty where the problem says it all.
    pub remedy: String,
}

impl SpecError {
    /// Creates an error at `path` whose problem says what is allowed.
    #[must_use]
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into(), remedy: String::new() }
    }

    /// Returns the error with a remedy.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Returns the error with `parent` put before its path.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{parent}{dot}{}", self.path);
        self
    }
}

/// Reason why a processor or chain could not be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The settings are wrong: correct them.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The sample rate is outside 8 to 384 kHz: resample first.
    #[error("a sample rate of {0} Hz is outside 8000..384000 Hz")]
    SampleRate(f64),
    /// The format has no channels.
    #[error("there are no channels to process")]
    NoChannels,
    /// A CLAP effect could not be built; the path is that of its step (`steps[1]`).
    #[error(transparent)]
    External(SpecError),
}

impl BuildError {
    /// Returns the error with `parent` put before its path.
    #[must_use]
    pub(crate) fn within(self, parent: &str) -> Self {
        match self {
            Self::Spec(error) => Self::Spec(error.within(parent)),
            Self::External(error) => Self::External(error.within(parent)),
            other => other,
        }
    }
}

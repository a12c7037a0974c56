//! Errors of settings and of builds.

/// Error in settings: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{message}", path, if path.is_empty() { "" } else { ": " })]
#[non_exhaustive]
pub struct SpecError {
    /// Path of the wrong setting (`steps[1].bands[0].frequency_hz`); empty for the document as a whole.
    pub path: String,
    /// The problem, and what would be right.
    pub message: String,
}

impl SpecError {
    /// Creates an error at `path`.
    #[must_use]
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
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
    /// A CLAP effect could not be built.
    #[error("{path}: {message}")]
    External {
        /// Path of the step (`steps[1]`).
        path: String,
        /// The problem, and what would help.
        message: String,
    },
}

impl BuildError {
    /// Returns the error with `parent` put before its path.
    #[must_use]
    pub(crate) fn within(self, parent: &str) -> Self {
        match self {
            Self::Spec(error) => Self::Spec(error.within(parent)),
            Self::External { path, message } => {
                let SpecError { path, message } = SpecError { path, message }.within(parent);
                Self::External { path, message }
            }
            other => other,
        }
    }
}

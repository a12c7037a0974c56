//! Errors of the arguments of a feature.

use std::fmt;

/// Why no array can be made: the argument, and what it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeatureError {
    /// A sample is NaN or infinite, or too large to be squared in `f32`; its index.
    Sample(usize),
    /// Without centring, no frame fits into the samples.
    TooShort {
        /// Samples given.
        samples: usize,
        /// Samples a frame needs.
        frame: usize,
    },
    /// A parameter is out of its range: its name, and what is allowed.
    Parameter(&'static str, &'static str),
}

impl FeatureError {
    /// Returns the problem, without the remedy.
    #[must_use]
    pub fn problem(&self) -> String {
        match self {
            Self::Sample(index) => format!("sample {index} is not a usable number (NaN, infinite or over 1e15)"),
            Self::TooShort { samples, frame } => format!("{samples} samples hold no whole frame of {frame}"),
            Self::Parameter(name, allowed) => format!("{name} must be {allowed}"),
        }
    }

    /// Returns the remedy: what to do about the problem.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Sample(_) => "replace it, with 0 for instance",
            Self::TooShort { .. } => "set center, or use a shorter n_fft",
            Self::Parameter(..) => "give a value in that range",
        }
    }
}

impl fmt::Display for FeatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem(), self.remedy())
    }
}

impl std::error::Error for FeatureError {}

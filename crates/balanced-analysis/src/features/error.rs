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

impl fmt::Display for FeatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sample(index) => write!(
                f,
                "sample {index} is not a usable number (NaN, infinite or over 1e15); replace it, with 0 for instance"
            ),
            Self::TooShort { samples, frame } => {
                write!(f, "{samples} samples hold no whole frame of {frame}; set center, or use a shorter n_fft")
            }
            Self::Parameter(name, allowed) => write!(f, "{name} must be {allowed}"),
        }
    }
}

impl std::error::Error for FeatureError {}

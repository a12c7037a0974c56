//! Parametric equaliser: up to 24 bands, each on its own choice of channels, minimum or linear phase.
//!
//! Minimum phase follows the analogue prototypes to a few hundredths of a dB up to 20 kHz at 44.1 kHz
//! ([`balanced_dsp::matched`]). Linear phase has the same magnitudes by partitioned convolution.

mod design;
mod kernel;
mod linear;
mod minimum;
mod params;

use balanced_dsp::StreamFormat;

use crate::{BuildError, BuildOptions, Processor, Settings, SpecError};
pub use params::{CutAlignment, EqBand, EqBandKind, EqChannels, EqPhase, EqSpec, MAX_BANDS};

impl Settings for EqSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        Ok(match self.phase {
            EqPhase::Minimum => Box::new(minimum::MinimumPhaseEq::new(self, format)),
            EqPhase::Linear => Box::new(linear::LinearPhaseEq::new(self, format)),
        })
    }

    fn check(&self) -> Result<(), SpecError> {
        params::check(self)
    }

    fn examples() -> Vec<Self> {
        params::examples()
    }
}

/// Returns the magnitude response of `bands` at `at_hz` in dB, on channels that all of them act on.
#[must_use]
pub fn level_db(bands: &[EqBand], at_hz: f64) -> f64 {
    bands.iter().filter(|band| band.enabled).map(|band| design::level_db(band, at_hz)).sum()
}

//! Gain: changes the level.

use balanced_dsp::{BlockMut, Ramp, StreamFormat, decibel};

use crate::settings::settings;
use crate::{BuildError, BuildOptions, Processor, ProcessorSpec, Settings};

/// How long a change of level takes.
const GLIDE_MS: f64 = 20.0;

settings! {
    /// Settings of the gain.
    pub struct GainSpec {
        /// Level change.
        gain_db: f64 in -96.0..=48.0 "dB" = 0.0,
    }
}

impl Settings for GainSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        let glide_frames = (GLIDE_MS * 1e-3 * format.sample_rate_hz).round() as usize;
        Ok(Box::new(Gain { gain: Ramp::new(decibel::db_to_gain(self.gain_db), glide_frames) }))
    }

    fn examples() -> Vec<Self> {
        vec![Self::default(), Self { gain_db: -7.3 }]
    }
}

struct Gain {
    gain: Ramp,
}

impl Processor for Gain {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        self.gain.apply_to_all(block);
    }

    fn reset(&mut self) {
        self.gain.jump();
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Gain(_))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Gain(spec) = spec else { return };
        self.gain.glide_to(decibel::db_to_gain(spec.gain_db));
    }
}

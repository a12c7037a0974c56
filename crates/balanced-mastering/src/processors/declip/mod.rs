//! Declipper: puts back the tops of waves that were cut flat.
//!
//! Clipped samples are filled in by autoregressive interpolation (Janssen, Veldhuis and Vries 1986; Godsill and Rayner, "Digital Audio
//! Restoration", 1998): the model of the music around is fitted, the missing samples are those that it is least violated by, and
//! the model is fitted once more with them. One thing is known of the missing samples: they were at least as far from
//! zero as what is left of them. Those that come out nearer are held there, and the others are filled in again.

mod engine;
#[cfg(test)]
mod tests;

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::{BlockMut, StreamFormat};

use super::hop_lines::{Geometry, HopLines, Passage};
use crate::settings::settings;
use crate::{BuildError, BuildOptions, Latency, Processor, ProcessorSpec, Settings};
use engine::Engine;

settings! {
    /// Settings of the declipper.
    pub struct DeclipSpec {
        /// Level from which flat tops are taken for clipped ones; a little under the level at which the tops are cut.
        threshold_dbfs: f64 in -36.0..=24.0 "dBFS" = -0.1,
    }
}

impl Settings for DeclipSpec {
    fn build(&self, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        if options.latency == Latency::Low {
            return Ok(Box::new(Passage));
        }
        let hop = Geometry::hop_at(format.sample_rate_hz);
        let geometry = Geometry { hop, past: hop, future: hop, margin: 0 };
        Ok(Box::new(Declip {
            threshold: db_to_gain(self.threshold_dbfs),
            lines: HopLines::new(format.channels(), geometry),
            engines: (0..format.channels()).map(|_| Engine::new(geometry)).collect(),
        }))
    }

    fn examples() -> Vec<Self> {
        vec![Self::default(), Self { threshold_dbfs: -12.0 }]
    }
}

struct Declip {
    threshold: f64,
    lines: HopLines,
    engines: Vec<Engine>,
}

impl Processor for Declip {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let Self { threshold, lines, engines } = self;
        lines.process(block, |channel, line| engines[channel].work(line, *threshold));
    }

    fn reset(&mut self) {
        self.lines.reset();
        self.engines.iter_mut().for_each(Engine::reset);
    }

    fn latency_frames(&self) -> usize {
        self.lines.latency_frames()
    }

    fn lead_in(&mut self, frames: usize) {
        self.lines.lead_in(frames);
        self.engines.iter_mut().for_each(Engine::reset);
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Declip(_))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Declip(spec) = spec else { return };
        self.threshold = db_to_gain(spec.threshold_dbfs);
    }
}

//! Declicker: takes impulses of a few samples out and fills in what was beneath them.
//!
//! An autoregressive model of the music leaves little of it and nearly all of a click: its prediction error stands out of the errors
//! around it. Such an outlier is replaced by the samples that violate the model least (Janssen, Veldhuis and Vries 1986; Godsill
//! and Rayner, "Digital Audio Restoration", 1998), and the replacement stands only where the music goes on across it as if
//! nothing had been there. A drum, a plucked string or the edge of a synthetic wave begins something new, which no filling makes
//! ordinary; so does whatever comes in rows.

mod engine;
mod outliers;
#[cfg(test)]
mod tests;

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::{BlockMut, StreamFormat};

use super::hop_lines::{Geometry, HopLines, Passage};
use crate::settings::settings;
use crate::{BuildError, BuildOptions, Latency, Processor, ProcessorSpec, Settings};
use engine::{Engine, Limits};

settings! {
    /// Settings of the declicker.
    pub struct DeclickSpec {
        /// How far the prediction error of a click stands over the largest within 10 ms around it.
        prominence_db: f64 in 3.0..=40.0 "dB" = 6.0,
        /// Longest click that is taken out.
        longest_ms: f64 in log 0.05..=2.0 "ms" = 0.2,
        /// Time around a click within which two more like it make it part of a waveform; 0 takes rows of clicks out, too.
        alone_ms: f64 in 0.0..=60.0 "ms" = 60.0,
    }
}

/// Context of a hop: its length before and after in hops, the share of the past that may still be changed, and the least length of that
/// part, which holds the order of a model and the longest click.
const AROUND_HOPS: usize = 3;
const MARGIN_SHARE: usize = 4;
const LEAST_MARGIN_FRAMES: usize = 64;

impl Settings for DeclickSpec {
    fn build(&self, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        if options.latency == Latency::Low {
            return Ok(Box::new(Passage));
        }
        let hop = Geometry::hop_at(format.sample_rate_hz);
        let margin = (hop / MARGIN_SHARE).max(LEAST_MARGIN_FRAMES);
        let geometry = Geometry { hop, past: AROUND_HOPS * hop, future: AROUND_HOPS * hop, margin };
        Ok(Box::new(Declick {
            sample_rate_hz: format.sample_rate_hz,
            limits: limits(self, format.sample_rate_hz),
            lines: HopLines::new(format.channels(), geometry),
            engine: Engine::new(geometry),
        }))
    }

    fn examples() -> Vec<Self> {
        vec![Self::default(), Self { prominence_db: 3.0, longest_ms: 2.0, alone_ms: 0.0 }]
    }
}

fn limits(spec: &DeclickSpec, sample_rate_hz: f64) -> Limits {
    let frames = |ms: f64| (1e-3 * ms * sample_rate_hz).round() as usize;
    Limits {
        prominence: db_to_gain(spec.prominence_db),
        longest_frames: frames(spec.longest_ms).max(1),
        alone_frames: frames(spec.alone_ms),
        near_frames: frames(NEAR_MS),
    }
}

/// Time around a click that its prominence is measured against.
const NEAR_MS: f64 = 10.0;

struct Declick {
    sample_rate_hz: f64,
    limits: Limits,
    lines: HopLines,
    /// One serves all channels: it keeps nothing from one line to the next.
    engine: Engine,
}

impl Processor for Declick {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let Self { limits, lines, engine, .. } = self;
        lines.process(block, |_, line| engine.work(line, limits));
    }

    fn reset(&mut self) {
        self.lines.reset();
    }

    fn latency_frames(&self) -> usize {
        self.lines.latency_frames()
    }

    fn lead_in(&mut self, frames: usize) {
        self.lines.lead_in(frames);
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Declick(_))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Declick(spec) = spec else { return };
        self.limits = limits(spec, self.sample_rate_hz);
    }
}

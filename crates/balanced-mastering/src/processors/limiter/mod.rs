//! True-peak limiter: keeps the output under the ceiling, on and between the samples.
//!
//! Two passes, each a detector of inter-sample peaks ([`balanced_dsp::intersample`]), a gain computer that looks ahead
//! and a delay line. The *musical* pass decides how it sounds: a smooth ramp into every peak over the lookahead, a hold, a
//! release in two stages ([`LimiterStyle`]). A moving gain adds a little between the samples (a hundredth of a decibel at
//! most on music), so a *safety* pass measures what the first one made and takes that off, slowly enough to add nothing
//! of its own.
//!
//! - **Guarantee.** The output's true peak by interpolators from 64 taps a side to the infinite sinc is at most
//!   `ceiling_dbtp` for everything the torture tests know: worst-case patterns of ±1, full-scale and clipped noise, hats and tones
//!   up to half the sample rate, tones that miss their peaks, +12 dB of drive. The guarantee is for the `f64` output; a quantiser adds half a step and its dither.
//! - **Exactness.** While no peak exceeds the ceiling the output is the (driven) input, bit for bit, delayed by
//!   [`latency_frames`](crate::Processor::latency_frames). A peak over it is brought 0.03 dB under it.
//! - **Latency.** 1164 frames and the lookahead: 31 ms at 44.1 kHz with the default 5 ms.
//!
//! The structure (lookahead maximum, then a positive smoothing window) is that of D. Giannoulis, M. Massberg and
//! J. Reiss, "Digital Dynamic Range Compressor Design", JAES 60 (2012), section on lookahead, made exact by integer sums.

mod engine;
mod forecast;
mod gain;
mod low_latency;
mod pass;
mod release;
mod spec;
#[cfg(test)]
mod tests;

use balanced_dsp::StreamFormat;

use engine::Limiter;
pub use forecast::LimiterForecast;
use low_latency::LowLatencyLimiter;
pub use spec::{LimiterSpec, LimiterStyle};

use crate::{BuildError, BuildOptions, Latency, Processor, Settings};

impl Settings for LimiterSpec {
    fn build(&self, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        Ok(match options.latency {
            Latency::Full => Box::new(Limiter::new(self, format)),
            Latency::Low => Box::new(LowLatencyLimiter::new(self, format)),
        })
    }

    fn examples() -> Vec<Self> {
        let driven = Self { drive_db: 12.0, ceiling_dbtp: -3.0, ..Self::default() };
        vec![
            Self::default(),
            Self { style: LimiterStyle::Punchy, release_ms: 40.0, ..driven.clone() },
            Self { style: LimiterStyle::Loud, link_percent: 40.0, sustain_link_percent: 80.0, ..driven.clone() },
            Self { lookahead_ms: 1.0, link_percent: 0.0, sustain_link_percent: 0.0, ..driven.clone() },
            Self { hold_ms: 30.0, ..driven },
        ]
    }
}

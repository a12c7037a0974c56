//! One channel of a processor that adds a non-linear residual, computed at a multiple of the rate, to its delayed input.

use balanced_dsp::{Delay, Oversampler};

use crate::Latency;

/// Frames worked on at once: the fastest rate's samples stay in the first-level cache.
pub(super) const CHUNK_FRAMES: usize = 64;

/// Factor that brings `sample_rate_hz` to about `factor` times 44.1 kHz: high rates need less.
pub(super) fn factor_for(sample_rate_hz: f64, factor: usize) -> usize {
    let octaves = (sample_rate_hz / 50_000.0).log2().ceil().max(0.0) as u32;
    (factor >> octaves).max(1)
}

/// Largest factor with short filters.
const SHORT_FACTOR: usize = 4;

/// Dry path, oversampler and scratch of one channel.
#[derive(Clone, Debug)]
pub(super) struct ResidualPath {
    oversampler: Oversampler,
    dry: Delay,
    scratch: [f64; CHUNK_FRAMES],
}

impl ResidualPath {
    /// At `factor` times the rate. With low latency that is 15 frames at most: four times the rate where `factor` is more, and
    /// short filters.
    pub fn new(factor: usize, work_delay: usize, latency: Latency) -> Self {
        let oversampler = match latency {
            Latency::Full => Oversampler::new(factor, CHUNK_FRAMES, work_delay),
            Latency::Low => Oversampler::short(factor.min(SHORT_FACTOR), CHUNK_FRAMES, work_delay),
        };
        let dry = Delay::new(oversampler.latency_frames());
        Self { oversampler, dry, scratch: [0.0; CHUNK_FRAMES] }
    }

    pub fn latency_frames(&self) -> usize {
        self.dry.frames()
    }

    /// Delay `samples` (at most [`CHUNK_FRAMES`]) and hand them on with the residual: `prepare` makes the non-linearity's input in
    /// place, `residual` works at the high rate, `combine` gets the delayed sample and the residual's.
    pub fn process(
        &mut self,
        samples: &mut [f64],
        prepare: impl FnOnce(&mut [f64]),
        residual: impl FnOnce(&mut [f64]),
        mut combine: impl FnMut(f64, f64) -> f64,
    ) {
        prepare(self.take(samples));
        self.work(samples, residual);
        for (sample, residual) in samples.iter_mut().zip(&self.scratch) {
            *sample = combine(*sample, *residual);
        }
    }

    /// A copy of `samples` (at most [`CHUNK_FRAMES`]), to be made the non-linearity's input: the first of three steps that are
    /// [`process`](Self::process).
    pub fn take(&mut self, samples: &[f64]) -> &mut [f64] {
        let scratch = &mut self.scratch[..samples.len()];
        scratch.copy_from_slice(samples);
        scratch
    }

    /// Delay `samples` while `residual` works at the high rate on what was taken.
    pub fn work(&mut self, samples: &mut [f64], residual: impl FnOnce(&mut [f64])) {
        self.oversampler.process(&mut self.scratch[..samples.len()], residual);
        self.dry.process_in_place(samples);
    }

    /// The residual of the `frames` last worked on.
    pub fn residual(&mut self, frames: usize) -> &mut [f64] {
        &mut self.scratch[..frames]
    }

    pub fn reset(&mut self) {
        self.oversampler.reset();
        self.dry.reset();
    }
}

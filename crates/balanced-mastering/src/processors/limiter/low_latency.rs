//! The limiter with low latency, for those who play through it: a short detector before the gain computer, 33 frames in all.
//!
//! The latency is shortened by an interpolator of ±12 frames instead of ±240 ([`ShortPeaks`]), a ramp of a third of a millisecond into
//! every peak instead of milliseconds, and no second pass. The margin below the ceiling is wider for it.

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::intersample::ShortPeaks;
use balanced_dsp::{BlockMut, Delay, PlanarBuffer, Ramp, StreamFormat};

use super::engine::{DB_PER_NEPER, GLIDE_MS, links};
use super::gain::{GainComputer, Limits, PassShape};
use super::release::Release;
use super::spec::LimiterSpec;
use crate::{Processor, ProcessorSpec};

/// Peaks beyond the ceiling are brought this far below it: what a gain that moves so fast adds between the samples, and
/// what the short interpolator reads too little.
const MARGIN_DB: f64 = 0.12;
const SLOPE_FRAMES: usize = 17;
const GUARD_FRAMES: usize = 4;
/// Frames worked on at once.
const CHUNK_FRAMES: usize = 64;

/// Limiter with low latency.
pub(super) struct LowLatencyLimiter {
    sample_rate_hz: f64,
    drive: Ramp,
    limits: Limits,
    detectors: Vec<ShortPeaks>,
    delays: Vec<Delay>,
    /// Peak estimates, then gains: a channel each.
    control: PlanarBuffer,
    computer: GainComputer,
    /// Largest attenuation of the latest block, nepers.
    reduction: f64,
}

impl LowLatencyLimiter {
    pub fn new(spec: &LimiterSpec, format: &StreamFormat) -> Self {
        let (channels, rate) = (format.channels(), format.sample_rate_hz);
        let (links, lockstep) = links(spec);
        let shape = shape(spec, rate);
        let release = Release::new(channels, spec.release_shape(), links[1], rate);
        Self {
            drive: Ramp::new(db_to_gain(spec.drive_db), (GLIDE_MS * 1e-3 * rate).round() as usize),
            limits: limits(spec),
            detectors: vec![ShortPeaks::new(); channels],
            delays: vec![Delay::new(ShortPeaks::DELAY_FRAMES + shape.lookahead_frames()); channels],
            control: PlanarBuffer::new(channels, CHUNK_FRAMES),
            computer: GainComputer::new(channels, shape, release, links[0], lockstep),
            reduction: 0.0,
            sample_rate_hz: rate,
        }
    }

    fn chunk(&mut self, part: &mut BlockMut<'_>) {
        self.drive.apply_to_all(part);
        self.control.set_frames(part.frames());
        let mut any = false;
        for channel in 0..part.channels() {
            let estimates = self.control.channel_mut(channel);
            any |= self.detectors[channel].detect(part.channel(channel), self.limits.threshold, estimates);
        }
        let acts = any || !self.computer.is_idle();
        let largest = if acts { self.computer.gains(&mut self.control, self.limits) } else { 0.0 };
        self.reduction = self.reduction.max(largest);
        for (channel, delay) in self.delays.iter_mut().enumerate() {
            let samples = part.channel_mut(channel);
            delay.process_in_place(samples);
            if largest > 0.0 {
                let gains = self.control.channel(self.computer.gain_channel(channel));
                samples.iter_mut().zip(gains).for_each(|(sample, gain)| *sample *= gain);
            }
        }
    }
}

fn limits(spec: &LimiterSpec) -> Limits {
    Limits::below(spec.ceiling_dbtp, MARGIN_DB)
}

fn shape(spec: &LimiterSpec, sample_rate_hz: f64) -> PassShape {
    PassShape { slope_frames: SLOPE_FRAMES, guard_frames: GUARD_FRAMES, ..spec.pass_shape(sample_rate_hz) }
}

impl Processor for LowLatencyLimiter {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        self.reduction = 0.0;
        let mut start = 0;
        while start < block.frames() {
            let end = (start + CHUNK_FRAMES).min(block.frames());
            self.chunk(&mut block.slice_mut(start..end));
            start = end;
        }
    }

    fn reset(&mut self) {
        self.detectors.iter_mut().for_each(ShortPeaks::reset);
        self.delays.iter_mut().for_each(Delay::reset);
        self.computer.reset();
        self.drive.jump();
        self.reduction = 0.0;
    }

    fn latency_frames(&self) -> usize {
        self.delays[0].frames()
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        matches!(spec, ProcessorSpec::Limiter(_))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Limiter(spec) = spec else { return };
        self.computer.set(spec, self.sample_rate_hz);
        self.drive.glide_to(db_to_gain(spec.drive_db));
        self.limits = limits(spec);
    }

    fn gain_reduction_db(&self) -> f64 {
        self.reduction * DB_PER_NEPER
    }
}

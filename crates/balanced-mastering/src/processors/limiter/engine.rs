//! The limiter proper: drive, a musical pass, a safety pass.

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::intersample::{HOP_FRAMES, WINDOW_FRAMES};
use balanced_dsp::{BlockMut, PlanarBuffer, Ramp, StreamFormat};

use super::gain::{Limits, PassShape};
use super::pass::Pass;
use super::release::{Release, ReleaseShape};
use super::spec::LimiterSpec;
use crate::{Processor, ProcessorSpec};

/// Peaks beyond the ceiling are brought this far below it.
///
/// Room for what the gain's own movement adds between samples (under 0.01 dB), for interpolators with some ripple, and for
/// what the detector leaves out where there is little near half the sample rate (0.026 dB).
const MARGIN_DB: f64 = 0.03;
pub(super) const DB_PER_NEPER: f64 = 8.685_889_638_065_037;
/// How long a change of drive takes.
pub(super) const GLIDE_MS: f64 = 20.0;
/// The safety pass works on the scale of the detector's interpolator, not of hearing: frames, at every sample rate.
const SAFETY: PassShape = PassShape { slope_frames: 128, guard_frames: 32, hold_frames: 64, max_hold_frames: 64 };
const SAFETY_RELEASE: ReleaseShape = ReleaseShape { fast_s: 0.02, settle_s: 1.0, recover_s: 1.0, floor_share: 0.0 };

/// True-peak limiter over any number of channels.
#[derive(Clone)]
pub(super) struct Limiter {
    spec: LimiterSpec,
    sample_rate_hz: f64,
    drive: Ramp,
    limits: Limits,
    queue: PlanarBuffer,
    queued_frames: usize,
    /// Frames of silence that count as queued at the beginning, so that a hop begins with the programme.
    padding_frames: usize,
    musical: Pass,
    safety: Pass,
    /// Frames since the musical pass last changed a sample.
    untouched_frames: usize,
    reduction_db: f64,
}

impl Limiter {
    /// For `spec`, whose values are within the ranges of its table.
    pub fn new(spec: &LimiterSpec, format: &StreamFormat) -> Self {
        let (channels, rate) = (format.channels(), format.sample_rate_hz);
        let (links, lockstep) = links(spec);
        let release = Release::new(channels, spec.release_shape(), links[1], rate);
        let calm = Release::new(channels, SAFETY_RELEASE, links[1], rate);
        Self {
            drive: Ramp::new(db_to_gain(spec.drive_db), (GLIDE_MS * 1e-3 * rate).round() as usize),
            limits: limits(spec),
            queue: silent(channels),
            queued_frames: 0,
            padding_frames: 0,
            musical: Pass::new(channels, spec.pass_shape(rate), release, links[0], lockstep),
            safety: Pass::new(channels, SAFETY, calm, links[0], lockstep),
            untouched_frames: 0,
            reduction_db: 0.0,
            sample_rate_hz: rate,
            spec: spec.clone(),
        }
    }

    fn process_hop(&mut self) {
        self.queued_frames = 0;
        let mut hop = self.queue.block_mut();
        let first = self.musical.process(&mut hop, self.limits, false);
        self.untouched_frames = if first > 0.0 { 0 } else { self.untouched_frames.saturating_add(HOP_FRAMES) };
        let trusted = self.untouched_frames > WINDOW_FRAMES;
        let second = self.safety.process(&mut hop, self.limits, trusted);
        self.reduction_db = (first + second) * DB_PER_NEPER;
    }
}

impl Processor for Limiter {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let mut done = 0;
        while done < block.frames() {
            let frames = (block.frames() - done).min(HOP_FRAMES - self.queued_frames);
            let mut part = block.slice_mut(done..done + frames);
            self.drive.apply_to_all(&mut part);
            let at = self.queued_frames..self.queued_frames + frames;
            for channel in 0..part.channels() {
                part.channel_mut(channel).swap_with_slice(&mut self.queue.channel_mut(channel)[at.clone()]);
            }
            self.queued_frames += frames;
            done += frames;
            if self.queued_frames == HOP_FRAMES {
                self.process_hop();
            }
        }
    }

    fn reset(&mut self) {
        self.queue.clear();
        self.queued_frames = self.padding_frames;
        self.musical.reset();
        self.safety.reset();
        self.untouched_frames = 0;
        self.drive.jump();
        self.reduction_db = 0.0;
    }

    fn latency_frames(&self) -> usize {
        HOP_FRAMES + self.musical.latency_frames() + self.safety.latency_frames()
    }

    fn lead_in(&mut self, frames: usize) {
        self.padding_frames = (HOP_FRAMES - frames % HOP_FRAMES) % HOP_FRAMES;
        self.reset();
    }

    /// Another look-ahead is another delay.
    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let slope_frames = |spec: &LimiterSpec| spec.pass_shape(self.sample_rate_hz).slope_frames;
        matches!(spec, ProcessorSpec::Limiter(spec) if slope_frames(spec) == slope_frames(&self.spec))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Limiter(spec) = spec else { return };
        let (links, lockstep) = links(spec);
        self.musical.computer_mut().set(spec, self.sample_rate_hz);
        self.safety.computer_mut().set_link(links[0], lockstep);
        self.drive.glide_to(db_to_gain(spec.drive_db));
        if self.limits != limits(spec) {
            self.limits = limits(spec);
            self.untouched_frames = 0;
        }
        self.spec.clone_from(spec);
    }

    /// Within the latest hop of 512 frames.
    fn gain_reduction_db(&self) -> f64 {
        self.reduction_db
    }
}

fn silent(channels: usize) -> PlanarBuffer {
    PlanarBuffer::new(channels, HOP_FRAMES)
}

pub(super) fn limits(spec: &LimiterSpec) -> Limits {
    Limits::below(spec.ceiling_dbtp, MARGIN_DB)
}

/// Link of transients, link of sustain (0 to 1), and whether all channels then do the same.
pub(super) fn links(spec: &LimiterSpec) -> ([f64; 2], bool) {
    let links = [spec.link_percent / 100.0, spec.sustain_link_percent / 100.0];
    (links, links[0] >= 1.0)
}

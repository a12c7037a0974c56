//! One limiting pass: find the peaks, decide the gain ahead of them, apply it.

use balanced_dsp::intersample::{DELAY_FRAMES, HOP_FRAMES, InterSamplePeaks, WINDOW_FRAMES};
use balanced_dsp::{BlockMut, PlanarBuffer};

use super::gain::{GainComputer, Limits, PassShape};
use super::release::Release;

/// Detector, gain computer and delay line of one pass over all channels.
#[derive(Clone)]
pub(super) struct Pass {
    shape: PassShape,
    lines: PlanarBuffer,
    detector: InterSamplePeaks,
    silence: Vec<f64>,
    /// Peak estimates, then attenuations in nepers, then gains: a channel each.
    control: PlanarBuffer,
    spare: Vec<f64>,
    computer: GainComputer,
}

impl Pass {
    pub fn new(channels: usize, shape: PassShape, release: Release, link: f64, lockstep: bool) -> Self {
        let line_frames = WINDOW_FRAMES.max(HOP_FRAMES + DELAY_FRAMES + shape.lookahead_frames());
        Self {
            lines: PlanarBuffer::new(channels, line_frames),
            detector: InterSamplePeaks::new(),
            silence: vec![0.0; WINDOW_FRAMES],
            control: PlanarBuffer::new(channels, HOP_FRAMES),
            spare: vec![0.0; HOP_FRAMES],
            computer: GainComputer::new(channels, shape, release, link, lockstep),
            shape,
        }
    }

    pub fn latency_frames(&self) -> usize {
        DELAY_FRAMES + self.shape.lookahead_frames()
    }

    pub fn computer_mut(&mut self) -> &mut GainComputer {
        &mut self.computer
    }

    /// Limit one hop in place; the output lags by [`latency_frames`](Self::latency_frames). With `trusted` the last window is known to
    /// keep to the limits already. Returns the largest attenuation applied, in nepers.
    pub fn process(&mut self, hop: &mut BlockMut<'_>, limits: Limits, trusted: bool) -> f64 {
        self.take(hop);
        let needed = if trusted { self.forget_estimates() } else { self.detect(limits) };
        let largest =
            if needed || !self.computer.is_idle() { self.computer.gains(&mut self.control, limits) } else { 0.0 };
        let start = self.lines.frames() - HOP_FRAMES - self.latency_frames();
        for channel in 0..hop.channels() {
            let delayed = &self.lines.channel(channel)[start..start + HOP_FRAMES];
            let out = hop.channel_mut(channel);
            if largest == 0.0 {
                out.copy_from_slice(delayed);
            } else {
                let gains = self.control.channel(self.computer.gain_channel(channel));
                out.iter_mut().zip(delayed.iter().zip(gains)).for_each(|(y, (x, gain))| *y = x * gain);
            }
        }
        largest
    }

    pub fn reset(&mut self) {
        self.lines.clear();
        self.computer.reset();
    }

    fn take(&mut self, hop: &BlockMut<'_>) {
        for channel in 0..hop.channels() {
            let line = self.lines.channel_mut(channel);
            line.copy_within(HOP_FRAMES.., 0);
            let start = line.len() - HOP_FRAMES;
            line[start..].copy_from_slice(hop.channel(channel));
        }
    }

    /// Fill `control` with the peak estimates of the hop; false, and all zero, if none is beyond the limits.
    fn detect(&mut self, limits: Limits) -> bool {
        let channels = self.lines.channels();
        let mut any = false;
        let window = self.lines.frames() - WINDOW_FRAMES;
        for first in (0..channels).step_by(2) {
            let left = &self.lines.channel(first)[window..];
            let mut control = self.control.block_mut();
            any |= if first + 1 < channels {
                let right = &self.lines.channel(first + 1)[window..];
                let (a, b) = control.pair_mut(first, first + 1);
                self.detector.detect([left, right], limits.threshold, [a, b])
            } else {
                let windows = [left, &self.silence];
                self.detector.detect(windows, limits.threshold, [control.channel_mut(first), &mut self.spare])
            };
        }
        any && self.any_beyond(limits)
    }

    fn forget_estimates(&mut self) -> bool {
        self.control.clear();
        false
    }

    /// Whether any estimate is beyond the limits.
    fn any_beyond(&mut self, limits: Limits) -> bool {
        let any = (0..self.control.channels())
            .any(|channel| self.control.channel(channel).iter().any(|&estimate| estimate > limits.threshold));
        if !any {
            self.control.clear();
        }
        any
    }
}

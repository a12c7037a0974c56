//! One limiting pass: find the peaks, decide the gain ahead of them, apply it.
//!
//! The gain of a frame is the exponential of a weighted mean (a bell of `slope_frames + 1` taps) of attenuations, each of
//! which is at least the largest that any frame from `guard_frames` before to `guard_frames` after needs. A mean of values that are all
//! large enough is large enough: every peak, on or between samples, meets the gain it needs and finds it nearly flat.

use balanced_dsp::intersample::{DELAY_FRAMES, HOP_FRAMES, InterSamplePeaks, WINDOW_FRAMES};
use balanced_dsp::{BlockMut, PlanarBuffer, SlidingMax, SmoothingWindow, elementary};

use super::release::Release;

/// Frames of a pass that decide its latency and smoothness.
#[derive(Clone, Copy, Debug)]
pub(super) struct PassShape {
    /// Length of the ramp into a peak.
    pub slope_frames: usize,
    /// How far before and after a peak the gain it needs is reached.
    pub guard_frames: usize,
    /// How long that gain is held after the peak; at least the guard.
    pub hold_frames: usize,
    /// Longest hold that will ever be set.
    pub max_hold_frames: usize,
}

impl PassShape {
    pub fn lookahead_frames(&self) -> usize {
        self.slope_frames + self.guard_frames
    }

    pub fn window_frames(&self, hold_frames: usize) -> usize {
        self.lookahead_frames() + 1 + hold_frames.max(self.guard_frames)
    }
}

/// What the output must keep to, linear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// Estimates up to here are left alone.
    pub threshold: f64,
    /// Estimates beyond are brought down to this.
    pub target: f64,
}

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
    lanes: Vec<Lane>,
    frame: Vec<f64>,
    release: Release,
    /// 0: each channel for itself; 1: all take the largest attenuation.
    link: f64,
    /// All lanes alike: only the first is computed.
    lockstep: bool,
}

#[derive(Clone)]
struct Lane {
    widest: SlidingMax,
    bell: SmoothingWindow,
    /// The latest maximum and its logarithm.
    known: (f64, f64),
}

impl Pass {
    pub fn new(channels: usize, shape: PassShape, release: Release, link: f64, lockstep: bool) -> Self {
        let mut lane = Lane {
            widest: SlidingMax::new(shape.window_frames(shape.max_hold_frames)),
            bell: SmoothingWindow::new(shape.slope_frames + 1),
            known: (0.0, 0.0),
        };
        lane.widest.set_window(shape.window_frames(shape.hold_frames));
        let line_frames = WINDOW_FRAMES.max(HOP_FRAMES + DELAY_FRAMES + shape.lookahead_frames());
        Self {
            lines: PlanarBuffer::new(channels, line_frames),
            detector: InterSamplePeaks::new(),
            silence: vec![0.0; WINDOW_FRAMES],
            control: PlanarBuffer::new(channels, HOP_FRAMES),
            spare: vec![0.0; HOP_FRAMES],
            lanes: vec![lane; channels],
            frame: vec![0.0; channels],
            shape,
            release,
            link,
            lockstep,
        }
    }

    pub fn latency_frames(&self) -> usize {
        DELAY_FRAMES + self.shape.lookahead_frames()
    }

    pub fn release_mut(&mut self) -> &mut Release {
        &mut self.release
    }

    pub fn set_hold(&mut self, hold_frames: usize) {
        self.shape.hold_frames = hold_frames.min(self.shape.max_hold_frames);
        let window = self.shape.window_frames(self.shape.hold_frames);
        self.lanes.iter_mut().for_each(|lane| lane.widest.set_window(window));
    }

    /// Change the link; the lanes' states go on.
    pub fn set_link(&mut self, link: f64, lockstep: bool) {
        if self.lockstep && !lockstep {
            let (first, others) = self.lanes.split_at_mut(1);
            for other in others {
                other.widest.copy_from(&first[0].widest);
                other.bell.copy_from(&first[0].bell);
            }
            self.release.spread_first();
        } else if lockstep && !self.lockstep {
            self.release.gather_first();
        }
        (self.link, self.lockstep) = (link, lockstep);
    }

    /// Limit one hop in place; the output lags by [`latency_frames`](Self::latency_frames). With `trusted` the last window is known to
    /// keep to the limits already. Returns the largest attenuation applied, in nepers.
    pub fn process(&mut self, hop: &mut BlockMut<'_>, limits: Limits, trusted: bool) -> f64 {
        self.take(hop);
        let needed = if trusted { self.forget_estimates() } else { self.detect(limits) };
        let largest = if needed || !self.is_idle() { self.shape_gain(limits) } else { 0.0 };
        let start = self.lines.frames() - HOP_FRAMES - self.latency_frames();
        for channel in 0..hop.channels() {
            let delayed = &self.lines.channel(channel)[start..start + HOP_FRAMES];
            let out = hop.channel_mut(channel);
            if largest == 0.0 {
                out.copy_from_slice(delayed);
            } else {
                let gains = self.control.channel(if self.lockstep { 0 } else { channel });
                out.iter_mut().zip(delayed.iter().zip(gains)).for_each(|(y, (x, gain))| *y = x * gain);
            }
        }
        largest
    }

    pub fn reset(&mut self) {
        self.lines.clear();
        self.release.reset();
        for lane in &mut self.lanes {
            lane.widest.reset();
            lane.bell.reset();
        }
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

    fn is_idle(&self) -> bool {
        let lanes = &self.lanes[..if self.lockstep { 1 } else { self.lanes.len() }];
        self.release.is_idle() && lanes.iter().all(|lane| lane.widest.current() == 0.0 && lane.bell.is_idle())
    }

    /// Estimates to gains, in place. Returns the largest attenuation.
    fn shape_gain(&mut self, limits: Limits) -> f64 {
        if self.lockstep {
            self.link_estimates();
        }
        let active = if self.lockstep { 1 } else { self.lanes.len() };
        if let [lane] = &mut self.lanes[..active] {
            let values = self.control.channel_mut(0);
            values.iter_mut().for_each(|value| *value = lane.need(*value, limits));
            self.release.run(values);
        } else {
            self.shape_lanes(active, limits);
        }
        let mut largest = 0.0f64;
        for (channel, lane) in self.lanes[..active].iter_mut().enumerate() {
            let values = self.control.channel_mut(channel);
            lane.bell.process(values);
            largest = values.iter().copied().fold(largest, f64::max);
            elementary::decay(values);
        }
        largest
    }

    /// Estimates to attenuations of several lanes, frame by frame, as they are linked.
    fn shape_lanes(&mut self, active: usize, limits: Limits) {
        for i in 0..HOP_FRAMES {
            for (channel, lane) in self.lanes[..active].iter_mut().enumerate() {
                self.frame[channel] = lane.need(self.control.channel(channel)[i], limits);
            }
            let frame = &mut self.frame[..active];
            let highest = frame.iter().copied().fold(0.0, f64::max);
            frame.iter_mut().for_each(|need| *need += self.link * (highest - *need));
            self.release.step(frame);
            for (channel, attenuation) in frame.iter().enumerate() {
                self.control.channel_mut(channel)[i] = *attenuation;
            }
        }
    }

    /// The first channel's estimates become the largest of all channels'.
    fn link_estimates(&mut self) {
        let mut control = self.control.block_mut();
        for channel in 1..control.channels() {
            let (first, other) = control.pair_mut(0, channel);
            first.iter_mut().zip(other).for_each(|(a, b)| *a = if *b > *a { *b } else { *a });
        }
    }
}

impl Lane {
    /// Attenuation that the largest estimate around asks for. The logarithm is kept while that one stays the largest.
    #[inline]
    fn need(&mut self, estimate: f64, limits: Limits) -> f64 {
        let largest = self.widest.push(if estimate > limits.threshold { estimate / limits.target } else { 0.0 });
        if largest != self.known.0 {
            self.known = (largest, if largest > 0.0 { elementary::ln(largest) } else { 0.0 });
        }
        self.known.1
    }
}

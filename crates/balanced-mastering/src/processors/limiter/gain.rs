//! From peak estimates to gains: what is needed around every frame, its release, a smooth ramp into it.
//!
//! The gain of a frame is the exponential of a weighted mean (a bell of `slope_frames + 1` taps) of attenuations, each of
//! which is at least the largest that any frame from `guard_frames` before to `guard_frames` after needs. A mean of values that are all
//! large enough is large enough: every peak, on or between samples, meets the gain it needs and finds it nearly flat.

use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::{PlanarBuffer, SlidingMax, SmoothingWindow, elementary};

use super::engine::links;
use super::release::Release;
use super::spec::LimiterSpec;

/// Relative error by which a detector may read too high: a peak exactly at the ceiling stays as it is.
const DETECTOR_ERROR: f64 = 1e-6;

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

/// Ceiling of the output, linear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// Estimates up to here are left alone.
    pub threshold: f64,
    /// Estimates beyond are brought down to this.
    pub target: f64,
}

impl Limits {
    /// Peaks beyond the ceiling come to lie `margin_db` below it.
    pub fn below(ceiling_dbtp: f64, margin_db: f64) -> Self {
        let ceiling = db_to_gain(ceiling_dbtp);
        Self { threshold: ceiling * (1.0 + DETECTOR_ERROR), target: ceiling * db_to_gain(-margin_db) }
    }
}

/// Gain computer over all channels.
#[derive(Clone)]
pub(super) struct GainComputer {
    shape: PassShape,
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

impl GainComputer {
    pub fn new(channels: usize, shape: PassShape, release: Release, link: f64, lockstep: bool) -> Self {
        let mut lane = Lane {
            widest: SlidingMax::new(shape.window_frames(shape.max_hold_frames)),
            bell: SmoothingWindow::new(shape.slope_frames + 1),
            known: (0.0, 0.0),
        };
        lane.widest.set_window(shape.window_frames(shape.hold_frames));
        Self { lanes: vec![lane; channels], frame: vec![0.0; channels], shape, release, link, lockstep }
    }

    /// Take over hold, release and links of new settings.
    pub fn set(&mut self, spec: &LimiterSpec, sample_rate_hz: f64) {
        let (links, lockstep) = links(spec);
        self.set_hold(spec.pass_shape(sample_rate_hz).hold_frames);
        self.release.set(spec.release_shape(), links[1], sample_rate_hz);
        self.set_link(links[0], lockstep);
    }

    fn set_hold(&mut self, hold_frames: usize) {
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

    pub fn reset(&mut self) {
        self.release.reset();
        for lane in &mut self.lanes {
            lane.widest.reset();
            lane.bell.reset();
        }
    }

    /// Whether estimates of zero would give no attenuation.
    pub fn is_idle(&self) -> bool {
        let lanes = &self.lanes[..if self.lockstep { 1 } else { self.lanes.len() }];
        self.release.is_idle() && lanes.iter().all(|lane| lane.widest.current() == 0.0 && lane.bell.is_idle())
    }

    /// The channel of `control` that holds the gains of `channel`.
    pub fn gain_channel(&self, channel: usize) -> usize {
        if self.lockstep { 0 } else { channel }
    }

    /// Estimates in `control` to gains, in place. Returns the largest attenuation, in nepers.
    pub fn gains(&mut self, control: &mut PlanarBuffer, limits: Limits) -> f64 {
        if self.lockstep {
            link_estimates(control);
        }
        let active = if self.lockstep { 1 } else { self.lanes.len() };
        if let [lane] = &mut self.lanes[..active] {
            let values = control.channel_mut(0);
            values.iter_mut().for_each(|value| *value = lane.need(*value, limits));
            self.release.run(values);
        } else {
            self.shape_lanes(active, control, limits);
        }
        let mut largest = 0.0f64;
        for (channel, lane) in self.lanes[..active].iter_mut().enumerate() {
            let values = control.channel_mut(channel);
            lane.bell.process(values);
            largest = values.iter().copied().fold(largest, f64::max);
            elementary::decay(values);
        }
        largest
    }

    /// Estimates to attenuations of several lanes, frame by frame, as they are linked.
    fn shape_lanes(&mut self, active: usize, control: &mut PlanarBuffer, limits: Limits) {
        for i in 0..control.frames() {
            for (channel, lane) in self.lanes[..active].iter_mut().enumerate() {
                self.frame[channel] = lane.need(control.channel(channel)[i], limits);
            }
            let frame = &mut self.frame[..active];
            let highest = frame.iter().copied().fold(0.0, f64::max);
            frame.iter_mut().for_each(|need| *need += self.link * (highest - *need));
            self.release.step(frame);
            for (channel, attenuation) in frame.iter().enumerate() {
                control.channel_mut(channel)[i] = *attenuation;
            }
        }
    }
}

/// The first channel's estimates become the largest of all channels'.
fn link_estimates(control: &mut PlanarBuffer) {
    let mut control = control.block_mut();
    for channel in 1..control.channels() {
        let (first, other) = control.pair_mut(0, channel);
        first.iter_mut().zip(other).for_each(|(a, b)| *a = if *b > *a { *b } else { *a });
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

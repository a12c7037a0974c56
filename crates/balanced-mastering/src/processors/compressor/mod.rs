//! Compressor: feed-forward, soft knee, peak or RMS detector, look-ahead, sidechain filter, stereo link, mid/side.
//!
//! The arrangement is that of Giannoulis, Massberg, Reiss (JAES 60, 2012): level in dB, static curve, smoothing in dB.
//! Time constants are those of the gain in dB.

mod detect;
mod params;

use balanced_dsp::dynamics::{Ballistics, Knee, Times, gains_of_db};
use balanced_dsp::{BlockMut, Delay, PlanarBuffer, Ramp, StreamFormat};

use crate::channels::{decode_mid_side, encode_mid_side};
use crate::guard::Grid;
use crate::{BuildError, BuildOptions, MAX_BLOCK_FRAMES, Processor, ProcessorSpec, Settings};
use detect::LevelDetector;
pub use params::{CompressorChannels, CompressorSpec, Detector};

/// How long a change of the static curve takes.
const GLIDE_MS: f64 = 20.0;

impl Settings for CompressorSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        Ok(Box::new(Compressor::new(self, format)))
    }

    fn examples() -> Vec<Self> {
        params::examples()
    }
}

struct Compressor {
    spec: CompressorSpec,
    sample_rate_hz: f64,
    /// The front pair, where it is compressed as mid and side.
    pair: Option<(usize, usize)>,
    detector: LevelDetector,
    curve: Curve,
    times: Times,
    lanes: Vec<Lane>,
    /// Levels in dB, then gains, of the block at hand.
    control: PlanarBuffer,
    grid: Grid,
}

/// One channel.
struct Lane {
    /// Whether it is compressed: with `mid` or `side` only one lane is.
    active: bool,
    delay: Delay,
    ballistics: Ballistics,
}

impl Compressor {
    fn new(spec: &CompressorSpec, format: &StreamFormat) -> Self {
        let sample_rate_hz = format.sample_rate_hz;
        let latency_frames = lookahead_frames(spec, sample_rate_hz);
        let front = format.layout.front_pair();
        let active = |channel| match spec.channels {
            CompressorChannels::Stereo | CompressorChannels::MidSide => true,
            CompressorChannels::Mid => front.is_none_or(|(mid, _)| channel == mid),
            CompressorChannels::Side => front.is_some_and(|(_, side)| channel == side),
        };
        let lane = |channel| Lane {
            active: active(channel),
            delay: Delay::new(latency_frames),
            ballistics: Ballistics::default(),
        };
        let pair = front.filter(|_| spec.channels != CompressorChannels::Stereo);
        Self {
            spec: spec.clone(),
            sample_rate_hz,
            pair,
            detector: LevelDetector::new(spec, format),
            curve: Curve::new(spec, sample_rate_hz),
            times: times(spec, sample_rate_hz),
            lanes: (0..format.channels()).map(lane).collect(),
            control: PlanarBuffer::new(format.channels(), MAX_BLOCK_FRAMES),
            grid: Grid::default(),
        }
    }

    /// Turn levels into gains.
    fn compute_gains(&mut self) {
        for frame in 0..self.control.frames() {
            let point = self.curve.next();
            let mut most_db = 0.0f64;
            for channel in (0..self.lanes.len()).filter(|channel| self.lanes[*channel].active) {
                let slot = &mut self.control.channel_mut(channel)[frame];
                *slot = point.reduction_db(*slot);
                most_db = most_db.max(*slot);
            }
            for (channel, lane) in self.lanes.iter_mut().enumerate() {
                let slot = &mut self.control.channel_mut(channel)[frame];
                if lane.active {
                    let target_db = *slot + point.link * (most_db - *slot);
                    *slot = point.makeup_db - lane.ballistics.next(target_db, &self.times);
                } else {
                    *slot = 0.0;
                }
            }
        }
        for channel in 0..self.lanes.len() {
            gains_of_db(self.control.channel_mut(channel), 1.0);
        }
    }
}

fn lookahead_frames(spec: &CompressorSpec, sample_rate_hz: f64) -> usize {
    (1e-3 * spec.lookahead_ms * sample_rate_hz).round() as usize
}

fn times(spec: &CompressorSpec, sample_rate_hz: f64) -> Times {
    Times::new(spec.attack_ms, spec.release_ms, spec.auto_release, sample_rate_hz)
}

impl Processor for Compressor {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        if let Some(pair) = self.pair {
            encode_mid_side(block, pair);
        }
        self.control.set_frames(block.frames());
        self.detector.measure(block, &mut self.control);
        self.compute_gains();
        for (channel, lane) in self.lanes.iter_mut().enumerate() {
            let samples = block.channel_mut(channel);
            lane.delay.process_in_place(samples);
            samples.iter_mut().zip(self.control.channel(channel)).for_each(|(sample, gain)| *sample *= gain);
        }
        if let Some(pair) = self.pair {
            decode_mid_side(block, pair);
        }
        if self.grid.advance(block.frames()) {
            self.detector.flush();
        }
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.curve.jump();
        self.detector.reset();
        for lane in &mut self.lanes {
            lane.delay.reset();
            lane.ballistics = Ballistics::default();
        }
    }

    fn latency_frames(&self) -> usize {
        lookahead_frames(&self.spec, self.sample_rate_hz)
    }

    fn gain_reduction_db(&self) -> f64 {
        self.lanes.iter().map(|lane| lane.ballistics.amount_db()).fold(0.0, f64::max)
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let fixed = |spec: &CompressorSpec| {
            let window_ms = (spec.detector == Detector::TrueRms).then_some(spec.rms_window_ms);
            (spec.lookahead_ms, spec.channels, window_ms)
        };
        matches!(spec, ProcessorSpec::Compressor(spec) if fixed(spec) == fixed(&self.spec))
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Compressor(spec) = spec else { return };
        self.spec.clone_from(spec);
        self.curve.glide_to(spec);
        self.times = times(spec, self.sample_rate_hz);
        self.detector.update(spec);
    }
}

/// The static curve, gliding.
struct Curve {
    threshold_db: Ramp,
    /// Reduction per dB over the threshold: 1 - 1/ratio.
    slope: Ramp,
    knee_db: Ramp,
    range_db: Ramp,
    makeup_db: Ramp,
    link: Ramp,
}

/// The curve at one frame.
struct Point {
    threshold_db: f64,
    slope: f64,
    knee_db: f64,
    range_db: f64,
    makeup_db: f64,
    link: f64,
}

impl Curve {
    fn new(spec: &CompressorSpec, sample_rate_hz: f64) -> Self {
        let ramp = |value| Ramp::new(value, (1e-3 * GLIDE_MS * sample_rate_hz).round() as usize);
        Self {
            threshold_db: ramp(spec.threshold_db),
            slope: ramp(1.0 - 1.0 / spec.ratio),
            knee_db: ramp(spec.knee_db),
            range_db: ramp(spec.range_db),
            makeup_db: ramp(spec.makeup_db),
            link: ramp(spec.link_percent / 100.0),
        }
    }

    fn glide_to(&mut self, spec: &CompressorSpec) {
        self.threshold_db.glide_to(spec.threshold_db);
        self.slope.glide_to(1.0 - 1.0 / spec.ratio);
        self.knee_db.glide_to(spec.knee_db);
        self.range_db.glide_to(spec.range_db);
        self.makeup_db.glide_to(spec.makeup_db);
        self.link.glide_to(spec.link_percent / 100.0);
    }

    fn jump(&mut self) {
        let Self { threshold_db, slope, knee_db, range_db, makeup_db, link } = self;
        [threshold_db, slope, knee_db, range_db, makeup_db, link].into_iter().for_each(Ramp::jump);
    }

    #[inline]
    fn next(&mut self) -> Point {
        Point {
            threshold_db: self.threshold_db.next(),
            slope: self.slope.next(),
            knee_db: self.knee_db.next(),
            range_db: self.range_db.next(),
            makeup_db: self.makeup_db.next(),
            link: self.link.next(),
        }
    }
}

impl Point {
    #[inline]
    fn reduction_db(&self, level_db: f64) -> f64 {
        (self.slope * Knee::new(self.knee_db).soften(level_db - self.threshold_db)).min(self.range_db)
    }
}

#[cfg(test)]
mod tests;

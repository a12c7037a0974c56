//! Spectrum for display: levels at points with equal spacing in octaves, with fast attack and slow release.

use std::sync::Arc;

use balanced_dsp::{PlanarBuffer, window};
use realfft::RealToComplex;
use realfft::num_complex::Complex;

/// Number of points from 20 Hz to 20 kHz.
pub const POINTS: usize = 240;
const LENGTH: usize = 8192;
const HOP: usize = 2048;
/// Lowest level, in dB.
const FLOOR_DB: f32 = -120.0;
/// Tilt of the display: pink noise is flat at 3 dB per octave, mixes at about 4.5.
pub const TILT_DB_PER_OCTAVE: f32 = 4.5;
/// Release in dB per second.
const FALL_DB_PER_S: f32 = 22.0;

/// Returns the frequency of a point.
#[must_use]
pub fn point_hz(point: usize) -> f64 {
    20.0 * 1000f64.powf(point as f64 / (POINTS - 1) as f64)
}

/// Spectrum of the mid channel.
pub struct Spectrum {
    sample_rate_hz: f64,
    plan: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    history: Vec<f32>,
    since_hop: usize,
    work: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// First and last bin of every point.
    ranges: Vec<(usize, usize)>,
    /// Level at every point in dB with the tilt; a full-scale sine at 1 kHz is about 0.
    pub level_db: Vec<f32>,
}

impl Spectrum {
    /// Creates a spectrum for audio at `sample_rate_hz`.
    #[must_use]
    pub fn new(sample_rate_hz: f64) -> Self {
        let plan = balanced_fft::real_forward_f32(LENGTH);
        let bin = |hz: f64| ((hz * LENGTH as f64 / sample_rate_hz) as usize).clamp(1, LENGTH / 2);
        let half = 1000f64.powf(0.5 / (POINTS - 1) as f64);
        let ranges = (0..POINTS).map(|point| (bin(point_hz(point) / half), bin(point_hz(point) * half))).collect();
        Self {
            sample_rate_hz,
            window: (0..LENGTH).map(|n| window::hann(n, LENGTH) as f32).collect(),
            history: vec![0.0; LENGTH],
            since_hop: 0,
            work: plan.make_input_vec(),
            bins: plan.make_output_vec(),
            scratch: plan.make_scratch_vec(),
            ranges,
            level_db: vec![FLOOR_DB; POINTS],
            plan,
        }
    }

    /// Returns the sample rate.
    #[must_use]
    pub fn sample_rate_hz(&self) -> f64 {
        self.sample_rate_hz
    }

    /// Analyses a block; its length must divide the hop or be a multiple of it.
    pub fn push(&mut self, block: &PlanarBuffer) {
        let frames = block.frames().min(LENGTH);
        self.history.copy_within(frames.., 0);
        let tail = &mut self.history[LENGTH - frames..];
        for (slot, (l, r)) in tail.iter_mut().zip(block.channel(0).iter().zip(block.channel(1))) {
            *slot = (0.5 * (l + r)) as f32;
        }
        self.since_hop += frames;
        if self.since_hop >= HOP {
            self.since_hop = 0;
            self.transform();
        }
    }

    fn transform(&mut self) {
        for (work, (sample, window)) in self.work.iter_mut().zip(self.history.iter().zip(&self.window)) {
            *work = sample * window;
        }
        // The buffers have the lengths of the plan.
        if self.plan.process_with_scratch(&mut self.work, &mut self.bins, &mut self.scratch).is_err() {
            return;
        }
        let scale = 4.0 / LENGTH as f32;
        let fall_db = FALL_DB_PER_S * HOP as f32 / self.sample_rate_hz as f32;
        for (point, ((first, last), level)) in self.ranges.iter().zip(&mut self.level_db).enumerate() {
            let power = self.bins[*first..=*last].iter().map(|bin| bin.norm_sqr()).fold(0.0, f32::max);
            let tilt_db = TILT_DB_PER_OCTAVE * (point_hz(point) as f32 / 1000.0).log2();
            let now = 10.0 * (power * scale * scale).max(1e-13).log10() + tilt_db;
            *level = now.max(*level - fall_db).max(FLOOR_DB);
        }
    }
}

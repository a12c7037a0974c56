//! Stereo image: width as a whole and by band, mono bass, mid and side level, balance, rotation, correlation guard.
//!
//! Widths by band weigh Linkwitz-Riley bands of the side signal; the mid passes the crossover's allpass, so that the two
//! stay in phase and nothing smears. Layouts without a front pair pass unchanged.

mod guard;
mod params;

use balanced_dsp::crossover::{Crossover, CrossoverPhase, MAX_CROSSOVER_BANDS};
use balanced_dsp::{BlockMut, Ramp, StreamFormat, decibel};

use crate::crossovers::Corners;
use crate::guard::Grid;
use crate::matrix::{Entries, GlidingMatrix, product};
use crate::{BuildError, BuildOptions, DrySignal, Processor, ProcessorSpec, Settings, SpecError};
use guard::CorrelationGuard;
pub use params::StereoSpec;

const GLIDE_MS: f64 = 30.0;

impl Settings for StereoSpec {
    fn build(&self, format: &StreamFormat, _: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError> {
        Ok(Box::new(Stereo::new(self, format)))
    }

    fn check(&self) -> Result<(), SpecError> {
        params::check(self)
    }

    fn examples() -> Vec<Self> {
        params::examples()
    }
}

struct Stereo {
    pair: Option<(usize, usize)>,
    bands: Option<SideBands>,
    matrix: GlidingMatrix,
    guard: CorrelationGuard,
    grid: Grid,
}

impl Stereo {
    fn new(spec: &StereoSpec, format: &StreamFormat) -> Self {
        let glide_frames = (1e-3 * GLIDE_MS * format.sample_rate_hz).round() as usize;
        let (corners_hz, count, widths) = spec.split();
        Self {
            pair: format.layout.front_pair(),
            bands: (count > 0)
                .then(|| SideBands::new(&corners_hz[..count], &widths, format.sample_rate_hz, glide_frames)),
            matrix: GlidingMatrix::new(entries(spec), glide_frames),
            guard: CorrelationGuard::new(spec.min_correlation, format.sample_rate_hz, glide_frames),
            grid: Grid::default(),
        }
    }
}

/// Mid and side levels, then balance, then rotation, as one matrix on left and right.
fn entries(spec: &StereoSpec) -> Entries {
    let mid = decibel::db_to_gain(spec.mid_gain_db);
    let side = decibel::db_to_gain(spec.side_gain_db) * spec.width_percent / 100.0;
    let (same, cross) = (0.5 * (mid + side), 0.5 * (mid - side));
    let balance = spec.balance_percent / 100.0;
    let levels = [(1.0 - balance).min(1.0), 0.0, 0.0, (1.0 + balance).min(1.0)];
    let (sin, cos) = spec.rotation_degrees.to_radians().sin_cos();
    product(&[cos, -sin, sin, cos], &product(&levels, &[same, cross, cross, same]))
}

impl Processor for Stereo {
    fn process(&mut self, block: &mut BlockMut<'_>) {
        let Some(pair) = self.pair else { return };
        if let Some(bands) = &mut self.bands {
            bands.process(block, pair);
            if self.grid.advance(block.frames()) {
                bands.flush();
            }
        }
        self.matrix.process(block, pair);
        self.guard.process(block, pair);
    }

    fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        if let (Some(pair), Some(bands)) = (self.pair, &mut self.bands) {
            bands.align_dry(dry, pair, whose);
        }
    }

    fn reset(&mut self) {
        self.grid = Grid::default();
        self.matrix.jump();
        self.guard.reset();
        if let Some(bands) = &mut self.bands {
            bands.reset();
        }
    }

    fn latency_frames(&self) -> usize {
        0
    }

    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let ProcessorSpec::Stereo(spec) = spec else { return false };
        self.bands.as_ref().map_or(0, |bands| bands.corners.count()) == spec.split().1
    }

    fn apply(&mut self, spec: &ProcessorSpec) {
        let ProcessorSpec::Stereo(spec) = spec else { return };
        let (corners_hz, count, widths) = spec.split();
        if let Some(bands) = &mut self.bands {
            bands.glide_to(&corners_hz[..count], &widths);
        }
        self.matrix.glide_to(entries(spec));
        self.guard.glide_to(spec.min_correlation);
    }
}

/// The side signal in bands of their own width.
struct SideBands {
    corners: Corners,
    widths: [Ramp; MAX_CROSSOVER_BANDS],
    side: Crossover<1>,
    mid: CrossoverPhase,
    /// All-pass filters that align every dry signal: left, right.
    dry: [[CrossoverPhase; 2]; DrySignal::COUNT],
}

impl SideBands {
    fn new(corners_hz: &[f64], widths: &[f64; MAX_CROSSOVER_BANDS], sample_rate_hz: f64, glide_frames: usize) -> Self {
        Self {
            corners: Corners::new(corners_hz, sample_rate_hz, glide_frames),
            widths: widths.map(|width| Ramp::new(width, glide_frames)),
            side: Crossover::default(),
            mid: CrossoverPhase::default(),
            dry: Default::default(),
        }
    }

    fn process(&mut self, block: &mut BlockMut<'_>, (left, right): (usize, usize)) {
        for frame in 0..block.frames() {
            let corners = self.corners.next();
            let (l, r) = (block.channel(left)[frame], block.channel(right)[frame]);
            let mid = self.mid.next(0.5 * (l + r), corners);
            let mut bands = [[0.0]; MAX_CROSSOVER_BANDS];
            self.side.next([0.5 * (l - r)], corners, &mut bands);
            let side: f64 = bands.iter().zip(&mut self.widths).map(|([band], width)| band * width.next()).sum();
            block.channel_mut(left)[frame] = mid + side;
            block.channel_mut(right)[frame] = mid - side;
        }
    }

    fn align_dry(&mut self, dry: &mut BlockMut<'_>, (left, right): (usize, usize), whose: DrySignal) {
        let corners = self.corners.current();
        for (phase, channel) in self.dry[whose as usize].iter_mut().zip([left, right]) {
            dry.channel_mut(channel).iter_mut().for_each(|sample| *sample = phase.next(*sample, corners));
        }
    }

    fn glide_to(&mut self, corners_hz: &[f64], widths: &[f64; MAX_CROSSOVER_BANDS]) {
        self.corners.glide_to(corners_hz);
        self.widths.iter_mut().zip(widths).for_each(|(ramp, width)| ramp.glide_to(*width));
    }

    fn reset(&mut self) {
        self.corners.jump();
        self.widths.iter_mut().for_each(Ramp::jump);
        self.side = Crossover::default();
        self.mid = CrossoverPhase::default();
        self.dry = Default::default();
    }

    fn flush(&mut self) {
        self.side.flush();
        self.mid.flush();
        self.dry.iter_mut().flatten().for_each(CrossoverPhase::flush);
    }
}

#[cfg(test)]
mod tests;

//! True peak of one channel: runs of 64 samples, skipped, searched, refined.

use super::detect::{self, Candidates, Detector, RUN};
use super::effort::Effort;
use super::interpolator::{Bounds, Interpolator, PHASES, REACH};
use super::scan::{self, Scanner};
use super::{flat, lanes};
use crate::interpolate::{self, Vertex};

/// Share of the peak so far that a grid point must reach to have a higher maximum beside it: cos(pi / 4) less a margin
/// for the short detection filter.
const FLOOR: f64 = 0.66;
/// A maximum that the search filter puts at this share of the highest so far, or above, is judged by the fine filter: on
/// white noise up to the Nyquist frequency the two differ by 6 %.
const WORTH_JUDGING: f64 = 0.92;
/// The highest of the points that are eighths of a sample apart may lie below the maximum by cos(pi / 16), 2 %.
const WORTH_CLIMBING: f64 = 0.97;
/// Runs kept before the one at work, and after it.
const MARGIN_RUNS: usize = 5;
const MARGIN: usize = MARGIN_RUNS * RUN;
/// How far the true maximum may lie above the parabola through three points of the detection grid: a share that holds for
/// smooth maxima, and one that grows with the bend of the parabola (0 flat, 1 falling to zero within half a sample).
/// Measured on random band-limited signals: at most 1.03 and 0.10 (a tone at the Nyquist frequency: 1.13 in all).
const ABOVE_PARABOLA: [f64; 2] = [1.07, 0.10];
/// Frames taken in one go.
const INTAKE: usize = 2048;
/// Room in the buffers: what must be kept is moved to their start only when they are full.
const CAPACITY: usize = 2 * MARGIN + 2 * RUN + 3 * INTAKE;
/// Points between neighbours of the detection grid.
const GRID: usize = PHASES / 2;

// A point up to one sample outside the run must find all its taps.
const _: () = assert!(MARGIN > REACH + 1 && MARGIN > detect::BEFORE);
const _: () = assert!(MARGIN > scan::BEFORE && scan::WINDOW - scan::BEFORE < RUN + MARGIN);

/// Interpolators, detector and bounds, which all channels share.
#[derive(Clone, Debug)]
pub(super) struct Kernels {
    pub interpolator: Interpolator,
    pub detector: Detector,
    pub scanner: Scanner,
    pub bounds: Bounds,
}

impl Kernels {
    pub fn new() -> Self {
        let interpolator = Interpolator::new();
        let bounds = interpolator.bounds();
        let scanner = Scanner::new(&interpolator);
        Self { interpolator, detector: Detector::new(), scanner, bounds }
    }
}

/// A maximum and where it is, in eighths of a frame from the stream's start (negative before it).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Maximum {
    pub amplitude: f64,
    pub at_frames: f64,
}

/// One channel's memory.
#[derive(Clone, Debug)]
pub(super) struct ChannelPeak {
    /// Samples in single precision.
    samples: Vec<f32>,
    /// Largest sample of each run in the buffer, exact; the last run may be unfinished.
    run_peaks: Vec<f64>,
    filled: usize,
    /// Start of the run to look at next, within the buffer.
    next: usize,
    /// Stream position of the buffer's first sample.
    origin: i64,
    candidates: Candidates,
    pub effort: Effort,
    pub overall: Maximum,
    pub interval: f64,
    pub sample_peak: f64,
    /// Largest sample of the last block.
    pub block_peak: f64,
}

impl ChannelPeak {
    pub fn new() -> Self {
        let mut channel = Self {
            samples: vec![0.0; CAPACITY],
            run_peaks: vec![0.0; CAPACITY / RUN],
            filled: 0,
            next: 0,
            origin: 0,
            candidates: Candidates::none(),
            effort: Effort::new(),
            overall: Maximum::default(),
            interval: 0.0,
            sample_peak: 0.0,
            block_peak: 0.0,
        };
        channel.reset();
        channel
    }

    pub fn reset(&mut self) {
        // Silence comes before the stream.
        self.samples[..MARGIN].fill(0.0);
        self.run_peaks.fill(0.0);
        (self.filled, self.next, self.origin) = (MARGIN, MARGIN, -(MARGIN as i64));
        (self.overall, self.interval, self.sample_peak) = (Maximum::default(), 0.0, 0.0);
        self.block_peak = 0.0;
        self.effort = Effort::new();
    }

    pub fn process(&mut self, kernels: &Kernels, samples: &[f64]) {
        self.block_peak = 0.0;
        for part in samples.chunks(INTAKE) {
            if self.filled + part.len() > CAPACITY {
                self.drop_measured();
            }
            self.append(part);
            while self.next + RUN + MARGIN <= self.filled {
                self.measure_run(kernels);
                self.next += RUN;
            }
        }
    }

    /// Processes silence after the end, until every sample has been measured.
    pub fn flush(&mut self, kernels: &Kernels) {
        self.process(kernels, &[0.0; 2 * RUN + MARGIN]);
    }

    fn append(&mut self, part: &[f64]) {
        let mut part = part;
        while !part.is_empty() {
            let (run, within) = (self.filled / RUN, self.filled % RUN);
            let (piece, rest) = part.split_at(part.len().min(RUN - within));
            let peak = lanes::round(piece, &mut self.samples[self.filled..self.filled + piece.len()]);
            self.block_peak = self.block_peak.max(peak);
            self.run_peaks[run] = if within == 0 { peak } else { self.run_peaks[run].max(peak) };
            self.filled += piece.len();
            part = rest;
        }
    }

    /// Keep what the next run needs before it; runs stay aligned in the buffer.
    fn drop_measured(&mut self) {
        let drop = self.next - MARGIN;
        self.samples.copy_within(drop..self.filled, 0);
        self.run_peaks.copy_within(drop / RUN..self.filled.div_ceil(RUN), 0);
        self.filled -= drop;
        self.next -= drop;
        self.origin += drop as i64;
    }

    fn measure_run(&mut self, kernels: &Kernels) {
        if self.cannot_rise(&kernels.bounds) {
            self.effort.earn();
            return;
        }
        let run = self.next / RUN;
        let sample_peak = self.run_peaks[run];
        self.sample_peak = self.sample_peak.max(sample_peak);
        if self.effort.is_left() || !self.is_flat(&kernels.bounds) {
            let floor = FLOOR * self.interval.max(sample_peak);
            let window = self.samples[self.next - detect::BEFORE..].first_chunk().expect("a run follows this one");
            kernels.detector.search(window, floor as f32, &mut self.candidates);
            if self.effort.is_left() {
                self.refine(kernels);
            } else {
                self.scan(kernels);
            }
            // A plateau earns nothing: it would spend it on itself.
            self.effort.earn();
        }
        if sample_peak > self.interval {
            // Rounding in the detector may hide a sample that its neighbours all but equal.
            let single = sample_peak as f32;
            let offset = self.samples[self.next..][..RUN].iter().position(|sample| sample.abs() == single);
            self.raise(sample_peak, ((self.next + offset.unwrap_or(0)) * PHASES) as f64);
        }
    }

    /// Whether no point of the next run can exceed the interval's peak by the search filter, nor the overall peak by the
    /// fine filter: the sum of absolute coefficients times the largest sample in reach bounds both. Nor can a sample here
    /// be a new sample peak: one at least as high made the interval's peak.
    fn cannot_rise(&self, bounds: &Bounds) -> bool {
        let run = self.next / RUN;
        let highest = |runs: &[f64]| runs.iter().copied().fold(0.0, f64::max);
        let near = highest(&self.run_peaks[run - 1..=run + 1]);
        if near * bounds.search > self.interval {
            return false;
        }
        let far = highest(&self.run_peaks[run - MARGIN_RUNS..=run + MARGIN_RUNS]);
        near * bounds.fine_near + far * bounds.fine_far <= self.overall.amplitude
    }

    /// Whether all samples in reach are so alike that no point of the next run can exceed the peaks so far by more than a hair.
    fn is_flat(&self, bounds: &Bounds) -> bool {
        let most = flat::HAIR * self.interval.min(self.overall.amplitude);
        // Most runs are not flat by themselves.
        [0, REACH]
            .into_iter()
            .all(|reach| flat::bound(&self.samples[self.next - reach..self.next + RUN + reach], bounds) <= most)
    }

    /// Computes all points of the run if one of its candidates may be a peak, and raises the peaks to the highest maximum.
    fn scan(&mut self, kernels: &Kernels) {
        if !grid_points(&self.candidates).any(|grid| self.may_rise(grid)) {
            return;
        }
        let window = self.samples[self.next - scan::BEFORE..].first_chunk().expect("a run lies between its margins");
        let highest = kernels.scanner.highest(window);
        if highest.amplitude <= self.overall.amplitude {
            self.interval = self.interval.max(highest.amplitude);
            return;
        }
        let at = self.next * PHASES + highest.at;
        let sign = kernels.interpolator.fine(&self.samples, at).signum();
        let top = climb(|at| sign * kernels.interpolator.fine(&self.samples, at), at, at);
        self.raise(top.amplitude, top.at as f64 + top.offset);
    }

    /// Highest candidate first: it spares most others the work.
    fn refine(&mut self, kernels: &Kernels) {
        let (mut best, mut best_value) = (None, 0.0);
        for grid in grid_points(&self.candidates) {
            let value = self.grid_value(grid).abs();
            if value > best_value {
                (best, best_value) = (Some(grid), value);
            }
        }
        let Some(best) = best else { return };
        self.refine_one(kernels, best);
        for grid in grid_points(&self.candidates) {
            if grid != best && f64::from(self.grid_value(grid).abs()) >= FLOOR * self.interval {
                self.refine_one(kernels, grid);
            }
        }
    }

    /// Value of a point of the detection grid: even points are samples, odd ones lie half-way after them.
    fn grid_value(&self, grid: usize) -> f32 {
        if grid.is_multiple_of(2) { self.samples[self.next + grid / 2] } else { self.candidates.halves[grid / 2 + 1] }
    }

    /// The candidate and its neighbours on the detection grid.
    fn three(&self, grid: usize) -> [f64; 3] {
        let before = if grid == 0 { self.candidates.halves[0] } else { self.grid_value(grid - 1) };
        [before, self.grid_value(grid), self.grid_value(grid + 1)].map(f64::from)
    }

    /// Whether the maximum near a candidate can reach the interval's peak.
    fn may_rise(&self, grid: usize) -> bool {
        let [before, middle, after] = self.three(grid);
        let bend = ((middle - before) + (middle - after)) / (2.0 * middle);
        let top = vertex([before, middle, after]).value.abs();
        top * (ABOVE_PARABOLA[0] + ABOVE_PARABOLA[1] * bend) >= self.interval
    }

    fn refine_one(&mut self, kernels: &Kernels, grid: usize) {
        if !self.may_rise(grid) {
            return;
        }
        let three = self.three(grid);
        let centre = self.next * PHASES + grid * GRID;
        let guess = centre.wrapping_add_signed((vertex(three).offset * GRID as f64).round() as isize);
        let sign = if three[1] < 0.0 { -1.0 } else { 1.0 };
        let search = |at| sign * kernels.interpolator.search(&self.samples, at);
        let top = climb(search, guess, centre);
        self.effort.take_searched(top.points);
        if top.amplitude < WORTH_JUDGING * self.overall.amplitude {
            self.interval = self.interval.max(top.amplitude);
            return;
        }
        let fine = |at| sign * kernels.interpolator.fine(&self.samples, at);
        if fine(top.at) < WORTH_CLIMBING * self.overall.amplitude {
            self.effort.take_judged(1);
            self.interval = self.interval.max(top.amplitude);
            return;
        }
        let top = climb(fine, top.at, centre);
        self.effort.take_judged(1 + top.points);
        self.raise(top.amplitude, top.at as f64 + top.offset);
    }

    fn raise(&mut self, amplitude: f64, position: f64) {
        self.interval = self.interval.max(amplitude);
        if amplitude > self.overall.amplitude {
            self.overall = Maximum { amplitude, at_frames: self.origin as f64 + position / PHASES as f64 };
        }
    }
}

/// Points of the detection grid that are candidates, in order of time.
fn grid_points(candidates: &Candidates) -> impl Iterator<Item = usize> + use<> {
    let bits = |mut mask: u64| {
        std::iter::from_fn(move || {
            let bit = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
            mask &= mask - 1;
            Some(bit)
        })
    };
    bits(candidates.on_sample).map(|i| 2 * i).chain(bits(candidates.between).map(|i| 2 * i + 1))
}

/// A maximum of the interpolated signal.
struct Top {
    /// Highest point, in eighths of a sample.
    at: usize,
    /// Where the maximum lies beside it, within half an eighth.
    offset: f64,
    amplitude: f64,
    /// How many points were computed.
    points: usize,
}

/// The highest point near `guess`, at most a grid step from `centre`, and the parabola through the three around it.
fn climb(value: impl Fn(usize) -> f64, guess: usize, centre: usize) -> Top {
    let (lowest, highest) = (centre - GRID, centre + GRID);
    let mut at = guess.clamp(lowest, highest);
    let mut three = [value(at - 1), value(at), value(at + 1)];
    let mut points = three.len();
    while three[2] > three[1] && at < highest {
        at += 1;
        three = [three[1], three[2], value(at + 1)];
        points += 1;
    }
    while three[0] > three[1] && at > lowest {
        at -= 1;
        three = [value(at - 1), three[0], three[1]];
        points += 1;
    }
    let Vertex { offset, value } = vertex(three);
    Top { at, offset, amplitude: value, points }
}

/// Vertex of the parabola through three points of the grid; the middle one where a search ended beside a higher one.
fn vertex(three: [f64; 3]) -> Vertex {
    let [before, middle, after] = three;
    if middle.abs() < before.abs().max(after.abs()) {
        return Vertex { offset: 0.0, value: middle };
    }
    interpolate::vertex(three)
}

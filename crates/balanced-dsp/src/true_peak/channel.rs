//! True peak of one channel: runs of 64 samples, skipped, searched, refined.

use super::detect::{self, Candidates, Detector, RUN};
use super::interpolator::{self, Interpolator, PHASES};

/// Share of the peak so far that a grid point must reach to have a higher maximum beside it: cos(pi / 4) less a margin
/// for the short detection filter.
const FLOOR: f64 = 0.66;
/// Runs kept before the one at work, and after it.
const MARGIN: usize = RUN;
/// Frames taken in one go.
const INTAKE: usize = 1024;
/// Points between neighbours of the detection grid.
const GRID: usize = PHASES / 2;

const _: () = assert!(MARGIN > interpolator::BEFORE && MARGIN > interpolator::AFTER && MARGIN > detect::BEFORE);

/// What all channels share.
#[derive(Clone, Debug)]
pub(super) struct Kernels {
    pub interpolator: Interpolator,
    pub detector: Detector,
    /// No interpolated value exceeds this times the largest sample around it.
    pub bound: f64,
}

impl Kernels {
    pub fn new() -> Self {
        let interpolator = Interpolator::new();
        let bound = interpolator.bound();
        Self { interpolator, detector: Detector::new(), bound }
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
    samples: Vec<f64>,
    singles: Vec<f32>,
    /// Largest sample of each whole run in the buffer.
    run_peaks: Vec<f64>,
    filled: usize,
    /// Start of the run to look at next, within the buffer.
    next: usize,
    /// Stream position of the buffer's first sample.
    origin: i64,
    pub overall: Maximum,
    pub interval: f64,
    pub sample_peak: f64,
}

impl ChannelPeak {
    pub fn new() -> Self {
        let capacity = 3 * RUN + INTAKE;
        let mut channel = Self {
            samples: vec![0.0; capacity],
            singles: vec![0.0; capacity],
            run_peaks: vec![0.0; capacity / RUN],
            filled: 0,
            next: 0,
            origin: 0,
            overall: Maximum::default(),
            interval: 0.0,
            sample_peak: 0.0,
        };
        channel.reset();
        channel
    }

    pub fn reset(&mut self) {
        // One run of silence comes before the stream.
        self.samples[..MARGIN].fill(0.0);
        self.singles[..MARGIN].fill(0.0);
        self.run_peaks[0] = 0.0;
        (self.filled, self.next, self.origin) = (MARGIN, MARGIN, -(MARGIN as i64));
        (self.overall, self.interval, self.sample_peak) = (Maximum::default(), 0.0, 0.0);
    }

    pub fn process(&mut self, kernels: &Kernels, samples: &[f64]) {
        for part in samples.chunks(INTAKE) {
            self.append(part);
            while self.next + 2 * RUN <= self.filled {
                self.measure_run(kernels);
                self.next += RUN;
            }
            self.drop_measured();
        }
    }

    /// Silence after the end, until every sample has been looked at.
    pub fn flush(&mut self, kernels: &Kernels) {
        self.process(kernels, &[0.0; 3 * RUN]);
    }

    fn append(&mut self, part: &[f64]) {
        let range = self.filled..self.filled + part.len();
        self.samples[range.clone()].copy_from_slice(part);
        self.singles[range.clone()].iter_mut().zip(part).for_each(|(single, sample)| *single = *sample as f32);
        let (first, end) = (self.filled / RUN, range.end / RUN);
        for run in first..end {
            self.run_peaks[run] = peak(&self.samples[run * RUN..][..RUN]);
        }
        self.filled = range.end;
    }

    /// Keep one run before the next; runs stay aligned in the buffer.
    fn drop_measured(&mut self) {
        let drop = self.next - MARGIN;
        if drop == 0 {
            return;
        }
        self.samples.copy_within(drop..self.filled, 0);
        self.singles.copy_within(drop..self.filled, 0);
        self.run_peaks.copy_within(drop / RUN..self.filled / RUN, 0);
        self.filled -= drop;
        self.next -= drop;
        self.origin += drop as i64;
    }

    fn measure_run(&mut self, kernels: &Kernels) {
        let run = self.next / RUN;
        let around = self.run_peaks[run - 1].max(self.run_peaks[run]).max(self.run_peaks[run + 1]);
        if around * kernels.bound <= self.interval {
            // Nor can a sample here be a new sample peak: one at least as high made the interval's peak.
            return;
        }
        let sample_peak = self.run_peaks[run];
        self.sample_peak = self.sample_peak.max(sample_peak);
        let floor = FLOOR * self.interval.max(sample_peak);
        let window = self.singles[self.next - detect::BEFORE..].first_chunk().expect("a run follows this one");
        let candidates = kernels.detector.candidates(window, floor as f32);
        self.refine(kernels, &candidates);
        if sample_peak > self.interval {
            // Rounding in the detector may hide a sample that its neighbours all but equal.
            let offset = self.samples[self.next..][..RUN].iter().position(|s| s.abs() == sample_peak);
            self.raise(sample_peak, ((self.next + offset.unwrap_or(0)) * PHASES) as f64);
        }
    }

    /// Highest candidate first: it spares most others the work.
    fn refine(&mut self, kernels: &Kernels, candidates: &Candidates) {
        let value = |grid: usize| self.grid_value(candidates, grid).abs();
        let (mut best, mut best_value) = (None, 0.0);
        for grid in grid_points(candidates) {
            if value(grid) > best_value {
                (best, best_value) = (Some(grid), value(grid));
            }
        }
        let Some(best) = best else { return };
        self.refine_one(kernels, candidates, best);
        for grid in grid_points(candidates) {
            if grid != best && f64::from(self.grid_value(candidates, grid).abs()) >= FLOOR * self.interval {
                self.refine_one(kernels, candidates, grid);
            }
        }
    }

    /// Value of a point of the detection grid: even points are samples, odd ones lie half-way after them.
    fn grid_value(&self, candidates: &Candidates, grid: usize) -> f32 {
        if grid.is_multiple_of(2) { self.singles[self.next + grid / 2] } else { candidates.halves[grid / 2 + 1] }
    }

    fn refine_one(&mut self, kernels: &Kernels, candidates: &Candidates, grid: usize) {
        let middle = self.grid_value(candidates, grid);
        let before = if grid == 0 { candidates.halves[0] } else { self.grid_value(candidates, grid - 1) };
        let after = self.grid_value(candidates, grid + 1);
        let centre = self.next * PHASES + grid * GRID;
        let lean = vertex(before.into(), middle.into(), after.into()).0;
        let guess = centre.wrapping_add_signed((lean * GRID as f64).round() as isize);
        let sign = if middle < 0.0 { -1.0 } else { 1.0 };
        let (amplitude, position) = climb(|at| sign * kernels.interpolator.at(&self.samples, at), guess, centre);
        self.raise(amplitude, position);
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

/// The highest point near `guess`, at most a grid step from `centre`, by a parabola through the three around it.
fn climb(value: impl Fn(usize) -> f64, guess: usize, centre: usize) -> (f64, f64) {
    let range = centre - GRID..=centre + GRID;
    let mut at = guess.clamp(centre - GRID, centre + GRID);
    let (mut before, mut middle, mut after) = (value(at - 1), value(at), value(at + 1));
    while after > middle && range.contains(&(at + 1)) {
        at += 1;
        (before, middle, after) = (middle, after, value(at + 1));
    }
    while before > middle && range.contains(&(at - 1)) {
        at -= 1;
        (before, middle, after) = (value(at - 1), before, middle);
    }
    let (lean, top) = vertex(before, middle, after);
    (top, at as f64 + lean)
}

/// Vertex of the parabola through three equidistant points, the middle one not below the others: its offset (within half
/// a step) and its height.
fn vertex(before: f64, middle: f64, after: f64) -> (f64, f64) {
    let bend = before - 2.0 * middle + after;
    if bend == 0.0 || (middle.abs() < before.abs().max(after.abs())) {
        return (0.0, middle);
    }
    let lean = (0.5 * (before - after) / bend).clamp(-0.5, 0.5);
    (lean, middle - 0.25 * (before - after) * lean)
}

/// Largest absolute value; NaN is passed over.
fn peak(run: &[f64]) -> f64 {
    let (chunks, _) = run.as_chunks::<8>();
    let mut lanes = [0.0f64; 8];
    for chunk in chunks {
        for lane in 0..8 {
            let sample = chunk[lane].abs();
            lanes[lane] = if sample > lanes[lane] { sample } else { lanes[lane] };
        }
    }
    lanes.iter().fold(0.0, |peak, lane| if *lane > peak { *lane } else { peak })
}

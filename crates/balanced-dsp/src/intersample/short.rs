//! Low-latency true-peak detection by a short interpolator.

use std::f64::consts::PI;

use crate::window::kaiser;
use crate::{SlidingMax, vector_loop};

/// Points a frame.
const FACTOR: usize = 8;
/// Samples on either side of a point.
const REACH: usize = 12;
const TAPS: usize = 2 * REACH;
const SHAPE: f64 = 4.2;
/// Frames worked on at once.
const CHUNK: usize = 64;
/// Share of what lies near half the rate that is added to every estimate, for what so few taps cannot know: see
/// [`NYQUIST_ALLOWANCE`](super::NYQUIST_ALLOWANCE), which does the same where there is time.
const ALLOWANCE: f64 = 0.85;
/// Where "near half the rate" begins, and the filter for it.
const BAND: f64 = 0.44;
const BAND_TAPS: usize = TAPS + 1;
const BAND_SHAPE: f64 = 4.0;
/// How long it counts after it was there.
const MEMORY: usize = 24;
/// A parabola through three points rises above the highest by less than a quarter of it.
const PARABOLA: f64 = 1.25;

/// A low-latency true-peak detector for one channel.
///
/// It estimates the highest magnitude from each frame to the next, [`DELAY_FRAMES`](Self::DELAY_FRAMES) later. Eight points a frame by a windowed sinc of ±12 frames, and a parabola through the highest: tones up to 0.4 of the
/// rate read within 0.03 dB; above that an allowance makes them read too high rather than too low.
#[derive(Clone, Debug)]
pub struct ShortPeaks {
    /// Taps of every point between two frames.
    phases: Vec<[f64; TAPS]>,
    /// No estimate exceeds this many times the largest sample in reach.
    bound: f64,
    /// The latest samples, then those being worked on.
    line: [f64; TAPS + CHUNK],
    points: [[f64; CHUNK]; FACTOR],
    band: [f64; BAND_TAPS],
    near_nyquist: [f64; CHUNK],
    latest: SlidingMax,
    /// The two points before the next frame's.
    before: [f64; 2],
}

impl Default for ShortPeaks {
    fn default() -> Self {
        Self::new()
    }
}

impl ShortPeaks {
    /// The delay from a sample to the estimate of what follows it.
    pub const DELAY_FRAMES: usize = REACH;

    /// Creates a detector that has heard silence. Allocates.
    #[must_use]
    pub fn new() -> Self {
        let phases: Vec<[f64; TAPS]> = (1..FACTOR).map(phase).collect();
        let sums = phases.iter().map(|taps| taps.iter().map(|tap| tap.abs()).sum::<f64>());
        let band = band();
        let bound = PARABOLA * sums.fold(1.0, f64::max) + ALLOWANCE * band.iter().map(|tap| tap.abs()).sum::<f64>();
        Self {
            phases,
            bound,
            line: [0.0; TAPS + CHUNK],
            points: [[0.0; CHUNK]; FACTOR],
            band,
            near_nyquist: [0.0; CHUNK],
            latest: SlidingMax::new(MEMORY),
            before: [0.0; 2],
        }
    }

    /// Takes `samples` and estimates as many peaks; returns whether any may exceed `threshold`.
    ///
    /// The peaks are those around the frames [`DELAY_FRAMES`](Self::DELAY_FRAMES) earlier. Estimates that surely stay below
    /// `threshold` (linear) may be given as `0.0`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn detect(&mut self, samples: &[f64], threshold: f64, peaks: &mut [f64]) -> bool {
        assert_eq!(samples.len(), peaks.len());
        let mut any = false;
        for (samples, peaks) in samples.chunks(CHUNK).zip(peaks.chunks_mut(CHUNK)) {
            any |= self.chunk(samples, threshold, peaks);
        }
        any
    }

    /// Clears the history.
    pub fn reset(&mut self) {
        self.line.fill(0.0);
        self.before = [0.0; 2];
        self.latest.reset();
    }

    fn chunk(&mut self, samples: &[f64], threshold: f64, peaks: &mut [f64]) -> bool {
        let frames = samples.len();
        self.line[TAPS..TAPS + frames].copy_from_slice(samples);
        let reach = &self.line[..TAPS + frames];
        let any = reach.iter().fold(0.0f64, |most, x| most.max(x.abs())) * self.bound > threshold;
        self.filter_band(frames);
        if any {
            self.interpolate(frames);
            self.estimate(peaks);
        } else {
            peaks.fill(0.0);
            self.before = self.points_before(frames);
        }
        self.line.copy_within(frames..frames + TAPS, 0);
        any
    }

    /// Fill `points`: the frame itself, then those on the way to the next.
    fn interpolate(&mut self, frames: usize) {
        // The newest sample of a frame's window lies `REACH` frames after it.
        let [own, between @ ..] = &mut self.points;
        own[..frames].copy_from_slice(&self.line[REACH..REACH + frames]);
        for (points, taps) in between.iter_mut().zip(&self.phases) {
            convolve(&self.line[1..TAPS + frames], taps, &mut points[..frames]);
        }
    }

    /// Fill `near_nyquist`: the most there was of late near half the rate.
    fn filter_band(&mut self, frames: usize) {
        let levels = &mut self.near_nyquist[..frames];
        convolve(&self.line[..TAPS + frames], &self.band, levels);
        levels.iter_mut().for_each(|level| *level = self.latest.push(level.abs()));
    }

    /// The last two points that [`interpolate`](Self::interpolate) would have found.
    fn points_before(&self, frames: usize) -> [f64; 2] {
        let window = &self.line[frames..frames + TAPS];
        [FACTOR - 3, FACTOR - 2].map(|phase| window.iter().zip(&self.phases[phase]).map(|(x, tap)| x * tap).sum())
    }

    fn estimate(&mut self, peaks: &mut [f64]) {
        let [mut a, mut b] = self.before;
        for (frame, peak) in peaks.iter_mut().enumerate() {
            let mut most = 0.0f64;
            for points in &self.points {
                let c = points[frame];
                most = most.max(c.abs()).max(summit(a, b, c));
                (a, b) = (b, c);
            }
            *peak = most + ALLOWANCE * self.near_nyquist[frame];
        }
        self.before = [a, b];
    }
}

/// Height of the parabola through three points whose middle one is the highest or the lowest; 0 if it is neither.
#[inline]
fn summit(a: f64, b: f64, c: f64) -> f64 {
    let (left, right) = (b - a, b - c);
    if left * right <= 0.0 || left * b < 0.0 {
        return 0.0;
    }
    let bend = left + right;
    b.abs() + (left - right) * (left - right) / (8.0 * bend.abs())
}

/// Taps of the point `phase` eighths beyond a frame; the oldest sample of the window comes first.
fn phase(phase: usize) -> [f64; TAPS] {
    let mut taps: [f64; TAPS] = std::array::from_fn(|tap| {
        let t = tap as f64 - (REACH - 1) as f64 - phase as f64 / FACTOR as f64;
        (PI * t).sin() / (PI * t) * kaiser(t / REACH as f64, SHAPE)
    });
    let sum: f64 = taps.iter().sum();
    taps.iter_mut().for_each(|tap| *tap /= sum);
    taps
}

/// High-pass around a frame: a low-pass of the same width, moved up to half the rate, and two zeros at rest, so that loud
/// bass does not count.
fn band() -> [f64; BAND_TAPS] {
    let reach = REACH as f64 - 1.0;
    let plain: [f64; BAND_TAPS - 2] = std::array::from_fn(|tap| {
        let k = tap as f64 - reach;
        let width = 2.0 * PI * (0.5 - BAND);
        let low = if k == 0.0 { width / PI } else { (width * k).sin() / (PI * k) };
        let sign = if (tap + REACH) % 2 == 1 { 1.0 } else { -1.0 };
        sign * low * kaiser(k / (reach + 0.5), BAND_SHAPE)
    });
    std::array::from_fn(|tap| {
        let at = |back: usize| tap.checked_sub(back).and_then(|tap| plain.get(tap)).copied().unwrap_or(0.0);
        0.5 * at(1) - 0.25 * (at(0) + at(2))
    })
}

vector_loop! {
    fn convolve<'a>(line: &'a [f64], taps: &'a [f64], output: &'a mut [f64]) {
        output.fill(0.0);
        for (tap, factor) in taps.iter().enumerate() {
            for (out, x) in output.iter_mut().zip(&line[tap..]) {
                *out += factor * x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimates(input: &[f64], block: usize) -> Vec<f64> {
        let mut detector = ShortPeaks::new();
        let mut peaks = vec![0.0; input.len()];
        for (input, peaks) in input.chunks(block).zip(peaks.chunks_mut(block)) {
            detector.detect(input, 0.5, peaks);
        }
        peaks
    }

    #[test]
    fn tones_read_their_amplitude() {
        for (frequency, within_db) in [(0.01, 0.01), (0.13, 0.04), (0.25, 0.04), (0.31, 0.04), (0.35, 0.1), (0.4, 0.6)]
        {
            for phase in [0.0, 0.4, 0.9] {
                let tone = |n: usize| (2.0 * PI * frequency * n as f64 + phase).sin();
                let peaks = estimates(&(0..2000).map(tone).collect::<Vec<_>>(), 2000);
                let most = peaks[100..].iter().fold(0.0f64, |most, peak| most.max(*peak));
                let error_db = 20.0 * most.log10();
                println!("{frequency}, {phase}: {error_db:.4} dB");
                assert!(error_db.abs() < within_db, "{frequency}, {phase}: {error_db}");
            }
        }
        // Where so few taps read too little, the allowance makes up for it.
        for frequency in [0.43, 0.45, 0.47, 0.49] {
            let tone = |n: usize| (2.0 * PI * frequency * n as f64).sin();
            let most = estimates(&(0..2000).map(tone).collect::<Vec<_>>(), 2000).into_iter().fold(0.0f64, f64::max);
            println!("{frequency}: {:.4} dB", 20.0 * most.log10());
            assert!(most > 1.0, "{frequency}: {most}");
        }
    }

    #[test]
    fn blocks_leave_no_trace_and_silence_is_skipped_without_one() {
        let input: Vec<f64> =
            (0..3000).map(|n| if n % 900 < 500 { f64::from(n * n % 101) / 50.0 - 1.0 } else { 0.01 }).collect();
        let loud =
            |peaks: Vec<f64>| peaks.into_iter().map(|peak| if peak > 0.5 { peak } else { 0.0 }).collect::<Vec<_>>();
        let whole = loud(estimates(&input, 3000));
        for block in [1, 7, 64, 100] {
            assert_eq!(loud(estimates(&input, block)), whole, "{block}");
        }
    }

    /// A lone sample's estimate arrives with the promised delay.
    #[test]
    fn delay_is_as_promised() {
        let mut input = [0.0; 100];
        input[20] = 1.0;
        let peaks = estimates(&input, 100);
        let highest = (0..100).max_by(|a, b| peaks[*a].total_cmp(&peaks[*b])).expect("there are some");
        assert_eq!(highest, 20 + ShortPeaks::DELAY_FRAMES);
    }
}

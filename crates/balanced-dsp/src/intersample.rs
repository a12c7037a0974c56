//! True-peak detection block by block, for limiters that keep under a true-peak ceiling.
//!
//! [`InterSamplePeaks`] interpolates two channels at once to twice the rate by FFT convolution with a windowed sinc of ±240
//! frames, to four times the rate by a short filter where that may matter, refines every local maximum near the threshold to
//! eight times the rate and then by a parabola, and adds an allowance for what no finite interpolator can know: see [`NYQUIST_ALLOWANCE`].

mod others;
mod quarters;
mod short;

use std::f64::consts::PI;
use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex;

use self::others::{Difference, Others};
use self::quarters::Quarters;
pub use self::short::ShortPeaks;
use crate::window::{kaiser, sinc};
use crate::{lanes, vector_loop};

/// The number of frames whose peaks one call estimates.
pub const HOP_FRAMES: usize = 512;
/// The number of frames that a call reads for them.
pub const WINDOW_FRAMES: usize = 1024;
/// The delay of the estimates: frames between the newest frame estimated and the newest one read.
pub const DELAY_FRAMES: usize = 246;

/// The share of the near-Nyquist envelope (0.47 fs to 0.5 fs) that is added to every estimate.
///
/// Content within a few per cent of half the sample rate is reconstructed differently by every interpolator: a longer
/// sinc passes more of it, a shorter one adds more of its mirror image, and on full-scale noise they differ by up to
/// 1 dB (a worst-case ±1 pattern: without bound, as the sinc's tail sums to a logarithm). Music has next to nothing
/// there and pays nothing. The allowance follows the moment. Where the surroundings make other interpolators, of 64 taps a
/// side up to the infinite one, read more than it provides, their reading is the estimate.
pub const NYQUIST_ALLOWANCE: f64 = 0.85;

const HALF_WIDTH: usize = 240;
const FACTOR: usize = 4;
const KERNEL_BETA: f64 = 6.0;
const BAND_EDGE: f64 = 0.475;
/// Frames on the grid before the first judged one: an interval, room for the refinement and for the filter of the quarters.
const HEAD: usize = 20;
/// Window frames that are interpolated.
const FIRST_FRAME: usize = WINDOW_FRAMES - HOP_FRAMES - DELAY_FRAMES - HEAD;
const FRAMES: usize = quarters::BLOCK_FRAMES * 35;
/// Of these the points half-way are whole: what is judged and four frames on either side.
const SURE: std::ops::Range<usize> = HEAD - 4..HEAD + HOP_FRAMES + 4;
/// Four times oversampling reads a tone at fs/2 as low as cos(π/8) = 0.924 of its peak.
const WORTH_REFINING: f64 = 0.9;
/// Twice oversampling reads it as low as cos(π/4); a hundredth more for the interpolator's own ripple.
const TWICE_BOUND: f64 = 1.01 * std::f64::consts::SQRT_2;
/// Half-way interpolator on the four-times grid: Lagrange over eight points, 0.001 dB down at fs/2.
const HALF_WAY: [f32; 4] = [1225.0 / 2048.0, -245.0 / 2048.0, 49.0 / 2048.0, -5.0 / 2048.0];
/// An allowance below this share of the threshold (0.002 dB) is not worth computing.
const NEGLIGIBLE: f64 = 2e-4;
/// Content near half the rate below this share of the threshold (-50 dB) is left to the limiter's margin.
const COUNTS: f64 = 0.003;
/// A reading of another interpolator counts where it exceeds the estimate by more than this (0.026 dB): less is within the limiter's
/// margin, and what has little near half the rate keeps its estimates.
const PROVIDED: f64 = 1.003;

/// Estimates carry 24 bits: their error (10⁻⁶) is far below any margin, and the transforms take half the time.
type C32 = Complex<f32>;

/// One channel at four times the rate: samples, points a quarter beyond them, half-way points, three quarters.
type Grid = [Vec<f32>; FACTOR];

/// A true-peak detector with look-ahead for one or two channels.
#[derive(Clone)]
pub struct InterSamplePeaks {
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    quarters: Quarters,
    kernels: Arc<Kernels>,
    spectrum: Vec<C32>,
    work: Vec<C32>,
    scratch: Vec<C32>,
    fine: [Grid; 2],
    /// Largest magnitude of each frame's interval.
    levels: Vec<f32>,
    allowance: [Vec<f32>; 2],
    /// Readings of the judged frames without their allowance.
    own: [Vec<f32>; 2],
    /// How much another interpolator differs.
    differences: [Difference; 2],
}

struct Kernels {
    /// Interpolator for half a frame.
    half_way: Vec<C32>,
    /// Near-Nyquist band: in phase, in quadrature.
    band: [Vec<C32>; 2],
    others: Others,
    /// No estimate exceeds this many times the largest sample.
    bound: f64,
}

impl Default for InterSamplePeaks {
    fn default() -> Self {
        Self::new()
    }
}

impl InterSamplePeaks {
    /// Creates a detector, which keeps no history between calls. Allocates.
    #[must_use]
    pub fn new() -> Self {
        let forward = balanced_fft::forward_f32(WINDOW_FRAMES);
        let inverse = balanced_fft::inverse_f32(WINDOW_FRAMES);
        let kernels = Arc::new(Kernels::new(&*forward));
        let scratch = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        let scratch = scratch.max(kernels.others.scratch_len());
        let zeros = |n: usize| vec![C32::default(); n];
        Self {
            quarters: Quarters::new(),
            kernels,
            spectrum: zeros(WINDOW_FRAMES),
            work: zeros(WINDOW_FRAMES),
            scratch: zeros(scratch),
            fine: std::array::from_fn(|_| std::array::from_fn(|_| vec![0.0; FRAMES])),
            levels: vec![0.0; FRAMES],
            allowance: [vec![0.0; FRAMES], vec![0.0; FRAMES]],
            own: [vec![0.0; HOP_FRAMES], vec![0.0; HOP_FRAMES]],
            differences: [Difference::none(), Difference::none()],
            forward,
            inverse,
        }
    }

    /// Estimates the true peak around each frame of two channels; returns whether any may exceed `threshold`.
    ///
    /// An estimate covers at least half-way to the frame before and half-way to the one after. `windows` are the newest [`WINDOW_FRAMES`] frames of each; `peaks` receives [`HOP_FRAMES`] estimates for the frames
    /// from `HOP_FRAMES + DELAY_FRAMES` to `DELAY_FRAMES` before the newest. Only estimates above `threshold` (linear) are
    /// precise: what is surely below may be reported as `0.0`.
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn detect(&mut self, windows: [&[f64]; 2], threshold: f64, peaks: [&mut [f64]; 2]) -> bool {
        assert!(windows.iter().all(|w| w.len() == WINDOW_FRAMES));
        let largest = windows.iter().map(|window| largest(window)).fold(0.0, f64::max);
        let [left, right] = peaks;
        if largest * self.kernels.bound <= threshold {
            left.fill(0.0);
            right.fill(0.0);
            return false;
        }
        self.transform(windows);
        let allowance_bound = NYQUIST_ALLOWANCE * self.band_bound();
        if self.interpolate_half_way(windows) * TWICE_BOUND + allowance_bound <= threshold {
            left.fill(0.0);
            right.fill(0.0);
            return false;
        }
        let floor = floor(threshold);
        for fine in &mut self.fine {
            self.quarters.fill(fine, floor);
        }
        let allowed = allowance_bound > NEGLIGIBLE * threshold;
        if allowed {
            self.measure_band();
        }
        for (channel, out) in [&mut *left, &mut *right].into_iter().enumerate() {
            collect(&self.fine[channel], floor, &mut self.levels, out);
            if allowed {
                let allowance = &self.allowance[channel][HEAD..];
                out.iter_mut().zip(allowance).for_each(|(peak, extra)| *peak += f64::from(*extra));
            }
        }
        if allowed {
            self.ask_others(threshold, [left, right]);
        }
        true
    }

    fn transform(&mut self, windows: [&[f64]; 2]) {
        pair_up(windows, &mut self.spectrum);
        self.forward.process_with_scratch(&mut self.spectrum, &mut self.scratch);
    }

    /// Place the samples and the points half-way between them on the grid, and return the largest magnitude.
    fn interpolate_half_way(&mut self, windows: [&[f64]; 2]) -> f64 {
        for (fine, window) in self.fine.iter_mut().zip(windows) {
            fine[0].iter_mut().zip(&window[FIRST_FRAME..]).for_each(|(y, x)| *y = *x as f32);
        }
        multiply(&mut self.work, &self.spectrum, &self.kernels.half_way);
        self.inverse.process_with_scratch(&mut self.work, &mut self.scratch);
        let [left, right] = &mut self.fine;
        part(&self.work[FIRST_FRAME..], [&mut left[2], &mut right[2]]);
        let largest = self.fine.iter().map(|fine| largest_of_both(&fine[0][SURE], &fine[2][SURE]));
        f64::from(largest.fold(0.0, f32::max))
    }

    /// The near-Nyquist band's signal never exceeds this.
    fn band_bound(&self) -> f64 {
        let edge = ((BAND_EDGE - 0.01) * WINDOW_FRAMES as f64) as usize;
        let bins = &self.spectrum[edge..=WINDOW_FRAMES - edge];
        f64::from(bins.iter().map(|z| z.re.abs() + z.im.abs()).sum::<f32>()) / WINDOW_FRAMES as f64
    }

    /// Raises `peaks` to what other interpolators read, where the allowance has not provided for it.
    fn ask_others(&mut self, threshold: f64, mut peaks: [&mut [f64]; 2]) {
        let reaches = self.reaching(threshold);
        if reaches == [false; 2] || self.kernels.others.count() == 0 {
            return;
        }
        let tails = others::tails(&self.spectrum, threshold);
        for (channel, peaks) in peaks.iter_mut().enumerate() {
            self.add_tail(channel, tails[channel], threshold, peaks);
        }
        let kernels = self.kernels.clone();
        for member in 0..kernels.others.count() {
            kernels.others.differ(member, &self.spectrum, &mut self.scratch, &mut self.differences);
            let asked = [0, 1]
                .map(|channel| reaches[channel] && self.may_differ(channel, tails[channel], threshold, peaks[channel]));
            if asked == [false; 2] {
                continue;
            }
            multiply(&mut self.work, &self.spectrum, kernels.others.half_way(member));
            self.inverse.process_with_scratch(&mut self.work, &mut self.scratch);
            let [left, right] = &mut self.fine;
            part(&self.work[FIRST_FRAME..], [&mut left[2], &mut right[2]]);
            for channel in (0..2).filter(|channel| asked[*channel]) {
                self.read_again(channel, tails[channel], floor(threshold), peaks[channel]);
            }
        }
    }

    /// Which channels have so much near half the rate that interpolators may differ by more than a limiter's margin.
    fn reaching(&self, threshold: f64) -> [bool; 2] {
        self.allowance.each_ref().map(|allowance| f64::from(lanes::largest(allowance)) > COUNTS * threshold)
    }

    /// Fills `own` with the detector's readings without their allowance, at least the floor, and adds the tail's allowance
    /// where that is more.
    fn add_tail(&mut self, channel: usize, tail: f32, threshold: f64, peaks: &mut [f64]) {
        let allowance = &self.allowance[channel][HEAD..];
        for ((own, allowance), peak) in self.own[channel].iter_mut().zip(allowance).zip(peaks) {
            *own = larger(*peak as f32 - allowance, floor(threshold));
            if tail > 0.0 {
                *peak = larger(*peak, f64::from(*own + tail));
            }
        }
    }

    /// Whether a reading that differs by `differences` may be more than was provided for.
    fn may_differ(&self, channel: usize, tail: f32, threshold: f64, peaks: &[f64]) -> bool {
        let difference = &self.differences[channel];
        self.own[channel].iter().zip(peaks).enumerate().any(|(frame, (own, peak))| {
            f64::from(own + difference.around(frame) + tail) > larger(peak * PROVIDED, threshold)
        })
    }

    /// Reads a channel's grid, whose half-way points are another interpolator's, and raises `peaks` to it.
    fn read_again(&mut self, channel: usize, tail: f32, floor: f32, peaks: &mut [f64]) {
        let mut readings = [0.0; HOP_FRAMES];
        self.quarters.fill(&mut self.fine[channel], floor);
        collect(&self.fine[channel], floor, &mut self.levels, &mut readings);
        for (peak, reading) in peaks.iter_mut().zip(readings) {
            let reading = reading + f64::from(tail);
            if reading > *peak * PROVIDED {
                *peak = reading;
            }
        }
    }

    /// The near-Nyquist allowance of each frame.
    fn measure_band(&mut self) {
        self.allowance.iter_mut().for_each(|a| a.fill(0.0));
        for kernel in &self.kernels.band {
            multiply(&mut self.work, &self.spectrum, kernel);
            self.inverse.process_with_scratch(&mut self.work, &mut self.scratch);
            let [left, right] = &mut self.allowance;
            for ((l, r), y) in left.iter_mut().zip(right).zip(&self.work[FIRST_FRAME..]) {
                *l += y.re * y.re;
                *r += y.im * y.im;
            }
        }
        for allowance in &mut self.allowance {
            allowance.iter_mut().for_each(|power| *power = NYQUIST_ALLOWANCE as f32 * power.sqrt());
        }
    }
}

vector_loop! {
    /// Two real signals as one complex one.
    fn pair_up<'a>(windows: [&'a [f64]; 2], pairs: &'a mut [C32]) {
        for (pair, (l, r)) in pairs.iter_mut().zip(windows[0].iter().zip(windows[1])) {
            *pair = C32::new(*l as f32, *r as f32);
        }
    }
}

vector_loop! {
    /// The way back.
    fn part<'a>(pairs: &'a [C32], channels: [&'a mut [f32]; 2]) {
        let [left, right] = channels;
        for ((l, r), pair) in left.iter_mut().zip(right).zip(pairs) {
            (*l, *r) = (pair.re, pair.im);
        }
    }
}

vector_loop! {
    fn largest<'a>(values: &'a [f64]) -> f64 {
        lanes::largest_f64(values)
    }
}

vector_loop! {
    fn largest_of_both<'a>(a: &'a [f32], b: &'a [f32]) -> f32 {
        larger(lanes::largest(a), lanes::largest(b))
    }
}

/// The larger of two; one instruction, as none of them is a NaN.
#[inline(always)]
fn larger<T: PartialOrd>(a: T, b: T) -> T {
    if a > b { a } else { b }
}

/// Level of the four-times grid under which no estimate is refined.
fn floor(threshold: f64) -> f32 {
    (threshold * WORTH_REFINING) as f32
}

/// From the four-times grid to one estimate a frame: the larger of the intervals before and after it.
fn collect(fine: &Grid, floor: f32, levels: &mut [f32], out: &mut [f64]) {
    assert_eq!(out.len(), HOP_FRAMES);
    measure_intervals([&fine[0], &fine[1], &fine[2], &fine[3]], levels);
    for (frame, level) in levels.iter_mut().enumerate().skip(HEAD - 1).take(HOP_FRAMES + 1) {
        if *level > floor {
            *level = refine_interval(fine, frame * FACTOR, floor, *level);
        }
    }
    join_intervals(&levels[HEAD - 1..], out);
}

vector_loop! {
    /// Largest magnitude from each frame to just before the next.
    fn measure_intervals<'a>(grid: [&'a [f32]; FACTOR], levels: &'a mut [f32]) {
        let [a, b, c, d] = grid;
        for (level, (((a, b), c), d)) in levels.iter_mut().zip(a.iter().zip(b).zip(c).zip(d)) {
            *level = larger(larger(a.abs(), b.abs()), larger(c.abs(), d.abs()));
        }
    }
}

vector_loop! {
    fn join_intervals<'a>(levels: &'a [f32], out: &'a mut [f64]) {
        for (peak, (before, after)) in out.iter_mut().zip(levels.iter().zip(&levels[1..])) {
            *peak = f64::from(larger(*after, *before));
        }
    }
}

/// The value at a point of the grid.
#[inline(always)]
fn at(fine: &Grid, i: usize) -> f32 {
    fine[i % FACTOR][i / FACTOR]
}

/// Largest magnitude from the frame at `start` to just before the next, local maxima above `floor` refined.
fn refine_interval(fine: &Grid, start: usize, floor: f32, largest: f32) -> f32 {
    let refined = (start..start + FACTOR).filter(|&i| {
        let level = at(fine, i).abs();
        level > floor && level >= at(fine, i - 1).abs() && level >= at(fine, i + 1).abs()
    });
    refined.fold(largest, |m, i| m.max(refine(fine, i)))
}

/// True height of the local maximum of the magnitude at `i`.
fn refine(fine: &Grid, i: usize) -> f32 {
    let middle = at(fine, i).abs();
    let (left, right) = (half_way(fine, i - 1).abs(), half_way(fine, i).abs());
    if right > middle && right >= left {
        vertex(middle, right, at(fine, i + 1).abs())
    } else if left > middle {
        vertex(at(fine, i - 1).abs(), left, middle)
    } else {
        vertex(left, middle, right)
    }
}

/// Value half-way between the grid points `i` and `i + 1`.
fn half_way(fine: &Grid, i: usize) -> f32 {
    HALF_WAY.iter().enumerate().map(|(k, c)| c * (at(fine, i - k) + at(fine, i + 1 + k))).sum()
}

/// Top of the parabola through three equidistant values of which the middle is the largest.
fn vertex(before: f32, top: f32, after: f32) -> f32 {
    let curvature = 2.0 * top - before - after;
    let slope = after - before;
    if curvature > 0.0 { top + slope * slope / (8.0 * curvature) } else { top }
}

vector_loop! {
    fn multiply<'a>(out: &'a mut [C32], spectrum: &'a [C32], kernel: &'a [C32]) {
        for ((y, z), h) in out.iter_mut().zip(spectrum).zip(kernel) {
            *y = z * h;
        }
    }
}

impl Kernels {
    fn new(forward: &dyn Fft<f32>) -> Self {
        // Zero at the ends, where Kaiser's window is not yet.
        let bell = |t: f64| if t.abs() < HALF_WIDTH as f64 { kaiser(t / HALF_WIDTH as f64, KERNEL_BETA) } else { 0.0 };
        let half_way_tap = |m: f64| sinc(m + 0.5) * bell(m + 0.5);
        let (half_way, half_way_sum) = transform(forward, half_way_tap);
        let mut bound = half_way_sum.max(Quarters::bound_by_samples(HALF_WIDTH, half_way_tap)).max(1.0);
        let high = transform(forward, |m| {
            let low = 2.0 * BAND_EDGE * sinc(2.0 * BAND_EDGE * m) * bell(m);
            if m == 0.0 { 1.0 - low } else { -low }
        });
        let quadrature = transform(forward, |m| {
            if m == 0.0 { 0.0 } else { ((2.0 * PI * BAND_EDGE * m).cos() - (PI * m).cos()) / (PI * m) * bell(m) }
        });
        bound += NYQUIST_ALLOWANCE * (high.1 + quadrature.1);
        let others = Others::new(forward, &half_way);
        Self { half_way, band: [high.0, quadrature.0], others, bound: bound * 1.001 }
    }
}

/// Spectrum (scaled for the unnormalised inverse) of a filter given by its taps around time zero, and their absolute sum.
fn transform(forward: &dyn Fft<f32>, tap: impl Fn(f64) -> f64) -> (Vec<C32>, f64) {
    let mut taps = vec![C32::default(); WINDOW_FRAMES];
    let mut sum = 0.0;
    for m in -(HALF_WIDTH as i64)..=HALF_WIDTH as i64 {
        let value = tap(m as f64);
        sum += value.abs();
        taps[m.rem_euclid(WINDOW_FRAMES as i64) as usize] = C32::new((value / WINDOW_FRAMES as f64) as f32, 0.0);
    }
    forward.process(&mut taps);
    (taps, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Estimates for a steady signal given by its continuous formula.
    fn estimate(signal: impl Fn(f64) -> f64, threshold: f64) -> f64 {
        let samples: Vec<f64> = (0..WINDOW_FRAMES).map(|n| signal(n as f64)).collect();
        let silence = vec![0.0; WINDOW_FRAMES];
        let (mut left, mut right) = (vec![0.0; HOP_FRAMES], vec![0.0; HOP_FRAMES]);
        InterSamplePeaks::new().detect([&silence, &samples], threshold, [&mut left, &mut right]);
        assert!(left.iter().all(|&x| x < 1e-5), "the channels are apart");
        right.iter().copied().fold(0.0, f64::max)
    }

    #[test]
    fn tones_are_read_within_a_hundredth_of_a_decibel() {
        let mut worst = 0.0f64;
        for step in 1..93 {
            let frequency = f64::from(step) * 0.005;
            for phase in 0..8 {
                let read = estimate(|n| (2.0 * PI * frequency * n + f64::from(phase) * PI / 8.0).sin(), 0.99);
                worst = worst.max((20.0 * read.log10()).abs());
            }
        }
        println!("worst tone reading to 0.46 fs: {worst:.4} dB");
        assert!(worst < 0.01);
    }

    #[test]
    fn near_nyquist_content_is_never_under_read() {
        for frequency in [0.47, 0.48, 0.49, 0.495, 0.499] {
            for phase in 0..8 {
                let read = estimate(|n| (2.0 * PI * frequency * n + f64::from(phase) * PI / 8.0).sin(), 0.99);
                assert!(read > 0.995, "{frequency} {phase}: {read}");
            }
        }
    }

    /// Estimates by a detector, and by one that asks no other interpolator.
    fn both(signal: impl Fn(usize) -> f64) -> [Vec<f64>; 2] {
        let samples: Vec<f64> = (0..WINDOW_FRAMES).map(signal).collect();
        let silence = vec![0.0; WINDOW_FRAMES];
        [true, false].map(|asks| {
            let mut detector = InterSamplePeaks::new();
            if !asks {
                Arc::get_mut(&mut detector.kernels).unwrap().others = Others::none();
            }
            let (mut left, mut right) = (vec![0.0; HOP_FRAMES], vec![0.0; HOP_FRAMES]);
            detector.detect([&samples, &silence], 0.5, [&mut left, &mut right]);
            assert!(right.iter().all(|&x| x < 1e-5), "the channels are apart");
            left
        })
    }

    #[test]
    fn what_has_nothing_near_half_the_rate_keeps_its_estimates() {
        for frequency in [0.003, 0.11, 0.31, 0.44] {
            // Beside the tone another that swells, and hiss 50 dB below.
            let mut random = crate::Random::new(3, 0);
            let hiss: Vec<f64> = (0..WINDOW_FRAMES).map(|_| 0.006 * random.centred()).collect();
            let swell = |n: f64| (0.5 * n).sin() * (0.01 * n).cos();
            let [asked, plain] = both(|n| (2.0 * PI * frequency * n as f64).sin() + swell(n as f64) + hiss[n]);
            assert!(plain.iter().any(|&x| x > 0.9) && asked == plain, "{frequency}");
        }
    }

    #[test]
    fn noise_up_to_half_the_rate_is_read_as_a_short_interpolator_reads_it() {
        let (mut raised, mut read) = (0, 0);
        for seed in 0..20 {
            let mut random = crate::Random::new(seed, 0);
            let noise: Vec<f64> = (0..WINDOW_FRAMES).map(|_| 2.0 * random.centred()).collect();
            let [asked, plain] = both(|n| noise[n]);
            assert!(asked.iter().zip(&plain).all(|(asked, plain)| asked >= plain), "never less");
            raised += asked.iter().zip(&plain).filter(|(asked, plain)| asked > plain).count();
            for (frame, asked) in asked.iter().enumerate() {
                // Half-way after the frame, by 64 taps on either side.
                let t = (WINDOW_FRAMES - HOP_FRAMES - DELAY_FRAMES + frame) as f64 + 0.5;
                let tap = |k: usize| sinc(t - k as f64) * kaiser((t - k as f64) / 64.0, 12.0);
                let reading = noise.iter().enumerate().map(|(k, x)| x * tap(k)).sum::<f64>().abs();
                read += usize::from(reading > 0.5);
                assert!(reading < 0.5 || *asked > reading / 1.004, "{frame} of {seed}: {asked} for {reading}");
            }
        }
        assert!(raised > 100 && read > 1000, "{raised} estimates are higher, {read} were compared");
    }

    #[test]
    fn silence_and_quiet_are_let_through_unseen() {
        assert_eq!(estimate(|_| 0.0, 0.5), 0.0);
        assert_eq!(estimate(|n| 0.05 * (n * 0.3).sin(), 0.9), 0.0);
    }
}

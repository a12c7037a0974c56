//! Interpolation by windowed sincs of any length, and by the sinc without end: what converters and meters do.

use std::f64::consts::PI;
use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex;

/// Points a sample that are evaluated.
const FACTOR: usize = 32;
/// Most samples that one transform yields for one point.
const FFT: usize = 4096;
/// Silence around a signal whose whole spectrum is taken, in frames.
const SILENCE: usize = 4096;

type C64 = Complex<f64>;

/// A 32-fold interpolator by a Kaiser-windowed sinc of a given length.
///
/// Long ones pass more of what lies just below half the sample rate, short ones add more of its mirror image.
pub struct Interpolator {
    /// Samples on either side of a point.
    reach: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    /// Spectra of the filters for each point after the sample itself.
    points: Vec<Vec<C64>>,
}

impl Interpolator {
    /// Creates an interpolator of `taps_a_side` taps on either side of a point, at most 1024, in a Kaiser window of shape `beta`.
    #[must_use]
    pub fn new(taps_a_side: usize, beta: f64) -> Self {
        assert!(2 * taps_a_side <= FFT / 2, "a transform holds the taps");
        let (forward, inverse) = (balanced_fft::forward_f64(FFT), balanced_fft::inverse_f64(FFT));
        let spectrum = |point: usize| {
            let mut taps = vec![C64::default(); FFT];
            for (tap, value) in taps.iter_mut().enumerate().take(2 * taps_a_side) {
                // Convolution reverses: tap 0 meets the newest sample, `taps_a_side` after the point.
                let distance = tap as f64 - taps_a_side as f64 + point as f64 / FACTOR as f64;
                value.re = sinc(distance) * kaiser(distance / taps_a_side as f64, beta) / FFT as f64;
            }
            forward.process(&mut taps);
            taps
        };
        let points = (1..FACTOR).map(spectrum).collect();
        Self { reach: taps_a_side, forward, inverse, points }
    }

    /// Returns the highest magnitude (linear) of one channel between silence, on 32 points a sample.
    #[must_use]
    pub fn true_peak(&self, samples: &[f64]) -> f64 {
        let (taps, step) = (2 * self.reach, FFT - 2 * self.reach + 1);
        let mut peak = samples.iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
        // Two stretches ride in one complex transform, as its real and imaginary part.
        let at = |index: usize| index.checked_sub(taps).and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
        for start in (0..samples.len() + 2 * taps).step_by(2 * step) {
            let mut input: Vec<C64> = (start..start + FFT).map(|i| C64::new(at(i), at(i + step))).collect();
            self.forward.process(&mut input);
            for point in &self.points {
                let mut output: Vec<C64> = input.iter().zip(point).map(|(x, h)| x * h).collect();
                self.inverse.process(&mut output);
                peak = output[taps - 1..].iter().fold(peak, |peak, y| peak.max(y.re.abs()).max(y.im.abs()));
            }
        }
        peak
    }
}

/// Returns the highest magnitude (linear) of one channel between silence by the sinc without end, on 32 points a sample.
///
/// The spectrum of the whole signal is moved by each fraction of a sample: exact for a signal that repeats after thousands of
/// frames of silence.
#[must_use]
pub fn infinite_sinc_peak(samples: &[f64]) -> f64 {
    let size = (samples.len() + 2 * SILENCE).next_power_of_two();
    let (forward, inverse) = (balanced_fft::forward_f64(size), balanced_fft::inverse_f64(size));
    let mut spectrum = vec![C64::default(); size];
    spectrum[SILENCE..].iter_mut().zip(samples).for_each(|(bin, x)| bin.re = *x / size as f64);
    forward.process(&mut spectrum);
    let mut peak = samples.iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
    // Points of two phases are the real and the imaginary part of one transform.
    for phase in (0..FACTOR).step_by(2) {
        let shifted = |bin: usize, phase: usize| {
            let frequency = if bin <= size / 2 { bin as f64 } else { bin as f64 - size as f64 };
            let angle = 2.0 * PI * frequency / size as f64 * phase as f64 / FACTOR as f64;
            // Half the sample rate is a cosine that both ends of the spectrum share.
            let turn = if bin == size / 2 { C64::new(angle.cos(), 0.0) } else { C64::from_polar(1.0, angle) };
            spectrum[bin] * turn
        };
        let mut points: Vec<C64> =
            (0..size).map(|bin| shifted(bin, phase) + C64::i() * shifted(bin, phase + 1)).collect();
        inverse.process(&mut points);
        peak = points.iter().fold(peak, |peak, y| peak.max(y.re.abs()).max(y.im.abs()));
    }
    peak
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// Kaiser window of shape `beta` at `x` of -1 to 1, by the power series of the Bessel function.
fn kaiser(x: f64, beta: f64) -> f64 {
    let bessel = |argument: f64| {
        let quarter = argument * argument / 4.0;
        (1..200)
            .fold((1.0, 1.0), |(sum, term), k| {
                (sum + term * quarter / f64::from(k * k), term * quarter / f64::from(k * k))
            })
            .0
    };
    if x.abs() > 1.0 { 0.0 } else { bessel(beta * (1.0 - x * x).sqrt()) / bessel(beta) }
}

#[cfg(test)]
mod tests {
    use super::super::true_peak_32x;
    use super::*;

    /// Taps a point of [`true_peak_32x`] and the shape of its window.
    const TAPS: usize = 512;
    const BETA: f64 = 12.27;

    #[test]
    fn tones_read_their_amplitude_to_the_grid_error() {
        for (frequency, phase) in [(0.01, 0.3), (0.25, 0.8), (0.3333, 1.0), (0.45, 0.1), (0.48, 2.0)] {
            // Long fades keep the edges from adding peaks of their own.
            let tone = |i: usize| {
                let fade = (i.min(20_000 - i) as f64 / 4000.0).min(1.0);
                0.5 * fade * (2.0 * PI * frequency * i as f64 + phase).sin()
            };
            let peak = true_peak_32x(&(0..20_000).map(tone).collect::<Vec<_>>());
            assert!((20.0 * (peak / 0.5).log10()).abs() < 0.011, "{frequency}: {peak}");
        }
    }

    #[test]
    fn agrees_with_the_plain_sum_everywhere() {
        let samples: Vec<f64> =
            (0..4000u32).map(|i| f64::from(i.wrapping_mul(2_654_435_769) >> 8) / 8_388_608.0 - 1.0).collect();
        let taps = || 1 - (TAPS as i64) / 2..=(TAPS as i64) / 2;
        let weight = |k: i64, point: usize| {
            let distance = k as f64 - point as f64 / FACTOR as f64;
            sinc(distance) * kaiser(distance / (TAPS / 2) as f64, BETA)
        };
        let weights: Vec<Vec<f64>> = (0..FACTOR).map(|point| taps().map(|k| weight(k, point)).collect()).collect();
        for range in [0..40, 3000..3100] {
            let x = &samples[range.clone()];
            let plain = |i: i64, point: usize| -> f64 {
                let sample = |k: i64| usize::try_from(i + k).ok().and_then(|at| x.get(at)).copied().unwrap_or(0.0);
                taps().zip(&weights[point]).map(|(k, weight)| sample(k) * weight).sum()
            };
            let all = (-300..x.len() as i64 + 300).flat_map(|i| (0..FACTOR).map(move |point| (i, point)));
            let plain = all.map(|(i, point)| plain(i, point).abs()).fold(0.0, f64::max);
            assert!((true_peak_32x(x) - plain).abs() < 1e-9, "{range:?}");
        }
        assert_eq!(true_peak_32x(&[]), 0.0);
    }

    #[test]
    fn the_worst_pattern_of_eight_reads_as_published() {
        // sign(sinc(k + 1/2)) of 8 samples: the sinc sums of a half-way point, +6.59 dB.
        let pattern: Vec<f64> = (-4..4).map(|k| sinc(f64::from(k) + 0.5).signum()).collect();
        let peak_dbtp = 20.0 * true_peak_32x(&pattern).log10();
        assert!((peak_dbtp - 6.59).abs() < 0.02, "{peak_dbtp}");
    }

    /// A tone near half the rate: what each length passes of it is what its window's transition says.
    #[test]
    fn lengths_differ_near_half_the_rate_and_agree_below() {
        let tone = |frequency: f64| -> Vec<f64> {
            let fade = |i: usize| (i.min(20_000 - i) as f64 / 8000.0).min(1.0);
            (0..20_000).map(|i| fade(i) * (2.0 * PI * frequency * i as f64 + 0.4).sin()).collect()
        };
        let db = |peak: f64| 20.0 * peak.log10();
        let (low, high) = (tone(0.4), tone(0.4975));
        for taps_a_side in [64, 128, 256] {
            let interpolator = Interpolator::new(taps_a_side, 12.0);
            assert!(db(interpolator.true_peak(&low)).abs() < 0.011, "{taps_a_side}");
        }
        assert!(db(infinite_sinc_peak(&low)).abs() < 0.011 && db(infinite_sinc_peak(&high)).abs() < 0.011);
        // An alternation is read by its samples alone where the filter halves half the rate.
        let alternation: Vec<f64> = (0..4000).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let middle = Interpolator::new(64, 12.0).true_peak(&alternation[1000..3000]);
        let endless = infinite_sinc_peak(&alternation);
        assert!(middle > 1.3 && endless > middle, "{middle}, {endless}");
    }

    #[test]
    fn the_sinc_without_end_is_its_plain_sum() {
        let samples: Vec<f64> =
            (0..300u32).map(|i| f64::from(i.wrapping_mul(2_654_435_769) >> 8) / 8_388_608.0 - 1.0).collect();
        let at = |t: f64| samples.iter().enumerate().map(|(i, x)| x * sinc(t - i as f64)).sum::<f64>().abs();
        let plain = (-320..(600 * FACTOR) as i64).map(|i| at(i as f64 / FACTOR as f64)).fold(0.0, f64::max);
        assert!((infinite_sinc_peak(&samples) / plain - 1.0).abs() < 1e-3, "{plain}");
    }
}

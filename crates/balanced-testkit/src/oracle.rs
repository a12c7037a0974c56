//! Slow and simple reference implementations (oracles), against which fast code is tested.

use std::f64::consts::PI;
use std::sync::{Arc, OnceLock};

use balanced_dsp::PlanarBuffer;
use rustfft::Fft;
use rustfft::num_complex::Complex;

/// Points a sample that the oracle evaluates.
const FACTOR: usize = 32;
/// Taps a point.
const TAPS: usize = 512;
/// Kaiser window of 120 dB: 0.1102 (A - 8.7).
const BETA: f64 = 12.27;
const FFT: usize = 4096;
/// Samples that one transform yields.
const STEP: usize = FFT - TAPS + 1;

type C64 = Complex<f64>;

/// Returns the true peak (linear, 1 is full scale) of one channel between silence, by 32-fold interpolation.
///
/// Every point is the sum of 512 samples weighted by a Kaiser-windowed sinc: images are 120 dB down and the pass-band
/// ends at 0.492 of the rate. Reading only the points, it is low by at most `20 log10 cos(pi / 64)` = -0.0105 dB. It
/// shares nothing with the meters it checks: convolution by FFT, no search, no refinement, no skipping.
#[must_use]
pub fn true_peak_32x(samples: &[f64]) -> f64 {
    static ORACLE: OnceLock<Oracle> = OnceLock::new();
    ORACLE.get_or_init(Oracle::new).true_peak(samples)
}

/// Returns the [`true_peak_32x`] of the highest channel in dBTP; `-inf` for silence.
#[must_use]
pub fn true_peak_32x_dbtp(audio: &PlanarBuffer) -> f64 {
    let peaks = (0..audio.channels()).map(|channel| true_peak_32x(audio.channel(channel)));
    20.0 * peaks.fold(0.0, f64::max).log10()
}

struct Oracle {
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    /// Spectra of the filters for each point after the sample itself.
    points: Vec<Vec<C64>>,
}

impl Oracle {
    fn new() -> Self {
        let (forward, inverse) = (balanced_fft::forward_f64(FFT), balanced_fft::inverse_f64(FFT));
        let spectrum = |point: usize| {
            let mut taps = vec![C64::default(); FFT];
            for (tap, value) in taps.iter_mut().enumerate().take(TAPS) {
                // Convolution reverses: tap 0 meets the newest sample, TAPS / 2 after the point.
                let distance = tap as f64 - (TAPS / 2) as f64 + point as f64 / FACTOR as f64;
                value.re = sinc(distance) * kaiser(distance / (TAPS / 2) as f64) / FFT as f64;
            }
            forward.process(&mut taps);
            taps
        };
        let points = (1..FACTOR).map(spectrum).collect();
        Self { forward, inverse, points }
    }

    fn true_peak(&self, samples: &[f64]) -> f64 {
        let mut peak = samples.iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
        // Two stretches ride in one complex transform, as its real and imaginary part.
        let at = |index: usize| index.checked_sub(TAPS).and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
        for start in (0..samples.len() + 2 * TAPS).step_by(2 * STEP) {
            let mut input: Vec<C64> = (start..start + FFT).map(|i| C64::new(at(i), at(i + STEP))).collect();
            self.forward.process(&mut input);
            for point in &self.points {
                let mut output: Vec<C64> = input.iter().zip(point).map(|(x, h)| x * h).collect();
                self.inverse.process(&mut output);
                peak = output[TAPS - 1..].iter().fold(peak, |peak, y| peak.max(y.re.abs()).max(y.im.abs()));
            }
        }
        peak
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// Kaiser window at `x` of -1 to 1, by the power series of the Bessel function.
fn kaiser(x: f64) -> f64 {
    let bessel = |argument: f64| {
        let quarter = argument * argument / 4.0;
        (1..200)
            .fold((1.0, 1.0), |(sum, term), k| {
                (sum + term * quarter / f64::from(k * k), term * quarter / f64::from(k * k))
            })
            .0
    };
    if x.abs() > 1.0 { 0.0 } else { bessel(BETA * (1.0 - x * x).sqrt()) / bessel(BETA) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            sinc(distance) * kaiser(distance / (TAPS / 2) as f64)
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
}

//! Delay between two windows: generalised cross-correlation with phase transform (Knapp and Carter, IEEE Trans. ASSP 24(4), 1976).

use std::f64::consts::TAU;
use std::sync::Arc;

use realfft::{ComplexToReal, RealToComplex};
use rustfft::num_complex::Complex;

/// Share of the mean magnitude below which a bin counts less: whitening must not raise bins that hold rounding only.
const WHITENING_FLOOR: f64 = 0.01;

/// Delay of one window against another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Frames by which the first window is later: `a[n + lag] ≈ b[n]`.
    pub lag_frames: f64,
    /// Height of the whitened correlation, 0 to 1; negative where the polarity is inverted.
    pub strength: f64,
}

/// Finds delays between windows of one size.
pub struct Correlator {
    window: Vec<f64>,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    padded: Vec<f64>,
    spectra: [Vec<Complex<f64>>; 2],
    scratch: Vec<Complex<f64>>,
}

impl Correlator {
    /// Creates a correlator for windows of `frames` frames.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        let forward = balanced_fft::real_forward_f64(2 * frames);
        let inverse = balanced_fft::real_inverse_f64(2 * frames);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            window: (0..frames).map(|n| 0.5 - 0.5 * (TAU * (n as f64 + 0.5) / frames as f64).cos()).collect(),
            padded: vec![0.0; 2 * frames],
            spectra: [vec![Complex::default(); frames + 1], vec![Complex::default(); frames + 1]],
            scratch: vec![Complex::default(); scratch],
            forward,
            inverse,
        }
    }

    /// Returns the number of frames in a window.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.window.len()
    }

    /// Returns the delay of `a` against `b` within `max_lag_frames`; `None` if either is silent.
    ///
    /// The lag is exact to a fraction of a frame if it is under a quarter of the window.
    pub fn peak(&mut self, a: &[f64], b: &[f64], max_lag_frames: usize) -> Option<Peak> {
        self.transform(0, a);
        self.transform(1, b);
        let whole = self.whiten()?;
        let cross = self.spectra[0].clone();
        self.scratch.resize(self.inverse.get_scratch_len(), Complex::default());
        let edge = self.spectra[0].len() - 1;
        (self.spectra[0][0].im, self.spectra[0][edge].im) = (0.0, 0.0);
        let inverse = self.inverse.clone();
        inverse.process_with_scratch(&mut self.spectra[0], &mut self.padded, &mut self.scratch).ok()?;
        let (lag, height) = self.highest(max_lag_frames);
        let fraction = fraction(&cross, lag, height.signum(), self.padded.len());
        Some(Peak { lag_frames: lag as f64 + fraction, strength: height / whole })
    }

    fn transform(&mut self, which: usize, samples: &[f64]) {
        self.padded.fill(0.0);
        for ((padded, sample), weight) in self.padded.iter_mut().zip(samples).zip(&self.window) {
            *padded = sample * weight;
        }
        self.scratch.resize(self.forward.get_scratch_len(), Complex::default());
        let forward = self.forward.clone();
        let done = forward.process_with_scratch(&mut self.padded, &mut self.spectra[which], &mut self.scratch);
        debug_assert!(done.is_ok(), "the buffers have the plan's sizes");
    }

    /// Leaves the whitened cross-spectrum in the first spectrum; returns the correlation that full agreement would have.
    fn whiten(&mut self) -> Option<f64> {
        let [first, second] = &mut self.spectra;
        let mut mean = 0.0;
        for (a, b) in first.iter_mut().zip(second.iter()) {
            *a *= b.conj();
            mean += a.norm();
        }
        mean /= first.len() as f64;
        if mean <= 1e-24 || !mean.is_finite() {
            return None;
        }
        let mut whole = 0.0;
        for bin in first.iter_mut() {
            let size = bin.norm();
            let scale = 1.0 / (size + WHITENING_FLOOR * mean);
            *bin *= scale;
            whole += 2.0 * size * scale;
        }
        Some(whole)
    }

    fn highest(&self, max_lag_frames: usize) -> (i64, f64) {
        let size = self.padded.len() as i64;
        let most = (max_lag_frames as i64).min(size / 2 - 1);
        let at = |lag: i64| self.padded[lag.rem_euclid(size) as usize];
        let mut best = (0, 0.0f64);
        for lag in -most..=most {
            if at(lag).abs() > best.1.abs() {
                best = (lag, at(lag));
            }
        }
        best
    }
}

/// Returns the rest of the delay behind `lag`, in frames, from the slope of the phase.
fn fraction(cross: &[Complex<f64>], lag: i64, sign: f64, size: usize) -> f64 {
    // Near the Nyquist frequency converters and codecs leave nothing.
    let last = cross.len() * 9 / 10;
    let slope = |so_far: f64| {
        let (mut upper, mut lower) = (0.0, 0.0);
        for (k, bin) in cross.iter().enumerate().take(last).skip(1) {
            let turn = TAU * k as f64 * (lag as f64 + so_far) / size as f64;
            let turned = bin * Complex::from_polar(sign, turn);
            let phase = turned.im.atan2(turned.re);
            // Bins that disagree altogether tell nothing of a delay.
            let weight = if phase.abs() < 1.5 { turned.norm() } else { 0.0 };
            upper += weight * k as f64 * phase;
            lower += weight * (k * k) as f64;
        }
        if lower > 0.0 { -upper / lower * size as f64 / TAU } else { 0.0 }
    };
    let first = slope(0.0);
    (first + slope(first)).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn a_delay_is_found_to_a_hundredth_of_a_frame_and_polarity_by_its_sign() {
        let mut correlator = Correlator::new(8192);
        // A band-limited noise as a sum of sines, so that it can be sampled anywhere.
        let random = noise(400, 7);
        let at = |t: f64| {
            (0..200)
                .map(|k| random[k] * ((0.015 * (k + 1) as f64 + 0.005 * random[k]) * t + 6.0 * random[200 + k]).sin())
                .sum::<f64>()
        };
        for (delay, sign) in [(0.0, 1.0), (37.25, 1.0), (-411.6, -1.0)] {
            let a: Vec<f64> = (0..8192).map(|n| sign * at(f64::from(n) - delay)).collect();
            let b: Vec<f64> = (0..8192).map(|n| at(f64::from(n))).collect();
            let peak = correlator.peak(&a, &b, 2000).unwrap();
            assert!((peak.lag_frames - delay).abs() < 0.1, "{peak:?} for {delay}");
            assert_eq!(peak.strength.signum(), sign);
        }
        assert_eq!(correlator.peak(&[0.0; 8192], &[0.0; 8192], 10), None);
    }

    #[test]
    fn the_same_noise_agrees_and_another_does_not() {
        let mut correlator = Correlator::new(16_384);
        let (a, b) = (noise(16_384, 1), noise(16_384, 2));
        let same = correlator.peak(&a, &a, 8000).unwrap();
        assert!(same.strength > 0.9 && same.lag_frames.abs() < 1e-6, "{same:?}");
        assert!(correlator.peak(&a, &b, 8000).unwrap().strength.abs() < 0.05);
    }
}

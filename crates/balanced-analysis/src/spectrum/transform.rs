//! One windowed real FFT a channel a frame, and what every spectral feature reads from it: power and cross-power.

use std::f64::consts::TAU;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// Power of each channel and the cross-power of the first two, bin by bin.
///
/// Scaled one-sided so that the sum over bins is the mean square of the (windowed) signal: a full-scale sine adds up to 0.5.
pub(crate) struct Transform {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// Running sum of the squared window: share of a frame that `n` samples fill.
    coverage: Vec<f64>,
    input: Vec<f32>,
    spectra: Vec<Vec<Complex<f32>>>,
    scratch: Vec<Complex<f32>>,
    scale: f32,
    /// Power spectrum of each channel.
    pub power: Vec<Vec<f32>>,
    /// Real part of left times conjugate right; empty for one channel.
    pub cross: Vec<f32>,
}

impl Transform {
    /// Periodic Hann window of `size` (even).
    pub fn new(channels: usize, size: usize) -> Self {
        let fft = RealFftPlanner::<f32>::new().plan_fft_forward(size);
        let hann = |i: usize| 0.5 - 0.5 * (TAU * i as f64 / size as f64).cos();
        let mut sum = 0.0;
        let mut coverage = vec![0.0];
        coverage.extend((0..size).map(|i| {
            sum += hann(i) * hann(i);
            sum
        }));
        let bins = size / 2 + 1;
        Self {
            window: (0..size).map(|i| hann(i) as f32).collect(),
            input: fft.make_input_vec(),
            spectra: vec![fft.make_output_vec(); channels],
            scratch: fft.make_scratch_vec(),
            scale: (2.0 / (size as f64 * sum)) as f32,
            coverage,
            power: vec![vec![0.0; bins]; channels],
            cross: vec![0.0; if channels >= 2 { bins } else { 0 }],
            fft,
        }
    }

    /// Share of the window's energy over its first `filled` samples: the weight of a frame that is part audio, part padding.
    pub fn weight(&self, filled: usize) -> f64 {
        self.coverage[filled] / self.coverage[self.window.len()]
    }

    /// `power` of this transform divided by the plain `|X|^2` of an unscaled Hann frame.
    pub fn scale(&self) -> f64 {
        f64::from(self.scale)
    }

    /// Transform one frame.
    pub fn run(&mut self, frame: &[Vec<f32>]) {
        for (channel, samples) in frame.iter().enumerate() {
            for ((x, s), w) in self.input.iter_mut().zip(samples).zip(&self.window) {
                *x = s * w;
            }
            // The lengths come from the same plan, the only thing that could be wrong.
            let _ = self.fft.process_with_scratch(&mut self.input, &mut self.spectra[channel], &mut self.scratch);
            for (p, x) in self.power[channel].iter_mut().zip(&self.spectra[channel]) {
                *p = self.scale * (x.re * x.re + x.im * x.im);
            }
            halve_ends(&mut self.power[channel]);
        }
        if let [left, right, ..] = self.spectra.as_slice() {
            for ((c, l), r) in self.cross.iter_mut().zip(left).zip(right) {
                *c = self.scale * (l.re * r.re + l.im * r.im);
            }
            halve_ends(&mut self.cross);
        }
    }
}

/// DC and Nyquist have no twin in the other half of the spectrum.
fn halve_ends(bins: &mut [f32]) {
    if let [first, .., last] = bins {
        *first *= 0.5;
        *last *= 0.5;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_adds_up_to_the_mean_square() {
        let size = 1024;
        let sine: Vec<f32> = (0..size).map(|i| (TAU * 40.25 * i as f64 / size as f64).sin() as f32).collect();
        let inverted: Vec<f32> = sine.iter().map(|s| -0.5 * s).collect();
        let mut transform = Transform::new(2, size);
        transform.run(&[sine, inverted]);
        let total = |bins: &[f32]| bins.iter().map(|p| f64::from(*p)).sum::<f64>();
        assert!((total(&transform.power[0]) - 0.5).abs() < 1e-4);
        assert!((total(&transform.power[1]) - 0.125).abs() < 1e-4);
        assert!((total(&transform.cross) + 0.25).abs() < 1e-4);
        assert!((transform.weight(size) - 1.0).abs() < 1e-12 && transform.weight(0) == 0.0);
    }
}

//! Hann window and real FFT of one frame at a time: what rhythm and key begin with.

use balanced_dsp::{RealFft, vector_loop, window};
use rustfft::num_complex::Complex;

/// FFT of frames under a periodic Hann window.
pub struct WindowedFft {
    fft: RealFft,
    window: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
}

impl WindowedFft {
    /// Frames of `size` samples (even) under a periodic Hann window whose peak is `gain`. With `4 / size` a sine of
    /// amplitude 1 has magnitude 1: the window's mean is 1/2, and half of the sine is at negative frequencies.
    pub fn new(size: usize, gain: f64) -> Self {
        let fft = RealFft::new(size);
        Self {
            window: (0..size).map(|i| (gain * window::hann(i, size)) as f32).collect(),
            spectrum: vec![Complex::default(); fft.bins()],
            fft,
        }
    }

    /// Returns the number of samples in a frame.
    pub fn size(&self) -> usize {
        self.window.len()
    }

    /// Transforms a frame into its `size / 2 + 1` bins.
    pub fn run(&mut self, frame: &[f32]) -> &[Complex<f32>] {
        self.fft.forward(frame, &self.window, &mut self.spectrum);
        &self.spectrum
    }

    /// Writes the magnitudes of the bins, lowest first, as many as `out` holds.
    pub fn magnitudes(&mut self, frame: &[f32], out: &mut [f32]) {
        magnitudes(self.run(frame), out);
    }
}

vector_loop! {
    fn magnitudes<'a>(bins: &'a [Complex<f32>], out: &'a mut [f32]) {
        for (m, x) in out.iter_mut().zip(bins) {
            *m = (x.re * x.re + x.im * x.im).sqrt();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn a_sine_on_a_bin_has_its_amplitude_there_and_half_beside() {
        let size = 256;
        let mut fft = WindowedFft::new(size, 4.0 / size as f64);
        let frame: Vec<f32> = (0..size).map(|i| (0.25 * (TAU * 20.0 * i as f64 / size as f64).cos()) as f32).collect();
        let mut magnitude = [0.0; 129];
        fft.magnitudes(&frame, &mut magnitude);
        for (bin, expected) in [(18, 0.0), (19, 0.125), (20, 0.25), (21, 0.125), (22, 0.0)] {
            assert!((magnitude[bin] - expected).abs() < 1e-6, "{bin}: {}", magnitude[bin]);
        }
        assert_eq!(fft.size(), size);
    }
}

//! One windowed real FFT a channel a frame, and what every spectral feature reads from it: power and cross-power.

use std::ops::Range;

use balanced_dsp::{RealFft, vector_loop, window};
use rustfft::num_complex::Complex;

/// Mean power over the channels, and power and cross-power of a pair of them, bin by bin.
///
/// Scaled one-sided so that the sum over bins is the mean square of the (windowed) signal: a full-scale sine adds up to 0.5.
/// Energies are averaged, never samples: what cancels in a mono fold still counts.
pub(crate) struct Transform {
    fft: RealFft,
    window: Vec<f32>,
    /// Running sum of the squared window.
    coverage: Vec<f64>,
    /// The pair, and one more for whatever other channel is being read.
    spectra: [Vec<Complex<f32>>; 3],
    scale: f32,
    heard: Vec<usize>,
    pair: Option<(usize, usize)>,
    /// Mean power of the channels that are heard.
    pub mean: Vec<f32>,
    /// Power of the pair's channels; zeros without a pair.
    pub power: [Vec<f32>; 2],
    /// Real part of left times conjugate right; zeros without a pair.
    pub cross: Vec<f32>,
}

impl Transform {
    /// Periodic Hann window of `size` (even). `heard` are the channels to average, `pair` those that form the stereo image.
    pub fn new(size: usize, heard: Vec<usize>, pair: Option<(usize, usize)>) -> Self {
        let fft = RealFft::new(size);
        let hann = |i: usize| window::hann(i, size);
        let mut sum = 0.0;
        let mut coverage = vec![0.0];
        coverage.extend((0..size).map(|i| {
            sum += hann(i) * hann(i);
            sum
        }));
        let bins = vec![0.0; size / 2 + 1];
        Self {
            window: (0..size).map(|i| hann(i) as f32).collect(),
            spectra: std::array::from_fn(|_| vec![Complex::default(); fft.bins()]),
            scale: (2.0 / (size as f64 * sum)) as f32,
            coverage,
            heard,
            pair,
            mean: bins.clone(),
            power: [bins.clone(), bins.clone()],
            cross: bins,
            fft,
        }
    }

    /// Share of the window's energy over the samples in `range`: the weight of a frame that is part audio, part padding.
    pub fn weight(&self, range: Range<usize>) -> f64 {
        (self.coverage[range.end] - self.coverage[range.start]) / self.coverage[self.window.len()]
    }

    /// `power` of this transform divided by the plain `|X|^2` of an unscaled Hann frame.
    pub fn scale(&self) -> f64 {
        f64::from(self.scale)
    }

    /// Value of a bin in both channels of the pair; without a pair twice that of the channel read last.
    pub fn values_at(&self, bin: usize) -> [Complex<f32>; 2] {
        match self.pair {
            Some(_) => [self.spectra[0][bin], self.spectra[1][bin]],
            None => [self.spectra[2][bin]; 2],
        }
    }

    /// Transform one frame.
    pub fn run(&mut self, frame: &[Vec<f32>]) {
        self.mean.fill(0.0);
        let share = self.scale / self.heard.len() as f32;
        for index in 0..self.heard.len() {
            let channel = self.heard[index];
            let slot = match self.pair {
                Some((left, _)) if left == channel => 0,
                Some((_, right)) if right == channel => 1,
                _ => 2,
            };
            self.fft.forward(&frame[channel], &self.window, &mut self.spectra[slot]);
            add_power(&mut self.mean, &self.spectra[slot], share);
        }
        halve_ends(&mut self.mean);
        if self.pair.is_some() {
            self.read_pair();
        }
    }

    fn read_pair(&mut self) {
        let [left, right, _] = &self.spectra;
        let [left_power, right_power] = &mut self.power;
        cross_power([left, right], self.scale, [&mut *left_power, &mut *right_power, &mut self.cross]);
        halve_ends(left_power);
        halve_ends(right_power);
        halve_ends(&mut self.cross);
    }
}

vector_loop! {
    fn add_power<'a>(power: &'a mut [f32], spectrum: &'a [Complex<f32>], share: f32) {
        for (p, x) in power.iter_mut().zip(spectrum) {
            *p += share * (x.re * x.re + x.im * x.im);
        }
    }
}

vector_loop! {
    /// Power of left, power of right, real part of left times conjugate right.
    fn cross_power<'a>(spectra: [&'a [Complex<f32>]; 2], scale: f32, powers: [&'a mut [f32]; 3]) {
        let ([left, right], [left_power, right_power, cross]) = (spectra, powers);
        let powers = left_power.iter_mut().zip(right_power).zip(cross);
        for (((left_power, right_power), cross), (l, r)) in powers.zip(left.iter().zip(right)) {
            *left_power = scale * (l.re * l.re + l.im * l.im);
            *right_power = scale * (r.re * r.re + r.im * r.im);
            *cross = scale * (l.re * r.re + l.im * r.im);
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
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn power_adds_up_to_the_mean_square() {
        let size = 1024;
        let sine: Vec<f32> = (0..size).map(|i| (TAU * 40.25 * i as f64 / size as f64).sin() as f32).collect();
        let inverted: Vec<f32> = sine.iter().map(|s| -0.5 * s).collect();
        let mut transform = Transform::new(size, vec![0, 1], Some((0, 1)));
        transform.run(&[sine, inverted]);
        let total = |bins: &[f32]| bins.iter().map(|p| f64::from(*p)).sum::<f64>();
        assert!((total(&transform.power[0]) - 0.5).abs() < 1e-4);
        assert!((total(&transform.power[1]) - 0.125).abs() < 1e-4);
        assert!((total(&transform.cross) + 0.25).abs() < 1e-4);
        assert!((total(&transform.mean) - 0.3125).abs() < 1e-4, "energies are averaged, not samples");
        assert!((transform.weight(0..size) - 1.0).abs() < 1e-12 && transform.weight(0..0) == 0.0);
        assert!((transform.weight(0..size / 2) - 0.5).abs() < 1e-2);
    }
}

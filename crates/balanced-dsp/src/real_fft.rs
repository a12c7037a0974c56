//! The Fourier transform of real samples in single precision: a complex transform of half the length, untangled eight bins at a time.

use std::f64::consts::TAU;
use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex;

use crate::vector_loop;

/// Bins untangled at once.
const LANES: usize = 8;

/// A real FFT of one size in single precision: its plan and its scratch memory.
pub struct RealFft {
    plan: Arc<dyn Fft<f32>>,
    /// Even samples as real parts, odd ones as imaginary parts.
    packed: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// `e^(-2πik/N)` for the bins below a quarter of the sample rate, real and imaginary parts.
    turns: [Vec<f32>; 2],
}

impl RealFft {
    /// Creates a transform of frames of `size` samples. Allocates. `[main]`
    ///
    /// # Panics
    /// If `size` is odd or zero.
    #[must_use]
    pub fn new(size: usize) -> Self {
        assert!(size > 0 && size.is_multiple_of(2), "a frame must have an even number of samples");
        let plan = balanced_fft::forward_f32(size / 2);
        let turn = |k: usize| -TAU * k as f64 / size as f64;
        let quarter = size / 4 + 1;
        Self {
            packed: vec![Complex::default(); size / 2],
            scratch: vec![Complex::default(); plan.get_outofplace_scratch_len()],
            turns: [
                (0..quarter).map(|k| turn(k).cos() as f32).collect(),
                (0..quarter).map(|k| turn(k).sin() as f32).collect(),
            ],
            plan,
        }
    }

    /// Returns the number of samples in a frame.
    #[must_use]
    pub fn size(&self) -> usize {
        2 * self.packed.len()
    }

    /// Returns the number of bins, from 0 Hz to the Nyquist frequency: `size / 2 + 1`.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.packed.len() + 1
    }

    /// Computes the spectrum of `samples` times `window`, `sum x[n] w[n] e^(-2πikn/N)`.
    ///
    /// # Panics
    /// If `samples` and `window` do not hold `size`, or `spectrum` not `bins` values.
    pub fn forward(&mut self, samples: &[f32], window: &[f32], spectrum: &mut [Complex<f32>]) {
        assert!(samples.len() == self.size() && window.len() == self.size(), "samples and window must fill a frame");
        assert_eq!(spectrum.len(), self.bins(), "a spectrum must hold all bins");
        pack(&mut self.packed, samples, window);
        let half = self.packed.len();
        self.plan.process_outofplace_with_scratch(&mut self.packed, &mut spectrum[..half], &mut self.scratch);
        untangle(spectrum, &self.turns);
    }
}

vector_loop! {
    fn pack<'a>(packed: &'a mut [Complex<f32>], samples: &'a [f32], window: &'a [f32]) {
        let pairs = samples.as_chunks::<2>().0.iter().zip(window.as_chunks::<2>().0);
        for (value, (s, w)) in packed.iter_mut().zip(pairs) {
            *value = Complex { re: s[0] * w[0], im: s[1] * w[1] };
        }
    }
}

vector_loop! {
    /// The spectra of even and odd samples lie in one transform: their sum is what is alike in a bin and its mirror image, their
    /// difference what is not. All but the last of `bins` hold the transform.
    fn untangle<'a>(bins: &'a mut [Complex<f32>], turns: &'a [Vec<f32>; 2]) {
        let half = bins.len() - 1;
        let first = bins[0];
        bins[0] = Complex { re: first.re + first.im, im: 0.0 };
        bins[half] = Complex { re: first.re - first.im, im: 0.0 };
        // Bin k and its mirror image half - k; in the middle they meet.
        let middle = half.div_ceil(2);
        let (low, high) = bins[..half].split_at_mut(middle);
        let high = &mut high[usize::from(half.is_multiple_of(2))..];
        let low = &mut low[1..];
        let count = low.len().min(high.len());
        let (low, high) = (&mut low[..count], &mut high[..count]);
        let [cos, sin] = [&turns[0][1..=count], &turns[1][1..=count]];
        let whole = count / LANES * LANES;
        for at in (0..whole).step_by(LANES) {
            let mirrored = count - at - LANES;
            // The lengths are all `LANES`.
            let (Some(front), Some(back)) = (
                low[at..at + LANES].first_chunk_mut::<LANES>(),
                high[mirrored..mirrored + LANES].first_chunk_mut::<LANES>(),
            ) else { continue };
            untangle_eight(front, back, &cos[at..at + LANES], &sin[at..at + LANES]);
        }
        for k in whole..count {
            let mirrored = count - 1 - k;
            (low[k], high[mirrored]) = untangle_one(low[k], high[mirrored], cos[k], sin[k]);
        }
        if half.is_multiple_of(2) && half > 0 {
            bins[half / 2].im = -bins[half / 2].im;
        }
    }
}

#[inline(always)]
fn untangle_eight(front: &mut [Complex<f32>; LANES], back: &mut [Complex<f32>; LANES], cos: &[f32], sin: &[f32]) {
    let (mut ahead, mut behind) = ([Complex::default(); LANES], [Complex::default(); LANES]);
    for lane in 0..LANES {
        (ahead[lane], behind[LANES - 1 - lane]) =
            untangle_one(front[lane], back[LANES - 1 - lane], cos[lane], sin[lane]);
    }
    (*front, *back) = (ahead, behind);
}

#[inline(always)]
fn untangle_one(a: Complex<f32>, b: Complex<f32>, cos: f32, sin: f32) -> (Complex<f32>, Complex<f32>) {
    let even = (0.5 * (a.re + b.re), 0.5 * (a.im - b.im));
    let odd = (0.5 * (a.im + b.im), 0.5 * (b.re - a.re));
    let turned = (cos * odd.0 - sin * odd.1, cos * odd.1 + sin * odd.0);
    (Complex { re: even.0 + turned.0, im: even.1 + turned.1 }, Complex { re: even.0 - turned.0, im: turned.1 - even.1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn bins_are_those_of_realfft() {
        let mut random = Random::new(3, 0);
        for size in [2, 4, 6, 10, 32, 36, 250, 2048, 4096] {
            let samples: Vec<f32> = (0..size).map(|_| random.centred() as f32).collect();
            let window: Vec<f32> = (0..size).map(|_| random.centred() as f32).collect();
            let mut weighed: Vec<f32> = samples.iter().zip(&window).map(|(s, w)| s * w).collect();
            let oracle = balanced_fft::real_forward_f32(size);
            let mut expected = oracle.make_output_vec();
            oracle.process(&mut weighed, &mut expected).unwrap();
            let mut fft = RealFft::new(size);
            let mut found = vec![Complex::default(); fft.bins()];
            fft.forward(&samples, &window, &mut found);
            for (bin, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let error = (found - expected).norm();
                assert!(error < 1e-6 * (size as f32).sqrt(), "{size} {bin}: {found} {expected}");
            }
        }
    }
}

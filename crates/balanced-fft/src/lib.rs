//! Plans of fast Fourier transforms (FFT).
//!
//! RustFFT's planners are generic over the sample type: each crate that names one compiles every kernel there is, a minute of
//! compiler time and megabytes of code a crate. Here that happens once; the other crates use the plans through their traits.
//!
//! Lengths are in samples, of any size. Transforms are not scaled: forward and inverse in turn multiply by the length. Planning
//! allocates, and belongs on the main thread; a plan's `process_with_scratch` does not.
//! ```
//! use rustfft::num_complex::Complex;
//! let mut bins = vec![Complex::new(1.0f32, 0.0); 8];
//! balanced_fft::forward_f32(8).process(&mut bins);
//! assert_eq!(bins[0], Complex::new(8.0, 0.0));
//! ```
#![forbid(unsafe_code)]

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

/// Plans a forward complex FFT in single precision, `e^(-2πikn/N)`.
#[must_use]
pub fn forward_f32(length: usize) -> Arc<dyn Fft<f32>> {
    FftPlanner::new().plan_fft_forward(length)
}

/// Plans an inverse complex FFT in single precision, `e^(2πikn/N)`.
#[must_use]
pub fn inverse_f32(length: usize) -> Arc<dyn Fft<f32>> {
    FftPlanner::new().plan_fft_inverse(length)
}

/// Plans a forward complex FFT in double precision, `e^(-2πikn/N)`.
#[must_use]
pub fn forward_f64(length: usize) -> Arc<dyn Fft<f64>> {
    FftPlanner::new().plan_fft_forward(length)
}

/// Plans an inverse complex FFT in double precision, `e^(2πikn/N)`.
#[must_use]
pub fn inverse_f64(length: usize) -> Arc<dyn Fft<f64>> {
    FftPlanner::new().plan_fft_inverse(length)
}

/// Plans a forward real FFT in single precision: `length` samples to `length / 2 + 1` bins.
#[must_use]
pub fn real_forward_f32(length: usize) -> Arc<dyn RealToComplex<f32>> {
    RealFftPlanner::new().plan_fft_forward(length)
}

/// Plans a forward real FFT in double precision: `length` samples to `length / 2 + 1` bins.
#[must_use]
pub fn real_forward_f64(length: usize) -> Arc<dyn RealToComplex<f64>> {
    RealFftPlanner::new().plan_fft_forward(length)
}

/// Plans an inverse real FFT in double precision: `length / 2 + 1` bins to `length` samples.
#[must_use]
pub fn real_inverse_f64(length: usize) -> Arc<dyn ComplexToReal<f64>> {
    RealFftPlanner::new().plan_fft_inverse(length)
}

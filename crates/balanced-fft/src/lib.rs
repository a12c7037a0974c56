//! Plans of Fourier transforms.
//!
//! RustFFT's planners are generic over the sample type: each crate that names one compiles every kernel there is, a minute of
//! compiler time and megabytes of code a crate. Here that happens once; the other crates use the plans through their traits.
//!
//! Lengths are in samples; transforms are not scaled. Planning allocates: [main-thread].
#![forbid(unsafe_code)]

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

/// Complex to complex, `e^(-2πikn/N)`, single precision.
#[must_use]
pub fn forward_f32(length: usize) -> Arc<dyn Fft<f32>> {
    FftPlanner::new().plan_fft_forward(length)
}

/// Complex to complex, `e^(2πikn/N)`, single precision.
#[must_use]
pub fn inverse_f32(length: usize) -> Arc<dyn Fft<f32>> {
    FftPlanner::new().plan_fft_inverse(length)
}

/// Complex to complex, `e^(-2πikn/N)`, double precision.
#[must_use]
pub fn forward_f64(length: usize) -> Arc<dyn Fft<f64>> {
    FftPlanner::new().plan_fft_forward(length)
}

/// Complex to complex, `e^(2πikn/N)`, double precision.
#[must_use]
pub fn inverse_f64(length: usize) -> Arc<dyn Fft<f64>> {
    FftPlanner::new().plan_fft_inverse(length)
}

/// Real to half a spectrum of `length / 2 + 1` bins, single precision.
#[must_use]
pub fn real_forward_f32(length: usize) -> Arc<dyn RealToComplex<f32>> {
    RealFftPlanner::new().plan_fft_forward(length)
}

/// Real to half a spectrum of `length / 2 + 1` bins, double precision.
#[must_use]
pub fn real_forward_f64(length: usize) -> Arc<dyn RealToComplex<f64>> {
    RealFftPlanner::new().plan_fft_forward(length)
}

/// Half a spectrum to `length` real samples, double precision.
#[must_use]
pub fn real_inverse_f64(length: usize) -> Arc<dyn ComplexToReal<f64>> {
    RealFftPlanner::new().plan_fft_inverse(length)
}

//! Slow and simple reference implementations (oracles), against which fast code is tested.

mod interpolator;

use std::sync::OnceLock;

use balanced_dsp::PlanarBuffer;

pub use self::interpolator::{Interpolator, infinite_sinc_peak};

/// Returns the true peak (linear, 1 is full scale) of one channel between silence, by 32-fold interpolation.
///
/// Every point is the sum of 512 samples weighted by a Kaiser-windowed sinc: images are 120 dB down and the pass-band
/// ends at 0.492 of the rate. Reading only the points, it is low by at most `20 log10 cos(pi / 64)` = -0.0105 dB. It
/// shares nothing with the meters it checks: convolution by FFT, no search, no refinement, no skipping.
#[must_use]
pub fn true_peak_32x(samples: &[f64]) -> f64 {
    static ORACLE: OnceLock<Interpolator> = OnceLock::new();
    // Kaiser window of 120 dB: 0.1102 (A - 8.7).
    ORACLE.get_or_init(|| Interpolator::new(256, 12.27)).true_peak(samples)
}

/// Returns the [`true_peak_32x`] of the highest channel in dBTP; `-inf` for silence.
#[must_use]
pub fn true_peak_32x_dbtp(audio: &PlanarBuffer) -> f64 {
    let peaks = (0..audio.channels()).map(|channel| true_peak_32x(audio.channel(channel)));
    20.0 * peaks.fold(0.0, f64::max).log10()
}

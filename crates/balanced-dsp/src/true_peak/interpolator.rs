//! The 8x polyphase interpolators: a short one to search with, a long one whose values are the reading. Single precision: a reading is off by less than 0.0001 dB for it.

use super::lanes;
use crate::window::{kaiser, sinc};

/// Points between two samples, the first of them included.
pub(super) const PHASES: usize = 8;
/// Taps of each phase of the search filter.
pub(super) const TAPS: usize = 48;
/// Its Kaiser window: the error against the ideal interpolator stays below 0.003 dB up to 0.45 of the rate.
const BETA: f64 = 7.5;
/// Taps of each phase of the filter that judges what the search found.
pub(super) const FINE_TAPS: usize = 512;
/// Its Kaiser window, of 120 dB: exact to 0.49 of the rate.
const FINE_BETA: f64 = 12.27;
/// Of the fine taps, those this close to the point count as near.
const NEAR: f64 = 62.0;

/// Samples that the fine filter needs before a point, and after it.
pub(super) const REACH: usize = FINE_TAPS / 2;

/// Coefficients by phase. Phase 0 is the sample itself.
#[derive(Clone, Debug)]
pub(super) struct Interpolator {
    search: Vec<[f32; TAPS]>,
    fine: Vec<[f32; FINE_TAPS]>,
}

/// Largest sums of absolute coefficients of any phase: no value exceeds them times the largest sample in their reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Of the search filter, all within 24 samples.
    pub search: f64,
    /// Of the fine filter within 63 samples.
    pub fine_near: f64,
    /// Of the fine filter beyond.
    pub fine_far: f64,
    /// Largest sum of all coefficients of any phase of the fine filter: what it makes of a constant.
    pub fine_constant: f64,
}

impl Interpolator {
    pub fn new() -> Self {
        let fractions = || (0..PHASES).map(|phase| phase as f64 / PHASES as f64);
        Self {
            search: fractions().map(|fraction| kaiser_phase(fraction, BETA).map(|tap: f64| tap as f32)).collect(),
            fine: fractions().map(|fraction| kaiser_phase(fraction, FINE_BETA).map(|tap: f64| tap as f32)).collect(),
        }
    }

    pub fn bounds(&self) -> Bounds {
        let sum = |taps: &[f32], keep: &dyn Fn(f64) -> bool| -> f64 {
            let near = |tap: usize| keep((tap as f64 - (taps.len() / 2) as f64 + 0.5).abs());
            taps.iter().enumerate().filter(|(tap, _)| near(*tap)).map(|(_, h)| f64::from(h.abs())).sum()
        };
        let plain = |taps: &[f32; FINE_TAPS]| taps.iter().map(|h| f64::from(*h)).sum::<f64>();
        let largest = |sums: &mut dyn Iterator<Item = f64>| sums.fold(0.0, f64::max);
        Bounds {
            search: largest(&mut self.search.iter().map(|taps| sum(taps, &|_| true))),
            fine_near: largest(&mut self.fine.iter().map(|taps| sum(taps, &|distance| distance <= NEAR))),
            fine_far: largest(&mut self.fine.iter().map(|taps| sum(taps, &|distance| distance > NEAR))),
            fine_constant: largest(&mut self.fine.iter().map(plain)),
        }
    }

    /// Returns the coefficients of the fine filter for the point half-way between samples.
    pub fn fine_half_way(&self) -> &[f32; FINE_TAPS] {
        &self.fine[PHASES / 2]
    }

    /// Returns the signal at `position / 8` samples by the search filter. All taps must lie within `samples`.
    #[inline]
    pub fn search(&self, samples: &[f32], position: usize) -> f64 {
        at(&self.search, samples, position)
    }

    /// Returns the signal at `position / 8` samples by the fine filter.
    pub fn fine(&self, samples: &[f32], position: usize) -> f64 {
        at(&self.fine, samples, position)
    }
}

#[inline]
fn at<const N: usize>(phases: &[[f32; N]], samples: &[f32], position: usize) -> f64 {
    let (index, phase) = (position / PHASES, position % PHASES);
    let value =
        if phase == 0 { samples[index] } else { lanes::dot(&samples[index + 1 - N / 2..][..N], &phases[phase]) };
    f64::from(value)
}

/// Kaiser-windowed sinc that reads `fraction` samples after its tap `N / 2 - 1`.
pub(super) fn kaiser_phase<const N: usize>(fraction: f64, beta: f64) -> [f64; N] {
    std::array::from_fn(|tap| {
        let t = tap as f64 - (N / 2 - 1) as f64 - fraction;
        let reach = t / (N / 2) as f64;
        sinc(t) * kaiser(reach, beta)
    })
}

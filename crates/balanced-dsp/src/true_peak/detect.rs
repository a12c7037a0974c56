//! Finds where a maximum can be: half-way points in single precision, 64 at a time.
//!
//! The vector path and its scalar twin do the same additions in the same order, so they agree to the last bit.

use super::interpolator::kaiser_phase;
#[cfg(target_arch = "x86_64")]
use crate::cpu;

/// Samples looked at in one go.
pub(super) const RUN: usize = 64;
/// Taps of the half-way filter: even, symmetric. Its error stays below 2 % up to 0.45 of the rate.
pub(super) const TAPS: usize = 24;
/// Samples before the first of a run that [`Detector::search`] reads.
pub(super) const BEFORE: usize = TAPS / 2;
/// Samples of the window: a run, and what the half-way points from -1/2 to 63 1/2 need around it.
pub(super) const WINDOW: usize = BEFORE + RUN + TAPS / 2;
const BETA: f32 = 3.5;
const HALF: usize = TAPS / 2;

/// The half-way filter.
#[derive(Clone, Debug)]
pub(super) struct Detector {
    /// Coefficient of the pair of samples at distance k + 1/2.
    pairs: [f32; HALF],
}

/// Local maxima of a run that reach a floor.
#[derive(Clone, Debug)]
pub(super) struct Candidates {
    /// Bit i: sample i is one.
    pub on_sample: u64,
    /// Bit i: the point half-way between samples i and i + 1 is one.
    pub between: u64,
    /// The half-way points; entry i + 1 lies between samples i and i + 1.
    pub halves: [f32; RUN + 1],
}

impl Candidates {
    pub fn none() -> Self {
        Self { on_sample: 0, between: 0, halves: [0.0; RUN + 1] }
    }
}

impl Detector {
    pub fn new() -> Self {
        let taps = kaiser_phase::<TAPS>(0.5, f64::from(BETA));
        Self { pairs: std::array::from_fn(|k| taps[HALF + k] as f32) }
    }

    /// Searches the run that begins at `window[BEFORE]`; `found` is overwritten.
    #[inline]
    pub fn search(&self, window: &[f32; WINDOW], floor: f32, found: &mut Candidates) {
        #[cfg(target_arch = "x86_64")]
        if cpu::has_avx2() {
            #[allow(unsafe_code)]
            // SAFETY: the processor has AVX2, as was just asked.
            return unsafe { avx2::search(&self.pairs, window, floor, found) };
        }
        scalar(&self.pairs, window, floor, found);
    }
}

/// The plain form, and the fallback.
fn scalar(pairs: &[f32; HALF], window: &[f32; WINDOW], floor: f32, found: &mut Candidates) {
    let Candidates { on_sample, between, halves } = found;
    (*on_sample, *between, *halves) = (0, 0, [0.0; RUN + 1]);
    for (index, half) in halves.iter_mut().enumerate() {
        // Entry 0 lies between samples -1 and 0.
        let right = BEFORE + index;
        for (k, h) in pairs.iter().enumerate() {
            *half += h * (window[right - 1 - k] + window[right + k]);
        }
    }
    for index in 0..RUN {
        let (sample, next) = (window[BEFORE + index].abs(), window[BEFORE + index + 1].abs());
        let (before, after) = (halves[index].abs(), halves[index + 1].abs());
        *on_sample |= u64::from(sample >= floor && sample >= before && sample >= after) << index;
        *between |= u64::from(after >= floor && after >= sample && after >= next) << index;
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)]

    use std::arch::x86_64::*;

    use super::{BEFORE, Candidates, HALF, RUN, WINDOW};

    const LANES: usize = 8;

    /// Eight samples from `at`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(values: &[f32], at: usize) -> __m256 {
        let eight: &[f32; LANES] = values[at..at + LANES].try_into().expect("eight values");
        // SAFETY: the reference covers the 32 bytes that are read; the load needs no alignment.
        unsafe { _mm256_loadu_ps(eight.as_ptr()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(values: &mut [f32], at: usize, vector: __m256) {
        let eight: &mut [f32; LANES] = (&mut values[at..at + LANES]).try_into().expect("eight values");
        // SAFETY: the reference covers the 32 bytes that are written; the store needs no alignment.
        unsafe { _mm256_storeu_ps(eight.as_mut_ptr(), vector) };
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn absolute(vector: __m256) -> __m256 {
        _mm256_andnot_ps(_mm256_set1_ps(-0.0), vector)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn search(pairs: &[f32; HALF], window: &[f32; WINDOW], floor: f32, found: &mut Candidates) {
        (found.on_sample, found.between) = (0, 0);
        found.halves[0] =
            pairs.iter().enumerate().fold(0.0, |sum, (k, h)| sum + h * (window[BEFORE - 1 - k] + window[BEFORE + k]));
        for group in (0..RUN).step_by(LANES) {
            let right = BEFORE + group + 1;
            let mut sum = _mm256_setzero_ps();
            for (k, h) in pairs.iter().enumerate() {
                let both = _mm256_add_ps(load(window, right - 1 - k), load(window, right + k));
                sum = _mm256_add_ps(sum, _mm256_mul_ps(_mm256_set1_ps(*h), both));
            }
            store(&mut found.halves, group + 1, sum);
        }
        let floor = _mm256_set1_ps(floor);
        for group in (0..RUN).step_by(LANES) {
            let sample = absolute(load(window, BEFORE + group));
            let next = absolute(load(window, BEFORE + group + 1));
            let before = absolute(load(&found.halves, group));
            let after = absolute(load(&found.halves, group + 1));
            let on_sample = _mm256_cmp_ps::<_CMP_GE_OQ>(sample, _mm256_max_ps(floor, _mm256_max_ps(before, after)));
            let between = _mm256_cmp_ps::<_CMP_GE_OQ>(after, _mm256_max_ps(floor, _mm256_max_ps(sample, next)));
            found.on_sample |= u64::from(_mm256_movemask_ps(on_sample) as u32) << group;
            found.between |= u64::from(_mm256_movemask_ps(between) as u32) << group;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_and_scalars_agree_to_the_last_bit() {
        let detector = Detector::new();
        let mut state = 1u32;
        for round in 0..200 {
            let window: [f32; WINDOW] = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if round % 5 == 0 && state & 0x3000_0000 == 0 { 0.0 } else { (state >> 8) as f32 / 8_388_608.0 - 1.0 }
            });
            let floor = 0.01 * round as f32;
            let (mut one, mut other) = (Candidates::none(), Candidates::none());
            detector.search(&window, floor, &mut one);
            scalar(&detector.pairs, &window, floor, &mut other);
            assert_eq!((one.on_sample, one.between), (other.on_sample, other.between));
            assert_eq!(one.halves.map(f32::to_bits), other.halves.map(f32::to_bits));
        }
    }

    #[test]
    fn a_half_way_maximum_is_found() {
        // A raised cosine whose top lies half-way between samples 30 and 31.
        let window: [f32; WINDOW] = std::array::from_fn(|i| {
            let t = i as f32 - BEFORE as f32 - 30.5;
            if t.abs() < 8.0 { 0.5 + 0.5 * (t * std::f32::consts::PI / 8.0).cos() } else { 0.0 }
        });
        let mut found = Candidates::none();
        Detector::new().search(&window, 0.7, &mut found);
        assert_eq!((found.on_sample, found.between), (0, 1 << 30));
        assert!((found.halves[31] - 1.0).abs() < 1e-3);
    }
}

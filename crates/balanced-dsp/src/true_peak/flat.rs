//! Plateaus: samples that are all but equal.

use super::interpolator::Bounds;
use crate::vectorize::short_loop;

/// How far a plateau may exceed the peaks so far and still be passed over: 0.0009 dB.
pub(super) const HAIR: f64 = 1.0001;
/// Four registers of eight, so that none waits for itself.
const LANES: usize = 32;

/// Returns what no point of the fine filter between `samples` exceeds, absolute.
///
/// The samples are a constant and what they differ from it: of the one the filter makes the sum of its coefficients, of the other at
/// most the sum of their magnitudes.
pub(super) fn bound(samples: &[f32], bounds: &Bounds) -> f64 {
    let [low, high] = extent(samples).map(f64::from);
    let (middle, deviation) = (0.5 * (low + high), 0.5 * (high - low));
    middle.abs() * bounds.fine_constant + deviation * (bounds.fine_near + bounds.fine_far)
}

short_loop! {
    /// Returns the least and the largest of `samples`, whose number is a multiple of 32.
    fn extent(samples: &[f32]) -> [f32; 2] {
        let lower = |a: f32, b: f32| if a < b { a } else { b };
        let higher = |a: f32, b: f32| if a > b { a } else { b };
        let (mut lows, mut highs) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
        for row in samples.as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                lows[lane] = lower(row[lane], lows[lane]);
                highs[lane] = higher(row[lane], highs[lane]);
            }
        }
        for half in [16, 8, 4, 2, 1] {
            for lane in 0..half {
                lows[lane] = lower(lows[lane], lows[lane + half]);
                highs[lane] = higher(highs[lane], highs[lane + half]);
            }
        }
        [lows[0], highs[0]]
    }
}

#[cfg(test)]
mod tests {
    use super::super::interpolator::{Interpolator, PHASES, REACH};
    use super::*;
    use crate::Random;

    #[test]
    fn no_point_is_above_the_bound_and_it_is_tight_on_plateaus() {
        let interpolator = Interpolator::new();
        let bounds = interpolator.bounds();
        for (seed, ripple) in [(0, 0.0), (1, 1e-6), (2, 1e-3), (3, 1.0)] {
            let mut random = Random::new(seed, 0);
            let samples: Vec<f32> = (0..2 * REACH + 64).map(|_| (-0.7 + ripple * random.centred()) as f32).collect();
            let bound = bound(&samples, &bounds);
            let points = (REACH * PHASES..(REACH + 63) * PHASES).map(|at| interpolator.fine(&samples, at).abs());
            let highest = points.fold(0.0, f64::max);
            assert!(highest <= bound * (1.0 + 1e-6), "{ripple}: {highest}, {bound}");
            assert!(bound < 0.7 * (1.0 + 1e-5) + 4.0 * ripple, "{ripple}: {bound}");
        }
    }

    #[test]
    fn the_extent_is_that_of_all_samples() {
        let mut random = Random::new(1, 0);
        let samples: Vec<f32> = (0..64).map(|_| random.centred() as f32).collect();
        let expected = samples.iter().fold([0.0f32, 0.0], |[low, high], x| [low.min(*x), high.max(*x)]);
        assert_eq!(extent(&samples), expected);
        let masked = crate::cpu::mask_avx2();
        assert_eq!(extent(&samples), expected);
        drop(masked);
    }
}

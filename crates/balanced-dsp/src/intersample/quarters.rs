//! The points a quarter before and behind those half-way between samples, where they may matter.
//!
//! At twice the rate a signal fills but half the band: a filter of 18 taps interpolates it again to -130 dB. Most of a
//! signal lies far below the threshold, and there nothing is computed: no value of the filter exceeds [`Quarters::bound`] times
//! the largest point within its reach of five frames.

use super::Grid;
use crate::oversample::half_band;
use crate::vector_loop;

/// Frames that are computed or left out as one; more than twice the filter's reach, so that whoever refines a peak next to a
/// block's end finds the neighbour computed.
pub(super) const BLOCK_FRAMES: usize = 16;

/// Half of the filter's taps, and its window: exact for what lies below a quarter of its rate.
const TAPS: usize = 9;
const SHAPE: f64 = 14.2;

/// The filter.
#[derive(Clone)]
pub(super) struct Quarters {
    /// By twos, from the middle outwards; the last is padded with nothing.
    taps: [[f32; 2]; TAPS.div_ceil(2)],
    bound: f32,
    largest: Vec<f32>,
}

impl Quarters {
    pub fn new() -> Self {
        let mut taps = [[0.0; 2]; TAPS.div_ceil(2)];
        for (slot, tap) in taps.as_flattened_mut().iter_mut().zip(coefficients()) {
            *slot = tap as f32;
        }
        Self { taps, bound: Self::bound() as f32, largest: vec![0.0; super::FRAMES / BLOCK_FRAMES] }
    }

    /// Returns how many times the largest point of the grid within five frames a quarter can be: a weighted sum of points is at
    /// most the largest of them times the sum of the weights' magnitudes. A little more for the rounding of single precision.
    pub fn bound() -> f64 {
        2.0 * coefficients().map(f64::abs).sum::<f64>() * (1.0 + 1e-5)
    }

    /// Returns how many times the largest sample a quarter can be, if the half-way points are made by a filter of taps from
    /// `-reach` to `reach`: the sum of magnitudes of both filters in one. (The points three quarters behind are its mirror image.)
    pub fn bound_by_samples(reach: usize, half_way_tap: impl Fn(f64) -> f64) -> f64 {
        let (reach, margin) = (reach as i64, TAPS as i64);
        let mut both = vec![0.0; (2 * (reach + margin) + 1) as usize];
        for (k, tap) in (0..).zip(coefficients()) {
            // In order of time from the middle: samples 0, +1, … and half-way points 0, -1, … in turns.
            let (sample, half) = if k % 2 == 0 { (-k / 2, k / 2) } else { ((k + 1) / 2, -(k + 1) / 2) };
            both[(reach + margin + sample) as usize] += tap;
            for m in -reach..=reach {
                both[(reach + margin + half - m) as usize] += tap * half_way_tap(m as f64);
            }
        }
        both.iter().map(|tap: &f64| tap.abs()).sum()
    }

    /// Fills the quarters of `grid` from its samples and half-way points: where a quarter may exceed `floor` and two frames
    /// around; elsewhere they are zero. The first and the last block have no neighbours and stay empty.
    pub fn fill(&mut self, grid: &mut Grid, floor: f32) {
        let [samples, one, half_way, three] = grid;
        measure_blocks(samples, half_way, &mut self.largest);
        for block in 0..self.largest.len() {
            let at = block * BLOCK_FRAMES;
            let around = &self.largest[block.saturating_sub(1)..(block + 2).min(self.largest.len())];
            let inner = (1..self.largest.len() - 1).contains(&block);
            let (one, three) = (&mut one[at..][..BLOCK_FRAMES], &mut three[at..][..BLOCK_FRAMES]);
            if inner && around.iter().any(|largest| largest * self.bound > floor) {
                interpolate(&self.taps, samples, half_way, at, [one, three]);
            } else {
                one.fill(0.0);
                three.fill(0.0);
            }
        }
    }
}

/// From the middle outwards; each counts on either side.
fn coefficients() -> impl Iterator<Item = f64> {
    half_band::taps(TAPS, SHAPE).into_iter().rev().map(|tap| 2.0 * tap)
}

vector_loop! {
    /// Largest magnitude of each block.
    fn measure_blocks<'a>(samples: &'a [f32], half_way: &'a [f32], largest: &'a mut [f32]) {
        let blocks = samples.as_chunks::<BLOCK_FRAMES>().0.iter().zip(half_way.as_chunks::<BLOCK_FRAMES>().0);
        for (largest, (samples, half_way)) in largest.iter_mut().zip(blocks) {
            let mut lanes = [0.0f32; 8];
            for points in samples.as_chunks::<8>().0.iter().chain(half_way.as_chunks::<8>().0) {
                for lane in 0..8 {
                    lanes[lane] = super::larger(lanes[lane], points[lane].abs());
                }
            }
            *largest = lanes.into_iter().fold(0.0, super::larger);
        }
    }
}

vector_loop! {
    /// The points a quarter and three quarters behind the samples numbered from `at` on.
    fn interpolate<'a>(
        taps: &'a [[f32; 2]],
        samples: &'a [f32],
        half_way: &'a [f32],
        at: usize,
        quarters: [&'a mut [f32]; 2],
    ) {
        let mut sums = [[0.0f32; BLOCK_FRAMES]; 2];
        let block = |points: &'a [f32], from: usize| points[from..].first_chunk::<BLOCK_FRAMES>().expect("a neighbour");
        for (step, [even, odd]) in taps.iter().enumerate() {
            // In order of time: samples and half-way points take turns, and these are the ones around either quarter.
            let (sample_before, sample_after) = (block(samples, at - step), block(samples, at + step + 1));
            let (half_before, half_after) = (block(half_way, at - step), block(half_way, at + step));
            let (half_further_before, half_further_after) =
                (block(half_way, at - step - 1), block(half_way, at + step + 1));
            let [one, three] = &mut sums;
            for lane in 0..BLOCK_FRAMES {
                one[lane] += even * (sample_before[lane] + half_after[lane]);
                one[lane] += odd * (half_further_before[lane] + sample_after[lane]);
                three[lane] += even * (half_before[lane] + sample_after[lane]);
                three[lane] += odd * (sample_before[lane] + half_further_after[lane]);
            }
        }
        let [one, three] = quarters;
        one.copy_from_slice(&sums[0]);
        three.copy_from_slice(&sums[1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    const FRAMES: usize = super::super::FRAMES;

    /// A grid of a continuous signal's samples and half-way points.
    fn grid(signal: impl Fn(f64) -> f64) -> Grid {
        let points = |offset: f64| (0..FRAMES).map(|n| signal(n as f64 + offset) as f32).collect::<Vec<_>>();
        [points(0.0), vec![f32::NAN; FRAMES], points(0.5), vec![f32::NAN; FRAMES]]
    }

    #[test]
    fn quarters_are_what_the_signal_is_there() {
        for frequency in [0.01, 0.23, 0.41, 0.4999] {
            let signal = |t: f64| (std::f64::consts::TAU * frequency * t + 0.3).sin();
            let mut grid = grid(signal);
            Quarters::new().fill(&mut grid, 0.5);
            for n in BLOCK_FRAMES..FRAMES - BLOCK_FRAMES {
                for (phase, offset) in [(1, 0.25), (3, 0.75)] {
                    let error = f64::from(grid[phase][n]) - signal(n as f64 + offset);
                    assert!(error.abs() < 1.5e-6, "{frequency} at {n} + {offset}: {error}");
                }
            }
        }
    }

    /// The proof by trial: whatever is left out does not exceed the floor, and whatever exceeds it has its surroundings.
    #[test]
    fn only_what_cannot_matter_is_left_out() {
        let mut random = Random::new(5, 0);
        let (mut left_out, mut computed) = (0, 0);
        for _ in 0..300 {
            // The worst for a bound: points that all point the same way, in bursts.
            let burst = (FRAMES as f64 * (random.centred() + 0.5)) as usize;
            let mut noise = || (0..FRAMES).map(|_| random.centred().signum() as f32).collect::<Vec<_>>();
            let (mut samples, mut half_way) = (noise(), noise());
            for (n, (sample, half)) in samples.iter_mut().zip(&mut half_way).enumerate() {
                let level = if n.abs_diff(burst) < 9 { 1.0 } else { 0.3 };
                (*sample, *half) = (*sample * level, *half * level);
            }
            let mut all = [samples, vec![0.0; FRAMES], half_way, vec![0.0; FRAMES]];
            let mut some = all.clone();
            Quarters::new().fill(&mut all, 0.0);
            let floor = 0.9;
            Quarters::new().fill(&mut some, floor);
            for phase in [1, 3] {
                for n in BLOCK_FRAMES..FRAMES - BLOCK_FRAMES {
                    if some[phase][n].to_bits() == all[phase][n].to_bits() {
                        computed += 1;
                    } else {
                        left_out += 1;
                        let around = n.saturating_sub(2)..(n + 3).min(FRAMES);
                        let highest = all.iter().flat_map(|points| &points[around.clone()]);
                        let highest = highest.fold(0.0f32, |m, x| m.max(x.abs()));
                        assert!(some[phase][n] == 0.0 && highest <= floor, "{highest} at {n}");
                    }
                }
            }
        }
        assert!(left_out > 100_000 && computed > 10_000, "{left_out} left out, {computed} computed");
    }
}

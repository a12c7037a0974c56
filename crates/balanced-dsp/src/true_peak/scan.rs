//! All 512 points of a run at once: what it takes depends on no sample.
//!
//! The points half-way between samples are those of the fine filter. They double the rate, so that a signal fills but half the
//! band, and short filters interpolate the rest, twice: their error is below -90 dB.

use super::detect::RUN;
use super::interpolator::{FINE_TAPS, Interpolator, PHASES, REACH, kaiser_phase};
use crate::vectorize::short_loop;

/// Frames before a run, and after it, in the grid.
const PAD: usize = 16;
/// Those furthest from the run stay empty.
const EMPTY: usize = 8;
const FRAMES: usize = PAD + RUN + PAD;
/// Samples before the first of a run that a scan reads.
pub(super) const BEFORE: usize = PAD + REACH - 1;
/// Samples that a scan reads.
pub(super) const WINDOW: usize = FRAMES + FINE_TAPS - 1;
const LANES: usize = 8;
/// Rows of lanes that are summed side by side.
const ROWS: usize = 5;
const BLOCK: usize = ROWS * LANES;
/// Pairs of taps that interpolate between points half a sample apart, and a quarter apart.
const QUARTER_PAIRS: usize = 9;
const EIGHTH_PAIRS: usize = 6;
const QUARTER_BETA: f64 = 13.0;
const EIGHTH_BETA: f64 = 11.0;

// Blocks fill the frames. The short filters, one after the other, reach no further than what is computed.
const _: () = assert!((FRAMES - 2 * EMPTY).is_multiple_of(BLOCK));
const _: () = assert!(EIGHTH_PAIRS.div_ceil(4) + 1 + QUARTER_PAIRS.div_ceil(2) <= PAD - EMPTY);

/// Points of each phase, by frame.
type Grid = [[f32; FRAMES]; PHASES];

/// The filters of a scan.
#[derive(Clone, Debug)]
pub(super) struct Scanner {
    halves: [f32; FINE_TAPS / 2],
    quarters: [f32; QUARTER_PAIRS],
    eighths: [f32; EIGHTH_PAIRS],
}

/// The highest maximum of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Highest {
    /// The nearest point, in eighths of a sample from the run's start.
    pub at: usize,
    /// The vertex of the parabola around it, absolute.
    pub amplitude: f64,
}

impl Scanner {
    pub fn new(interpolator: &Interpolator) -> Self {
        let halves = interpolator.fine_half_way();
        let quarters = kaiser_phase::<{ 2 * QUARTER_PAIRS }>(0.5, QUARTER_BETA);
        let eighths = kaiser_phase::<{ 2 * EIGHTH_PAIRS }>(0.5, EIGHTH_BETA);
        Self {
            halves: std::array::from_fn(|k| halves[FINE_TAPS / 2 + k]),
            quarters: std::array::from_fn(|k| quarters[QUARTER_PAIRS + k] as f32),
            eighths: std::array::from_fn(|k| eighths[EIGHTH_PAIRS + k] as f32),
        }
    }

    /// Returns the highest maximum of the run that begins at `window[BEFORE]`.
    pub fn highest(&self, window: &[f32; WINDOW]) -> Highest {
        let mut scores = [[0.0; RUN]; PHASES];
        let top = score(&self.points(window), &mut scores);
        let phases = scores.iter().enumerate();
        let found = phases.filter_map(|(phase, scores)| {
            let frame = scores.iter().position(|score| *score == top)?;
            Some(frame * PHASES + phase)
        });
        Highest { at: found.min().unwrap_or(0), amplitude: f64::from(top) }
    }

    fn points(&self, window: &[f32; WINDOW]) -> Grid {
        let mut grid = [[0.0; FRAMES]; PHASES];
        grid[0].copy_from_slice(&window[REACH - 1..][..FRAMES]);
        half_way(&self.halves, window, &mut grid[PHASES / 2]);
        for (phase, step) in [(2, 4), (6, 4)] {
            grid[phase] = between(&grid, &self.quarters, phase, step);
        }
        for phase in [1, 3, 5, 7] {
            grid[phase] = between(&grid, &self.eighths, phase, 2);
        }
        grid
    }
}

short_loop! {
    /// Fills `points` with what lies half a sample after each frame but the outermost.
    fn half_way(pairs: &[f32; FINE_TAPS / 2], window: &[f32; WINDOW], points: &mut [f32; FRAMES]) -> () {
        for (block, out) in points[EMPTY..FRAMES - EMPTY].chunks_exact_mut(BLOCK).enumerate() {
            let at = EMPTY + block * BLOCK + REACH;
            let mut sums = [[0.0; LANES]; ROWS];
            for (k, h) in pairs.iter().enumerate() {
                let before: &[f32; BLOCK] = window[at - 1 - k..].first_chunk().expect("in the window");
                let after: &[f32; BLOCK] = window[at + k..].first_chunk().expect("in the window");
                for row in 0..ROWS {
                    for lane in 0..LANES {
                        let index = row * LANES + lane;
                        sums[row][lane] += h * (before[index] + after[index]);
                    }
                }
            }
            out.copy_from_slice(sums.as_flattened());
        }
    }
}

short_loop! {
    /// Returns the points of `phase`, half-way between points that are `step` eighths apart; the outermost frames are no use.
    fn between(grid: &Grid, pairs: &[f32], phase: usize, step: usize) -> [f32; FRAMES] {
        let mut points = [0.0; FRAMES];
        let inner = &mut points[EMPTY..FRAMES - EMPTY];
        for (k, h) in pairs.iter().enumerate() {
            let distance = k * step + step / 2;
            let (before, after) = (EMPTY * PHASES + phase - distance, EMPTY * PHASES + phase + distance);
            let (before, after) =
                (&grid[before % PHASES][before / PHASES..], &grid[after % PHASES][after / PHASES..]);
            for ((point, before), after) in inner.iter_mut().zip(before).zip(after) {
                *point += h * (before + after);
            }
        }
        points
    }
}

short_loop! {
    /// Fills `scores` with the vertex of the parabola around each point that is a maximum, and with zero elsewhere; returns the
    /// highest.
    fn score(grid: &Grid, scores: &mut [[f32; RUN]; PHASES]) -> f32 {
        let larger = |a: f32, b: f32| if a > b { a } else { b };
        let mut tops = [0.0; LANES];
        for (phase, scores) in scores.iter_mut().enumerate() {
            let (before, after) = (PAD * PHASES + phase - 1, PAD * PHASES + phase + 1);
            let before = &grid[before % PHASES][before / PHASES..][..RUN];
            let after = &grid[after % PHASES][after / PHASES..][..RUN];
            let (befores, afters) = (before.as_chunks::<LANES>().0, after.as_chunks::<LANES>().0);
            let (middles, scores) = (grid[phase][PAD..][..RUN].as_chunks::<LANES>().0, scores.as_chunks_mut::<LANES>().0);
            for (((b, m), a), score) in befores.iter().zip(middles).zip(afters).zip(scores) {
                for lane in 0..LANES {
                    let (slope, bend) = (b[lane] - a[lane], (m[lane] - b[lane]) + (m[lane] - a[lane]));
                    // A bend of zero has no slope at a maximum.
                    let height = 0.125 * slope * (slope / larger(bend.abs(), f32::MIN_POSITIVE));
                    let is_maximum = m[lane].abs() >= larger(b[lane].abs(), a[lane].abs());
                    score[lane] = if is_maximum { m[lane].abs() + height } else { 0.0 };
                    tops[lane] = larger(score[lane], tops[lane]);
                }
            }
        }
        tops.into_iter().fold(0.0, larger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    fn window(seed: u64) -> [f32; WINDOW] {
        let mut random = Random::new(seed, 0);
        std::array::from_fn(|_| 2.0 * random.centred() as f32)
    }

    #[test]
    fn every_point_is_that_of_the_fine_filter() {
        let interpolator = Interpolator::new();
        let scanner = Scanner::new(&interpolator);
        for seed in 0..8 {
            let window = window(seed);
            let grid = scanner.points(&window);
            for at in 0..RUN * PHASES {
                let expected = interpolator.fine(&window, BEFORE * PHASES + at);
                let point = f64::from(grid[at % PHASES][PAD + at / PHASES]);
                assert!((point - expected).abs() < 3e-5, "{at}: {point}, {expected}");
            }
        }
    }

    #[test]
    fn the_highest_vertex_is_found() {
        let scanner = Scanner::new(&Interpolator::new());
        // A tone that swells to its top near the 20th sample of the run.
        let wave = |t: f64| (0.9 * t).sin() * (-(t / 300.0).powi(2)).exp();
        let window: [f32; WINDOW] = std::array::from_fn(|i| wave(i as f64 - BEFORE as f64 - 20.0) as f32);
        let highest = scanner.highest(&window);
        let (at, expected) = (0..RUN * 1000)
            .map(|i| (i as f64 / 1000.0, wave(i as f64 / 1000.0 - 20.0).abs()))
            .fold((0.0, 0.0), |top, point| if point.1 > top.1 { point } else { top });
        assert!((highest.amplitude / expected - 1.0).abs() < 1e-4, "{highest:?}, {expected}");
        assert!((highest.at as f64 / 8.0 - at).abs() < 0.1, "{highest:?}, {at}");
    }

    #[test]
    fn silence_and_what_is_no_number_have_no_maximum() {
        let scanner = Scanner::new(&Interpolator::new());
        assert_eq!(scanner.highest(&[0.0; WINDOW]), Highest { at: 0, amplitude: 0.0 });
        assert_eq!(scanner.highest(&[f32::NAN; WINDOW]), Highest { at: 0, amplitude: 0.0 });
    }

    #[test]
    fn both_compilations_agree_to_the_last_bit() {
        let scanner = Scanner::new(&Interpolator::new());
        let run = || (0..20).map(|seed| scanner.highest(&window(seed))).collect::<Vec<_>>();
        let free = run();
        let masked = crate::cpu::mask_avx2();
        assert_eq!(run(), free);
        drop(masked);
    }
}

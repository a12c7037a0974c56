//! Prediction errors that stand out of those around them.

use std::ops::Range;

/// Errors of one rung of the ladder.
const RUNG_FRAMES: usize = 64;
/// Rungs on each side whose medians tell the near level, and those that tell the wide one.
const NEAR_RUNGS: usize = 2;
const WIDE_RUNGS: usize = 16;

/// A ladder of medians: the usual size of the errors, rung by rung, which no outlier moves.
pub(super) struct Ladder {
    medians: Vec<f64>,
    sorted: Vec<f64>,
}

impl Ladder {
    /// Allocates for lines of `length` frames.
    pub fn new(length: usize) -> Self {
        let rungs = length / RUNG_FRAMES;
        Self { medians: vec![0.0; rungs], sorted: vec![0.0; RUNG_FRAMES.max(2 * WIDE_RUNGS + 1)] }
    }

    /// Reads the sizes of the errors.
    pub fn read(&mut self, sizes: &[f64]) {
        for (median, rung) in self.medians.iter_mut().zip(sizes.chunks_exact(RUNG_FRAMES)) {
            self.sorted[..RUNG_FRAMES].copy_from_slice(rung);
            *median = middle(&mut self.sorted[..RUNG_FRAMES]);
        }
    }

    /// Usual size of the errors around a frame: the largest of the medians near it, before, after and far around.
    pub fn usual(&mut self, frame: usize) -> f64 {
        let rung = (frame / RUNG_FRAMES).min(self.medians.len() - 1);
        let before = self.median_of(rung.saturating_sub(NEAR_RUNGS + 1)..rung);
        let after = self.median_of(rung + 1..rung + 2 + NEAR_RUNGS);
        let wide = self.median_of(rung.saturating_sub(WIDE_RUNGS)..rung + 1 + WIDE_RUNGS);
        before.max(after).max(wide)
    }

    fn median_of(&mut self, rungs: Range<usize>) -> f64 {
        let rungs = rungs.start.min(self.medians.len())..rungs.end.min(self.medians.len());
        let sorted = &mut self.sorted[..rungs.len()];
        sorted.copy_from_slice(&self.medians[rungs]);
        middle(sorted)
    }
}

/// The middle of `values` by size; 0 of none.
fn middle(values: &mut [f64]) -> f64 {
    let half = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(half, f64::total_cmp).1 }
}

/// Largest of `sizes` within `range`, cut to what there is.
pub(super) fn largest(sizes: &[f64], range: Range<usize>) -> f64 {
    let end = range.end.min(sizes.len());
    sizes[range.start.min(end)..end].iter().fold(0.0, |a, b| a.max(*b))
}

/// How many stretches of `sizes` within `range` reach `level`, those closer than `apart` counted once, up to two.
pub(super) fn rows(sizes: &[f64], range: Range<usize>, level: f64, apart: usize) -> usize {
    let (mut count, mut free) = (0, range.start);
    let end = range.end.min(sizes.len());
    for (frame, size) in sizes[..end].iter().enumerate().skip(range.start) {
        if *size >= level && frame >= free {
            count += 1;
            free = frame + apart;
            if count == 2 {
                break;
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_ignores_outliers_and_follows_levels() {
        let mut sizes: Vec<f64> = (0..64 * 40).map(|frame| if frame < 64 * 20 { 1.0 } else { 5.0 }).collect();
        sizes[640] = 1e6;
        let mut ladder = Ladder::new(sizes.len());
        ladder.read(&sizes);
        assert_eq!((ladder.usual(640), ladder.usual(64 * 38), ladder.usual(64 * 19)), (1.0, 5.0, 5.0));
    }

    #[test]
    fn rows_are_counted_up_to_two() {
        let mut sizes = vec![0.0; 100];
        assert_eq!(rows(&sizes, 0..100, 1.0, 5), 0);
        [10, 12, 50, 90].iter().for_each(|frame| sizes[*frame] = 1.0);
        assert_eq!((rows(&sizes, 0..40, 1.0, 5), rows(&sizes, 0..300, 1.0, 5)), (1, 2));
        assert_eq!(largest(&sizes, 45..300), 1.0);
    }
}

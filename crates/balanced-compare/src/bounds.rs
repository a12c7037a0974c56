//! Where runs begin and end: where A goes on to explain B, block by block.

use crate::align::Run;
use crate::audio::Audio;
use crate::shift::Shifted;

/// Blocks of the first search, and of the second around what the first found.
const BLOCKS_S: [f64; 2] = [0.05, 0.005];
/// How far the second search goes to both sides.
const AROUND_S: f64 = 0.1;
/// How far inside a run its end is looked for.
const REACH_S: f64 = 1.5;
/// Least agreement of a block that belongs to a run.
const LEAST: f64 = 0.5;
/// Mean square under which a block is silent: -80 dBFS.
const SILENT: f64 = 1e-8;

/// Sums over one block: squares of A, of B, and products.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub aa: f64,
    pub bb: f64,
    pub ab: f64,
    /// Such sums of the differences between neighbouring samples, in which the bass, which masters turn and move, weighs as
    /// little as the rest.
    pub steps: [f64; 3],
    /// Whether every sample of B is that of A.
    pub is_equal: bool,
}

impl Sums {
    pub fn of(a: &[Vec<f64>], b: &[Vec<f64>], range: std::ops::Range<usize>) -> Self {
        let mut sums = Self { is_equal: true, ..Self::default() };
        for (a, b) in a.iter().zip(b) {
            let (a, b) = (&a[range.clone()], &b[range.clone()]);
            for (x, y) in a.windows(2).zip(b.windows(2)) {
                let (x, y) = (x[1] - x[0], y[1] - y[0]);
                sums.steps[0] += x * x;
                sums.steps[1] += y * y;
                sums.steps[2] += x * y;
            }
            for (x, y) in a.iter().zip(b) {
                sums.aa += x * x;
                sums.bb += y * y;
                sums.ab += x * y;
                sums.is_equal &= x == y;
            }
        }
        sums
    }

    /// Returns how far A and B agree, -1 to 1: the higher one of the correlations of samples and of their differences.
    pub fn agreement(&self) -> f64 {
        let [xx, yy, xy] = self.steps;
        correlation(self.aa, self.bb, self.ab).max(correlation(xx, yy, xy))
    }

    /// Returns whether both are silent over `samples` samples.
    pub fn is_silent(&self, samples: usize) -> bool {
        self.aa.max(self.bb) < SILENT * samples as f64
    }

    pub fn add(&mut self, other: &Self) {
        self.aa += other.aa;
        self.bb += other.bb;
        self.ab += other.ab;
        self.steps.iter_mut().zip(other.steps).for_each(|(sum, more)| *sum += more);
        self.is_equal &= other.is_equal;
    }
}

fn correlation(xx: f64, yy: f64, xy: f64) -> f64 {
    let size = (xx * yy).sqrt();
    if size > 0.0 { xy / size } else { 0.0 }
}

/// Moves the ends of all runs to where A and B part.
pub(crate) fn settle<A: Audio>(
    runs: &mut [Run],
    shifted: &Shifted<'_, A>,
    frames: [u64; 2],
    rate_hz: f64,
) -> Result<(), A::Error> {
    let last_b = frames[1] as i64;
    for index in 0..=runs.len() {
        // The window of a match may reach over the edit by most of its length.
        let reach = (REACH_S * rate_hz) as i64;
        let from = index.checked_sub(1).map_or(0, |before| runs[before].middles().1 - reach);
        let from = index.checked_sub(1).map_or(from, |before| from.max(runs[before].middles().0));
        let to = runs.get(index).map_or(last_b, |run| (run.middles().0 + reach).min(run.middles().1));
        let (mut from, mut to) = (from, to.max(from));
        for (level, block_s) in BLOCKS_S.into_iter().enumerate() {
            let block = ((block_s * rate_hz) as i64).max(1);
            let before = index.checked_sub(1).map(|before| &runs[before]);
            let [ends, begins] = [before, runs.get(index)]
                .map(|run| run.map_or(Ok(Vec::new()), |run| scores(run, shifted, from, to, block, frames[0])));
            let (end, begin) = split(&ends?, &begins?, (to - from + block - 1) / block);
            let place = |n: i64| (from + n * block).min(to);
            let (end, begin) = (place(end), place(begin));
            if index > 0 {
                runs[index - 1].end = end;
            }
            if let Some(run) = runs.get_mut(index) {
                run.start = begin;
            }
            // The second search looks around both ends, which it can only where they are near each other.
            let around = (AROUND_S * rate_hz) as i64;
            if level == 0 {
                let (low, high) = match (index > 0, index < runs.len()) {
                    (true, true) if begin - end < 4 * around => (end - around, begin + around),
                    (true, false) => (end - around, end + around),
                    (false, true) => (begin - around, begin + around),
                    _ => break,
                };
                (from, to) = (low.max(from), high.min(to));
            }
        }
    }
    Ok(())
}

/// Returns for each block how much it speaks for the run.
fn scores<A: Audio>(
    run: &Run,
    shifted: &Shifted<'_, A>,
    from: i64,
    to: i64,
    block: i64,
    a_frames: u64,
) -> Result<Vec<f64>, A::Error> {
    let mut scores = Vec::new();
    // Many blocks are read at once.
    let (mut at, many) = (from, block * (65_536 / block).max(1));
    while at < to {
        let frames = many.min(to - at) as usize;
        let [a, b] = shifted.read(run, at, frames)?;
        for start in (0..frames).step_by(block as usize) {
            let end = (start + block as usize).min(frames);
            let place = run.place((at + start as i64) as f64);
            let is_within = place >= -0.5 && place + (end - start) as f64 <= a_frames as f64 + 0.5;
            let sums = Sums::of(&a, &b, start..end);
            let silent = sums.is_silent((end - start) * a.len());
            scores.push(match (is_within, silent) {
                (false, _) => -1.0,
                (true, true) => 0.02,
                (true, false) => sums.agreement() - LEAST,
            });
        }
        at += frames as i64;
    }
    Ok(scores)
}

/// Returns the block after which the earlier run ends, and the one with which the later run begins.
fn split(ends: &[f64], begins: &[f64], count: i64) -> (i64, i64) {
    let mut sum = 0.0;
    let prefix: Vec<f64> = std::iter::once(0.0)
        .chain(ends.iter().map(|x| {
            sum += x;
            sum
        }))
        .collect();
    let mut sum = 0.0;
    let mut suffix: Vec<f64> = std::iter::once(0.0)
        .chain(begins.iter().rev().map(|x| {
            sum += x;
            sum
        }))
        .collect();
    suffix.reverse();
    let highest = |values: &[f64]| (0..values.len()).max_by(|x, y| values[*x].total_cmp(&values[*y])).unwrap_or(0);
    match (ends.is_empty(), begins.is_empty()) {
        (true, true) => (0, count),
        (false, true) => (highest(&prefix) as i64, count),
        (true, false) => (0, highest(&suffix) as i64),
        (false, false) => {
            let (end, begin) = (highest(&prefix), highest(&suffix));
            if end <= begin {
                return (end as i64, begin as i64);
            }
            let both: Vec<f64> = prefix.iter().zip(&suffix).map(|(x, y)| x + y).collect();
            let cut = highest(&both) as i64;
            (cut, cut)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_part_where_the_scores_do() {
        let ends = [0.5, 0.5, -0.5, -0.5, -0.5];
        assert_eq!(split(&ends, &[-0.5, -0.5, -0.5, 0.5, 0.5], 5), (2, 3));
        // Where both explain the middle, there is one cut.
        let (end, begin) = split(&[0.5, 0.5, 0.4, -0.5], &[-0.5, 0.1, 0.5, 0.5], 4);
        assert_eq!((end, begin), (2, 2));
        assert_eq!(split(&[], &[-0.5, 0.5], 2), (0, 1));
        assert_eq!(split(&[0.5, -0.5], &[], 2), (1, 2));
    }
}

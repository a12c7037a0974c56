//! Short bursts around 7 kHz and how they rise: an "s" swells and dies like the breath it is, a cymbal is struck.
//!
//! The region is cut out by a comb of five taps, so that its level is known every four milliseconds. At every peak the times are taken in
//! which the level rises from and falls to 10 dB less. Consonants come at the pace of words; a shaker that swells keeps time.

use std::collections::VecDeque;

use crate::spectrum::engine::{Frame, Geometry};

/// Middle of the comb's first pass band.
const MIDDLE_HZ: f64 = 7200.0;
const TAPS: [f32; 5] = [1.0 / 16.0, -4.0 / 16.0, 6.0 / 16.0, -4.0 / 16.0, 1.0 / 16.0];
/// Resolution of the level, and how far around a peak nothing is higher.
const CELL_S: f64 = 0.004;
const REACH: usize = 40;
const DROP_DB: f32 = 10.0;
/// Cells in which a swelling burst rises and falls by the drop.
const RISES: std::ops::RangeInclusive<usize> = 5..=20;
const FALLS: std::ops::RangeInclusive<usize> = 4..=25;
/// Softer bursts are not kept, and no more than these.
const SOFTEST_DB: f32 = -70.0;
const MOST: usize = 20_000;
/// Longer pauses between bursts say nothing about their pace.
const LONGEST_CELLS: u32 = 300;
const PACE_CELLS: u32 = 5;

#[derive(Clone, Copy)]
struct Burst {
    level_db: f32,
    cell: u32,
    swells: bool,
}

/// Count, shape and rhythm of the bursts above a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub count: usize,
    /// Share that swells.
    pub swelling: f64,
    /// Share of the distances between them that are alike: 1 for a shaker, low for words.
    pub regularity: f64,
}

/// Watches the mean of the channels.
pub(crate) struct Swells {
    /// Distance of the taps, and samples in a cell.
    step: usize,
    cell_frames: usize,
    mean: Vec<f32>,
    sum: f32,
    count: usize,
    last: f32,
    levels: VecDeque<f32>,
    cells: u32,
    bursts: Vec<Burst>,
}

impl Swells {
    pub fn new(geometry: Geometry) -> Self {
        Self {
            step: (geometry.rate / (2.0 * MIDDLE_HZ)).round().max(1.0) as usize,
            cell_frames: (geometry.rate * CELL_S).max(1.0) as usize,
            mean: Vec::new(),
            sum: 0.0,
            count: 0,
            last: 0.0,
            levels: VecDeque::with_capacity(2 * REACH + 1),
            cells: 0,
            bursts: Vec::new(),
        }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        let hop = frame.samples[0].len() / 2;
        let reach = 4 * self.step;
        if reach > hop {
            return;
        }
        let range = hop - reach..hop + frame.fresh;
        let share = 1.0 / frame.samples.len() as f32;
        self.mean.clear();
        self.mean.resize(range.len(), 0.0);
        for channel in frame.samples {
            self.mean.iter_mut().zip(&channel[range.clone()]).for_each(|(mean, sample)| *mean += share * sample);
        }
        let mean = std::mem::take(&mut self.mean);
        self.cut(&mean);
        self.mean = mean;
    }

    /// Squares of the region, summed by cell.
    fn cut(&mut self, mean: &[f32]) {
        let step = self.step;
        let mut from = 0;
        let fresh = mean.len() - 4 * step;
        while from < fresh {
            let to = fresh.min(from + self.cell_frames - self.count);
            let tap = |tap: usize| &mean[from + tap * step..to + tap * step];
            let taps = tap(0).iter().zip(tap(1)).zip(tap(2)).zip(tap(3)).zip(tap(4));
            let squares = taps.map(|((((a, b), c), d), e)| {
                let region = TAPS[0] * a + TAPS[1] * b + TAPS[2] * c + TAPS[3] * d + TAPS[4] * e;
                region * region
            });
            self.sum += squares.sum::<f32>();
            self.count += to - from;
            from = to;
            if self.count == self.cell_frames {
                self.end_cell();
            }
        }
    }

    fn end_cell(&mut self) {
        let power = self.sum / self.cell_frames as f32;
        self.levels.push_back(10.0 * (0.5 * (power + self.last) + 1e-12).log10());
        (self.last, self.sum, self.count) = (power, 0.0, 0);
        self.cells += 1;
        if self.levels.len() > 2 * REACH {
            self.look();
            self.levels.pop_front();
        }
    }

    /// Notes the burst in the middle of the levels, if there is one.
    fn look(&mut self) {
        let level_db = self.levels[REACH];
        if level_db < SOFTEST_DB || self.bursts.len() == MOST || self.levels.iter().any(|other| *other > level_db) {
            return;
        }
        let falls = |level: &f32| *level <= level_db - DROP_DB;
        let rise = self.levels.iter().take(REACH).rev().position(falls).map_or(REACH, |cells| cells + 1);
        let fall = self.levels.iter().skip(REACH + 1).position(falls).map_or(REACH, |cells| cells + 1);
        let swells = RISES.contains(&rise) && FALLS.contains(&fall);
        self.bursts.push(Burst { level_db, cell: self.cells, swells });
    }

    /// The bursts at or above a level.
    pub fn above(&self, level_db: f64) -> Summary {
        let loud: Vec<&Burst> = self.bursts.iter().filter(|burst| f64::from(burst.level_db) >= level_db).collect();
        let swelling = loud.iter().filter(|burst| burst.swells).count() as f64 / loud.len().max(1) as f64;
        let distances: Vec<u32> =
            loud.windows(2).map(|pair| pair[1].cell - pair[0].cell).filter(|cells| *cells < LONGEST_CELLS).collect();
        Summary { count: loud.len(), swelling, regularity: regularity(&distances) }
    }
}

/// The largest share of the distances that fits into three neighbouring classes.
fn regularity(distances: &[u32]) -> f64 {
    let mut classes = [0u32; (LONGEST_CELLS / PACE_CELLS) as usize + 2];
    distances.iter().for_each(|cells| classes[(cells / PACE_CELLS) as usize] += 1);
    let most = classes.windows(3).map(|three| three.iter().sum::<u32>()).max().unwrap_or(0);
    f64::from(most) / distances.len().max(1) as f64
}

//! Clicks of one line: found, filled in, and kept only where the music goes on across them.

use balanced_dsp::autoregression::{Autoregression, Interpolator};

use super::Geometry;
use super::outliers::{Ladder, largest, rows};

/// Order of the models.
const ORDER: usize = 24;
/// White noise assumed beneath the music, as a share of its power.
const WHITENING: f64 = 1e-9;
/// A click's error is at least this many times the usual size of the errors around it…
const OVER_USUAL: f64 = 12.0;
/// …and not under -80 dBFS.
const QUIETEST: f64 = 1e-4;
/// Outliers looked at in one hop.
const MOST_OUTLIERS: usize = 8;
/// An error of at least this share of the click's is one like it.
const LIKE: f64 = 0.5;
/// The click reaches as far as errors stand over this many times the largest around it, but at least over the first and at most
/// over the second of these shares of its own.
const OVER_AROUND: f64 = 1.5;
const SHARES: (f64, f64) = (0.02, 0.25);
/// Samples on each side of the gap, beyond what shows, that are filled in with it.
const FURTHER: usize = 1;
/// Samples on each side that the model of the filling is made from; where hops are short, two hops.
const SIDE_FRAMES: usize = 400;
/// Errors across the filled gap beside those of its sides: root mean square and peak in their root mean square…
const MOST_RMS: f64 = 1.7;
const MOST_PEAK: f64 = 4.0;
/// …or in their peak: a wave may be quiet but for its edges.
const RMS_IN_PEAKS: f64 = 0.5;
const PEAK_IN_PEAKS: f64 = 1.5;
/// Errors under this (-120 dBFS) are rounding.
const FLOOR: f64 = 1e-6;

/// What counts as a click.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// Its error over the largest around it.
    pub prominence: f64,
    pub longest_frames: usize,
    /// Two more like it within this make a row.
    pub alone_frames: usize,
    /// What "around it" means.
    pub near_frames: usize,
}

/// Works on one line at a time.
pub(super) struct Engine {
    geometry: Geometry,
    taper: Vec<f64>,
    whole: Autoregression,
    local: Autoregression,
    interpolator: Interpolator,
    ladder: Ladder,
    /// Sizes of the prediction errors of the line.
    sizes: Vec<f64>,
    /// Outliers of the hop that are done with.
    done: Vec<bool>,
    /// The surroundings of a gap while it is filled.
    around: Vec<f64>,
    unknown: Vec<usize>,
}

impl Engine {
    pub fn new(geometry: Geometry) -> Self {
        let (hop, length) = (geometry.hop, geometry.len());
        let phase = |frame: usize| std::f64::consts::TAU * (frame as f64 + 0.5) / (2 * hop) as f64;
        let most = geometry.margin;
        Self {
            geometry,
            taper: (0..2 * hop).map(|frame| 0.5 - 0.5 * phase(frame).cos()).collect(),
            whole: Autoregression::new(ORDER, 2 * hop),
            local: Autoregression::new(ORDER, 0),
            interpolator: Interpolator::new(ORDER, most),
            ladder: Ladder::new(length),
            sizes: vec![0.0; length],
            done: vec![false; hop],
            around: vec![0.0; most + 2 * ORDER],
            unknown: Vec::with_capacity(most),
        }
    }

    /// Takes the clicks out of the hop in the middle of `line`.
    pub fn work(&mut self, line: &mut [f64], limits: &Limits) {
        let Geometry { hop, past, .. } = self.geometry;
        self.whole.fit_tapered(&line[past - hop / 2..past + hop + hop / 2], &self.taper, WHITENING);
        self.whole.errors(line, &mut self.sizes);
        self.sizes.iter_mut().for_each(|size| *size = size.abs());
        self.ladder.read(&self.sizes);
        self.done.fill(false);
        for _ in 0..MOST_OUTLIERS {
            let Some(peak) = self.next_outlier() else { return };
            // A click of some length has errors all along and for the order after it.
            let own = ORDER + limits.longest_frames;
            let from = (peak - past).saturating_sub(own);
            self.done[from..(peak - past + own).min(hop)].fill(true);
            if self.stands_alone(peak, own, limits) {
                self.repair(line, peak, own, limits);
            }
        }
    }

    /// The largest error of the hop that is not done with, if it stands out.
    fn next_outlier(&mut self) -> Option<usize> {
        let Geometry { hop, past, .. } = self.geometry;
        let left = (past..past + hop).filter(|frame| !self.done[frame - past]);
        let peak = left.max_by(|a, b| self.sizes[*a].total_cmp(&self.sizes[*b]))?;
        let size = self.sizes[peak];
        (size >= QUIETEST && size >= OVER_USUAL * self.ladder.usual(peak)).then_some(peak)
    }

    fn stands_alone(&self, peak: usize, own: usize, limits: &Limits) -> bool {
        let size = self.sizes[peak];
        let (before, after) = (peak - own, peak + own);
        let near = self.largest_near(peak, own, limits.near_frames);
        if size < limits.prominence * near {
            return false;
        }
        let alone = limits.alone_frames.max(own);
        let apart = limits.near_frames.min(own);
        let like = rows(&self.sizes, peak.saturating_sub(alone)..before, LIKE * size, apart)
            + rows(&self.sizes, after..peak + alone, LIKE * size, apart);
        like < 2
    }

    fn largest_near(&self, peak: usize, own: usize, near: usize) -> f64 {
        let near = near.max(2 * own);
        largest(&self.sizes, peak - near..peak - own).max(largest(&self.sizes, peak + own..peak + near))
    }

    /// Fills in the click around `peak`, if the music goes on across it.
    fn repair(&mut self, line: &mut [f64], peak: usize, own: usize, limits: &Limits) {
        let least = self.least(peak, own, limits);
        let Some((first, last)) = self.gap(line, peak, own, least) else { return };
        if last - first >= limits.longest_frames + 2 * FURTHER {
            return;
        }
        let side = SIDE_FRAMES.min(2 * self.geometry.hop);
        let sides = [&line[first - side..first], &line[last + 1..=last + side]];
        let (rms, highest) = self.local.fit_sides(sides);
        let length = last + 1 - first;
        let around = &mut self.around[..length + 2 * ORDER];
        around.copy_from_slice(&line[first - ORDER..=last + ORDER]);
        self.unknown.clear();
        self.unknown.extend(ORDER..ORDER + length);
        self.interpolator.fill(&self.local, around, &self.unknown);
        if !goes_on(&self.local, around, rms.max(FLOOR), highest) {
            return;
        }
        line[first..=last].copy_from_slice(&around[ORDER..ORDER + length]);
        self.whole.errors(&line[first - ORDER..=last + ORDER], &mut self.sizes[first - ORDER..=last + ORDER]);
    }

    /// Errors over this belong to the click at `peak`.
    fn least(&self, peak: usize, own: usize, limits: &Limits) -> f64 {
        let size = self.sizes[peak];
        let background = self.largest_near(peak, own, limits.near_frames);
        (OVER_AROUND * background).clamp(SHARES.0 * size, SHARES.1 * size)
    }

    /// First and last sample of the click: where the error of a prediction from the past begins, and where that of a prediction
    /// from the future ends. What begins something new, a step, has the first after the last.
    fn gap(&self, line: &[f64], peak: usize, own: usize, least: f64) -> Option<(usize, usize)> {
        let filter = self.whole.filter();
        let backward = |frame: usize| filter.iter().zip(&line[frame..]).map(|(tap, s)| tap * s).sum::<f64>().abs();
        let first = (peak - own..=peak).find(|frame| self.sizes[*frame] >= least)?;
        let last = (first..=peak + own).rev().find(|frame| backward(*frame) >= least)?;
        Some((first - FURTHER, last + FURTHER))
    }
}

/// Whether the errors across a filled gap, and for the order after it, are as ordinary as those of its sides.
fn goes_on(model: &Autoregression, around: &[f64], rms: f64, highest: f64) -> bool {
    let count = around.len() - ORDER;
    let errors = || around.windows(ORDER + 1).map(|row| model.error(row));
    let power = errors().map(|error| error * error).sum::<f64>() / count as f64;
    let peak = errors().fold(0f64, |peak, error| peak.max(error.abs()));
    power.sqrt() <= (MOST_RMS * rms).max(RMS_IN_PEAKS * highest)
        && peak <= (MOST_PEAK * rms).max(PEAK_IN_PEAKS * highest)
}

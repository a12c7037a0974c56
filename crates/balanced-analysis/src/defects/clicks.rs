//! Clicks: impulses of a few samples that stand alone.
//!
//! The second difference of the waveform lifts what is abrupt over what is music. A click is a cell (a third of a millisecond)
//! whose second difference stands [`PROMINENCE`] times over everything in the ten milliseconds before it *and* after it,
//! whose energy lies within a few samples, after which the level is what it was before, and that has no like within
//! [`ALONE_S`]; and when it is taken out the music goes on beneath it ([`super::bridge`]). Drum hits, plucks and consonants fail
//! one or the other: they ring, they raise the level, they have bodies; the edges of synthetic waves come in rows, and are steps.

use balanced_model::{Defect, DefectKind, Severity};

use super::bridge;
use super::cells::Window;
use super::clipping::sentence;
use super::finding::{Regions, channel_name, finding, occasions};

/// Second difference of a click over that of its surroundings.
const PROMINENCE: f32 = 6.0;
/// Second differences under this are not heard whatever is around them (-52 dBFS).
const QUIETEST: f32 = 0.0025;
/// Cells before and after that a click must stand over, but for its own and [`DECAY_CELLS`].
const NEIGHBOURS: usize = 28;
const DECAY_CELLS: usize = 3;
/// Share of the energy (of the second difference) of three milliseconds that lies within half a millisecond.
const CONCENTRATION: f64 = 0.8;
/// Level after over level before, and the reverse: more is the start or end of a note.
const LEVEL_CHANGE: f64 = 3.0;
/// Impulses closer than this to each other are a waveform.
const ALONE_S: f64 = 0.06;
/// …unless one is less than this share of the other.
const LIKE: f32 = 0.33;
/// Clicks on a musical grid, however coarse, are somebody's percussion: from this many on, if so many of the steps from one to the
/// next are whole multiples (within the tolerance) of one period that chance would do it this seldom.
const FEWEST_ON_GRID: usize = 4;
const CHANCE: f64 = 0.01;
const GRID_S: (f64, f64) = (0.1, 0.5);
const GRID_TOLERANCE_S: f64 = 0.002;
/// Clicks kept to look for a grid.
const MOST_TIMES: usize = 64;
/// Clicks closer than this are one finding.
const MERGE_S: f64 = 0.5;
/// More than this many a second, over the whole programme, is somebody's percussion.
const MOST_A_SECOND: f64 = 2.0;

/// Watches one channel.
pub(crate) struct Clicks {
    regions: Regions,
    alone_frames: u64,
    pending: Option<Impulse>,
    times: Vec<u64>,
}

/// The latest impulse.
#[derive(Clone, Copy)]
struct Impulse {
    frame: u64,
    bend: f32,
    prominence: f64,
    /// One like it came close before.
    accompanied: bool,
}

impl Clicks {
    pub fn new(rate: f64) -> Self {
        Self {
            regions: Regions::new(MERGE_S * rate),
            alone_frames: (ALONE_S * rate) as u64,
            pending: None,
            times: Vec::new(),
        }
    }

    pub fn push(&mut self, window: &Window<'_>) {
        let cell = window.cell;
        let delay = (NEIGHBOURS + DECAY_CELLS + 2) * cell;
        if window.fresh < 2 * delay {
            return;
        }
        let range = window.delayed(delay);
        for index in range.start / cell..range.end / cell {
            // At the very start and end there is nothing to compare a click with.
            let first = window.origin + ((index - NEIGHBOURS) * cell) as i64;
            let last = (index + NEIGHBOURS + DECAY_CELLS) * cell;
            if first >= 0 && last < window.end && stands_out(window.bends, index) {
                self.judge(window, index);
            }
        }
        if window.last {
            self.settle();
        }
    }

    fn judge(&mut self, window: &Window<'_>, index: usize) {
        let bends = window.bends;
        let before = peak(&bends[index - NEIGHBOURS..index - 1]);
        let after = peak(&bends[index + DECAY_CELLS..=index + NEIGHBOURS + DECAY_CELLS - 1]);
        let background = before.max(after);
        if bends[index] < PROMINENCE * background || !is_short(window, index) || level_changes(window, index) {
            return;
        }
        if !bridge::is_added(window.samples, loudest(window, index)) {
            return;
        }
        let frame = window.frame(index * window.cell);
        let bend = bends[index];
        let mut impulse =
            Impulse { frame, bend, prominence: f64::from(bend / background.max(1e-9)), accompanied: false };
        match self.pending {
            Some(previous) if frame - previous.frame < self.alone_frames => {
                if previous.bend < LIKE * bend {
                    // Too small to be of the same row.
                } else if bend < LIKE * previous.bend {
                    return;
                } else {
                    impulse.accompanied = true;
                }
            }
            _ => self.settle(),
        }
        self.pending = Some(impulse);
    }

    fn settle(&mut self) {
        if let Some(impulse) = self.pending.take().filter(|i| !i.accompanied) {
            self.regions.add(impulse.frame, impulse.frame + 16, impulse.prominence);
            if self.times.len() < MOST_TIMES {
                self.times.push(impulse.frame);
            }
        }
    }

    /// Findings.
    pub fn finish(&self, channel: usize, channels: usize, rate: f64, duration_s: f64) -> Vec<Defect> {
        if self.regions.count() as f64 > MOST_A_SECOND * duration_s.max(2.0) || is_rhythm(&self.times, rate) {
            return Vec::new();
        }
        self.regions.list().iter().map(|region| {
            let range_s = (region.start as f64 / rate, region.end as f64 / rate);
            let message = format!(
                "{} clicks {}: a spike of a few samples that no instrument makes. Look for a bad edit, a lost sample or a clock problem.",
                sentence(&channel_name(channel, channels)),
                occasions(region.count, range_s),
            );
            let severity = if region.worst > 20.0 { Severity::Major } else { Severity::Minor };
            finding(DefectKind::Clicks, severity, range_s, message)
                .in_channel(channel)
                .with("clicks", region.count as f64)
                .with("prominence_db", 20.0 * region.worst.min(1e5).log10())
        }).collect()
    }
}

/// Whether the clicks fall on a grid.
fn is_rhythm(times: &[u64], rate: f64) -> bool {
    if times.len() < FEWEST_ON_GRID {
        return false;
    }
    let steps_s: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / rate).collect();
    // Every step divided by a whole number is a candidate for the period.
    let candidates: Vec<f64> = steps_s
        .iter()
        .flat_map(|step| (1..=20).map(move |n| step / f64::from(n)))
        .filter(|period| (GRID_S.0..=GRID_S.1).contains(period))
        .collect();
    candidates.iter().any(|period| {
        let (mut hits, mut by_chance) = (0, 0.0);
        for step in &steps_s {
            let beats = (step / period).round();
            // The period is known to the tolerance only: long steps blur.
            let tolerance_s = GRID_TOLERANCE_S * beats.sqrt();
            hits += usize::from(beats >= 1.0 && (step - beats * period).abs() < tolerance_s);
            by_chance += (2.0 * tolerance_s / period).min(1.0) / steps_s.len() as f64;
        }
        // The step that gave the candidate is on it anyway.
        candidates.len() as f64 * at_least(hits.saturating_sub(1), steps_s.len() - 1, by_chance) < CHANCE
    })
}

/// Probability of at least `hits` in `trials` that each succeed with probability `share`.
fn at_least(hits: usize, trials: usize, share: f64) -> f64 {
    let mut ways = 1.0;
    let mut sum = 0.0;
    for k in 0..=trials {
        if k >= hits {
            sum += ways * share.powi(k as i32) * (1.0 - share).powi((trials - k) as i32);
        }
        ways *= (trials - k) as f64 / (k + 1) as f64;
    }
    sum
}

/// First look, cheap: over its second neighbours and a threshold.
fn stands_out(bends: &[f32], index: usize) -> bool {
    let bend = bends[index];
    bend >= QUIETEST
        && bend >= PROMINENCE * bends[index - 2]
        && bend >= PROMINENCE * bends[index + DECAY_CELLS]
        && bend >= bends[index - 1]
        && bend > bends[index + 1]
}

fn peak(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |a, b| a.max(*b))
}

/// Index of the last sample of the largest second difference.
fn loudest(window: &Window<'_>, index: usize) -> usize {
    let (start, s) = (index * window.cell, window.samples);
    let bend = |i: &usize| (s[*i] - 2.0 * s[*i - 1] + s[*i - 2]).abs();
    (start..start + window.cell).max_by(|a, b| bend(a).total_cmp(&bend(b))).unwrap_or(start)
}

/// Whether the energy of the second difference lies within half a millisecond around its peak.
fn is_short(window: &Window<'_>, index: usize) -> bool {
    let (cell, s) = (window.cell, window.samples);
    let bend = |i: usize| f64::from(s[i] - 2.0 * s[i - 1] + s[i - 2]);
    let loudest = loudest(window, index);
    let energy = |from: usize, to: usize| (from..to.min(s.len())).map(|i| bend(i) * bend(i)).sum::<f64>();
    let core = energy(loudest - 3 * cell / 4, loudest + 3 * cell / 4);
    let all = energy(loudest - 4 * cell, loudest + 4 * cell);
    core >= CONCENTRATION * all
}

/// Whether the ten milliseconds after are louder or quieter than those before.
fn level_changes(window: &Window<'_>, index: usize) -> bool {
    let cell = window.cell;
    let at = index * cell;
    let before = window.rms(at - NEIGHBOURS * cell, at - cell);
    let after = window.rms(at + 2 * cell, at + NEIGHBOURS * cell);
    let floor = 1e-4;
    after > LEVEL_CHANGE * before + floor || before > LEVEL_CHANGE * after + floor
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_testkit::music::Rng;

    #[test]
    fn a_grid_is_told_from_chance() {
        let grid: Vec<u64> = [0u64, 3, 4, 7, 11, 12].iter().map(|i| 1000 + i * 8940).collect();
        assert!(is_rhythm(&grid, 44_100.0));
        let mut rng = Rng::new(1);
        let mut chance = 0;
        for _ in 0..200 {
            let mut times: Vec<u64> = (0..6).map(|_| rng.below(441_000) as u64).collect();
            times.sort_unstable();
            chance += usize::from(is_rhythm(&times, 44_100.0));
        }
        assert!(chance <= 2, "{chance} of 200 random rows taken for a rhythm");
    }
}

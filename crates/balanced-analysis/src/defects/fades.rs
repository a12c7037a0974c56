//! Fades at the beginning and at the end: information, no fault.
//!
//! The level curve (one value a window of 46 ms) of the last half minute is compared with a steady level that follows one of the
//! usual fade curves from some moment on; the best fit names start and shape. A last chord that dies away, or a held one that
//! is let go, looks the same: a fade is believed only if notes keep beginning while it goes on. Where the level falls to nothing
//! between notes (drums), the curve through their tops is fitted. The beginning is read backwards.

use std::collections::VecDeque;

use balanced_model::{Defect, DefectKind, Severity};

use super::cells::Window;
use super::finding::{clock, finding};

/// Seconds of level kept at each end.
const KEPT_S: f64 = 34.0;
/// Fades between these are looked for, each length this much longer than the one before.
const SHORTEST_S: f64 = 0.5;
const LONGEST_S: f64 = 30.0;
const LENGTH_STEP: f64 = 1.12;
/// A shorter one fits the ends of notes best.
const SHORTEST_TOLD_S: f64 = 4.0;
/// Steady programme that must be known beside the fade.
const PROGRAMME_S: (f64, f64) = (1.0, 4.0);
/// Programme is louder than this; what is quieter at the ends is silence.
const AUDIBLE_DB: f64 = -70.0;
const QUIETEST_PROGRAMME_DB: f64 = -50.0;
/// Fades are followed down to this under the programme.
const DEPTH_DB: f64 = -24.0;
/// The last windows lie this much under it.
const END_DROP_DB: f64 = 20.0;
/// Windows to either side that levels are averaged over, at most.
const MOST_SMOOTHING: usize = 4;
/// The curve through the tops of notes reaches as far ahead: beats at 100 a minute come at least as often.
const BETWEEN_NOTES_S: f64 = 0.6;
/// Root mean square difference between curve and model: the programme's own unrest, and never more than this.
const WORST_FIT_DB: f64 = 4.0;
/// A rise between two windows that counts as the beginning of a note.
const ONSET_DB: f64 = 2.0;
/// Notes that show a fade is one must begin after this much of it, and this many; and how often beside how often before.
const LATE_DB: f64 = -5.0;
const FEWEST_ONSETS: usize = 3;
const ONSET_SHARE: f64 = 0.5;

/// Gain over the course of a fade.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Linear,
    SCurve,
    EqualPower,
    Exponential,
}

impl Shape {
    const ALL: [Self; 4] = [Self::Linear, Self::SCurve, Self::EqualPower, Self::Exponential];

    fn gain_db(self, at: f64) -> f64 {
        use std::f64::consts::{FRAC_PI_2, PI};
        let gain = match self {
            Self::Linear => 1.0 - at,
            Self::SCurve => 0.5 + 0.5 * (PI * at).cos(),
            Self::EqualPower => (FRAC_PI_2 * at).cos(),
            Self::Exponential => return -60.0 * at,
        };
        20.0 * gain.max(1e-6).log10()
    }

    fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::SCurve => "S-shaped",
            Self::EqualPower => "equal-power",
            Self::Exponential => "exponential",
        }
    }
}

/// Levels at both ends of the programme, in dB, all channels together.
pub(crate) struct Fades {
    hop_s: f64,
    kept: usize,
    head: Vec<f64>,
    tail: VecDeque<f64>,
    power: f64,
}

/// Which end of the track.
#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

/// A fade that was found, read towards the silent end.
#[derive(Clone, Copy, Debug)]
struct Fit {
    /// Windows of the fade.
    length: usize,
    shape: Shape,
}

impl Fades {
    /// `hop_frames` of audio a window.
    pub fn new(hop_frames: usize, rate: f64) -> Self {
        let hop_s = hop_frames as f64 / rate;
        let kept = (KEPT_S / hop_s) as usize;
        Self { hop_s, kept, head: Vec::new(), tail: VecDeque::new(), power: 0.0 }
    }

    /// One channel's window.
    pub fn push(&mut self, window: &Window<'_>) {
        let half = window.peaks.len() / 2;
        let energy: f64 = window.energies[half..].iter().map(|e| f64::from(*e)).sum();
        self.power += energy / (window.end - window.fresh).max(1) as f64;
    }

    /// All channels of a window have been pushed.
    pub fn end_window(&mut self) {
        let level_db = 10.0 * (std::mem::take(&mut self.power) + 1e-12).log10();
        if self.head.len() < self.kept {
            self.head.push(level_db);
        }
        self.tail.push_back(level_db);
        if self.tail.len() > self.kept {
            self.tail.pop_front();
        }
    }

    /// Findings about the whole.
    pub fn finish(&self, duration_s: f64) -> Vec<Defect> {
        let backwards: Vec<f64> = self.head.iter().rev().copied().collect();
        let tail: Vec<f64> = self.tail.iter().copied().collect();
        let fade_in = fit(&backwards, self.hop_s, Way::In).map(|(fit, silent)| {
            let start_s = silent as f64 * self.hop_s;
            (DefectKind::FadeIn, "in", (start_s, start_s + fit.length as f64 * self.hop_s), fit.shape)
        });
        let fade_out = fit(&tail, self.hop_s, Way::Out).map(|(fit, silent)| {
            let end_s = duration_s - silent as f64 * self.hop_s;
            (DefectKind::FadeOut, "out", ((end_s - fit.length as f64 * self.hop_s).max(0.0), end_s), fit.shape)
        });
        let tell = |(kind, way, range_s, shape): (DefectKind, &str, (f64, f64), Shape)| {
            let message = format!(
                "The track fades {way} over about {:.1} s, from {} to {} ({} curve).",
                range_s.1 - range_s.0,
                clock(range_s.0),
                clock(range_s.1),
                shape.name()
            );
            finding(kind, Severity::Info, range_s, message)
                .with("length_s", range_s.1 - range_s.0)
                .with("gain_at_half_db", shape.gain_db(0.5))
        };
        fade_in.into_iter().chain(fade_out).map(tell).collect()
    }
}

/// The fade that `levels` end in, if they do, and the windows of silence beyond it.
fn fit(levels: &[f64], hop_s: f64, way: Way) -> Option<(Fit, usize)> {
    let end = levels.iter().rposition(|l| *l > AUDIBLE_DB)? + 1;
    let levels_to_end = &levels[..end];
    // The very end counts as it is: smoothing does not let it get down.
    let end_db = levels_to_end[end.saturating_sub(2)..].iter().copied().fold(f64::MAX, f64::min);
    let found = |curve: &[f64]| best_fit(curve, end_db, hop_s).filter(|fit| notes_go_on(levels_to_end, fit, way));
    let fit =
        found(levels_to_end).or_else(|| found(&tops(levels_to_end, (BETWEEN_NOTES_S / hop_s).round() as usize)))?;
    Some((fit, levels.len() - end))
}

/// The shape and length that fit `levels` best, if any fits well, and better than a note that is let go.
fn best_fit(levels: &[f64], end_db: f64, hop_s: f64) -> Option<Fit> {
    let end = levels.len();
    // Long fades are looked at through their notes, short ones as they are.
    let smooth: Vec<Vec<f64>> = (0..=MOST_SMOOTHING).map(|reach| smoothed(levels, reach)).collect();
    let seen = |length: usize, span: usize| &smooth[(length / 16).min(MOST_SMOOTHING)][end - span..];
    let windows = |s: f64| (s / hop_s).round() as usize;
    let mut best: Option<(f64, Fit, usize)> = None;
    for length in lengths(SHORTEST_TOLD_S, LONGEST_S).map(windows) {
        let before = length.clamp(windows(PROGRAMME_S.0), windows(PROGRAMME_S.1));
        if length + before > end {
            break;
        }
        for shape in Shape::ALL {
            let Some(error) = misfit(seen(length, length + before), before, shape, end_db) else { continue };
            if best.is_none_or(|(least, ..)| error < least) {
                best = Some((error, Fit { length, shape }, length + before));
            }
        }
    }
    let (error, fit, span) = best.filter(|(error, ..)| error.sqrt() <= WORST_FIT_DB)?;
    // The same stretch as steady programme with a short end.
    let is_better = |length: usize| {
        let misfit = |shape| misfit(seen(fit.length, span), span - length, shape, end_db);
        Shape::ALL.into_iter().filter_map(misfit).any(|short| short < error)
    };
    (!lengths(SHORTEST_S, SHORTEST_TOLD_S).map(windows).any(is_better)).then_some(fit)
}

/// Lengths from `shortest_s` to below `longest_s`, in seconds.
fn lengths(shortest_s: f64, longest_s: f64) -> impl Iterator<Item = f64> {
    let longer = |length_s: &f64| Some(length_s * LENGTH_STEP);
    std::iter::successors(Some(shortest_s), longer).take_while(move |length_s| *length_s < longest_s)
}

/// The highest level from each window to `reach` windows further on: on its way down, a fade keeps its curve.
fn tops(levels: &[f64], reach: usize) -> Vec<f64> {
    let highest = |i: usize| levels[i..].iter().take(reach + 1).copied().fold(f64::MIN, f64::max);
    (0..levels.len()).map(highest).collect()
}

/// Mean square difference in dB between levels and `before` windows of steady programme followed by a fade; `None` where the
/// programme is not there or the end is not quiet.
fn misfit(levels: &[f64], before: usize, shape: Shape, end_db: f64) -> Option<f64> {
    let (steady, fading) = levels.split_at(before);
    let programme_db = steady.iter().sum::<f64>() / before as f64;
    if programme_db < QUIETEST_PROGRAMME_DB || end_db > programme_db - END_DROP_DB {
        return None;
    }
    let mut sum: f64 = steady.iter().map(|l| (l - programme_db).powi(2)).sum();
    let mut count = before;
    for (i, level) in fading.iter().enumerate() {
        let model = shape.gain_db((i as f64 + 0.5) / fading.len() as f64);
        if model < DEPTH_DB {
            break;
        }
        sum += (level - programme_db - model).powi(2);
        count += 1;
    }
    Some(sum / count as f64)
}

/// Whether notes begin where the fade has taken a good part of the level away, and come as often as before, or nearly.
fn notes_go_on(levels: &[f64], fit: &Fit, way: Way) -> bool {
    let start = levels.len() - fit.length;
    let gain_db = |i: usize| fit.shape.gain_db((i as f64 + 0.5) / fit.length as f64);
    let is_late = |i: &usize| (DEPTH_DB..=LATE_DB).contains(&gain_db(*i));
    let late: Vec<f64> = (0..fit.length).filter(is_late).map(|i| levels[start + i]).collect();
    let before = &levels[start.saturating_sub(fit.length.max(40))..start];
    let begins = |pair: &[f64]| match way {
        Way::Out => pair[1] - pair[0] >= ONSET_DB,
        // Read backwards, a note begins with a fall.
        Way::In => pair[0] - pair[1] >= ONSET_DB,
    };
    let onsets = |part: &[f64]| part.windows(2).filter(|pair| begins(pair)).count();
    let rate = |part: &[f64]| onsets(part) as f64 / part.len().max(1) as f64;
    onsets(&late) >= FEWEST_ONSETS && rate(&late) >= ONSET_SHARE * rate(before)
}

/// Mean power over `reach` windows to either side, in dB.
fn smoothed(levels: &[f64], reach: usize) -> Vec<f64> {
    let power: Vec<f64> = levels.iter().map(|l| 10f64.powf(l / 10.0)).collect();
    (0..power.len())
        .map(|i| {
            let part = &power[i.saturating_sub(reach)..(i + reach + 1).min(power.len())];
            10.0 * (part.iter().sum::<f64>() / part.len() as f64).log10()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_testkit::music::Rng;

    const HOP_S: f64 = 0.0464;

    fn programme(seconds: f64, seed: u64) -> Vec<f64> {
        let mut rng = Rng::new(seed);
        (0..(seconds / HOP_S) as usize)
            .map(|i| -16.0 + if i % 8 == 0 { 4.0 } else { 0.0 } + rng.range(-1.5, 1.5))
            .collect()
    }

    #[test]
    fn curves_are_told_with_length_and_shape() {
        for (seed, length_s) in [(1, 5.0), (2, 8.0), (3, 15.0)] {
            for shape in Shape::ALL {
                let mut levels = programme(34.0, seed);
                let (total, windows) = (levels.len(), (length_s / HOP_S) as usize);
                for (i, level) in levels[total - windows..].iter_mut().enumerate() {
                    *level = (*level + shape.gain_db(i as f64 / windows as f64)).max(-110.0);
                }
                let (found, silent) = fit(&levels, HOP_S, Way::Out).unwrap_or_else(|| panic!("{shape:?} {length_s}"));
                let told_s = (found.length + silent) as f64 * HOP_S;
                // A short linear fade and the end of a longer equal-power one differ by 1.4 dB.
                let tolerance = if length_s < 3.0 { 0.6 } else { 0.25 };
                assert!((told_s / length_s - 1.0).abs() < tolerance, "{shape:?} {length_s}: {found:?}");
                assert!(shape != Shape::Exponential || found.shape == shape, "{found:?}");
            }
        }
    }

    #[test]
    fn decays_stops_and_steady_music_are_no_fades() {
        let steady = programme(34.0, 5);
        assert!(fit(&steady, HOP_S, Way::Out).is_none());
        let mut stopped = steady.clone();
        stopped.extend(vec![-120.0; 60]);
        assert!(fit(&stopped, HOP_S, Way::Out).is_none());
        for decay_s in [1.0, 3.0, 8.0] {
            let mut decaying = steady.clone();
            decaying.extend((0..(decay_s / HOP_S) as usize).map(|i| -14.0 - 60.0 * i as f64 * HOP_S / decay_s));
            assert!(fit(&decaying, HOP_S, Way::Out).is_none(), "{decay_s}");
        }
    }
}

//! Find the limiter's drive that brings the track to its target loudness.
//!
//! Without limiting, loudness rises by exactly the drive; with it, by less, and never falls: the search is for the root
//! of a rising, concave function, which the secant method finds in a few renders of the limiter alone.

use balanced_analysis::model::Loudness;
use balanced_assistant::Target;
use balanced_mastering::{ChainSpec, LimiterSpec, ProcessorSpec, Step};

use super::plan::Plan;
use super::render::{Aligned, Front, loudness_analyzer};
use crate::progress::Monitor;
use crate::{Error, Stage};

/// The search ends within this of the target: half of what the written file may be off.
const TOLERANCE_LU: f64 = 0.02;
/// Renders of the limiter at most; the secant needs three or four.
const MAX_RENDERS: usize = 8;
/// The share of moments whose limiting is judged: the loudest twentieth may be limited harder.
const LIMITING_PERCENTILE: f64 = 0.95;

/// The drive to write with, and what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// Gain before the limiter; `None` without a target.
    pub(crate) drive_db: Option<f64>,
    /// Why the target is out of reach, if it is.
    pub(crate) infeasible: Option<String>,
}

/// One render of the limiter.
#[derive(Clone, Copy, Debug)]
struct Trial {
    drive_db: f64,
    integrated_lufs: f64,
    limiting_db: f64,
}

/// Search the drive for the plan's target.
pub(crate) fn drive(front: &Front, plan: &Plan, monitor: &Monitor<'_>) -> Result<Solution, Error> {
    let (Some(target), Some(limiter)) = (&plan.target, &plan.limiter) else {
        return Ok(Solution { drive_db: None, infeasible: None });
    };
    let Some(start_lufs) = front.loudness.integrated_lufs else {
        return Ok(Solution { drive_db: Some(0.0), infeasible: Some(nothing_to_measure(target)) });
    };
    let unlimited_db = target.integrated_lufs - start_lufs;
    if front.loudness.true_peak_dbtp.is_none_or(|peak| peak + unlimited_db <= target.ceiling_dbtp) {
        return Ok(Solution { drive_db: Some(unlimited_db), infeasible: None });
    }
    Search { front, target, limiter, monitor, trials: Vec::new() }.run(unlimited_db)
}

fn nothing_to_measure(target: &Target) -> String {
    format!(
        "the track has no loudness to bring to {:.1} LUFS: it is silent, or shorter than the 400 ms that BS.1770 needs",
        target.integrated_lufs
    )
}

struct Search<'a> {
    front: &'a Front,
    target: &'a Target,
    limiter: &'a LimiterSpec,
    monitor: &'a Monitor<'a>,
    trials: Vec<Trial>,
}

impl Search<'_> {
    fn run(mut self, unlimited_db: f64) -> Result<Solution, Error> {
        let mut drive_db = unlimited_db;
        for _ in 0..MAX_RENDERS {
            let trial = self.render(drive_db)?;
            self.trials.push(trial);
            if self.miss(&trial).abs() <= TOLERANCE_LU || self.saturated() {
                break;
            }
            drive_db = self.next_drive_db();
        }
        let best = self.best();
        if best.limiting_db > self.target.max_limiting_db {
            return self.within_the_limit(best);
        }
        let missed = self.miss(&best).abs() > self.target.tolerance_lu;
        Ok(Solution { drive_db: Some(best.drive_db), infeasible: missed.then(|| self.saturation(&best)) })
    }

    fn render(&self, drive_db: f64) -> Result<Trial, Error> {
        let loudness = limited_loudness(self.front, self.limiter, drive_db, self.monitor)?;
        Ok(Trial {
            drive_db,
            integrated_lufs: loudness.integrated_lufs.unwrap_or(f64::NEG_INFINITY),
            limiting_db: limiting_db(&self.front.loudness, &loudness, drive_db),
        })
    }

    /// Positive while the trial is too quiet.
    fn miss(&self, trial: &Trial) -> f64 {
        self.target.integrated_lufs - trial.integrated_lufs
    }

    fn best(&self) -> Trial {
        let nearest = self.trials.iter().min_by(|a, b| self.miss(a).abs().total_cmp(&self.miss(b).abs()));
        *nearest.expect("one render at least")
    }

    /// More drive no longer makes it louder.
    fn saturated(&self) -> bool {
        let [.., a, b] = self.trials.as_slice() else { return false };
        let rise = (b.integrated_lufs - a.integrated_lufs) / (b.drive_db - a.drive_db);
        rise.abs() < 0.05 && self.miss(b) > TOLERANCE_LU
    }

    /// The secant through the two nearest trials; the first step assumes that half the drive is lost.
    fn next_drive_db(&self) -> f64 {
        let [.., a, b] = self.trials.as_slice() else {
            let first = self.trials[0];
            return first.drive_db + 1.5 * self.miss(&first);
        };
        let slope = ((b.integrated_lufs - a.integrated_lufs) / (b.drive_db - a.drive_db)).clamp(0.1, 1.2);
        b.drive_db + (self.miss(b) / slope).clamp(-6.0, 6.0)
    }

    fn saturation(&self, best: &Trial) -> String {
        format!(
            "{:.1} LUFS under {:.1} dBTP is out of reach: the limiter gives {:.1} LUFS at {:.1} dB of drive and hardly more beyond",
            self.target.integrated_lufs, self.target.ceiling_dbtp, best.integrated_lufs, best.drive_db
        )
    }

    /// The loudest render that stays within the target's allowance of limiting, by bisection.
    fn within_the_limit(&mut self, wanted: Trial) -> Result<Solution, Error> {
        let peak_dbtp = self.front.loudness.true_peak_dbtp.unwrap_or(0.0);
        let mut low_db = self.target.ceiling_dbtp - peak_dbtp;
        let mut high_db = wanted.drive_db;
        let mut reached = None;
        for _ in 0..MAX_RENDERS {
            let middle = self.render(0.5 * (low_db + high_db))?;
            if middle.limiting_db > self.target.max_limiting_db {
                high_db = middle.drive_db;
            } else {
                low_db = middle.drive_db;
                reached = Some(middle);
            }
            if high_db - low_db < 0.05 {
                break;
            }
        }
        let reached = match reached {
            Some(reached) => reached,
            None => self.render(low_db)?,
        };
        let reason = format!(
            "{:.1} LUFS under {:.1} dBTP would take {:.1} dB off the loudest moments; {} allows {:.1} dB, which gives {:.1} LUFS",
            self.target.integrated_lufs,
            self.target.ceiling_dbtp,
            wanted.limiting_db,
            self.target.name,
            self.target.max_limiting_db,
            reached.integrated_lufs
        );
        Ok(Solution { drive_db: Some(reached.drive_db), infeasible: Some(reason) })
    }
}

/// Loudness of the front through the limiter alone.
fn limited_loudness(
    front: &Front,
    limiter: &LimiterSpec,
    drive_db: f64,
    monitor: &Monitor<'_>,
) -> Result<Loudness, Error> {
    let spec = limiter_only(LimiterSpec { drive_db, ..limiter.clone() });
    let mut chain = Aligned::new(&spec, &front.cache.format)?;
    let mut meter = loudness_analyzer(&front.cache.format);
    let mut done = 0;
    front.cache.for_each(|buffer| {
        monitor.at(Stage::Solve, done, Some(front.cache.frames))?;
        done += buffer.frames() as u64;
        chain.push(buffer, |block| {
            meter.push(block);
            Ok(())
        })
    })?;
    chain.finish(|block| {
        meter.push(block);
        Ok(())
    })?;
    Ok(meter.finish().loudness.unwrap_or_default())
}

fn limiter_only(limiter: LimiterSpec) -> ChainSpec {
    ChainSpec { steps: vec![Step::new(ProcessorSpec::Limiter(limiter))], ..ChainSpec::default() }
}

/// How much loudness the limiter takes from the loudest moments: the 95th percentile, over 400 ms windows that count for
/// integrated loudness, of what the drive would have given less what came out.
fn limiting_db(front: &Loudness, limited: &Loudness, drive_db: f64) -> f64 {
    let windows = front.curve.momentary_lufs.iter().zip(&limited.curve.momentary_lufs);
    let gate_lufs = front.integrated_lufs.unwrap_or(f64::NEG_INFINITY) - 10.0;
    let mut losses: Vec<f64> = windows
        .filter_map(|(before, after)| Some(((*before)?, (*after)?)))
        .filter(|(before, _)| *before > gate_lufs)
        .map(|(before, after)| before + drive_db - after)
        .collect();
    losses.sort_by(f64::total_cmp);
    let index = ((losses.len() as f64 * LIMITING_PERCENTILE) as usize).min(losses.len().saturating_sub(1));
    losses.get(index).copied().unwrap_or(0.0)
}

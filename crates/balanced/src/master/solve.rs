//! Find the limiter's drive that brings the track to its target loudness.
//!
//! Without limiting, loudness rises by exactly the drive; with it, by less, and never falls: the search is for the root
//! of a rising, concave function, by the secant method. A long track is searched on an excerpt (every fifth stretch of
//! three seconds), which gives the shape of that function; one render of the whole then gives what is left to correct.

use balanced_analysis::Analysis;
use balanced_assistant::Target;
use balanced_mastering::{ChainSpec, LimiterSpec, ProcessorSpec, Step};

use super::cache::{CACHE_BLOCK_FRAMES, Part};
use super::level::{LevelMeter, Levels};
use super::plan::Plan;
use super::render::{Aligned, Front};
use crate::progress::Monitor;
use crate::{Error, Stage};

/// The search ends within this of the target: a fifth of what the written file may be off.
const TOLERANCE_LU: f64 = 0.02;
/// Renders at most; the secant needs three or four.
const MAX_RENDERS: usize = 8;
/// Miss of the whole that the excerpt's slope can correct to within the tolerance without another render.
const CORRECTABLE_LU: f64 = 0.15;
/// Shorter tracks are searched whole.
const EXCERPT_FROM_S: f64 = 60.0;
/// Length of a stretch of the excerpt.
const STRETCH_S: f64 = 3.0;
/// One stretch in so many is searched.
const STRETCH_EVERY: u64 = 5;

/// The drive to write with, and what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// Gain before the limiter; `None` without a target.
    pub(crate) drive_db: Option<f64>,
    /// Why the target is out of reach, if it is.
    pub(crate) obstacle: Option<Obstacle>,
}

/// What stands between the track and its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Obstacle {
    /// Nothing in it can be measured.
    NoLoudness,
    /// It would take this much limiting, more than the target allows.
    TooMuchLimiting { needed_db: f64 },
    /// More drive hardly makes it louder.
    Saturation,
    /// It is so soft (or so loud) that the limiter's drive does not reach.
    OutOfReach { wanted_db: f64 },
}

impl Solution {
    /// Why the target was not reached, if it was not; `after` is the written file.
    pub(crate) fn sentence(&self, plan: &Plan, after: &Analysis) -> Option<String> {
        let reached = after.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
        Some(self.obstacle?.sentence(plan.target.as_ref()?, reached))
    }
}

/// One render of the limiter.
#[derive(Clone, Copy, Debug)]
struct Trial {
    drive_db: f64,
    /// Loudness of the whole track as far as the render tells.
    integrated_lufs: f64,
    limiting_db: f64,
}

/// Search the drive for the plan's target.
pub(crate) fn drive(front: &Front, plan: &Plan, monitor: &Monitor<'_>) -> Result<Solution, Error> {
    let (Some(target), Some(limiter)) = (&plan.target, &plan.limiter) else {
        return Ok(Solution { drive_db: None, obstacle: None });
    };
    let Some(start_lufs) = front.levels.integrated_lufs() else {
        return Ok(Solution { drive_db: Some(0.0), obstacle: Some(Obstacle::NoLoudness) });
    };
    let wanted_db = target.integrated_lufs - start_lufs;
    let unlimited_db = in_range(wanted_db);
    if wanted_db != unlimited_db {
        return Ok(Solution { drive_db: Some(unlimited_db), obstacle: Some(Obstacle::OutOfReach { wanted_db }) });
    }
    if front.true_peak_dbtp.is_none_or(|peak| peak + unlimited_db <= target.ceiling_dbtp) {
        return Ok(Solution { drive_db: Some(unlimited_db), obstacle: None });
    }
    let bench = Bench { front, limiter, monitor, start_lufs };
    let excerpt = bench.excerpt()?;
    let mut search = Search { bench: &bench, target, sample: &excerpt, trials: Vec::new() };
    let mut solution = search.run(unlimited_db)?;
    if solution.obstacle.is_none() && excerpt.part != Part::Whole {
        solution.drive_db = Some(search.settle_on_the_whole(solution.drive_db.unwrap_or(unlimited_db))?);
    }
    Ok(solution)
}

/// The nearest drive the limiter has.
fn in_range(drive_db: f64) -> f64 {
    let params = ProcessorSpec::Limiter(LimiterSpec::default()).params();
    let drive = params.iter().find(|param| param.id == "drive_db").expect("a limiter has a drive");
    drive_db.clamp(drive.min, drive.max)
}

/// Renders the limiter over parts of the front.
struct Bench<'a> {
    front: &'a Front,
    limiter: &'a LimiterSpec,
    monitor: &'a Monitor<'a>,
    start_lufs: f64,
}

/// A part of the track and its levels before the limiter.
struct Sample {
    part: Part,
    levels: Levels,
}

impl Bench<'_> {
    fn excerpt(&self) -> Result<Sample, Error> {
        let cache = &self.front.cache;
        if cache.frames as f64 / cache.format.sample_rate_hz < EXCERPT_FROM_S {
            return Ok(self.whole());
        }
        let stretch = (STRETCH_S * cache.format.sample_rate_hz / CACHE_BLOCK_FRAMES as f64).ceil() as u64;
        let part = Part::Every { blocks: stretch, of: stretch * STRETCH_EVERY };
        let mut meter = LevelMeter::new(&cache.format);
        cache.for_each(part, |buffer| {
            meter.push(buffer.block());
            Ok(())
        })?;
        let levels = meter.finish();
        // An excerpt of pauses says nothing.
        Ok(if levels.integrated_lufs().is_some() { Sample { part, levels } } else { self.whole() })
    }

    fn whole(&self) -> Sample {
        Sample { part: Part::Whole, levels: self.front.levels.clone() }
    }

    fn render(&self, sample: &Sample, drive_db: f64) -> Result<Trial, Error> {
        let cache = &self.front.cache;
        let spec = limiter_only(LimiterSpec { drive_db, ..self.limiter.clone() });
        let mut chain = Aligned::new(&spec, &cache.format)?;
        let mut meter = LevelMeter::new(&cache.format);
        let mut done = 0;
        cache.for_each(sample.part, |buffer| {
            self.monitor.at(Stage::Solve, done, Some(cache.frames_of(sample.part)))?;
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
        let limited = meter.finish();
        let rise_lu = match (sample.levels.integrated_lufs(), limited.integrated_lufs()) {
            (Some(before), Some(after)) => after - before,
            _ => f64::NEG_INFINITY,
        };
        Ok(Trial {
            drive_db,
            integrated_lufs: self.start_lufs + rise_lu,
            limiting_db: sample.levels.limiting_db(&limited, drive_db),
        })
    }
}

fn limiter_only(limiter: LimiterSpec) -> ChainSpec {
    ChainSpec { steps: vec![Step::new(ProcessorSpec::Limiter(limiter))], ..ChainSpec::default() }
}

struct Search<'a> {
    bench: &'a Bench<'a>,
    target: &'a Target,
    sample: &'a Sample,
    trials: Vec<Trial>,
}

impl Search<'_> {
    fn run(&mut self, unlimited_db: f64) -> Result<Solution, Error> {
        let mut drive_db = unlimited_db;
        for _ in 0..MAX_RENDERS {
            let trial = self.bench.render(self.sample, drive_db)?;
            self.trials.push(trial);
            if self.miss(&trial).abs() <= TOLERANCE_LU || self.is_saturated() {
                break;
            }
            drive_db = self.next_drive_db();
        }
        let best = self.best();
        if best.limiting_db > self.target.max_limiting_db {
            return self.within_the_limit(best);
        }
        let missed = self.miss(&best).abs() > self.target.tolerance_lu;
        Ok(Solution { drive_db: Some(best.drive_db), obstacle: missed.then_some(Obstacle::Saturation) })
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
    fn is_saturated(&self) -> bool {
        let [.., a, b] = self.trials.as_slice() else { return false };
        // At the end of the drive's range both are the same.
        let rise = (b.integrated_lufs - a.integrated_lufs) / (b.drive_db - a.drive_db).max(1e-9);
        rise.abs() < 0.05 && self.miss(b) > TOLERANCE_LU
    }

    /// The secant through the two latest trials; the first step assumes that a third of the drive is lost.
    fn next_drive_db(&self) -> f64 {
        let [.., a, b] = self.trials.as_slice() else {
            let first = self.trials[0];
            return in_range(first.drive_db + 1.5 * self.miss(&first));
        };
        in_range(b.drive_db + (self.miss(b) / slope(a, b)).clamp(-6.0, 6.0))
    }

    /// Correct `drive_db`, found on the excerpt, by what the whole track gives.
    fn settle_on_the_whole(&self, mut drive_db: f64) -> Result<f64, Error> {
        let whole = self.bench.whole();
        let mut slope = match self.trials.as_slice() {
            [.., a, b] => slope(a, b),
            _ => 0.7,
        };
        let mut previous: Option<Trial> = None;
        for _ in 0..MAX_RENDERS {
            let trial = self.bench.render(&whole, drive_db)?;
            if let Some(previous) = &previous {
                slope = self::slope(previous, &trial);
            }
            let miss = self.miss(&trial);
            if miss.abs() > TOLERANCE_LU {
                drive_db = in_range(drive_db + (miss / slope).clamp(-6.0, 6.0));
            }
            if miss.abs() <= CORRECTABLE_LU {
                break;
            }
            previous = Some(trial);
        }
        Ok(drive_db)
    }

    /// The loudest render that stays within the target's allowance of limiting, by bisection.
    fn within_the_limit(&self, wanted: Trial) -> Result<Solution, Error> {
        let peak_dbtp = self.bench.front.true_peak_dbtp.unwrap_or(0.0);
        let mut low_db = self.target.ceiling_dbtp - peak_dbtp;
        let mut high_db = wanted.drive_db;
        for _ in 0..MAX_RENDERS {
            let middle = self.bench.render(self.sample, 0.5 * (low_db + high_db))?;
            if middle.limiting_db > self.target.max_limiting_db {
                high_db = middle.drive_db;
            } else {
                low_db = middle.drive_db;
            }
            if high_db - low_db < 0.05 {
                break;
            }
        }
        let obstacle = Obstacle::TooMuchLimiting { needed_db: wanted.limiting_db };
        Ok(Solution { drive_db: Some(low_db), obstacle: Some(obstacle) })
    }
}

/// Loudness gained for a decibel of drive, kept to what a limiter can do.
fn slope(a: &Trial, b: &Trial) -> f64 {
    let slope = (b.integrated_lufs - a.integrated_lufs) / (b.drive_db - a.drive_db);
    if slope.is_finite() { slope.clamp(0.1, 1.2) } else { 0.7 }
}

impl Obstacle {
    /// The sentence for a person; `reached_lufs` is what the written file measures.
    pub(crate) fn sentence(&self, target: &Target, reached_lufs: Option<f64>) -> String {
        let wanted = format!("{:.1} LUFS under {:.1} dBTP", target.integrated_lufs, target.ceiling_dbtp);
        let reached = reached_lufs.map_or("none".to_owned(), |lufs| format!("{lufs:.1} LUFS"));
        match self {
            Self::NoLoudness => format!(
                "{wanted} cannot be reached: the track has no loudness, it is silent or shorter than the 400 ms that BS.1770 needs"
            ),
            Self::TooMuchLimiting { needed_db } => format!(
                "{wanted} would take {needed_db:.1} dB off the loudest moments; \"{}\" allows {:.1} dB, which gives {reached}",
                target.name, target.max_limiting_db
            ),
            Self::OutOfReach { wanted_db } => format!(
                "{wanted} would take {wanted_db:.1} dB of gain, more than the limiter has, which gives {reached}; bring the mix to a usual level first"
            ),
            Self::Saturation => {
                format!("{wanted} is out of reach: the limiter gives {reached}, and more drive makes it hardly louder")
            }
        }
    }
}

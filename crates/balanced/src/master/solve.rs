//! Search for the limiter's drive that brings a track to its target loudness.
//!
//! Without limiting, loudness rises by exactly the drive. With limiting it rises by less but never falls, so the
//! search is for the root of a rising, concave function. It runs on the `Sketch`, where a trial costs milliseconds.
//! The sketch's error is calibrated at the drive found by rendering the limiter alone over an excerpt (three seconds
//! of every twenty-four); search and calibration repeat until the drive no longer changes.

use balanced_mastering::{ChainSpec, LimiterSpec, ProcessorSpec, Step};
use balanced_model::{Analysis, Target};

use super::cache::{CACHE_BLOCK_FRAMES, Part};
use super::level::{LevelMeter, Levels};
use super::plan::Plan;
use super::render::{Aligned, Front};
use crate::progress::Monitor;
use crate::{Error, Stage};

/// Interval of drive that is interpolated linearly: the curve bends by a hundredth of a LU within it.
const CLOSE_DB: f64 = 0.6;
/// Distance from the goal at which the search on the sketch ends.
const TOLERANCE_DB: f64 = 0.01;
/// Change of drive up to which a calibration remains valid.
const CALIBRATED_DB: f64 = 0.3;
/// Largest number of calibrations; two are usual.
const MAX_CALIBRATIONS: usize = 4;
/// Largest number of trials on the sketch.
const MAX_TRIALS: usize = 24;
/// Share of the target's tolerance by which the solver may miss and still count the target as reached.
const REACHED: f64 = 0.8;
/// Loudness gain per decibel of drive below which more drive is useless.
const SATURATED: f64 = 0.05;
/// Shorter tracks are calibrated as a whole.
const EXCERPT_FROM_S: f64 = 60.0;
/// Length of each stretch of the excerpt.
const STRETCH_S: f64 = 3.0;
/// The excerpt holds one stretch in this many.
const STRETCH_EVERY: u64 = 8;

/// The drive to write with, and how it was found.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// Gain before the limiter; `None` without a target.
    pub(crate) drive_db: Option<f64>,
    /// Why the target is out of reach, if it is.
    pub(crate) obstacle: Option<Obstacle>,
    /// Loudness gain per decibel of drive at that drive.
    pub(crate) slope: f64,
}

/// Reasons why a track cannot reach its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Obstacle {
    /// The track has no measurable loudness.
    NoLoudness,
    /// The target takes this much limiting, more than it allows.
    TooMuchLimiting { needed_db: f64 },
    /// More drive hardly makes the track louder.
    Saturation,
    /// The track is so quiet (or loud) that the drive's range does not suffice.
    OutOfReach { wanted_db: f64 },
}

impl Solution {
    fn exact(drive_db: Option<f64>, obstacle: Option<Obstacle>) -> Self {
        Self { drive_db, obstacle, slope: 1.0 }
    }

    /// Returns why the target was not reached, if it was not; `after` is the written file.
    pub(crate) fn sentence(&self, plan: &Plan, after: &Analysis) -> Option<String> {
        let reached = after.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
        Some(self.obstacle?.sentence(plan.target.as_ref()?, reached))
    }
}

/// Searches the drive for the plan's target.
pub(crate) fn drive(front: &Front, plan: &Plan, monitor: &Monitor<'_>) -> Result<Solution, Error> {
    let (Some(target), Some(limiter)) = (&plan.target, &plan.limiter) else {
        return Ok(Solution::exact(None, None));
    };
    let Some(start_lufs) = front.levels.integrated_lufs() else {
        return Ok(Solution::exact(Some(0.0), Some(Obstacle::NoLoudness)));
    };
    let wanted_db = target.integrated_lufs - start_lufs;
    let unlimited_db = in_range(wanted_db);
    if wanted_db != unlimited_db {
        return Ok(Solution::exact(Some(unlimited_db), Some(Obstacle::OutOfReach { wanted_db })));
    }
    if front.true_peak_dbtp.is_none_or(|peak| peak + unlimited_db <= target.ceiling_dbtp) {
        return Ok(Solution::exact(Some(unlimited_db), None));
    }
    let mut search = Search {
        front,
        limiter,
        target,
        monitor,
        start_lufs,
        sample: Sample::of(front)?,
        bias: Trial::default(),
        trials: Vec::new(),
    };
    search.run(unlimited_db)
}

/// Returns the range of the limiter's drive.
fn drive_range() -> std::ops::RangeInclusive<f64> {
    let params = ProcessorSpec::Limiter(LimiterSpec::default()).params();
    let drive = params.iter().find(|param| param.id == "drive_db").expect("a limiter has a drive");
    drive.min..=drive.max
}

/// Clamps a drive to the limiter's range.
fn in_range(drive_db: f64) -> f64 {
    let range = drive_range();
    drive_db.clamp(*range.start(), *range.end())
}

/// Excerpt for the calibration and its levels before the limiter, as rendered and as sketched.
struct Sample {
    part: Part,
    heard: Levels,
    sketched: Levels,
}

impl Sample {
    fn of(front: &Front) -> Result<Self, Error> {
        let cache = &front.cache;
        let whole = || Self { part: Part::Whole, heard: front.levels.clone(), sketched: front.levels.clone() };
        if (cache.frames as f64) < EXCERPT_FROM_S * cache.format.sample_rate_hz {
            return Ok(whole());
        }
        let stretch = (STRETCH_S * cache.format.sample_rate_hz / CACHE_BLOCK_FRAMES as f64).ceil() as u64;
        let part = Part::Every { blocks: stretch, of: stretch * STRETCH_EVERY };
        let mut meter = LevelMeter::new(&cache.format);
        cache.for_each(part, |buffer| {
            meter.push(buffer.block());
            Ok(())
        })?;
        let heard = meter.finish();
        // An excerpt that holds only pauses cannot calibrate anything.
        if heard.integrated_lufs().is_none() {
            return Ok(whole());
        }
        Ok(Self { part, heard, sketched: front.sketch.levels(part)? })
    }
}

/// Effect of a drive: as predicted by the sketch, or the sketch's error.
#[derive(Clone, Copy, Debug, Default)]
struct Trial {
    drive_db: f64,
    /// Rise of the integrated loudness.
    rise_lu: f64,
    limiting_db: f64,
}

impl Trial {
    fn of(before: &Levels, limited: &Levels, drive_db: f64) -> Self {
        let rise_lu = match (before.integrated_lufs(), limited.integrated_lufs()) {
            (Some(before), Some(after)) => after - before,
            _ => f64::NEG_INFINITY,
        };
        Self { drive_db, rise_lu, limiting_db: before.limiting_db(limited, drive_db) }
    }

    /// Interpolates two trials linearly, or extrapolates them.
    fn between(a: &Self, b: &Self, drive_db: f64) -> Self {
        let share = if a.drive_db == b.drive_db { 0.0 } else { (drive_db - a.drive_db) / (b.drive_db - a.drive_db) };
        let at = |from: f64, to: f64| from + share * (to - from);
        Self { drive_db, rise_lu: at(a.rise_lu, b.rise_lu), limiting_db: at(a.limiting_db, b.limiting_db) }
    }
}

struct Search<'a> {
    front: &'a Front,
    limiter: &'a LimiterSpec,
    target: &'a Target,
    monitor: &'a Monitor<'a>,
    start_lufs: f64,
    sample: Sample,
    /// Calibration, added to the sketch's prediction.
    bias: Trial,
    /// Trials on the sketch, sorted by drive.
    trials: Vec<Trial>,
}

impl Search<'_> {
    fn run(&mut self, unlimited_db: f64) -> Result<Solution, Error> {
        self.attempt(unlimited_db)?;
        let mut calibrated_db = f64::NEG_INFINITY;
        for round in 0.. {
            let solution = self.solve()?;
            let drive_db = solution.drive_db.unwrap_or(unlimited_db);
            if (drive_db - calibrated_db).abs() <= CALIBRATED_DB || round == MAX_CALIBRATIONS {
                return Ok(solution);
            }
            self.calibrate(drive_db)?;
            calibrated_db = drive_db;
        }
        unreachable!("the loop returns at its last round")
    }

    /// Returns the best drive by the sketch and the calibration so far.
    fn solve(&mut self) -> Result<Solution, Error> {
        let wanted_lu = self.target.integrated_lufs - self.start_lufs - self.bias.rise_lu;
        let mut found = self.seek(wanted_lu, |trial| trial.rise_lu)?;
        let limiting_db = found.limiting_db + self.bias.limiting_db;
        let mut obstacle = None;
        if limiting_db > self.target.max_limiting_db {
            obstacle = Some(Obstacle::TooMuchLimiting { needed_db: limiting_db });
            found = self.seek(self.target.max_limiting_db - self.bias.limiting_db, |trial| trial.limiting_db)?;
        }
        let miss_lu = wanted_lu - found.rise_lu;
        if miss_lu.abs() <= REACHED * self.target.tolerance_lu {
            obstacle = None;
        } else if obstacle.is_none() {
            obstacle = Some(Obstacle::Saturation);
        }
        Ok(Solution { drive_db: Some(found.drive_db), obstacle, slope: self.slope(found.drive_db) })
    }

    /// Returns the drive at which the rising `value` reaches `goal`, or the highest drive that has any effect.
    fn seek(&mut self, goal: f64, value: impl Fn(&Trial) -> f64) -> Result<Trial, Error> {
        for _ in 0..MAX_TRIALS {
            let above = self.trials.iter().position(|trial| value(trial) >= goal).unwrap_or(self.trials.len());
            let (below, above) = (above.checked_sub(1).map(|at| self.trials[at]), self.trials.get(above).copied());
            let next_db = match (below, above) {
                (Some(a), Some(b)) => {
                    let share = (goal - value(&a)) / (value(&b) - value(&a));
                    let straight = Trial::between(&a, &b, a.drive_db + share * (b.drive_db - a.drive_db));
                    let near = |trial: &Trial| (value(trial) - goal).abs() <= TOLERANCE_DB;
                    if b.drive_db - a.drive_db <= CLOSE_DB || near(&a) || near(&b) {
                        return Ok(straight);
                    }
                    // The function is concave: the root lies left of the secant's, but near it.
                    straight.drive_db
                }
                (Some(a), None) => {
                    let slope = self.slope(a.drive_db);
                    if slope < SATURATED || a.drive_db >= *drive_range().end() {
                        return Ok(a);
                    }
                    in_range(a.drive_db + (1.1 * (goal - value(&a)) / slope.max(0.2)).clamp(0.3, 6.0))
                }
                (None, Some(b)) if b.drive_db > *drive_range().start() => {
                    in_range(b.drive_db - (value(&b) - goal).clamp(0.3, 6.0))
                }
                (None, Some(b)) => return Ok(b),
                (None, None) => in_range(0.0),
            };
            self.attempt(next_db)?;
        }
        let distance = |trial: &Trial| (value(trial) - goal).abs();
        Ok(self.trials.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or_default())
    }

    /// Returns the loudness gain per decibel of drive around `drive_db`, limited to what a limiter can do.
    fn slope(&self, drive_db: f64) -> f64 {
        let at = self.trials.partition_point(|trial| trial.drive_db < drive_db).clamp(1, self.trials.len().max(2) - 1);
        let [a, b] = [self.trials.get(at - 1), self.trials.get(at)].map(|trial| trial.copied().unwrap_or_default());
        let slope = (b.rise_lu - a.rise_lu) / (b.drive_db - a.drive_db);
        if slope.is_finite() && self.trials.len() > 1 { slope.clamp(0.0, 1.2) } else { 0.7 }
    }

    fn spec(&self, drive_db: f64) -> LimiterSpec {
        LimiterSpec { drive_db, ..self.limiter.clone() }
    }

    /// Adds a trial on the sketch.
    fn attempt(&mut self, drive_db: f64) -> Result<(), Error> {
        let limited = self.front.sketch.limited(Part::Whole, &self.spec(drive_db))?;
        let trial = Trial::of(&self.front.levels, &limited, drive_db);
        let at = self.trials.partition_point(|other| other.drive_db < drive_db);
        self.trials.insert(at, trial);
        Ok(())
    }

    /// Renders the excerpt and stores the sketch's error there.
    fn calibrate(&mut self, drive_db: f64) -> Result<(), Error> {
        let heard = Trial::of(&self.sample.heard, &self.render(drive_db)?, drive_db);
        let limited = self.front.sketch.limited(self.sample.part, &self.spec(drive_db))?;
        let sketched = Trial::of(&self.sample.sketched, &limited, drive_db);
        let rise_lu = heard.rise_lu - sketched.rise_lu;
        self.bias = Trial {
            drive_db,
            rise_lu: if rise_lu.is_finite() { rise_lu } else { 0.0 },
            limiting_db: heard.limiting_db - sketched.limiting_db,
        };
        Ok(())
    }

    fn render(&self, drive_db: f64) -> Result<Levels, Error> {
        let (cache, part) = (&self.front.cache, self.sample.part);
        let limiter = Step::new(ProcessorSpec::Limiter(self.spec(drive_db)));
        let mut chain = Aligned::new(&ChainSpec { steps: vec![limiter], ..ChainSpec::default() }, &cache.format)?;
        let mut meter = LevelMeter::new(&cache.format);
        let mut done = 0;
        cache.for_each(part, |buffer| {
            self.monitor.at(Stage::Solve, done, Some(cache.frames_of(part)))?;
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
        Ok(meter.finish())
    }
}

impl Obstacle {
    /// Returns the explanation for the user; `reached_lufs` is the loudness of the written file.
    pub(crate) fn sentence(&self, target: &Target, reached_lufs: Option<f64>) -> String {
        let wanted = format!("{:.1} LUFS under {:.1} dBTP", target.integrated_lufs, target.ceiling_dbtp);
        let reached = reached_lufs.map_or("none".to_owned(), |lufs| format!("{lufs:.1} LUFS"));
        match self {
            Self::NoLoudness => format!(
                "{wanted} cannot be reached: the track has no measurable loudness, because it is silent or shorter than 400 ms (BS.1770)"
            ),
            Self::TooMuchLimiting { needed_db } => format!(
                "{wanted} needs {needed_db:.1} dB of limiting in the loudest passages; the target allows {:.1} dB, which gives {reached}",
                target.max_limiting_db
            ),
            Self::OutOfReach { wanted_db } => format!(
                "{wanted} needs {wanted_db:.1} dB of gain, more than the limiter's drive can give, which gives {reached}; bring the mix to a usual level first"
            ),
            Self::Saturation => {
                format!(
                    "{wanted} cannot be reached: the limiter gives {reached}, and more drive hardly makes it louder"
                )
            }
        }
    }
}

//! The level of an album: which gain every track gets, so that one ceiling holds and the tracks keep their distances.

use std::rc::Rc;

use balanced_dsp::StreamFormat;
use balanced_mastering::{ChainSpec, LimiterSpec, ProcessorSpec, Step};
use balanced_model::{AlbumMode, Target};

use super::stream::{self, Cut, Voice};
use super::timeline::Slot;
use super::track::Ready;
use crate::Error;
use crate::master::level::Levels;
use crate::master::solve::{self, Solution};
use crate::master::verify::dither_margin_db;
use crate::progress::Monitor;
use crate::scratch::Scratch;

/// Largest number of renders of the whole album; two are usual.
const MAX_ROUNDS: usize = 6;
/// Lowers the ceiling by this much more than the measured excess.
const EXTRA_DB: f64 = 0.01;
/// Flattest rise of loudness with drive that a correction counts on.
const LEAST_SLOPE: f64 = 0.2;

/// An album that was rendered at its level.
pub(super) struct Levelled {
    pub(super) cuts: Vec<Cut>,
    /// Gain of each track that the plan gives it, and what makes up for limiting.
    pub(super) gains: Vec<(f64, f64)>,
    /// Loudness that the plan gives each track, on the written album.
    pub(super) wanted_lufs: Vec<Option<f64>>,
    /// Gain that all tracks share.
    pub(super) common_db: Option<f64>,
    pub(super) reason: Option<String>,
}

/// What the search changes from one render to the next.
struct Search<'a, 't> {
    tracks: &'a mut [Ready<'t>],
    mode: AlbumMode,
    target: &'a Target,
    /// Gain from each track's own loudness to the loudness wanted.
    gain_db: Vec<f64>,
    /// How far the whole album was lowered.
    lowered_lu: f64,
    /// How far the limiter's ceiling lies under the target's.
    margin_db: f64,
    solutions: Vec<Solution>,
    drives_db: Vec<f64>,
    reason: Option<String>,
}

/// Finds the level of the album and renders it; the result keeps the target's ceiling and the distances of the tracks.
pub(super) fn find(
    tracks: &mut [Ready<'_>],
    slots: &[Slot],
    format: &StreamFormat,
    (mode, target): (AlbumMode, &Target),
    scratch: &dyn Fn() -> Rc<Scratch>,
    monitor: &Monitor<'_>,
) -> Result<Levelled, Error> {
    let gain_db = gains(tracks, mode, target.integrated_lufs);
    let margin_db = dither_margin_db(&tracks[0].plan);
    let mut search = Search {
        tracks,
        mode,
        target,
        gain_db,
        lowered_lu: 0.0,
        margin_db,
        solutions: Vec::new(),
        drives_db: Vec::new(),
        reason: None,
    };
    search.solve(monitor)?;
    for round in 1.. {
        let cuts = stream::render(&search.voices(slots), &search.tail(), format, &scratch(), monitor)?;
        let is_last = round == MAX_ROUNDS;
        if search.correct(&cuts, is_last, monitor)? {
            return Ok(search.finish(cuts));
        }
    }
    unreachable!("the loop returns at its last round")
}

/// Returns the gain that brings each track from its own loudness to the album's plan, in dB.
fn gains(tracks: &[Ready<'_>], mode: AlbumMode, target_lufs: f64) -> Vec<f64> {
    let own: Vec<Option<f64>> = tracks.iter().map(|track| track.own_lufs).collect();
    let common = match mode {
        AlbumMode::Album => together(tracks),
        _ => own.iter().flatten().copied().reduce(f64::max),
    };
    let common_db = common.map_or(0.0, |lufs| target_lufs - lufs);
    match mode {
        AlbumMode::PerTrack => own.iter().map(|lufs| lufs.map_or(common_db, |lufs| target_lufs - lufs)).collect(),
        _ => vec![common_db; tracks.len()],
    }
}

/// Returns the loudness of all tracks as one, each at its own loudness.
fn together(tracks: &[Ready<'_>]) -> Option<f64> {
    let levels = tracks.iter().map(|track| {
        let change_db = track.own_lufs.zip(track.front_lufs()).map_or(0.0, |(own, front)| own - front);
        (&track.front.levels, change_db)
    });
    Levels::together(levels).integrated_lufs()
}

impl Search<'_, '_> {
    /// Returns the gain in front of the limiter that the plan gives track `index`, without what limiting takes.
    fn plain_db(&self, index: usize) -> f64 {
        let track = &self.tracks[index];
        let change_db = track.own_lufs.zip(track.front_lufs()).map_or(0.0, |(own, front)| own - front);
        self.gain_db[index] + change_db - self.lowered_lu
    }

    /// Searches the drive of every track by itself.
    fn solve(&mut self, monitor: &Monitor<'_>) -> Result<(), Error> {
        self.solutions.clear();
        self.drives_db.clear();
        for index in 0..self.tracks.len() {
            let plain_db = self.plain_db(index);
            let track = &mut self.tracks[index];
            let wanted = track.front_lufs().map(|lufs| lufs + plain_db);
            if let (Some(target), Some(lufs)) = (&mut track.plan.target, wanted) {
                target.integrated_lufs = lufs;
            }
            let solution = solve::drive(&track.front, &track.plan, monitor)?;
            self.drives_db.push(solution.drive_db.filter(|_| wanted.is_some()).unwrap_or(plain_db));
            self.solutions.push(solution);
        }
        Ok(())
    }

    fn voices(&self, slots: &[Slot]) -> Vec<Voice<'_>> {
        let tracks = self.tracks.iter().zip(&self.drives_db).zip(slots);
        tracks
            .map(|((track, gain_db), slot)| Voice { audio: &track.front.cache, gain_db: *gain_db, slot: *slot })
            .collect()
    }

    /// Returns the album's limiter and dither.
    fn tail(&self) -> ChainSpec {
        let ceiling_dbtp = self.target.ceiling_dbtp - self.margin_db;
        let limiter = ProcessorSpec::Limiter(LimiterSpec { ceiling_dbtp, drive_db: 0.0, ..LimiterSpec::default() });
        let dither = self.tracks[0].plan.dither.clone().map(ProcessorSpec::Dither);
        ChainSpec { steps: [limiter].into_iter().chain(dither).map(Step::new).collect(), ..ChainSpec::default() }
    }

    /// Returns the loudness that track `index` should have on the written album.
    fn wanted_lufs(&self, cuts: &[Cut], index: usize) -> Option<f64> {
        let plain_db = self.plain_db(index);
        match &cuts[index].unlimited {
            // Crossfades and silence change what a track's file measures: what it measures before the limiter is what
            // limiting is told by.
            Some(heard) => heard.integrated_lufs().map(|lufs| lufs - (self.drives_db[index] - plain_db)),
            None => self.tracks[index].front_lufs().map(|lufs| lufs + plain_db),
        }
    }

    /// Returns how much louder track `index` should be than it is.
    fn miss_lu(&self, cuts: &[Cut], index: usize) -> Option<f64> {
        Some(self.wanted_lufs(cuts, index)? - cuts[index].levels.integrated_lufs()?)
    }

    /// Corrects what a render missed. True if there is nothing to correct, or no time.
    fn correct(&mut self, cuts: &[Cut], is_last: bool, monitor: &Monitor<'_>) -> Result<bool, Error> {
        let misses: Vec<f64> = (0..cuts.len()).map(|index| self.miss_lu(cuts, index).unwrap_or(0.0)).collect();
        let peak = cuts.iter().filter_map(|cut| cut.true_peak_dbtp).reduce(f64::max);
        let over_db = peak.map_or(0.0, |peak| peak - self.target.ceiling_dbtp).max(0.0);
        let tolerance_lu = self.target.tolerance_lu;
        let short = |index: &usize| self.solutions[*index].obstacle.is_some() && misses[*index] > tolerance_lu;
        let hardest = (0..cuts.len()).filter(short).max_by(|a, b| misses[*a].total_cmp(&misses[*b]));
        if let Some(index) = hardest {
            self.tell(index, misses[index], cuts);
            if self.mode != AlbumMode::PerTrack && !is_last {
                self.lowered_lu += misses[index];
                self.margin_db += if over_db > 0.0 { over_db + EXTRA_DB } else { 0.0 };
                self.solve(monitor)?;
                return Ok(false);
            }
        }
        let is_off = |index: usize| {
            misses[index].abs() > 0.5 * tolerance_lu
                && (self.solutions[index].obstacle.is_none() || misses[index] < 0.0)
        };
        let off: Vec<usize> = (0..cuts.len()).filter(|index| is_off(*index)).collect();
        if over_db == 0.0 && off.is_empty() {
            return Ok(true);
        }
        if is_last {
            self.give_up(over_db, &misses);
            return Ok(true);
        }
        self.margin_db += if over_db > 0.0 { over_db + EXTRA_DB } else { 0.0 };
        for index in off {
            self.drives_db[index] += misses[index] / self.solutions[index].slope.max(LEAST_SLOPE);
        }
        Ok(false)
    }

    /// Tells why the target is out of reach: what holds the hardest track back.
    fn tell(&mut self, index: usize, miss_lu: f64, cuts: &[Cut]) {
        let track = &self.tracks[index];
        let reached = cuts[index].levels.integrated_lufs();
        let Some(obstacle) = self.solutions[index].obstacle else { return };
        let sentence = obstacle.sentence(track.plan.target.as_ref().unwrap_or(self.target), reached);
        let effect = match self.mode {
            AlbumMode::PerTrack => "the other tracks are at their target".to_owned(),
            _ => format!(
                "the whole album is {:.1} LU under its target, so that the tracks keep their distances",
                self.lowered_lu + miss_lu
            ),
        };
        self.reason = Some(format!("track {}, {}: {sentence}; {effect}", index + 1, track.name()));
    }

    fn give_up(&mut self, over_db: f64, misses: &[f64]) {
        let worst = misses.iter().map(|miss| miss.abs()).fold(0.0, f64::max);
        if over_db > 0.0 || worst > self.target.tolerance_lu {
            self.reason.get_or_insert(format!(
                "after {MAX_ROUNDS} renders the album is still {over_db:.2} dB over the ceiling, and a track {worst:.2} LU from its place"
            ));
        }
    }

    fn finish(mut self, cuts: Vec<Cut>) -> Levelled {
        if self.tracks.iter().all(|track| track.own_lufs.is_none()) {
            self.reason = Some(
                "no track has a measurable loudness, because all are silent or shorter than 400 ms (BS.1770)"
                    .to_owned(),
            );
        }
        let wanted_lufs = (0..cuts.len()).map(|index| self.wanted_lufs(&cuts, index)).collect();
        let gains = (0..cuts.len()).map(|index| {
            let plain_db = self.plain_db(index);
            (plain_db, self.drives_db[index] - plain_db)
        });
        let gains = gains.collect();
        let shared = self.gain_db.first().copied().filter(|_| self.mode != AlbumMode::PerTrack);
        let common_db = shared.map(|db| db - self.lowered_lu);
        Levelled { gains, wanted_lufs, common_db, reason: self.reason, cuts }
    }
}

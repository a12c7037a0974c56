//! Noise that never stops: hiss under the music, and noise before it begins or after it has ended.
//!
//! A band of noise holds hundreds of bins, so that its level hardly moves from frame to frame. Where hiss lies under music, the
//! lowest levels of the treble bands over the track end at a sharp edge, in several bands at once; music trails off instead. Before
//! the first note (or after the last) hiss is all there is, and every band stands still.

use std::collections::VecDeque;
use std::ops::Range;

use balanced_dsp::lanes;
use balanced_model::{Defect, DefectKind, Severity};

use super::finding::{clock, finding};
use super::levels::Levels;
use crate::spectrum::engine::{Frame, Geometry};

/// Bands of the treble, where music is weakest.
const BANDS_HZ: [(f64, f64); BANDS] = [
    (4000.0, 6500.0),
    (6500.0, 9000.0),
    (9000.0, 11_500.0),
    (11_500.0, 14_500.0),
    (14_500.0, 17_000.0),
    (17_000.0, 19_500.0),
];
const BANDS: usize = 6;
/// The lowest levels of a band: those at these shares of the frames differ by no more than this.
const EDGE_SHARES: (f64, f64) = (0.02, 0.1);
const SHARPEST_DB: f64 = 1.0;
/// Neighbouring bands of one noise differ by less than this.
const SLOPE_DB: f64 = 9.0;
/// Bands below may be softer than a flat spectrum by this.
const SLACK_DB: f64 = 4.0;
/// Noise this far under the mean power of the track is not heard under it; from the second on it is plain.
const QUIETEST_DB: f64 = -48.0;
/// Louder noise is played.
const LOUDEST_DB: f64 = -18.0;
const PLAIN_DB: f64 = -28.0;
/// The sound between 20 Hz and 20 kHz that a level of noise stands for.
const WHOLE_HZ: f64 = 19_980.0;
/// Frames softer than this (mean square) are pauses of the file itself.
const SILENCE_POWER: f32 = 1e-8;
const SILENCE_DB: f32 = -80.0;
/// Five seconds of frames say something about a floor.
const FLOOR_S: f64 = 5.0;
/// Kept of the beginning and of the end, and the shortest noise there that is worth a word.
const KEPT_S: f64 = 15.0;
const SHORTEST_S: f64 = 1.2;
/// A band that stands still stays this near to its first levels.
const STILL_DB: f32 = 1.5;
const FIRST_FRAMES: usize = 8;
/// What follows is music if it is louder by this.
const STEP_DB: f64 = 6.0;
/// Noise at an end quieter than this (of full scale) is the floor of a file, not of a room.
const AUDIBLE_DBFS: f64 = -72.0;

/// Levels of one frame: the bands, then the whole.
type FrameLevels = [f32; BANDS + 1];

/// Watches the treble of all channels together.
pub(crate) struct Floor {
    hop_s: f64,
    bins: [Range<usize>; BANDS],
    levels: [Levels; BANDS],
    kept: usize,
    head: Vec<FrameLevels>,
    tail: VecDeque<FrameLevels>,
}

impl Floor {
    pub fn new(geometry: Geometry) -> Self {
        let bin_hz = geometry.rate / geometry.size as f64;
        let hop_s = 0.5 * geometry.size as f64 / geometry.rate;
        let last = geometry.size / 2;
        let bin = |hz: f64| ((hz / bin_hz).round() as usize).min(last);
        let kept = (KEPT_S / hop_s) as usize;
        Self {
            hop_s,
            bins: BANDS_HZ.map(|(from_hz, to_hz)| bin(from_hz)..bin(to_hz)),
            levels: std::array::from_fn(|_| Levels::new(-140.0, 0.0)),
            kept,
            head: Vec::new(),
            tail: VecDeque::new(),
        }
    }

    pub fn push(&mut self, frame: &Frame<'_>) {
        if frame.weight < 0.99 {
            return;
        }
        let power = &frame.spectrum.mean;
        let level = |power: f32| 10.0 * power.max(1e-14).log10();
        let whole = lanes::sum(power);
        let mut now = [level(whole); BANDS + 1];
        for (value, bins) in now.iter_mut().zip(&self.bins) {
            *value = level(lanes::sum(&power[bins.clone()]));
        }
        if whole > SILENCE_POWER {
            for (levels, value) in self.levels.iter_mut().zip(&now) {
                levels.add(f64::from(*value));
            }
        }
        if self.head.len() < self.kept {
            self.head.push(now);
        }
        if self.tail.len() == self.kept {
            self.tail.pop_front();
        }
        self.tail.push_back(now);
    }

    /// Findings; `programme_db` is the mean power of the track.
    pub fn finish(&self, programme_db: f64, duration_s: f64) -> Vec<Defect> {
        let mut out = Vec::new();
        let under = self.under(programme_db);
        if let Some((noise_db, relative_db)) = under {
            out.push(hiss(noise_db, relative_db, duration_s));
        }
        // A floor from end to end is told once.
        let told = |level_db: f64| under.is_some_and(|(noise_db, _)| (level_db - noise_db).abs() < STEP_DB);
        let head = noise_before(self.head.iter().copied(), self.hop_s).filter(|(_, level_db)| !told(*level_db));
        if let Some((seconds, level_db)) = head {
            out.push(at_an_end(true, (0.0, seconds), level_db));
        }
        let tail = noise_before(self.tail.iter().rev().copied(), self.hop_s).filter(|(_, level_db)| !told(*level_db));
        if let Some((seconds, level_db)) = tail {
            out.push(at_an_end(false, (duration_s - seconds, duration_s), level_db));
        }
        out
    }

    /// Level of the noise under the music, in dBFS and relative to the track.
    fn under(&self, programme_db: f64) -> Option<(f64, f64)> {
        if f64::from(self.levels[0].total()) * self.hop_s < FLOOR_S {
            return None;
        }
        let edges: Vec<Option<f64>> = self.levels.iter().map(edge_db).collect();
        let pair = (0..BANDS - 1).rev().find_map(|i| {
            let (below, above) = (edges[i]?, edges[i + 1]?);
            ((below - above).abs() < SLOPE_DB).then_some([(i, below), (i + 1, above)])
        })?;
        let whole_db = pair.iter().map(|(band, level_db)| {
            let (from_hz, to_hz) = BANDS_HZ[*band];
            level_db + 10.0 * (WHOLE_HZ / (to_hz - from_hz)).log10()
        });
        let noise_db = 0.5 * whole_db.sum::<f64>();
        // Hiss fills the bands below as well: what falls silent there is an instrument.
        let is_filled = |(levels, (from_hz, to_hz)): (&Levels, (f64, f64))| {
            let own_db = noise_db - 10.0 * (WHOLE_HZ / (to_hz - from_hz)).log10();
            levels.quantile_db(EDGE_SHARES.0).is_some_and(|lowest_db| lowest_db > own_db - SLACK_DB)
        };
        if !self.levels.iter().zip(BANDS_HZ).take(pair[0].0).all(is_filled) {
            return None;
        }
        let relative_db = noise_db - programme_db;
        (QUIETEST_DB..LOUDEST_DB).contains(&relative_db).then_some((noise_db, relative_db))
    }
}

/// Level of the edge that the lowest levels of a band lie on, if it is sharp.
fn edge_db(levels: &Levels) -> Option<f64> {
    let (low, high) = (levels.quantile_db(EDGE_SHARES.0)?, levels.quantile_db(EDGE_SHARES.1)?);
    (high - low <= SHARPEST_DB && low > -95.0).then_some(low)
}

/// Length and level of the noise that frames begin with, if music follows.
fn noise_before(frames: impl Iterator<Item = FrameLevels>, hop_s: f64) -> Option<(f64, f64)> {
    let frames: Vec<FrameLevels> = frames.skip_while(|frame| frame[BANDS] < SILENCE_DB).skip(1).collect();
    if frames.len() < 3 * FIRST_FRAMES {
        return None;
    }
    let first: [f32; BANDS] =
        std::array::from_fn(|i| frames[..FIRST_FRAMES].iter().map(|f| f[i]).sum::<f32>() / FIRST_FRAMES as f32);
    let still =
        |frame: &FrameLevels| (0..BANDS).filter(|i| (frame[*i] - first[*i]).abs() < STILL_DB).count() >= BANDS - 1;
    let count = frames.iter().take_while(|frame| still(frame)).count();
    let seconds = count as f64 * hop_s;
    if seconds < SHORTEST_S || first[1] < -95.0 {
        return None;
    }
    let mean_db = |frames: &[FrameLevels]| {
        let sum: f64 = frames.iter().map(|f| 10f64.powf(0.1 * f64::from(f[BANDS]))).sum();
        10.0 * (sum / frames.len().max(1) as f64).log10()
    };
    let (level_db, rest) = (mean_db(&frames[..count]), &frames[count..]);
    let after_db = mean_db(&rest[..rest.len().min((2.0 / hop_s) as usize)]);
    (level_db > AUDIBLE_DBFS && rest.len() > FIRST_FRAMES && after_db > level_db + STEP_DB)
        .then_some((seconds, level_db))
}

fn hiss(noise_db: f64, relative_db: f64, duration_s: f64) -> Defect {
    let message = format!(
        "A steady hiss lies under the whole track at about {noise_db:.0} dBFS, {:.0} dB below the music; it is heard in soft passages and fades.",
        -relative_db
    );
    let severity = if relative_db >= PLAIN_DB { Severity::Major } else { Severity::Minor };
    finding(DefectKind::NoiseFloor, severity, (0.0, duration_s), message)
        .with("level_dbfs", noise_db)
        .with("relative_db", relative_db)
}

fn at_an_end(start: bool, range_s: (f64, f64), level_db: f64) -> Defect {
    let seconds = range_s.1 - range_s.0;
    let message = if start {
        format!("Before the music begins there are {seconds:.1} s of noise at {level_db:.0} dBFS.")
    } else {
        format!("After the music ends at {} there are {seconds:.1} s of noise at {level_db:.0} dBFS.", clock(range_s.0))
    };
    let kind = if start { DefectKind::NoisyIntro } else { DefectKind::NoisyEnd };
    let severity = if level_db >= -50.0 { Severity::Major } else { Severity::Minor };
    finding(kind, severity, range_s, message).with("level_dbfs", level_db).with("length_s", seconds)
}

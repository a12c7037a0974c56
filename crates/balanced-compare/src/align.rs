//! Alignment: runs of B that lie in A without a jump, each with its delay to a fraction of a frame and its drift.

use crate::audio::{Audio, Fold, folded};
use crate::coarse::{Piece, pieces};
use crate::correlate::Correlator;

/// Window in which a delay is searched: the fingerprint is right to an eighth of a second.
const SEARCH_S: f64 = 1.5;
const SEARCH_LAG_S: f64 = 0.35;
/// Window in which the delay is measured.
const MEASURE_S: f64 = 0.7;
const MEASURE_LAG_S: f64 = 0.01;
/// Least height of the whitened correlation of windows that hold one recording; noise stays under 0.04 in windows of this length.
const LEAST_STRENGTH: f64 = 0.06;
/// Delay from one window to the next that is a jump, not a wavering clock.
const JUMP_S: f64 = 0.001;
/// Windows under this mean square are silent: -80 dBFS.
const SILENT: f64 = 1e-8;
/// Longest recording that is searched without fingerprints.
const SHORT_S: f64 = 6.0;

/// A window of B that was found in A.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Match {
    /// Middle of the window in B, in frames.
    pub b: f64,
    /// Frame in A minus frame in B.
    pub lag: f64,
    pub strength: f64,
}

/// A stretch of B that lies in A without a jump.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    pub matches: Vec<Match>,
    /// Frame in A of frame 0 of B.
    pub lag: f64,
    /// Frames in A per frame in B, less 1.
    pub drift: f64,
    pub drift_error: Option<f64>,
    /// First and last frame in B, which the boundaries are moved to later.
    pub start: i64,
    pub end: i64,
}

impl Run {
    /// Returns the middles of the first and of the last window, in frames of B.
    pub fn middles(&self) -> (i64, i64) {
        (self.matches[0].b as i64, self.matches[self.matches.len() - 1].b as i64)
    }

    /// Returns the place in A of a frame of B.
    pub fn place(&self, b: f64) -> f64 {
        b + self.lag + self.drift * b
    }
}

/// The runs, with what they were found by.
pub(crate) struct Aligned {
    pub runs: Vec<Run>,
    pub coherence: f64,
}

/// Finds B in A; `items` are the fingerprints of both for this fold.
pub(crate) fn align<A: Audio>(a: &A, b: &A, rate_hz: f64, fold: Fold, items: [&[u32]; 2]) -> Result<Aligned, A::Error> {
    let mut likely = pieces(items[0], items[1]);
    let is_short = (a.frames().min(b.frames()) as f64) < SHORT_S * rate_hz;
    let mut matches = Vec::new();
    if is_short || likely.is_empty() {
        matches.extend(whole(a, b, rate_hz, fold)?);
    } else {
        likely.dedup_by(|x, y| x == y);
        matches = measure(a, b, rate_hz, fold, &likely)?;
    }
    let runs = runs(matches, rate_hz, is_short);
    let mut strengths: Vec<f64> = runs.iter().flat_map(|run| &run.matches).map(|found| found.strength.abs()).collect();
    strengths.sort_by(f64::total_cmp);
    Ok(Aligned { coherence: strengths.get(strengths.len() / 2).copied().unwrap_or(0.0), runs })
}

/// Measures the delay around each likely place.
fn measure<A: Audio>(a: &A, b: &A, rate_hz: f64, fold: Fold, likely: &[Piece]) -> Result<Vec<Match>, A::Error> {
    let frames = |seconds: f64| ((seconds * rate_hz) as usize).next_power_of_two();
    let (mut search, mut exact) = (Correlator::new(frames(SEARCH_S)), Correlator::new(frames(MEASURE_S)));
    let mut matches: Vec<Match> = Vec::new();
    for piece in likely {
        let middle = (piece.b_s * rate_hz) as i64;
        // Where the window before was found, the next one is looked for first: that costs less.
        let near = matches.last().filter(|last| ((last.lag / rate_hz) - piece.lag_s).abs() < 0.2).map(|last| last.lag);
        let first = match near {
            Some(lag) => refine(a, b, fold, &mut exact, middle, lag, MEASURE_LAG_S * rate_hz)?,
            None => None,
        };
        let found = match first {
            Some(found) => Some(found),
            None => {
                let lag = piece.lag_s * rate_hz;
                let rough = window(a, b, fold, &mut search, middle, lag.round() as i64, SEARCH_LAG_S * rate_hz)?;
                match rough {
                    Some(rough) => refine(a, b, fold, &mut exact, middle, rough.lag, MEASURE_LAG_S * rate_hz)?,
                    None => None,
                }
            }
        };
        matches.extend(found);
    }
    Ok(matches)
}

/// Measures at `lag`, and once more at what was found, so that both windows hold the same sound.
fn refine<A: Audio>(
    a: &A,
    b: &A,
    fold: Fold,
    exact: &mut Correlator,
    middle: i64,
    lag: f64,
    max_lag: f64,
) -> Result<Option<Match>, A::Error> {
    let Some(first) = window(a, b, fold, exact, middle, lag.round() as i64, max_lag)? else { return Ok(None) };
    let second = window(a, b, fold, exact, middle, first.lag.round() as i64, max_lag)?;
    Ok(second.filter(|found| found.strength.abs() >= LEAST_STRENGTH))
}

/// Correlates the window of B around `middle` with that of A at `lag`.
fn window<A: Audio>(
    a: &A,
    b: &A,
    fold: Fold,
    correlator: &mut Correlator,
    middle: i64,
    lag: i64,
    max_lag: f64,
) -> Result<Option<Match>, A::Error> {
    let frames = correlator.frames();
    let start = middle - frames as i64 / 2;
    let (of_a, of_b) = (folded(a, fold, start + lag, frames)?, folded(b, fold, start, frames)?);
    if power(&of_a) < SILENT || power(&of_b) < SILENT {
        return Ok(None);
    }
    let peak = correlator.peak(&of_a, &of_b, max_lag as usize);
    Ok(peak.map(|peak| Match { b: middle as f64, lag: lag as f64 + peak.lag_frames, strength: peak.strength }))
}

pub(crate) fn power(samples: &[f64]) -> f64 {
    samples.iter().map(|x| x * x).sum::<f64>() / samples.len().max(1) as f64
}

/// Finds a short recording in another one: the shorter one slides along the longer one.
fn whole<A: Audio>(a: &A, b: &A, rate_hz: f64, fold: Fold) -> Result<Vec<Match>, A::Error> {
    let size = ((2.0 * SHORT_S * rate_hz) as usize).next_power_of_two();
    let mut correlator = Correlator::new(size);
    let mut exact = Correlator::new(((MEASURE_S * rate_hz) as usize).next_power_of_two());
    let half = (size / 2) as i64;
    let middle = b.frames().min(size as u64 / 2) as i64 / 2;
    let mut best: Option<Match> = None;
    let mut at = 0;
    while at < a.frames() as i64 {
        let found = window(a, b, fold, &mut correlator, middle, at + half / 2 - middle, size as f64 / 2.0)?;
        best = [best, found].into_iter().flatten().max_by(|x, y| x.strength.abs().total_cmp(&y.strength.abs()));
        at += half / 2;
    }
    let Some(best) = best else { return Ok(Vec::new()) };
    Ok(refine(a, b, fold, &mut exact, middle, best.lag, MEASURE_LAG_S * rate_hz)?.into_iter().collect())
}

/// Groups windows without a jump between them.
fn runs(matches: Vec<Match>, rate_hz: f64, is_short: bool) -> Vec<Run> {
    let mut groups: Vec<Vec<Match>> = Vec::new();
    for found in matches {
        let last = groups.last_mut().filter(|group| group.last().is_some_and(|last| is_near(last, &found, rate_hz)));
        match last {
            Some(group) => group.push(found),
            None => groups.push(vec![found]),
        }
    }
    let least = if is_short { 1 } else { 2 };
    let groups: Vec<_> = groups.into_iter().filter(|group| group.len() >= least).collect();
    // A stray group between two of one delay leaves these apart.
    let mut joined: Vec<Vec<Match>> = Vec::new();
    for group in groups {
        match joined.last_mut().filter(|before| before.last().is_some_and(|last| is_near(last, &group[0], rate_hz))) {
            Some(before) => before.extend(group),
            None => joined.push(group),
        }
    }
    joined.into_iter().map(|group| fit(group, rate_hz)).collect()
}

fn is_near(last: &Match, next: &Match, rate_hz: f64) -> bool {
    // 200 ppm of drift between the two, besides.
    (next.lag - last.lag).abs() < JUMP_S * rate_hz + 2e-4 * (next.b - last.b).abs()
}

/// Fits a line to the delays: slope by the median of slopes (Theil and Sen), offset by the median.
fn fit(matches: Vec<Match>, rate_hz: f64) -> Run {
    let span = matches.last().map_or(0.0, |last| last.b - matches[0].b);
    let (mut drift, mut drift_error) = (0.0, None);
    if matches.len() >= 5 && span > 5.0 * rate_hz {
        let step = (matches.len() / 200).max(1);
        let few: Vec<&Match> = matches.iter().step_by(step).collect();
        let far = few.len() / 3;
        let pairs = few
            .iter()
            .enumerate()
            .flat_map(|(n, x)| few[(n + far.max(1)).min(few.len())..].iter().map(move |y| (x, y)));
        let slope = median(pairs.map(|(x, y)| (y.lag - x.lag) / (y.b - x.b)).collect());
        let rest: Vec<f64> = matches.iter().map(|found| found.lag - slope * found.b).collect();
        let centre = median(rest.clone());
        let scatter = 1.4826 * median(rest.iter().map(|x| (x - centre).abs()).collect());
        let mean = matches.iter().map(|found| found.b).sum::<f64>() / matches.len() as f64;
        let spread = matches.iter().map(|found| (found.b - mean).powi(2)).sum::<f64>().sqrt();
        let error = scatter.max(1e-4) / spread;
        drift_error = Some(error);
        // A drift must move the audio by a noticeable part of a frame, and be beyond its error.
        if slope.abs() > 5.0 * error && (slope * span).abs() > 0.1 {
            drift = slope;
        }
    }
    let mut lag = median(matches.iter().map(|found| found.lag - drift * found.b).collect());
    if drift == 0.0 && (lag - lag.round()).abs() < 0.02 {
        lag = lag.round() + 0.0; // never -0
    }
    let (start, end) = (matches[0].b as i64, matches[matches.len() - 1].b as i64 + 1);
    Run { matches, lag, drift, drift_error, start, end }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => 0.5 * (values[n / 2 - 1] + values[n / 2]),
    }
}

//! The comparison: alignment, residual, edits and what they say together.

use crate::align::{Aligned, Run, align, median};
use crate::audio::{Audio, Fold};
use crate::bounds::settle;
use crate::edits::Edited;
use crate::residual::Measured;
use crate::result::{Alignment, EditKind, Residual, TrackEdit, Verdict};
use crate::shift::{Mapping, Shifted, mapping};

/// Level of the rest that 16-bit dither leaves at most: two independent TPDF dithers are at -93.3 dBFS.
const DITHER_DBFS: f64 = -90.0;
/// Least share of B that must be in A, for B to be made from it.
const LEAST_SHARE: f64 = 0.25;
/// Median coherence from which a match is beyond doubt.
const SURE_COHERENCE: f64 = 0.25;
/// Shortest alignment that tells two recordings apart from two that share a sound.
const LEAST_MATCHED_S: f64 = 0.5;

/// Two recordings at one rate, with one number of channels.
pub struct Pair<'a, A> {
    /// Recording A.
    pub a: &'a A,
    /// Recording B.
    pub b: &'a A,
    /// Sample rate of both.
    pub sample_rate_hz: f64,
    /// Items of the fingerprints of A and B, of all channels together.
    pub items: [&'a [u32]; 2],
    /// Items of the fingerprints of the first channels alone.
    pub first_items: [&'a [u32]; 2],
    /// Whether both are as their files have them, neither resampled nor folded down.
    pub is_untouched: bool,
}

/// Comparison of the audio of two recordings.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Relation of B to A.
    pub verdict: Verdict,
    /// Evidence for the verdict, 0 to 1.
    pub confidence: f64,
    /// Where B lies in A.
    pub alignment: Option<Alignment>,
    /// Residual: B less A at the gain that leaves least.
    pub residual: Option<Residual>,
    /// Edits, in the order of B.
    pub edits: Vec<TrackEdit>,
}

/// Compares two recordings.
///
/// # Errors
/// Returns the error of a recording that cannot be read.
pub fn compare<A: Audio>(pair: &Pair<'_, A>) -> Result<Compared, A::Error> {
    let aligned = best(pair)?;
    if aligned.runs.is_empty() {
        return Ok(different(0.0));
    }
    let Aligned { mut runs, coherence } = aligned;
    let mapping = mapping(pair.a, pair.b, &runs, pair.sample_rate_hz)?;
    let shifted = Shifted::new(pair.a, pair.b, &mapping);
    settle(&mut runs, &shifted, [pair.a.frames(), pair.b.frames()], pair.sample_rate_hz)?;
    runs.retain(|run| run.end > run.start);
    let mut measured = Measured::new(pair.b.channels(), pair.sample_rate_hz);
    for run in &runs {
        measured.add(run, &shifted)?;
    }
    let share = share(pair, &runs)?;
    if share < LEAST_SHARE || matched_s(&runs, pair) < LEAST_MATCHED_S {
        return Ok(different(share / LEAST_SHARE));
    }
    let residual = measured.residual();
    let edits = edits(pair, &runs, &measured, residual.as_ref())?;
    let alignment = alignment(pair, &runs, &mapping, coherence, share);
    let is_straight = mapping == Mapping::straight(pair.b.channels());
    let verdict = verdict(pair, &runs, &measured, is_straight, residual.as_ref(), &edits);
    let confidence = match verdict {
        Verdict::Identical => 1.0,
        _ => (0.5 + 0.5 * (coherence / SURE_COHERENCE).min(1.0)) * share.sqrt(),
    };
    Ok(Compared { verdict, confidence: confidence.clamp(0.0, 1.0), alignment, residual, edits })
}

/// Aligns by all channels together, and by the first alone where that finds little: one channel may be inverted.
fn best<A: Audio>(pair: &Pair<'_, A>) -> Result<Aligned, A::Error> {
    let by_mean = align(pair.a, pair.b, pair.sample_rate_hz, Fold::Mean, pair.items)?;
    if pair.b.channels() < 2 || 2.0 * matched_s(&by_mean.runs, pair) > pair.b.frames() as f64 / pair.sample_rate_hz {
        return Ok(by_mean);
    }
    let by_first = align(pair.a, pair.b, pair.sample_rate_hz, Fold::First, pair.first_items)?;
    Ok(if matched_s(&by_first.runs, pair) > matched_s(&by_mean.runs, pair) { by_first } else { by_mean })
}

fn matched_s<A>(runs: &[Run], pair: &Pair<'_, A>) -> f64 {
    let frames: i64 =
        runs.iter().map(|run| (run.end - run.start).max(if run.matches.is_empty() { 0 } else { 1 })).sum();
    frames as f64 / pair.sample_rate_hz
}

fn different(evidence_against: f64) -> Compared {
    let confidence = 1.0 - 0.5 * evidence_against.clamp(0.0, 1.0);
    Compared { verdict: Verdict::Different, confidence, alignment: None, residual: None, edits: Vec::new() }
}

/// Returns the share of B that lies in A; silent parts of B count neither way.
fn share<A: Audio>(pair: &Pair<'_, A>, runs: &[Run]) -> Result<f64, A::Error> {
    let block = (pair.sample_rate_hz / 2.0) as usize;
    let (mut sounding, mut found) = (0.0, 0.0);
    let mut samples = vec![vec![0.0; block]; pair.b.channels()];
    for start in (0..pair.b.frames() as i64).step_by(block) {
        pair.b.read(start, &mut samples)?;
        if samples.iter().all(|channel| crate::align::power(channel) < 1e-7) {
            continue;
        }
        let end = (start + block as i64).min(pair.b.frames() as i64);
        sounding += (end - start) as f64;
        let overlap = |run: &Run| (run.end.min(end) - run.start.max(start)).max(0) as f64;
        found += runs.iter().map(overlap).sum::<f64>();
    }
    Ok(if sounding > 0.0 { (found / sounding).min(1.0) } else { 0.0 })
}

fn edits<A: Audio>(
    pair: &Pair<'_, A>,
    runs: &[Run],
    measured: &Measured,
    residual: Option<&Residual>,
) -> Result<Vec<TrackEdit>, A::Error> {
    let edited = Edited { a: pair.a, b: pair.b, runs, rate_hz: pair.sample_rate_hz };
    let mut edits = edited.structure()?;
    edits.extend(edited.replaced(&measured.blocks));
    edits.extend(edited.gains(residual.map_or(&[], |residual| &residual.seconds)));
    let place = |edit: &TrackEdit| edit.b_range_s.or(edit.a_range_s).map_or(0.0, |range| range[0]);
    // Cuts have no place in B and keep theirs among the others.
    if edits.iter().all(|edit| edit.b_range_s.is_some()) {
        edits.sort_by(|x, y| place(x).total_cmp(&place(y)));
    }
    Ok(edits)
}

fn alignment<A>(pair: &Pair<'_, A>, runs: &[Run], mapping: &Mapping, coherence: f64, share: f64) -> Option<Alignment> {
    let longest = runs.iter().max_by_key(|run| run.end - run.start)?;
    Some(Alignment {
        offset_s: longest.lag / pair.sample_rate_hz,
        offset_frames: longest.lag,
        sample_rate_hz: pair.sample_rate_hz,
        drift_ppm: if longest.drift == 0.0 { 0.0 } else { -1e6 * longest.drift },
        drift_error_ppm: longest.drift_error.map(|error| 1e6 * error),
        polarity: mapping.polarity.clone(),
        channels_swapped: mapping.is_swapped(),
        coherence: if coherence > 0.0 { coherence.min(1.0) } else { median(Vec::new()) },
        matched_share: share,
    })
}

fn verdict<A: Audio>(
    pair: &Pair<'_, A>,
    runs: &[Run],
    measured: &Measured,
    is_straight: bool,
    residual: Option<&Residual>,
    edits: &[TrackEdit],
) -> Verdict {
    let is_whole = matches!(runs, [run] if run.start == 0 && run.lag == 0.0 && run.end as u64 == pair.b.frames());
    if is_whole && is_straight && pair.is_untouched && pair.a.frames() == pair.b.frames() && measured.is_equal() {
        return Verdict::Identical;
    }
    // A gain that changes may be automation, or a slow compressor: processing, not another arrangement.
    let is_heard = |edit: &&TrackEdit| match edit.kind {
        EditKind::GainChanged => false,
        EditKind::Replaced => true,
        _ => !edit.is_silent,
    };
    if edits.iter().any(|edit| is_heard(&edit)) {
        return Verdict::Edited;
    }
    let is_under_dither = |residual: &Residual| residual.level_dbfs.is_none_or(|level| level < DITHER_DBFS);
    if measured.is_equal() || residual.is_some_and(is_under_dither) {
        Verdict::SameAudio
    } else {
        Verdict::SameRecordingProcessed
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;

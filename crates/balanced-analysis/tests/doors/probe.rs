//! A door for `tools/beat-training/choose.py`: levels of excerpts in, what was measured and every candidate's features out.
//! As a test it needs the files that the tool writes, so it is ignored.

use std::fmt::Write;
use std::io::Write as _;

use super::bands::{BANDS, FRAMES_PER_S};
use super::level::{Candidate, Heard};
use super::stage::{Features, Kept, measure};
use super::{bars, decode, divide, flux, level, metre, tempo};

/// Steps of a level in `tools/beat-training/features.py`, and its frames a second.
const LEVEL_STEPS: f32 = 32.0;
const TOOL_FRAMES_PER_S: f64 = 22_050.0 / 221.0;

/// Reads `BALANCED_BEAT_LEVELS` (numbers of excerpts and of frames as `u32`, then a byte a level) and writes
/// `BALANCED_BEAT_FEATURES`, a line of JSON an excerpt.
#[test]
#[ignore = "needs files of tools/beat-training/choose.py"]
fn features_of_candidates() {
    let path = |name: &str| std::env::var(name).expect("the tool sets it");
    let data = std::fs::read(path("BALANCED_BEAT_LEVELS")).expect("levels");
    let number = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().expect("four bytes")) as usize;
    let (excerpts, frames) = (number(0), number(4));
    let mut out = std::io::BufWriter::new(std::fs::File::create(path("BALANCED_BEAT_FEATURES")).expect("a file"));
    for levels in data[8..].chunks_exact(frames * BANDS).take(excerpts) {
        let mut kept = Kept::new();
        for frame in levels.chunks_exact(BANDS) {
            kept.push(&std::array::from_fn(|band| f32::from(frame[band]) / LEVEL_STEPS));
        }
        writeln!(out, "{}", described(&kept.finish())).expect("room on the disk");
    }
    assert!((TOOL_FRAMES_PER_S / FRAMES_PER_S - 1.0).abs() < 0.01);
}

/// The measured tempo and the candidates as JSON.
fn described(features: &Features) -> String {
    let tempo = measure(features, TOOL_FRAMES_PER_S);
    let measured = serde_json::to_string(&tempo).expect("plain data");
    let decoded = decode::beats(&features.activations, TOOL_FRAMES_PER_S);
    let heard_onsets = flux::onsets(&features.rises).len();
    let heard = Heard::new(&features.activations, &features.pattern, heard_onsets, TOOL_FRAMES_PER_S);
    let in_seconds: Vec<Vec<f64>> =
        decoded.iter().map(|run| run.iter().map(|beat| beat / TOOL_FRAMES_PER_S).collect()).collect();
    let rows: Vec<String> = tempo::bpm(&in_seconds)
        .map(|bpm| level::candidates(decoded, bpm, &heard).iter().map(|c| candidate(c, &heard, features)).collect())
        .unwrap_or_default();
    format!("{{\"measured\":{measured},\"levels\":[{}]}}", rows.join(","))
}

/// A reading of the beats: its features, what its doubt is told by, and every way to count its longest stretch.
fn candidate(candidate: &Candidate, heard: &Heard<'_>, features: &Features) -> String {
    let Features { rises, levels, pattern, activations, .. } = features;
    let evidence =
        super::evidence::Evidence::new(activations, &candidate.beats, candidate.bpm, heard.repeats(candidate.bpm), 0.5);
    let in_three_parts = divide::in_three_parts(&flux::salience(rises), &candidate.beats);
    let longest = candidate.beats.iter().max_by_key(|run| run.len()).cloned().unwrap_or_default();
    let beats = bars::beats(&longest, activations, levels, pattern, in_three_parts, candidate.bpm);
    let mut ways = String::new();
    for count in metre::counts(longest.len()) {
        let comma = if ways.is_empty() { "" } else { "," };
        write!(ways, "{comma}[{},{},{:?}]", count.metre, count.first, metre::features(count, &beats))
            .expect("a string");
    }
    let beats_s = |run: &[f64]| run.iter().map(|beat| beat / TOOL_FRAMES_PER_S).collect::<Vec<f64>>();
    format!(
        "{{\"bpm\":{},\"beats\":{:?},\"longest\":{:?},\"features\":{:?},\"evidence\":[{},{},{},{},{}],\"ways\":[{ways}]}}",
        candidate.bpm,
        beats_s(&candidate.beats.concat()),
        beats_s(&longest),
        level::features(candidate, heard),
        evidence.at_beats,
        evidence.pulse,
        evidence.agreeing,
        evidence.related,
        evidence.between,
    )
}

//! Comparison of two recordings as text.

use balanced_compare::{EditKind, TrackComparison, TrackEdit, Verdict};

use super::LABEL;
use crate::facts;
use crate::number::{clock, fixed, signed};

/// A comparison in plain words.
#[must_use]
pub fn comparison_text(comparison: &TrackComparison) -> String {
    let mut out =
        format!("A  {}\nB  {}\n\n{}\n\n", facts::name(&comparison.a), facts::name(&comparison.b), verdict(comparison));
    for (label, value) in rows(comparison) {
        out.push_str(&format!("  {label:<LABEL$}{value}\n"));
    }
    if !comparison.edits.is_empty() {
        out.push_str("\nEdits\n");
        comparison.edits.iter().for_each(|edit| out.push_str(&format!("  {}\n", sentence(edit))));
    }
    comparison.notes.iter().for_each(|note| out.push_str(&format!("\n{note}")));
    out.trim_end().to_owned()
}

/// The verdict in a sentence.
pub(crate) fn verdict(comparison: &TrackComparison) -> String {
    let sure = format!("(evidence {} of 100)", fixed(100.0 * comparison.confidence, 0));
    match comparison.verdict {
        Verdict::Identical => "B is A: every sample is equal.".to_owned(),
        Verdict::SameAudio => {
            format!("B is the audio of A: what differs lies below the dither of 16 bits {sure}.")
        }
        Verdict::SameRecordingProcessed => format!("B is made from A: one recording, processed {sure}."),
        Verdict::Edited => format!("B is made from A, and edited {sure}."),
        _ => format!("B is not made from A: another recording {sure}."),
    }
}

/// Labels and values, those that are known.
pub(crate) fn rows(comparison: &TrackComparison) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(found) = &comparison.alignment {
        rows.push((
            "B begins in A at",
            format!("{} s ({} frames)", signed(found.offset_s, 4), signed(found.offset_frames, 2)),
        ));
        if found.drift_ppm != 0.0 {
            let error = found.drift_error_ppm.map_or_else(String::new, |error| format!(" ± {}", fixed(error, 3)));
            rows.push(("Clock of B", format!("{}{error} ppm", signed(found.drift_ppm, 3))));
        }
        if found.polarity.contains(&-1) {
            let inverted: Vec<String> =
                (1..).zip(&found.polarity).filter(|(_, sign)| **sign < 0).map(|(n, _)| n.to_string()).collect();
            rows.push(("Inverted channels", inverted.join(", ")));
        }
        if found.channels_swapped {
            rows.push(("Channels", "swapped".to_owned()));
        }
        rows.push(("Found in A", format!("{} % of B", fixed(100.0 * found.matched_share, 0))));
    }
    let mut add = |label, value: Option<f64>, unit: &str, decimals| {
        if let Some(value) = value {
            rows.push((label, format!("{} {unit}", signed(value, decimals))));
        }
    };
    add("Loudness", comparison.gain_db, "LU", 1);
    if let Some(residual) = &comparison.residual {
        add("Rest after gain", residual.level_db, "dB re A", 1);
        add("Rest after gain and equaliser", residual.nonlinear_db, "dB re A", 1);
    }
    add("Peak to loudness", comparison.dynamics.plr_db, "dB", 1);
    add("Crest factor", comparison.dynamics.crest_db, "dB", 1);
    add("Loudness range", comparison.dynamics.range_lu, "LU", 1);
    add("Spectral tilt", comparison.spectrum.as_ref().and_then(|change| change.tilt_db_per_octave), "dB/octave", 2);
    add("Correlation", comparison.stereo.correlation, "", 2);
    add("Side to mid", comparison.stereo.side_to_mid_db, "dB", 1);
    rows.push(("Codec", comparison.codec.generation.clone()));
    rows
}

/// An edit in a sentence.
pub(crate) fn sentence(edit: &TrackEdit) -> String {
    let range = |range: Option<[f64; 2]>, name: &str| {
        range.map_or_else(String::new, |[start, end]| format!("{} to {} of {name}", clock(start), clock(end)))
    };
    let (a, b) = (range(edit.a_range_s, "A"), range(edit.b_range_s, "B"));
    let silent = if edit.is_silent { " (silence)" } else { "" };
    match edit.kind {
        EditKind::Cut => format!("{a} is cut{silent}"),
        EditKind::Inserted => format!("{b} is not in A{silent}"),
        EditKind::Replaced if edit.is_silent => format!("{a} is muted, {b}"),
        EditKind::Replaced => format!("{a} has given way to {b}"),
        EditKind::Moved => format!("{a} stands at {b}"),
        EditKind::Repeated => format!("{a} stands once more at {b}"),
        _ => format!("{b} has {} dB against the rest", signed(edit.gain_db.unwrap_or(0.0), 1)),
    }
}

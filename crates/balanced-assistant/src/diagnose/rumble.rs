//! Rumble below the music, judged by the track itself: the lowest octave against everything else.

use balanced_model::{Analysis, Finding, Observation, Severity};

use super::confidence;

/// Third octaves of rumble.
const RUMBLE_HZ: (f64, f64) = (18.0, 27.0);
/// Music has this much less there than in all; from the second value on it is plain.
const AUDIBLE_DB: (f64, f64) = (-15.0, -8.0);
/// A spectrum of anything shorter says little about the lowest octave.
const MIN_DURATION_S: f64 = 5.0;

pub(super) fn find(analysis: &Analysis) -> Option<Finding> {
    let ltas = &analysis.measurements.spectrum.as_ref()?.ltas;
    if analysis.source.duration_s < MIN_DURATION_S {
        return None;
    }
    let power = |db: &Option<f64>| db.map_or(0.0, |db| 10f64.powf(0.1 * db));
    let total: f64 = ltas.level_db.iter().map(power).sum();
    let bands = ltas.center_hz.iter().zip(&ltas.level_db);
    let lowest: f64 = bands.filter(|(hz, _)| (RUMBLE_HZ.0..=RUMBLE_HZ.1).contains(*hz)).map(|(_, db)| power(db)).sum();
    if total <= 0.0 || lowest <= 0.0 {
        return None;
    }
    let relative_db = 10.0 * (lowest / total).log10();
    if relative_db < AUDIBLE_DB.0 {
        return None;
    }
    let severity = if relative_db >= AUDIBLE_DB.1 { Severity::Major } else { Severity::Minor };
    let finding = Finding::new(Observation::SubRumble, severity, 0.35 + confidence(relative_db - AUDIBLE_DB.0, 3.0));
    Some(finding.evidence([("rumble_db", relative_db)]).says(
        format!(
            "Rumble below 28 Hz: it holds {:.0} % of the power of the track, hardly any speaker plays it, and it takes room from the music.",
            100.0 * lowest / total
        ),
        "Find the track that brings it (a microphone stand, wind, a synthesiser) and cut it there with a high-pass at 25 to 30 Hz.",
    ))
}

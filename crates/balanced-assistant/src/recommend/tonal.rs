//! Equalisation of a fault of tone, shrunk by its uncertainty.

use balanced_mastering::{EqBand, EqBandKind};
use balanced_model::{Analysis, Finding, Observation};

use super::{Correction, found, rounded_to};

/// Corrections stay within this: where a fault is named, the spectrum then ends nearest to the clean track's
/// (`tools/tone-training`, policies of the answer).
const MAX_DB: f64 = 6.0;
/// Standard deviation of real faults: the share of a fitted amount that is believed falls as its error nears it.
const FAULT_DB: f64 = 6.0;
/// Less than this is not worth a band.
const LEAST_DB: f64 = 0.5;
/// A boost needs something to boost: what is under this is only noise.
const AUDIBLE_DB: f64 = -95.0;

/// Band against a finding.
struct Move {
    kind: Observation,
    shape: EqBandKind,
    frequency_hz: f64,
    q: f64,
    /// 1 to raise, -1 to lower.
    sign: f64,
    place: &'static str,
}

const fn bell(kind: Observation, frequency_hz: f64, q: f64, place: &'static str) -> Move {
    Move { kind, shape: EqBandKind::Bell, frequency_hz, q, sign: -1.0, place }
}

const fn shelf(kind: Observation, shape: EqBandKind, frequency_hz: f64, sign: f64, place: &'static str) -> Move {
    Move { kind, shape, frequency_hz, q: 0.7, sign, place }
}

const MOVES: [Move; 7] = [
    bell(Observation::Mud, 250.0, 0.8, "around 250 Hz"),
    bell(Observation::Honk, 1000.0, 1.0, "around 1 kHz"),
    bell(Observation::Harshness, 3500.0, 1.0, "around 3.5 kHz"),
    shelf(Observation::Brightness, EqBandKind::HighShelf, 7000.0, -1.0, "above 7 kHz"),
    shelf(Observation::Dullness, EqBandKind::HighShelf, 6000.0, 1.0, "above 6 kHz"),
    bell(Observation::HeavyBass, 60.0, 1.0, "around 60 Hz"),
    shelf(Observation::Thin, EqBandKind::LowShelf, 150.0, 1.0, "below 150 Hz"),
];

/// Bands against the faults of tone among `findings`.
pub(super) fn corrections(analysis: &Analysis, findings: &[Finding]) -> Vec<Correction> {
    MOVES.iter().filter_map(|step| correction(analysis, found(findings, step.kind)?, step)).collect()
}

fn correction(analysis: &Analysis, finding: &Finding, step: &Move) -> Option<Correction> {
    let number = |name: &str| finding.evidence.get(name).copied();
    let (amount_db, error_db) = (number("deviation_db")?.abs(), number("standard_error_db")?);
    let gain_db = rounded_to(believed_db(amount_db, error_db).min(MAX_DB), 0.1);
    let range_hz = (number("from_hz")?, number("to_hz")?);
    if gain_db < LEAST_DB || (step.sign > 0.0 && !is_audible(analysis, range_hz)) {
        return None;
    }
    let direction = if step.sign > 0.0 { "more" } else { "less" };
    let reason = format!(
        "{gain_db:.1} dB {direction} {}: of the {amount_db:.0} dB (± {error_db:.0}) only what is fairly certain, and at most {MAX_DB:.0} dB.",
        step.place
    );
    let band = EqBand {
        kind: step.shape,
        frequency_hz: step.frequency_hz,
        gain_db: step.sign * gain_db,
        q: step.q,
        ..EqBand::default()
    };
    Some(Correction { kind: finding.kind, bands: vec![band], reason })
}

/// Expected amount given the fitted one, faults being spread by [`FAULT_DB`] around none.
fn believed_db(amount_db: f64, error_db: f64) -> f64 {
    let fault = FAULT_DB * FAULT_DB;
    amount_db * fault / (fault + error_db * error_db)
}

/// Only what is there can be raised.
fn is_audible(analysis: &Analysis, (from_hz, to_hz): (f64, f64)) -> bool {
    let Some(spectrum) = &analysis.measurements.spectrum else { return false };
    let ltas = &spectrum.ltas;
    let mut inside = ltas.center_hz.iter().zip(&ltas.level_db).filter(|(hz, _)| (from_hz..=to_hz).contains(*hz));
    inside.all(|(_, level)| level.is_some_and(|db| db > AUDIBLE_DB))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_less_certain_the_less_is_believed() {
        assert!(believed_db(10.0, 2.0) > 8.9);
        assert!((believed_db(10.0, FAULT_DB) - 5.0).abs() < 1e-12);
        assert!(believed_db(10.0, 12.0) < 2.1);
    }
}

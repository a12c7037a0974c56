//! Corrective equalisation: broad, at most 3 dB, and mostly cuts.

use balanced_mastering::{EqBand, EqBandKind};
use balanced_model::{Analysis, Finding, Observation};

use super::{Correction, found, rounded_to};

/// Corrections stay within this.
const MAX_DB: f64 = 3.0;
/// Share of a deviation that is corrected: the rest may be meant.
const SHARE: f64 = 0.25;
/// A boost needs something to boost: treble above this is not only noise.
const AUDIBLE_DB: f64 = -95.0;

/// Equaliser band for a finding about tone.
struct Move {
    kind: Observation,
    shape: EqBandKind,
    frequency_hz: f64,
    q: f64,
    what: &'static str,
}

const MOVES: [Move; 6] = [
    Move {
        kind: Observation::HeavySub,
        shape: EqBandKind::LowShelf,
        frequency_hz: 55.0,
        q: 0.7,
        what: "the lowest octave",
    },
    Move { kind: Observation::HeavyBass, shape: EqBandKind::LowShelf, frequency_hz: 130.0, q: 0.7, what: "the bass" },
    Move { kind: Observation::Mud, shape: EqBandKind::Bell, frequency_hz: 320.0, q: 0.8, what: "the low mids" },
    Move { kind: Observation::Honk, shape: EqBandKind::Bell, frequency_hz: 1000.0, q: 0.8, what: "the nasal region" },
    Move {
        kind: Observation::Harshness,
        shape: EqBandKind::Bell,
        frequency_hz: 3200.0,
        q: 0.8,
        what: "the harsh region",
    },
    Move {
        kind: Observation::Brightness,
        shape: EqBandKind::HighShelf,
        frequency_hz: 7000.0,
        q: 0.7,
        what: "the treble",
    },
];

/// Everything that the findings about tone ask for.
pub(super) fn corrections(analysis: &Analysis, findings: &[Finding]) -> Vec<Correction> {
    let mut corrections: Vec<Correction> =
        MOVES.iter().filter_map(|step| lower(found(findings, step.kind)?, step)).collect();
    corrections.extend(found(findings, Observation::Dullness).and_then(|finding| brighten(analysis, finding)));
    corrections
}

fn band(kind: EqBandKind, frequency_hz: f64, gain_db: f64, q: f64) -> EqBand {
    EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() }
}

/// A quarter of the deviation, in half decibels, from 1 to 3 dB.
fn amount_db(deviation_db: f64) -> f64 {
    rounded_to((SHARE * deviation_db.abs()).clamp(1.0, MAX_DB), 0.5)
}

fn lower(finding: &Finding, step: &Move) -> Option<Correction> {
    let cut_db = amount_db(*finding.evidence.get("deviation_db")?);
    let Move { shape, frequency_hz, q, what, .. } = *step;
    let reason = format!("{cut_db:.1} dB less around {} eases {what}.", place(frequency_hz));
    Some(Correction { kind: finding.kind, bands: vec![band(shape, frequency_hz, -cut_db, q)], reason })
}

/// Only where there is treble to raise.
fn brighten(analysis: &Analysis, finding: &Finding) -> Option<Correction> {
    let ltas = &analysis.measurements.spectrum.as_ref()?.ltas;
    let treble = ltas.center_hz.iter().zip(&ltas.level_db).filter(|(hz, _)| (5000.0..10_500.0).contains(*hz));
    let audible =
        treble.clone().count() > 0 && treble.clone().all(|(_, level)| level.is_some_and(|db| db > AUDIBLE_DB));
    let boost_db = audible.then(|| amount_db(finding.evidence.get("deviation_db").copied().unwrap_or(0.0)))?;
    let reason = format!("{boost_db:.1} dB more above {} opens the treble.", place(6000.0));
    Some(Correction { kind: finding.kind, bands: vec![band(EqBandKind::HighShelf, 6000.0, boost_db, 0.7)], reason })
}

fn place(hz: f64) -> String {
    if hz < 1000.0 { format!("{hz:.0} Hz") } else { format!("{:.1} kHz", hz / 1000.0) }
}

//! Corrective equalisation: broad, at most 3 dB, and mostly cuts.

use balanced_mastering::{EqBand, EqBandKind, EqChannels};
use balanced_model::{Analysis, Finding, Observation};

use super::{Correction, found, rounded_to, tonal};

/// Corrections stay within this.
const MAX_DB: f64 = 3.0;
/// Share of a deviation that is corrected: the rest may be meant.
const SHARE: f64 = 0.25;

/// Everything that the findings ask for.
pub(super) fn corrections(analysis: &Analysis, findings: &[Finding]) -> Vec<Correction> {
    let mut corrections = cuts(analysis, findings);
    corrections.extend(tonal::corrections(analysis, findings));
    corrections.extend(found(findings, Observation::Sibilance).and_then(notch));
    corrections
}

/// Corrections that are not a matter of taste: rumble, and bass in the sides.
pub(super) fn cuts(analysis: &Analysis, findings: &[Finding]) -> Vec<Correction> {
    let mut corrections = Vec::new();
    if found(findings, Observation::SubRumble).is_some() {
        let band = EqBand { slope_db_per_octave: 24.0, ..band(EqBandKind::LowCut, 26.0, 0.0, 0.707) };
        let reason = "A high-pass at 26 Hz removes energy under the music that costs headroom.".to_owned();
        corrections.push(Correction { bands: vec![band], reason });
    }
    if found(findings, Observation::WideBass).is_some() && analysis.source.channels == 2 {
        let band = EqBand { channels: EqChannels::Side, ..band(EqBandKind::LowCut, 110.0, 0.0, 0.707) };
        let reason = "A low cut at 110 Hz on the sides alone brings the bass to the centre.".to_owned();
        corrections.push(Correction { bands: vec![band], reason });
    }
    corrections
}

fn band(kind: EqBandKind, frequency_hz: f64, gain_db: f64, q: f64) -> EqBand {
    EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() }
}

/// A quarter of the deviation, in half decibels, from 1 to 3 dB.
fn amount_db(deviation_db: f64) -> f64 {
    rounded_to((SHARE * deviation_db.abs()).clamp(1.0, MAX_DB), 0.5)
}

fn notch(finding: &Finding) -> Option<Correction> {
    let peak_hz = rounded_to(*finding.evidence.get("peak_hz")?, 100.0);
    let cut_db = amount_db(*finding.evidence.get("over_neighbours_db")?);
    let reason = format!("{cut_db:.1} dB less in a narrow band at {} softens sibilants and hi-hats.", place(peak_hz));
    Some(Correction { bands: vec![band(EqBandKind::Bell, peak_hz, -cut_db, 2.5)], reason })
}

fn place(hz: f64) -> String {
    if hz < 1000.0 { format!("{hz:.0} Hz") } else { format!("{:.1} kHz", hz / 1000.0) }
}

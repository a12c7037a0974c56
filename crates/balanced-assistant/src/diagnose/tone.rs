//! What stands out of the spectrum beside faults of tone: rumble and sibilance (see [`crate::tonal_balance`]).

use balanced_model::{Analysis, Finding, Observation};

use super::tonal::MIN_DURATION_S;
use super::{confidence, graded};
use crate::tonal_balance::TonalBalance;

/// Bands below music.
const RUMBLE_HZ: (f64, f64) = (19.0, 28.0);
/// Deviation from popular recordings that is worth a word.
const RUMBLE_DB: f64 = 15.0;

pub(super) fn find(analysis: &Analysis, findings: &mut Vec<Finding>) {
    let Some(spectrum) = &analysis.measurements.spectrum else { return };
    if analysis.source.duration_s < MIN_DURATION_S {
        return;
    }
    let Some(balance) = TonalBalance::of(&spectrum.ltas) else { return };
    findings.extend(rumble(&balance));
    // A whole bright region is one remark, not two.
    if !findings.iter().any(|finding| finding.kind == Observation::Brightness.into()) {
        findings.extend(sibilant(&balance));
    }
}

fn rumble(balance: &TonalBalance) -> Option<Finding> {
    let deviation_db = balance.region_db(RUMBLE_HZ)?;
    let excess_db = deviation_db - RUMBLE_DB;
    if excess_db < 0.0 {
        return None;
    }
    let finding = Finding::new(Observation::SubRumble, graded(excess_db, 5.0), confidence(excess_db, 6.0));
    let evidence = [("deviation_db", deviation_db), ("from_hz", RUMBLE_HZ.0), ("to_hz", RUMBLE_HZ.1)];
    Some(finding.evidence(evidence).says(
        format!(
            "There is {deviation_db:.1} dB more below 28 Hz than popular recordings have on average: hardly any speaker plays it, but it costs headroom."
        ),
        "Cut with a high-pass at 25 to 30 Hz.",
    ))
}

/// One or two third octaves between 5 and 9 kHz well above both their neighbours.
fn sibilant(balance: &TonalBalance) -> Option<Finding> {
    const OVER_NEIGHBOURS_DB: f64 = 6.0;
    const OVER_REFERENCE_DB: f64 = 3.0;
    let peaks = balance.deviation.iter().filter(|(hz, _)| (4900.0..=9000.0).contains(hz));
    let (peak_hz, peak_db) = peaks.copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let below_db = balance.region_db((peak_hz / 2.1, peak_hz / 1.5))?;
    let above_db = balance.region_db((peak_hz * 1.5, peak_hz * 2.1))?;
    let over_db = peak_db - below_db.max(above_db);
    if over_db < OVER_NEIGHBOURS_DB || peak_db < OVER_REFERENCE_DB {
        return None;
    }
    let excess_db = over_db - OVER_NEIGHBOURS_DB;
    let kilohertz = peak_hz / 1000.0;
    let finding = Finding::new(Observation::Sibilance, graded(excess_db, 6.0), 0.8 * confidence(excess_db, 6.0));
    Some(
        finding.evidence([("peak_hz", peak_hz), ("over_neighbours_db", over_db), ("deviation_db", peak_db)]).says(
            format!(
                "The region around {kilohertz:.1} kHz stands {over_db:.1} dB above its neighbours, where \"s\" sounds and hi-hats lie."
            ),
            format!("De-ess the voice or turn the hi-hat down; a narrow cut of 1 to 3 dB at {kilohertz:.1} kHz is second best."),
        ),
    )
}

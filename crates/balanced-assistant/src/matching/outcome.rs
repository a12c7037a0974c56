//! What became of the findings about a reference, on the written master.

use balanced_model::{Analysis, Finding, FindingKind, Observation, Outcome, Status, thousandths};

use super::findings::rms_db;
use super::reference::Reference;
use super::steps::hertz;
use super::thirds::{BANDS, Spectra, center_hz};

/// Nearer than this to the reference is as near as bands come.
const NEAR_TONE_DB: f64 = 1.0;
const NEAR_LOUDNESS_LU: f64 = 0.2;
const NEAR_WIDTH_DB: f64 = 1.0;
const NEAR_PEAKS_DB: f64 = 2.0;
/// A distance that falls by this share is improved.
const IMPROVED: f64 = 0.2;

/// Measures the findings about `reference` again on the master `after`.
pub fn prove_match(findings: &mut [Finding], before: &Analysis, after: &Analysis, reference: &Reference) {
    for finding in findings {
        let FindingKind::Observation(kind) = finding.kind else { continue };
        finding.outcome = match kind {
            Observation::ReferenceTone => tone(before, after, reference),
            Observation::ReferenceLoudness => {
                outcome("integrated_lufs", before, after, reference.integrated_lufs, NEAR_LOUDNESS_LU, |analysis| {
                    analysis.measurements.loudness.as_ref()?.integrated_lufs
                })
            }
            Observation::ReferenceDynamics => {
                outcome("plr_db", before, after, reference.plr_db, NEAR_PEAKS_DB, |analysis| {
                    analysis.measurements.loudness.as_ref()?.plr_db
                })
            }
            Observation::ReferenceWidth => {
                outcome("side_to_mid_db", before, after, reference.side_to_mid_db, NEAR_WIDTH_DB, |analysis| {
                    analysis.measurements.stereo.as_ref()?.side_to_mid_db
                })
            }
            _ => continue,
        };
    }
}

/// Distance of the balance from that of the reference: of the middle where both have two channels, else of the whole.
pub(super) fn distance_db(analysis: &Analysis, reference: &Reference) -> Option<f64> {
    rms_db(&differences_db(analysis, reference)?.into_iter().map(|(_, db)| db).collect::<Vec<_>>())
}

/// Track less reference by band.
fn differences_db(analysis: &Analysis, reference: &Reference) -> Option<Vec<(f64, f64)>> {
    let track = Spectra::of(analysis)?;
    let (track, wanted) = match (&track.pair, &reference.pair) {
        (Some(pair), Some(wanted)) => (pair[0], wanted[0]),
        _ => (track.both, reference.both),
    };
    Some((0..BANDS).filter_map(|band| Some((center_hz(band), track[band]? - wanted[band]?))).collect())
}

fn tone(before: &Analysis, after: &Analysis, reference: &Reference) -> Option<Outcome> {
    let (was_db, is_db) = (distance_db(before, reference)?, distance_db(after, reference)?);
    let left = differences_db(after, reference)?;
    let middle_db = super::thirds::median(left.iter().map(|(_, db)| *db))?;
    let worst = left.iter().max_by(|a, b| (a.1 - middle_db).abs().total_cmp(&(b.1 - middle_db).abs()))?;
    let note = format!(
        "Third octaves of the master differ by {is_db:.1} dB from those of {}; most at {}, by {:+.1} dB.",
        reference.name,
        hertz(worst.0),
        worst.1 - middle_db
    );
    let status = status(was_db, is_db, NEAR_TONE_DB);
    Some(Outcome { note: Some(note), ..told("distance_db", was_db, is_db, status) })
}

fn outcome(
    name: &str,
    before: &Analysis,
    after: &Analysis,
    wanted: Option<f64>,
    near: f64,
    value: impl Fn(&Analysis) -> Option<f64>,
) -> Option<Outcome> {
    let (was, is, wanted) = (value(before)?, value(after)?, wanted?);
    Some(told(name, was, is, status((was - wanted).abs(), (is - wanted).abs(), near)))
}

fn told(name: &str, was: f64, is: f64, status: Status) -> Outcome {
    let measure = Some(name.to_owned());
    Outcome { status, measure, before: Some(thousandths(was)), after: Some(thousandths(is)), note: None }
}

fn status(was: f64, is: f64, near: f64) -> Status {
    match () {
        () if is <= near => Status::Cured,
        () if is <= (1.0 - IMPROVED) * was => Status::Improved,
        () => Status::Left,
    }
}

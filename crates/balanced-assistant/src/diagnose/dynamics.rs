//! Dynamics: squeezed, or wide.

use balanced_model::{Analysis, DefectKind, Finding, Observation, Severity, Target, thousandths};

use super::{confidence, graded, nature};

/// Commercial masters of the loudest kind have a PLR of 7 to 9 dB; under 6.5 dB transients are gone.
const MIN_PLR_DB: f64 = 6.5;
/// DR of the most limited releases.
const MIN_DR: f64 = 5.0;
/// A loudness range that is hard to follow in a car or on a phone (EBU Tech 3343 advises at most 20 LU for such listening).
const MAX_RANGE_LU: f64 = 20.0;
/// A smaller range is hard to follow too where the level keeps jumping: half of the time lies this far from the other half.
const JUMPY_RANGE_LU: f64 = 11.5;
pub(crate) const JUMPY_QUARTILES_LU: f64 = 7.5;
/// Only targets at least this loud ask for a narrower range.
const LOUD_TARGET_LUFS: f64 = -16.5;
/// Dynamics of anything shorter mean little.
const MIN_DURATION_S: f64 = 10.0;

pub(super) fn find(analysis: &Analysis, target: &Target, findings: &mut Vec<Finding>) {
    if analysis.source.duration_s < MIN_DURATION_S {
        return;
    }
    findings.extend(over_limited(analysis));
    findings.extend(wide(analysis, target));
}

/// Silent where the analysis itself reports over-limiting, with its evidence.
fn over_limited(analysis: &Analysis) -> Option<Finding> {
    let measured = &analysis.measurements;
    let reported = measured.defects.iter().flatten().any(|defect| defect.kind == DefectKind::OverLimiting);
    let plr_db = measured.loudness.as_ref()?.plr_db?;
    let dr = measured.dynamics.as_ref().and_then(|dynamics| dynamics.dr);
    // DR confirms: a synthetic pad may have a low PLR with its dynamics intact.
    if reported || plr_db >= MIN_PLR_DB || dr.is_some_and(|dr| dr > MIN_DR + 2.0) {
        return None;
    }
    let excess_db = MIN_PLR_DB - plr_db;
    let mut finding = Finding::new(Observation::OverLimited, graded(excess_db, 2.0), confidence(excess_db, 3.0))
        .evidence([("plr_db", plr_db)]);
    if let Some(dr) = dr {
        finding.evidence.insert("dr".to_owned(), thousandths(dr));
    }
    Some(finding.says(
        format!("Peaks stand only {plr_db:.1} dB above the loudness: the track was limited or clipped hard before it came here."),
        "Ask for the mix without limiter and clipper on the master bus; what they removed cannot be put back.",
    ))
}

/// Short-term loudness that a quarter of the track lies under and that a quarter lies over, pauses aside.
pub(crate) fn passages_lufs(analysis: &Analysis) -> Option<(f64, f64)> {
    const PAUSE_LU: f64 = 30.0;
    let loudness = analysis.measurements.loudness.as_ref()?;
    let pause_lufs = loudness.max_short_term_lufs? - PAUSE_LU;
    let mut levels: Vec<f64> =
        loudness.curve.short_term_lufs.iter().flatten().copied().filter(|lufs| *lufs > pause_lufs).collect();
    levels.sort_by(f64::total_cmp);
    let quarter = levels.len() / 4;
    (quarter > 0).then(|| (levels[quarter], levels[levels.len() - 1 - quarter]))
}

fn wide(analysis: &Analysis, target: &Target) -> Option<Finding> {
    let range_lu = analysis.measurements.loudness.as_ref()?.range_lu?;
    // Where nobody plays drums a wide range is how the music is written.
    let jumpy = nature::is_percussive(analysis)
        && range_lu > JUMPY_RANGE_LU
        && passages_lufs(analysis).is_some_and(|(soft, loud)| loud - soft > JUMPY_QUARTILES_LU);
    if (range_lu <= MAX_RANGE_LU && !jumpy) || target.integrated_lufs < LOUD_TARGET_LUFS {
        return None;
    }
    let excess_lu = range_lu - JUMPY_RANGE_LU;
    Some(
        Finding::new(Observation::WideDynamics, if range_lu > MAX_RANGE_LU { Severity::Major } else { Severity::Minor }, confidence(excess_lu + 0.7, 1.0))
            .evidence([("range_lu", range_lu), ("target_lufs", target.integrated_lufs)])
            .says(
                format!(
                    "Loud and soft passages lie {range_lu:.1} LU apart; at {:.1} LUFS the soft ones get lost on small speakers.",
                    target.integrated_lufs
                ),
                "Ride the soft passages up in the mix, or compress gently; for classical and acoustic music choose acoustic-dynamic.",
            ),
    )
}

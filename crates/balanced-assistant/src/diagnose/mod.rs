//! From measurements to ranked findings.

pub(crate) mod bass;
mod defects;
pub(crate) mod dynamics;
mod level;
pub(crate) mod nature;
mod rumble;
mod stereo;
pub(crate) mod tonal;

#[cfg(test)]
#[allow(clippy::needless_update, reason = "the result tree grows; cases name what they need")]
pub(crate) mod cases;
#[cfg(test)]
mod tests;

pub use tonal::misleads as misleads_tone;

use balanced_model::{Analysis, Finding, Severity, Target};

/// Finds what keeps `analysis` from `target`, most important first.
///
/// Absent families of measurements are skipped. A neutral mix gives at most the finding that its loudness differs from
/// the target's.
#[must_use]
pub fn diagnose(analysis: &Analysis, target: &Target) -> Vec<Finding> {
    let mut findings = Vec::new();
    level::find(analysis, target, &mut findings);
    dynamics::find(analysis, target, &mut findings);
    findings.extend(rumble::find(analysis));
    stereo::find(analysis, &mut findings);
    defects::find(analysis, &mut findings);
    tonal::find(analysis, &mut findings);
    Finding::rank(&mut findings);
    findings
}

/// Severity by how far a value is past its threshold.
fn graded(excess: f64, major_from: f64) -> Severity {
    if excess >= major_from { Severity::Major } else { Severity::Minor }
}

/// More certain the further past the threshold, from 0.6 to 0.95.
fn confidence(excess: f64, scale: f64) -> f64 {
    0.6 + 0.35 * (excess / scale).clamp(0.0, 1.0)
}

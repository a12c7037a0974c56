//! Compression: only where level asks for it.

use balanced_mastering::{CompressorSpec, Detector};
use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Observation};

use super::level::Level;
use super::{found, rounded_to};

/// Never takes more than this.
const RANGE_DB: f64 = 3.0;
/// Crest factors below this leave a compressor nothing to do.
const MIN_PLR_DB: f64 = 10.0;

/// A compressor and why, or nothing.
pub(super) fn compressor(analysis: &Analysis, findings: &[Finding], level: &Level) -> Option<(CompressorSpec, String)> {
    let squeezed = found(findings, Observation::OverLimited).is_some()
        || found(findings, FindingKind::Defect(DefectKind::OverLimiting)).is_some();
    if squeezed {
        return None;
    }
    if let Some(wide) = found(findings, Observation::WideDynamics) {
        return even(analysis, wide);
    }
    found(findings, Observation::HeavyLimiting).and_then(|_| tame(level))
}

/// Slow and soft: brings loud passages nearer to the soft ones.
fn even(analysis: &Analysis, finding: &Finding) -> Option<(CompressorSpec, String)> {
    let integrated_lufs = analysis.measurements.loudness.as_ref()?.integrated_lufs?;
    let range_lu = finding.evidence.get("range_lu")?;
    let spec = CompressorSpec {
        threshold_db: rounded_to((integrated_lufs - 2.0).clamp(-60.0, -3.0), 0.5),
        ratio: 1.5,
        knee_db: 12.0,
        attack_ms: 40.0,
        release_ms: 400.0,
        auto_release: true,
        detector: Detector::Rms,
        rms_window_ms: 50.0,
        sidechain_high_pass_hz: 80.0,
        range_db: RANGE_DB,
        ..CompressorSpec::default()
    };
    let reason = format!(
        "Loud and soft passages lie {range_lu:.1} LU apart; a slow, soft compressor takes at most {RANGE_DB:.0} dB off the loud ones."
    );
    Some((spec, reason))
}

/// Quick on peaks: takes over part of what the limiter would have to do.
fn tame(level: &Level) -> Option<(CompressorSpec, String)> {
    let (true_peak_dbtp, limiting_db) = (level.true_peak_dbtp?, level.peak_limiting_db?);
    if true_peak_dbtp - level.integrated_lufs? < MIN_PLR_DB {
        return None;
    }
    let spec = CompressorSpec {
        threshold_db: rounded_to((true_peak_dbtp - 0.7 * limiting_db).clamp(-60.0, -1.0), 0.5),
        ratio: 2.0,
        knee_db: 6.0,
        attack_ms: 8.0,
        release_ms: 90.0,
        sidechain_high_pass_hz: 90.0,
        range_db: RANGE_DB,
        ..CompressorSpec::default()
    };
    let reason = format!(
        "The target pushes the highest peak {limiting_db:.1} dB into the limiter; a compressor takes up to {RANGE_DB:.0} dB of that more gently."
    );
    Some((spec, reason))
}

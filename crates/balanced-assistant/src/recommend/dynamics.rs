//! Compression: only where level asks for it.

use balanced_mastering::{CompressorSpec, Detector, ProcessorSpec};
use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Observation};

use super::level::Level;
use super::moves::Move;
use super::{Intent, found, rounded_to};
use crate::diagnose::dynamics::{JUMPY_QUARTILES_LU, passages_lufs};
use crate::diagnose::nature;

/// Never takes more than this.
const RANGE_DB: f64 = 3.0;
/// Levelling of passages takes more: it moves slowly and is heard as less of a difference, not as compression. Played music keeps
/// more of its own.
const LEVELLING_DB: (f64, f64) = (10.0, 3.0);
/// Share of the distance between loud and soft passages that is taken off the loud ones: the ratio of 2 takes half of what is over the
/// threshold.
const LEVELLED: f64 = 0.5;
/// Power of one channel against the loudness of both: the detector reads the louder channel, without the K-weighting.
const CHANNEL_DB: f64 = -3.0;
/// Soft and loud passages, from the whole, of a track whose level wanders instead of jumping.
const WANDERING_LU: (f64, f64) = (-7.0, 5.0);
/// Crest factors below this leave a compressor nothing to do.
const MIN_PLR_DB: f64 = 10.0;

/// A compressor and why, or nothing.
pub(super) fn compressor(analysis: &Analysis, findings: &[Finding], level: &Level, intent: &Intent) -> Option<Move> {
    let squeezed = found(findings, Observation::OverLimited).is_some()
        || found(findings, FindingKind::Defect(DefectKind::OverLimiting)).is_some();
    if squeezed {
        return None;
    }
    if let Some(wide) = found(findings, Observation::WideDynamics) {
        return even(analysis, wide, level, intent.strength(wide.kind));
    }
    let heavy = found(findings, Observation::HeavyLimiting)?;
    nature::is_percussive(analysis).then(|| tame(level, heavy, intent.strength(heavy.kind)))?
}

/// Slow and soft: brings loud passages nearer to the soft ones, by half their distance at most.
fn even(analysis: &Analysis, finding: &Finding, level: &Level, strength: f64) -> Option<Move> {
    let integrated_lufs = level.integrated_lufs?;
    let range_lu = finding.evidence.get("range_lu")?;
    let most_db = if nature::is_percussive(analysis) { LEVELLING_DB.0 } else { LEVELLING_DB.1 };
    let measured_lufs = analysis.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
    let shift_db = measured_lufs.map_or(0.0, |measured| integrated_lufs - measured);
    let jumping = passages_lufs(analysis).filter(|(soft, loud)| loud - soft > JUMPY_QUARTILES_LU);
    let (soft_lufs, loud_lufs) = match jumping {
        Some((soft, loud)) => (soft + shift_db, loud + shift_db),
        None => (integrated_lufs + WANDERING_LU.0, integrated_lufs + WANDERING_LU.1),
    };
    let range_db = rounded_to((LEVELLED * (loud_lufs - soft_lufs)).min(most_db) * strength, 0.5);
    if range_db < 1.0 {
        return None;
    }
    let spec = CompressorSpec {
        threshold_db: rounded_to((soft_lufs + CHANNEL_DB).clamp(-70.0, -3.0), 0.5),
        ratio: 1.0 / (1.0 - LEVELLED),
        knee_db: 6.0,
        attack_ms: 150.0,
        release_ms: 1200.0,
        detector: Detector::Rms,
        rms_window_ms: 200.0,
        sidechain_high_pass_hz: 80.0,
        range_db,
        ..CompressorSpec::default()
    };
    let reason = format!(
        "Loud and soft passages lie {range_lu:.1} LU apart; a slow, soft compressor takes at most {range_db:.1} dB off the loud ones."
    );
    Some(Move::new(ProcessorSpec::Compressor(spec), reason, [finding.kind]))
}

/// Quick on peaks: takes over part of what the limiter would have to do.
fn tame(level: &Level, finding: &Finding, strength: f64) -> Option<Move> {
    let (true_peak_dbtp, limiting_db) = (level.true_peak_dbtp?, level.peak_limiting_db?);
    let range_db = rounded_to(RANGE_DB * strength, 0.5);
    if true_peak_dbtp - level.integrated_lufs? < MIN_PLR_DB || range_db < 1.0 {
        return None;
    }
    let spec = CompressorSpec {
        threshold_db: rounded_to((true_peak_dbtp - 0.7 * limiting_db).clamp(-60.0, -1.0), 0.5),
        ratio: 2.0,
        knee_db: 6.0,
        attack_ms: 8.0,
        release_ms: 90.0,
        sidechain_high_pass_hz: 90.0,
        range_db,
        ..CompressorSpec::default()
    };
    let reason = format!(
        "At the target the highest peak would stand {limiting_db:.1} dB over the ceiling; a compressor takes up to {range_db:.1} dB of that more gently than the limiter."
    );
    Some(Move::new(ProcessorSpec::Compressor(spec), reason, [finding.kind]))
}

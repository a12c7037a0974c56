//! Loudness and peaks against the target.

use balanced_dsp::ChannelLayout;
use balanced_model::{Analysis, Defect, DefectKind, Finding, Observation, Severity, Target};

use super::nature;
use crate::usual::{ABSURD_DBTP, beside_lone_samples};

/// Nearer than this to the target is on it.
const NEAR_LU: f64 = 0.5;
/// Peaks pushed further than this into the limiter are worth a word, and further than that a warning.
const HEAVY_LIMITING_DB: (f64, f64) = (7.0, 11.0);

pub(super) fn find(analysis: &Analysis, target: &Target, findings: &mut Vec<Finding>) {
    let Some(loudness) = &analysis.measurements.loudness else { return };
    let Some(integrated_lufs) = loudness.integrated_lufs else {
        findings.push(nothing_to_measure(analysis.source.duration_s));
        return;
    };
    let usual = beside_lone_samples(loudness);
    let integrated_lufs = usual.map_or(integrated_lufs, |usual| usual.integrated_lufs);
    let gain_db = target.integrated_lufs - integrated_lufs;
    findings.extend(distance(integrated_lufs, gain_db, target));
    findings.extend(one_channel(analysis, integrated_lufs));
    if let Some(peak_dbtp) = loudness.true_peak_dbtp.filter(|peak| *peak > ABSURD_DBTP) {
        findings.push(absurd(peak_dbtp, usual.is_some()));
        return;
    }
    if let Some(true_peak_dbtp) = loudness.true_peak_dbtp {
        findings.extend(over_full_scale(analysis, true_peak_dbtp, loudness.true_peak_at_s, target));
        findings.extend(heavy_limiting(
            analysis,
            true_peak_dbtp + gain_db - target.ceiling_dbtp,
            integrated_lufs,
            target,
        ));
    }
}

fn nothing_to_measure(duration_s: f64) -> Finding {
    Finding::new(Observation::NoLoudness, Severity::Critical, 1.0).evidence([("duration_s", duration_s)]).says(
        "The track has no measurable loudness: it is silent, or shorter than the 0.4 s that the measurement needs.",
        "Check that the right file was exported, with the tracks unmuted.",
    )
}

fn distance(integrated_lufs: f64, gain_db: f64, target: &Target) -> Option<Finding> {
    let (wanted_lufs, name) = (target.integrated_lufs, &target.name);
    let evidence = [("integrated_lufs", integrated_lufs), ("target_lufs", wanted_lufs), ("gain_db", gain_db)];
    if gain_db > NEAR_LU {
        let finding = Finding::new(Observation::BelowTarget, Severity::Info, 1.0).evidence(evidence);
        return Some(finding.says(
            format!("The track measures {integrated_lufs:.1} LUFS, {gain_db:.1} LU softer than {name} ({wanted_lufs:.1} LUFS)."),
            format!("Raise it by {gain_db:.1} dB and let a true-peak limiter hold the peaks."),
        ));
    }
    if gain_db < -NEAR_LU {
        let over_lu = -gain_db;
        let finding = Finding::new(Observation::AboveTarget, Severity::Info, 1.0).evidence(evidence);
        return Some(finding.says(
            format!("The track measures {integrated_lufs:.1} LUFS, {over_lu:.1} LU louder than {name} ({wanted_lufs:.1} LUFS)."),
            format!("Turn it down by {over_lu:.1} dB; if it was limited to get there, go back to the mix before the limiter."),
        ));
    }
    None
}

/// Over 0 dBTP the track distorts in players and encoders; between the ceiling and 0 dBTP the limiter sees to it.
fn over_full_scale(analysis: &Analysis, true_peak_dbtp: f64, at_s: Option<f64>, target: &Target) -> Option<Finding> {
    let over_db = true_peak_dbtp - target.ceiling_dbtp;
    if over_db <= 0.0 {
        return None;
    }
    // Up to 1.5 dB over is what any loud mix has, and turned down with the rest: other findings of the same weight come first. Peaks that
    // stand over full scale because their tops were cut are the cut's.
    let is_cut = |defect: &Defect| [DefectKind::Clipping, DefectKind::OverLimiting].contains(&defect.kind);
    let (severity, confidence) = match true_peak_dbtp {
        peak if peak > 0.0 && analysis.measurements.defects.iter().flatten().any(is_cut) => (Severity::Minor, 0.5),
        peak if peak > 1.5 => (Severity::Major, 0.95),
        peak if peak > 0.0 => (Severity::Minor, 0.6),
        _ => (Severity::Info, 0.95),
    };
    let mut finding = Finding::new(Observation::PeaksOverCeiling, severity, confidence).evidence([
        ("true_peak_dbtp", true_peak_dbtp),
        ("ceiling_dbtp", target.ceiling_dbtp),
        ("over_db", over_db),
    ]);
    finding.range_s = at_s.map(|at| [at, at]);
    let place = at_s.map(|at| format!(" at {}", clock(at))).unwrap_or_default();
    let consequence = if true_peak_dbtp > 0.0 { " and can distort in converters and encoders" } else { "" };
    Some(finding.says(
        format!(
            "The highest true peak is {true_peak_dbtp:+.1} dBTP{place}, {over_db:.1} dB over the ceiling of {:.1} dBTP{consequence}.",
            target.ceiling_dbtp
        ),
        "Export the mix with more headroom (3 to 6 dB) and no limiter on the master bus; the mastering limiter keeps the ceiling.",
    ))
}

fn heavy_limiting(analysis: &Analysis, limiting_db: f64, integrated_lufs: f64, target: &Target) -> Option<Finding> {
    if limiting_db < HEAVY_LIMITING_DB.0 {
        return None;
    }
    let severity = if limiting_db >= HEAVY_LIMITING_DB.1 { Severity::Major } else { Severity::Minor };
    let advice = if nature::is_percussive(analysis) {
        "Tame the sharpest peaks in the mix (drums first)"
    } else {
        "Leave the peaks to the players"
    };
    let softer_lufs = target.integrated_lufs - (limiting_db - HEAVY_LIMITING_DB.0);
    Some(
        // It is the target's doing, not the mix's: what is wrong with the mix comes first.
        Finding::new(Observation::HeavyLimiting, severity, 0.55)
            .evidence([("peak_limiting_db", limiting_db), ("integrated_lufs", integrated_lufs)])
            .says(
                format!(
                    "Reaching {:.1} LUFS under {:.1} dBTP takes up to {limiting_db:.1} dB off the highest peaks, which can be heard.",
                    target.integrated_lufs, target.ceiling_dbtp
                ),
                format!("{advice}, or aim for {softer_lufs:.1} LUFS."),
            ),
    )
}

/// A file of one channel is measured as one loudspeaker; two play it 3 dB louder (BS.1770-5 sums the channels).
fn one_channel(analysis: &Analysis, integrated_lufs: f64) -> Option<Finding> {
    const SECOND_LOUDSPEAKER_LU: f64 = 3.01;
    if analysis.source.channels != 1 || analysis.source.channel_layout == ChannelLayout::dual_mono().name() {
        return None;
    }
    let two_lufs = integrated_lufs + SECOND_LOUDSPEAKER_LU;
    let finding = Finding::new(Observation::OneChannel, Severity::Info, 1.0);
    Some(finding.evidence([("integrated_lufs", integrated_lufs), ("two_loudspeakers_lufs", two_lufs)]).says(
        format!(
            "The file has one channel: it measures {integrated_lufs:.1} LUFS, but sounds like {two_lufs:.1} LUFS where two loudspeakers play it."
        ),
        "Where it has to sit beside stereo tracks, measure and master it as dual mono (`--dual-mono`), which counts the second loudspeaker, or export it with two channels.",
    ))
}

/// Samples far beyond full scale.
fn absurd(peak_dbtp: f64, is_lone: bool) -> Finding {
    let finding =
        Finding::new(Observation::AbsurdLevel, Severity::Critical, 0.95).evidence([("true_peak_dbtp", peak_dbtp)]);
    if is_lone {
        return finding.says(
            format!("A few samples reach {peak_dbtp:+.0} dBFS, far beyond anything a player can reproduce; the rest of the track is at a usual level."),
            "A plug-in failed there for a moment: listen to the place, and export again.",
        );
    }
    finding.says(
        format!(
            "The samples reach {peak_dbtp:+.0} dBFS, far beyond full scale: the file holds whole numbers (such as -32768 to 32767) where -1 to 1 belongs."
        ),
        "Export again with floating-point samples between -1 and 1, or as a 24-bit file.",
    )
}

/// Minutes and seconds, such as `1:04.2`.
pub(super) fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round();
    let minutes = (tenths / 600.0).floor();
    format!("{minutes:.0}:{:04.1}", (tenths - 600.0 * minutes) / 10.0)
}

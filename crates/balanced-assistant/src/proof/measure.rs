//! One number for each finding, the same in the mix and in the master.

use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Loudness, Observation, Stereo, Target, thousandths};

use crate::tone;

/// A measurement that shows a finding.
pub(super) struct Measured {
    pub name: &'static str,
    pub value: f64,
    /// Larger is worse.
    pub badness: f64,
}

/// Bass that a listener would miss.
const BASS_HZ: (f64, f64) = (30.0, 120.0);

/// The measurement that shows findings of `kind`: from the measurements themselves where they have it, else from the evidence of
/// `finding`, which is gone when the fault is.
pub(super) fn measured(
    kind: FindingKind,
    finding: Option<&Finding>,
    analysis: &Analysis,
    target: &Target,
) -> Option<Measured> {
    match kind {
        FindingKind::Observation(observation) => of_observation(observation, analysis, target),
        FindingKind::Defect(defect) => of_defect(defect, analysis, target),
        _ => None,
    }
    .or_else(|| of_evidence(finding?))
}

/// Deviation of a finding of tone in the mix, and in the master: less what the master changed; `None` for other findings.
pub(super) fn tone_before_and_after(
    finding: &Finding,
    before: &Analysis,
    after: &Analysis,
) -> Option<(Measured, Measured)> {
    let FindingKind::Observation(kind) = finding.kind else { return None };
    let was_db = *finding.evidence.get("deviation_db")?;
    let is_db = was_db + tone::change_db(kind, before, after)?;
    Some((deviation(was_db), deviation(is_db)))
}

fn deviation(value_db: f64) -> Measured {
    Measured { name: "deviation_db", value: thousandths(value_db), badness: value_db.abs() }
}

fn of_observation(observation: Observation, analysis: &Analysis, target: &Target) -> Option<Measured> {
    let worse_high = |name, value: f64| Measured { name, value: thousandths(value), badness: value };
    let worse_low = |name, value: f64| Measured { name, value: thousandths(value), badness: -value };
    match observation {
        Observation::BelowTarget | Observation::AboveTarget => {
            let value = loudness(analysis)?.integrated_lufs?;
            Some(Measured { badness: (value - target.integrated_lufs).abs(), ..worse_high("integrated_lufs", value) })
        }
        Observation::PeaksOverCeiling | Observation::AbsurdLevel => peak(analysis, target),
        Observation::WideDynamics => Some(worse_high("range_lu", loudness(analysis)?.range_lu?)),
        Observation::OverLimited => Some(worse_low("plr_db", loudness(analysis)?.plr_db?)),
        Observation::OutOfPhase => Some(worse_low("correlation_mean", stereo(analysis)?.correlation_mean?)),
        Observation::OutOfPhaseMoment => Some(worse_low("correlation_min", stereo(analysis)?.correlation_min?)),
        Observation::MonoLoss => Some(worse_high("mono_loss_db", stereo(analysis)?.mono_loss_db?)),
        Observation::TooWide => Some(worse_high("side_to_mid_db", stereo(analysis)?.side_to_mid_db?)),
        Observation::Narrow => Some(worse_low("side_to_mid_db", stereo(analysis)?.side_to_mid_db?)),
        Observation::WideBass | Observation::AntiphaseBass => {
            Some(worse_low("bass_correlation", stereo(analysis)?.bass_correlation?))
        }
        Observation::Imbalance => balance(analysis),
        other => tone::deviation_db(other, analysis).map(deviation),
    }
}

fn of_defect(defect: DefectKind, analysis: &Analysis, target: &Target) -> Option<Measured> {
    match defect {
        DefectKind::InterSampleOvers => peak(analysis, target),
        DefectKind::ChannelImbalance | DefectKind::DeadChannel => balance(analysis),
        DefectKind::PhaseInversion => of_observation(Observation::OutOfPhase, analysis, target),
        DefectKind::Clicks => total(analysis, defect, "clicks"),
        DefectKind::Clipping => total(analysis, defect, "clipped_frames"),
        DefectKind::NotFinite => total(analysis, defect, "samples"),
        DefectKind::MonoAsStereo => of_observation(Observation::Narrow, analysis, target),
        _ => None,
    }
}

/// What all findings of a kind hold of `name` together.
fn total(analysis: &Analysis, kind: DefectKind, name: &'static str) -> Option<Measured> {
    let defects = analysis.measurements.defects.as_ref()?.iter().filter(|defect| defect.kind == kind);
    let value = defects.filter_map(|defect| defect.evidence.get(name)).sum::<f64>();
    Some(Measured { name, value, badness: value })
}

/// The first of these that the evidence holds.
fn of_evidence(finding: &Finding) -> Option<Measured> {
    const NAMES: [&str; 10] = [
        "deviation_db",
        "rumble_db",
        "excess_db",
        "over_neighbours_db",
        "offset_percent",
        "relative_db",
        "level_dbfs",
        "crest_db",
        "length_s",
        "count",
    ];
    NAMES.iter().find_map(|name| {
        let value = *finding.evidence.get(*name)?;
        // Levels are negative: nearer to full scale, or to the music, is worse.
        let badness = match *name {
            "crest_db" => -value,
            "level_dbfs" | "relative_db" | "rumble_db" => 60.0 + value,
            _ => value.abs(),
        };
        Some(Measured { name, value, badness })
    })
}

fn loudness(analysis: &Analysis) -> Option<&Loudness> {
    analysis.measurements.loudness.as_ref()
}

fn stereo(analysis: &Analysis) -> Option<&Stereo> {
    analysis.measurements.stereo.as_ref()
}

fn peak(analysis: &Analysis, target: &Target) -> Option<Measured> {
    let value = loudness(analysis)?.true_peak_dbtp?;
    Some(Measured { name: "true_peak_dbtp", value, badness: (value - target.ceiling_dbtp).max(0.0) })
}

fn balance(analysis: &Analysis) -> Option<Measured> {
    let value = stereo(analysis)?.balance_db?;
    Some(Measured { name: "balance_db", value: thousandths(value), badness: value.abs() })
}

/// Bass against the whole, of both channels together; `None` without a spectrum.
pub(super) fn bass_db(analysis: &Analysis) -> Option<f64> {
    let ltas = &analysis.measurements.spectrum.as_ref()?.ltas;
    let power = |from_hz: f64, to_hz: f64| -> f64 {
        let inside = ltas.center_hz.iter().zip(&ltas.level_db).filter(|(hz, _)| (from_hz..=to_hz).contains(*hz));
        inside.filter_map(|(_, db)| db.map(|db| 10f64.powf(0.1 * db))).sum()
    };
    let (bass, all) = (power(BASS_HZ.0, BASS_HZ.1), power(BASS_HZ.0, 20_100.0));
    (bass > 0.0).then(|| 10.0 * (bass / all).log10())
}

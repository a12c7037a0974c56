//! The stereo image.

use balanced_model::{Analysis, Defect, DefectKind, Finding, Observation, Severity, Stereo};

use super::bass;
use super::{confidence, graded};

/// Right over left that is heard as off centre, and as wrong: of the middle of the mix, which all of it must not contradict.
const IMBALANCE_DB: (f64, f64) = (1.8, 2.5);
const CONTRADICTS_DB: f64 = 3.0;
/// Where no middle stands out, players may sit where they like; more than this is worth a word.
const IMBALANCE_ALONE_DB: f64 = 2.8;
/// Correlation under which left and right work against each other on the whole.
const OUT_OF_PHASE: f64 = -0.1;
/// Threshold for the worst moment.
const OUT_OF_PHASE_MOMENT: f64 = -0.5;
/// Side over mid from which a mix has no firm middle: one of twenty pieces of games' music has more. Major from the second on.
const WIDE_DB: (f64, f64) = (-1.3, 2.0);
/// Correlation of a region from 200 Hz to 10 kHz under which the sides are louder than the middle there; of the same music one piece of
/// twenty has such a region.
const WIDE_REGION: f64 = -0.22;
/// Names of the regions above the bass.
const REGIONS: [&str; 4] = ["200 to 500 Hz", "500 Hz to 2 kHz", "2 to 5 kHz", "5 to 10 kHz"];
/// Side softer than this under mid is all but mono; under the second value it is mono.
const NARROW_DB: (f64, f64) = (-16.0, -60.0);
/// Two unrelated channels lose 3 dB when folded to mono; more is cancellation.
const MONO_LOSS_DB: f64 = 4.0;

pub(super) fn find(analysis: &Analysis, findings: &mut Vec<Finding>) {
    let Some(stereo) = &analysis.measurements.stereo else { return };
    let defects = analysis.measurements.defects.as_deref().unwrap_or_default();
    // One channel alone has no image: everything else would be said of what is missing.
    if analysis.source.channels < 2 || has(defects, DefectKind::DeadChannel) {
        return;
    }
    if !has(defects, DefectKind::PhaseInversion) {
        findings.extend(phase(stereo));
    }
    if !has(defects, DefectKind::ChannelImbalance) {
        findings.extend(imbalance(stereo));
    }
    if !has(defects, DefectKind::MonoAsStereo) {
        findings.extend(width(stereo));
    }
    findings.extend(bass::find(analysis, stereo));
}

fn has(defects: &[Defect], kind: DefectKind) -> bool {
    defects.iter().any(|defect| defect.kind == kind)
}

/// The strongest of three remarks about cancellation: on the whole, in mono, for a moment.
fn phase(stereo: &Stereo) -> Option<Finding> {
    let mean = stereo.correlation_mean?;
    if mean < OUT_OF_PHASE {
        let severity = if mean < -0.5 { Severity::Critical } else { Severity::Major };
        let finding = Finding::new(Observation::OutOfPhase, severity, 0.9).evidence([("correlation_mean", mean)]);
        return Some(finding.says(
            format!("Left and right work against each other (correlation {mean:.2}): much of the mix vanishes on mono speakers."),
            "Check the polarity of one channel and undo stereo wideners.",
        ));
    }
    if let Some(loss_db) = stereo.mono_loss_db.map(f64::abs).filter(|loss| *loss > MONO_LOSS_DB) {
        let finding = Finding::new(Observation::MonoLoss, graded(loss_db - MONO_LOSS_DB, 3.0), 0.8);
        return Some(finding.evidence([("mono_loss_db", loss_db), ("correlation_mean", mean)]).says(
            format!("A mono speaker loses {loss_db:.1} dB of the mix: wide sounds cancel."),
            "Narrow the widest sounds, and listen to the mix in mono.",
        ));
    }
    let lowest = stereo.correlation_min.filter(|lowest| *lowest < OUT_OF_PHASE_MOMENT)?;
    let finding = Finding::new(Observation::OutOfPhaseMoment, Severity::Info, 0.7);
    Some(finding.evidence([("correlation_min", lowest), ("correlation_mean", mean)]).says(
        format!("For a moment left and right work against each other (lowest correlation {lowest:.2}); over the track they do not."),
        "If it is an effect, leave it; else listen to the widest passage in mono.",
    ))
}

/// A channel that is too low leans with all of the mix; what is panned aside leaves the middle where it is.
fn imbalance(stereo: &Stereo) -> Option<Finding> {
    let balance_db = stereo.balance_db?;
    let lean_db = stereo.centre_db.unwrap_or(balance_db);
    let size_db = lean_db.abs();
    let least_db = if stereo.centre_db.is_some() { IMBALANCE_DB.0 } else { IMBALANCE_ALONE_DB };
    let is_contradicted = lean_db * balance_db < 0.0 || (lean_db - balance_db).abs() > CONTRADICTS_DB;
    if size_db < least_db || is_contradicted {
        return None;
    }
    let (side, other) = if lean_db > 0.0 { ("right", "left") } else { ("left", "right") };
    let severity =
        if size_db >= IMBALANCE_DB.1 && stereo.centre_db.is_some() { Severity::Major } else { Severity::Minor };
    let mut finding = Finding::new(Observation::Imbalance, severity, confidence(size_db - IMBALANCE_DB.0, 3.0))
        .evidence([("balance_db", balance_db)]);
    let (place, advice) = match stereo.centre_db {
        Some(centre_db) => {
            finding = finding.evidence([("balance_db", balance_db), ("centre_db", centre_db)]);
            ("in what both sides share", format!("Raise the {other} channel by {size_db:.1} dB."))
        }
        None => (
            "over the whole track",
            format!("If nothing is panned {side} on purpose, raise the {other} channel by {size_db:.1} dB."),
        ),
    };
    Some(finding.says(format!("The {side} side is {size_db:.1} dB louder than the {other} {place}."), advice))
}

/// The region between bass and air whose correlation is lowest, and that.
fn widest_region(stereo: &Stereo) -> Option<(&'static str, f64)> {
    let known = REGIONS.into_iter().zip(bass::above(stereo)).filter_map(|(name, value)| Some((name, value?)));
    known.min_by(|a, b| a.1.total_cmp(&b.1))
}

fn width(stereo: &Stereo) -> Option<Finding> {
    let side_db = stereo.side_to_mid_db?;
    let evidence = [("side_to_mid_db", side_db)];
    if stereo.correlation_mean.is_some_and(|mean| mean < OUT_OF_PHASE) {
        return None;
    }
    if side_db > WIDE_DB.0 {
        let sureness = confidence(side_db - WIDE_DB.0, 4.0);
        let finding = Finding::new(Observation::TooWide, graded(side_db - WIDE_DB.0, WIDE_DB.1 - WIDE_DB.0), sureness);
        let level =
            if side_db < 0.0 { format!("only {:.1} dB less", -side_db) } else { format!("{side_db:.1} dB more") };
        return Some(finding.evidence(evidence).says(
            format!("The sides carry {level} than the centre: the mix has no firm middle."),
            "Bring voice, bass and drums to the centre, or narrow the stereo width.",
        ));
    }
    if let Some((region, correlation)) = widest_region(stereo).filter(|(_, correlation)| *correlation < WIDE_REGION) {
        let finding = Finding::new(Observation::TooWide, Severity::Minor, 0.6);
        return Some(finding.evidence([("side_to_mid_db", side_db), ("region_correlation", correlation)]).says(
            format!(
                "From {region} the sides are louder than the centre (correlation {correlation:.2}): a mono speaker loses most of it."
            ),
            "Listen in mono for what disappears, and narrow that sound in the mix.",
        ));
    }
    if side_db < NARROW_DB.1 {
        let finding = Finding::new(Observation::Narrow, Severity::Minor, 0.95).evidence(evidence);
        return Some(finding.says(
            "Left and right are the same: the track is mono in a stereo file.",
            "If stereo was meant, check the export settings; mono is fine if it was not.",
        ));
    }
    (side_db < NARROW_DB.0).then(|| {
        Finding::new(Observation::Narrow, Severity::Minor, 0.8).evidence(evidence).says(
            format!("The sides lie {:.1} dB under the centre: the mix is close to mono.", -side_db),
            "Pan and widen single tracks in the mix; widening the whole afterwards rarely sounds natural.",
        )
    })
}

//! How a track compares with its reference, in words.

use balanced_model::{Analysis, Finding, FindingKind, Observation, Severity, Target};

use super::changes::Changes;
use super::reference::Reference;
use super::steps::hertz;
use super::thirds::{mean, median};

/// A band that stays off by more than this is said to be out of reach.
const UNREACHED_DB: f64 = 1.5;
/// Differences from these on matter.
const LOUDNESS_LU: f64 = 0.5;
const PEAKS_DB: f64 = 3.0;
const WIDTH_DB: f64 = 1.0;

/// Findings that a reference answers: it says what the balance, the width and the dynamics should be, and the loudness where that of
/// `target` is its own.
pub(crate) fn is_answered_by_reference(kind: FindingKind, reference: &Reference, target: &Target) -> bool {
    const TONE: [Observation; 7] = [
        Observation::HeavyBass,
        Observation::Thin,
        Observation::Mud,
        Observation::Honk,
        Observation::Harshness,
        Observation::Brightness,
        Observation::Dullness,
    ];
    const TASTE: [Observation; 5] = [
        Observation::TooWide,
        Observation::Narrow,
        Observation::MonoLoss,
        Observation::WideBass,
        Observation::WideDynamics,
    ];
    const LEVEL: [Observation; 2] = [Observation::BelowTarget, Observation::AboveTarget];
    let is_one_of = |list: &[Observation]| list.iter().any(|observation| kind == (*observation).into());
    let sets_level = reference.integrated_lufs.is_some_and(|lufs| (target.integrated_lufs - lufs).abs() < LOUDNESS_LU);
    is_one_of(&TONE) || (reference.spread.is_none() && is_one_of(&TASTE)) || (sets_level && is_one_of(&LEVEL))
}

/// Adds how the track compares: tone always, everything else where a reference is followed and it matters.
pub(crate) fn add(
    findings: &mut Vec<Finding>,
    analysis: &Analysis,
    reference: &Reference,
    target: &Target,
    changes: &Changes,
) {
    findings.push(tone(analysis, reference, changes));
    findings.extend(loudness(analysis, reference, target));
    if reference.spread.is_none() {
        findings.extend(dynamics(analysis, reference));
        findings.extend(width(analysis, reference));
    }
}

fn finding(kind: Observation, names: [&str; 2], values: [f64; 2]) -> Finding {
    Finding::new(kind, Severity::Info, 0.9).evidence([(names[0], values[0]), (names[1], values[1])])
}

fn tone(analysis: &Analysis, reference: &Reference, changes: &Changes) -> Finding {
    let distance_db = super::outcome::distance_db(analysis, reference).unwrap_or(0.0);
    let evidence = [("distance_db", distance_db), ("reference_files", reference.files as f64)];
    let message = if reference.spread.is_some() {
        let outside = changes.parts.iter().flat_map(|part| part.wanted_db).flatten().filter(|db| *db != 0.0).count();
        format!(
            "Compared with {}, {outside} of {} third octaves are outside its spread; only they are corrected.",
            reference.name,
            changes.missing_db().len()
        )
    } else {
        format!("Third octaves differ from those of {} by {distance_db:.1} dB (rms, at equal level).", reference.name)
    };
    let message = format!("{message}{}", unreached(changes, reference));
    let advice = "Compare both at the same loudness; what an equaliser cannot reach is a matter of the arrangement.";
    Finding::new(Observation::ReferenceTone, Severity::Info, 0.9).evidence(evidence).says(message, advice)
}

/// What the bells cannot reach, as a sentence to follow another.
fn unreached(changes: &Changes, reference: &Reference) -> String {
    let missing = changes.missing_db();
    let worst = missing.iter().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let Some((hz, db)) = worst.filter(|worst| worst.1.abs() > UNREACHED_DB) else { return String::new() };
    format!(
        " Not all is reached with bands of at most ±{:.0} dB that raise only what is there: {} stays {:.1} dB too {}.",
        reference.limit_db,
        hertz(*hz),
        db.abs(),
        if *db > 0.0 { "soft" } else { "loud" }
    )
}

fn loudness(analysis: &Analysis, reference: &Reference, target: &Target) -> Option<Finding> {
    let track_lufs = analysis.measurements.loudness.as_ref()?.integrated_lufs?;
    let reference_lufs = reference.integrated_lufs?;
    let difference_lu = reference_lufs - track_lufs;
    let word = if difference_lu > 0.0 { "louder" } else { "softer" };
    let advice = if (target.integrated_lufs - reference_lufs).abs() < LOUDNESS_LU {
        "Nothing has to be done there: level is set here.".to_owned()
    } else {
        format!("The target asks for {:.1} LUFS, which counts more than the reference.", target.integrated_lufs)
    };
    let message = format!(
        "{} measures {reference_lufs:.1} LUFS, {:.1} LU {word} than the track.",
        sentence(&reference.name),
        difference_lu.abs()
    );
    (difference_lu.abs() >= LOUDNESS_LU).then(|| {
        finding(Observation::ReferenceLoudness, ["integrated_lufs", "reference_lufs"], [track_lufs, reference_lufs])
            .says(message, advice)
    })
}

fn dynamics(analysis: &Analysis, reference: &Reference) -> Option<Finding> {
    let track_db = analysis.measurements.loudness.as_ref()?.plr_db?;
    let reference_db = reference.plr_db?;
    let difference_db = reference_db - track_db;
    let advice = if difference_db < 0.0 {
        "Limiting brings it nearer; what is missing then is a matter of the mix."
    } else {
        "Compress and limit less in the mix to come nearer: what is squeezed cannot be opened here."
    };
    (difference_db.abs() >= PEAKS_DB).then(|| {
        finding(Observation::ReferenceDynamics, ["plr_db", "reference_plr_db"], [track_db, reference_db]).says(
            format!(
                "Peaks stand {track_db:.1} dB above the loudness; in {} it is {reference_db:.1} dB.",
                reference.name
            ),
            advice,
        )
    })
}

fn width(analysis: &Analysis, reference: &Reference) -> Option<Finding> {
    /// Sides under this are nothing that could be raised.
    const ABSENT_DB: f64 = -40.0;
    let track_db = analysis.measurements.stereo.as_ref()?.side_to_mid_db?;
    let reference_db = reference.side_to_mid_db?;
    let difference_db = reference_db - track_db;
    let word = if difference_db > 0.0 { "wider" } else { "narrower" };
    let advice = if track_db < ABSENT_DB && difference_db > 0.0 {
        "The mix has no sides that could be raised: pan and widen single tracks there."
    } else {
        "How wide single instruments are is a matter of the mix; here the sides are set by frequency."
    };
    let message = format!(
        "{} is {word}: its sides lie {:.1} dB under its middle, here {:.1} dB.",
        sentence(&reference.name),
        -reference_db,
        -track_db
    );
    (difference_db.abs() >= WIDTH_DB).then(|| {
        finding(Observation::ReferenceWidth, ["side_to_mid_db", "reference_side_to_mid_db"], [track_db, reference_db])
            .says(message, advice)
    })
}

/// A name at the beginning of a sentence.
fn sentence(name: &str) -> String {
    name.strip_prefix("the ").map_or_else(|| name.to_owned(), |rest| format!("The {rest}"))
}

/// Root mean square of differences at equal level.
pub(super) fn rms_db(differences_db: &[f64]) -> Option<f64> {
    let middle_db = median(differences_db.iter().copied())?;
    mean(differences_db.iter().map(|db| (db - middle_db).powi(2))).map(f64::sqrt)
}

//! Proof on the written master: what became of every finding, and which moves should rather not have been made.

mod measure;
#[cfg(test)]
mod tests;

use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Observation, Outcome, Severity, Status, Target};

use crate::diagnose::tonal::misleads;
use crate::matching::is_about_reference;
use crate::{Intent, diagnose, tone};
use measure::{Measured, bass_db, measured, tone_before_and_after};

/// A finding is improved if its measure falls by this share, or a tonal one, whose moves are bounded, by this much.
const IMPROVED: f64 = 0.2;
const IMPROVED_TONE_DB: f64 = 1.0;
/// Bass that a repair of the image may cost, and mono that it may.
const BASS_LOST_DB: f64 = 2.0;
const MONO_LOST_DB: f64 = 0.5;

/// Findings whose damage is done: no measurement of the master takes it back.
const DAMAGE: [DefectKind; 8] = [
    DefectKind::OverLimiting,
    DefectKind::LossyTranscode,
    DefectKind::Upsampled,
    DefectKind::PaddedBitDepth,
    DefectKind::Dropout,
    DefectKind::DigitalSilence,
    DefectKind::CutStart,
    DefectKind::CutEnd,
];
/// Findings about the image, which moves of the image answer and can harm.
const IMAGE: [Observation; 8] = [
    Observation::Narrow,
    Observation::OutOfPhase,
    Observation::OutOfPhaseMoment,
    Observation::TooWide,
    Observation::WideBass,
    Observation::AntiphaseBass,
    Observation::Imbalance,
    Observation::MonoLoss,
];
/// Findings that are repaired where they are and nowhere else: a repair that does little does no harm.
const REPAIRED: [DefectKind; 3] = [DefectKind::Clicks, DefectKind::Clipping, DefectKind::NotFinite];
/// Findings about dynamics.
const DYNAMICS: [Observation; 2] = [Observation::WideDynamics, Observation::HeavyLimiting];

/// Measures every finding again on the master and notes what became of it.
///
/// `before` is the mix the findings are about, `after` the decoded master, `intent` what was tried and taken back on the way.
pub fn prove(findings: &mut [Finding], before: &Analysis, after: &Analysis, target: &Target, intent: &Intent) {
    let left = diagnose(after, target);
    for finding in findings {
        finding.outcome = outcome(finding, before, after, target, &left, intent);
    }
}

/// Lists the findings whose moves did too little or harm: they should be eased (see [`Intent::ease`]) and the chain made again.
#[must_use]
pub fn regrets(findings: &[Finding], before: &Analysis, after: &Analysis, target: &Target) -> Vec<FindingKind> {
    let left = diagnose(after, target);
    let may_go = |kind: FindingKind| !is_level(kind) && !is_repaired(kind) && !is_about_reference(kind);
    let treated = || findings.iter().filter(|finding| finding.done_here.is_some() && may_go(finding.kind));
    let useless = |finding: &&Finding| {
        let outcome = outcome(finding, before, after, target, &left, &Intent::default());
        outcome.is_some_and(|outcome| outcome.status == Status::Left)
    };
    let mut regrets: Vec<FindingKind> = treated().filter(useless).map(|finding| finding.kind).collect();
    let harmed = harmed_families(findings, &left, before, after);
    regrets.extend(treated().map(|finding| finding.kind).filter(|kind| harmed.contains(&family(*kind))));
    regrets.sort_unstable();
    regrets.dedup();
    regrets
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Level,
    Image,
    Dynamics,
    Tone,
    Repair,
}

fn family(kind: FindingKind) -> Family {
    let is_one_of = |list: &[Observation]| list.iter().any(|observation| kind == (*observation).into());
    let image = [DefectKind::PhaseInversion, DefectKind::ChannelImbalance].map(FindingKind::from);
    match kind {
        kind if is_level(kind) => Family::Level,
        kind if is_repaired(kind) => Family::Repair,
        kind if is_one_of(&IMAGE) || image.contains(&kind) => Family::Image,
        _ if is_one_of(&DYNAMICS) => Family::Dynamics,
        _ => Family::Tone,
    }
}

/// Findings that the limiter answers in every chain.
fn is_level(kind: FindingKind) -> bool {
    let level = [
        Observation::BelowTarget.into(),
        Observation::AboveTarget.into(),
        Observation::PeaksOverCeiling.into(),
        Observation::AbsurdLevel.into(),
        DefectKind::InterSampleOvers.into(),
        DefectKind::DcOffset.into(),
    ];
    level.contains(&kind)
}

fn is_repaired(kind: FindingKind) -> bool {
    REPAIRED.iter().any(|repaired| kind == (*repaired).into())
}

/// Families of moves that cost what they must not: bass, mono, or a new fault of their own.
///
/// A reference says itself what bass, tone and width should be: what is new there comes from it, not from a correction.
fn harmed_families(findings: &[Finding], left: &[Finding], before: &Analysis, after: &Analysis) -> Vec<Family> {
    let mut harmed = Vec::new();
    if findings.iter().any(|finding| is_about_reference(finding.kind)) {
        return harmed;
    }
    let bass_meant = findings.iter().any(|finding| {
        finding.done_here.is_some()
            && [Observation::HeavyBass, Observation::SubRumble].iter().any(|o| finding.kind == (*o).into())
    });
    let hum_meant =
        findings.iter().any(|finding| finding.done_here.is_some() && finding.kind == DefectKind::Hum.into());
    if let Some((was_db, is_db)) = bass_db(before).zip(bass_db(after))
        && was_db - is_db > BASS_LOST_DB
        && !bass_meant
        && !hum_meant
    {
        harmed.push(Family::Image);
    }
    let mono_loss = |analysis: &Analysis| analysis.measurements.stereo.as_ref().and_then(|stereo| stereo.mono_loss_db);
    if let Some((was_db, is_db)) = mono_loss(before).zip(mono_loss(after))
        && is_db - was_db > MONO_LOST_DB
    {
        harmed.push(Family::Image);
    }
    harmed.extend(left.iter().filter(|finding| is_new(finding, findings)).map(|finding| family(finding.kind)));
    harmed
}

/// A fault of the master that the mix did not have; what the level alone brings (limiting, peaks) is not meant, nor what comes to
/// light when something louder is gone: a mix whose only width was bass upside down is narrow without it, and tone is not judged beside
/// faults that mislead the judgement.
fn is_new(finding: &Finding, findings: &[Finding]) -> bool {
    let of_level = [Observation::OverLimited, Observation::HeavyLimiting, Observation::OneChannel, Observation::Narrow]
        .map(FindingKind::from);
    let is_tone_unjudged = family(finding.kind) == Family::Tone && findings.iter().any(misleads);
    finding.severity >= Severity::Minor
        && !is_tone_unjudged
        && matches!(finding.kind, FindingKind::Observation(_))
        && !is_level(finding.kind)
        && !of_level.contains(&finding.kind)
        && !findings.iter().any(|other| other.kind == finding.kind)
}

fn outcome(
    finding: &Finding,
    before: &Analysis,
    after: &Analysis,
    target: &Target,
    left: &[Finding],
    intent: &Intent,
) -> Option<Outcome> {
    // A forecast about the way to the target, not a fault of the mix; and what only the reference can judge.
    if finding.kind == Observation::HeavyLimiting.into() || is_about_reference(finding.kind) {
        return None;
    }
    let again = left.iter().find(|other| other.kind == finding.kind);
    let of_tone = tone_before_and_after(finding, before, after);
    let stands = match &of_tone {
        Some((_, is)) => is.badness >= tone::LEAST_DB,
        None => again.is_some(),
    };
    let (was, is) = match of_tone {
        Some((was, is)) => (Some(was), Some(is)),
        None => {
            let was = measured(finding.kind, Some(finding), before, target);
            (was, measured(finding.kind, again, after, target))
        }
    };
    let damage = DAMAGE.iter().any(|kind| finding.kind == (*kind).into());
    let dropped = intent.is_dropped(finding.kind);
    let treated = finding.done_here.is_some() || is_level(finding.kind);
    let status = match () {
        () if dropped => Status::Refused,
        () if damage => Status::Left,
        // What was cut off is estimated, not brought back.
        () if !stands && treated && finding.kind == DefectKind::Clipping.into() => Status::Improved,
        () if !stands && (treated || is_better(was.as_ref(), is.as_ref())) => Status::Cured,
        () if !treated => Status::Left,
        () if again.is_some_and(|again| again.severity < finding.severity) || is_better(was.as_ref(), is.as_ref()) => {
            Status::Improved
        }
        () => Status::Left,
    };
    Some(Outcome {
        status,
        measure: was.as_ref().map(|measured| measured.name.to_owned()),
        before: was.as_ref().map(|measured| measured.value),
        after: is.map(|measured| measured.value),
        note: note(finding, status, damage),
    })
}

fn is_better(was: Option<&Measured>, is: Option<&Measured>) -> bool {
    let (Some(was), Some(is)) = (was, is) else { return false };
    let better = was.badness - is.badness;
    better >= IMPROVED * was.badness.abs() || (was.name == "deviation_db" && better >= IMPROVED_TONE_DB)
}

fn note(finding: &Finding, status: Status, damage: bool) -> Option<String> {
    if status == Status::Refused {
        return Some("A correction was tried and taken back: it did too little, or harmed something else.".to_owned());
    }
    if damage {
        return Some("What is lost in the mix cannot be put back in the master.".to_owned());
    }
    if status == Status::Improved && finding.kind == DefectKind::Clipping.into() {
        return Some("The tops are an estimate: a mix exported without clipping is better.".to_owned());
    }
    let untreated = status == Status::Left && finding.done_here.is_none() && finding.severity >= Severity::Minor;
    untreated.then(|| "Nothing was done about it here: it is put right in the mix, or was meant.".to_owned())
}

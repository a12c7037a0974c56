//! From findings to a chain.
//!
//! The order is that of a mastering room: remove what is not music, correct tone gently, control dynamics only where
//! something asks for it, then level and limit, then dither. A mix without findings gets limiter and dither alone.

mod data;
mod dynamics;
mod image;
mod intent;
mod level;
pub(crate) mod moves;
mod repair;
#[cfg(test)]
mod tests;
mod tonal;

use balanced_mastering::{ChainSpec, DitherSpec, EqBand, EqSpec, ProcessorSpec, Step};
use balanced_model::{Analysis, Family, Finding, FindingKind, Observation, Reason, Target};

pub use data::Recommendation;
pub use intent::Intent;

use crate::diagnose;
use crate::matching::{self, Feedback, Reference};
use moves::{Effect, Move};

/// Findings that the limiter at the end answers: it brings every track to level and ceiling.
const LEVEL: [Observation; 4] =
    [Observation::BelowTarget, Observation::AboveTarget, Observation::PeaksOverCeiling, Observation::ReferenceLoudness];

/// Returns the families that recommendations read: loudness, dynamics, spectrum, stereo and defects.
#[must_use]
pub fn recommend_families() -> Vec<Family> {
    vec![Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo, Family::Defects]
}

/// Recommends the chain that brings `analysis` to `target`, with the findings it acts on and a reason for every step.
///
/// Level and true peak come from the loudness family; without it the limiter neither raises nor lowers. Other families
/// that are absent give no step.
#[must_use]
pub fn recommend(analysis: &Analysis, target: &Target) -> Recommendation {
    recommend_with(analysis, target, &Intent::default())
}

/// Recommends a chain as [`recommend`] does, with moves no stronger than `intent` says.
#[must_use]
pub fn recommend_with(analysis: &Analysis, target: &Target, intent: &Intent) -> Recommendation {
    let findings = diagnose(analysis, target);
    let mut corrections = repair::cuts(&findings);
    corrections.extend(tonal::corrections(analysis, &findings));
    build(analysis, target, findings, (&corrections, Vec::new()), intent)
}

/// Recommends a chain that brings a track to the loudness of `target` and to balance, width and dynamics of `reference`.
///
/// What the assistant would otherwise say about tone and width by what is usual is left to the reference. Without a long-term spectrum
/// there is no equaliser.
#[must_use]
pub fn reference_match(analysis: &Analysis, reference: &Reference, target: &Target) -> Recommendation {
    reference_match_with(analysis, reference, target, &Intent::default(), &Feedback::default())
}

/// Recommends a chain as [`reference_match`] does, with moves no stronger than `intent` says; `feedback` is what earlier renders did to
/// the balance beyond their equaliser.
#[must_use]
pub fn reference_match_with(
    analysis: &Analysis,
    reference: &Reference,
    target: &Target,
    intent: &Intent,
    feedback: &Feedback,
) -> Recommendation {
    let mut findings = diagnose(analysis, target);
    findings.retain(|finding| !matching::is_answered_by_reference(finding.kind, reference, target));
    let changes = matching::changes(analysis, reference, feedback, intent);
    matching::add_findings(&mut findings, analysis, reference, target, &changes);
    Finding::rank(&mut findings);
    let followed = matching::steps(analysis, reference, &changes, intent);
    let corrections = repair::cuts(&findings);
    build(analysis, target, findings, (&corrections, followed), intent)
}

/// The order of the steps: clicks, level that no setting is made for, clipped tops, offset, image, tone, what follows a reference,
/// sibilants, dynamics, ceiling, dither.
fn build(
    analysis: &Analysis,
    target: &Target,
    findings: Vec<Finding>,
    (corrections, followed): (&[Correction], Vec<Move>),
    intent: &Intent,
) -> Recommendation {
    let mut moves = repair::first(analysis, &findings, intent);
    moves.extend(image::moves(analysis, &findings, intent));
    moves.extend(equaliser(corrections, intent));
    moves.extend(followed);
    moves.extend(repair::sibilance(&findings, intent));
    let effect = moves.iter().fold(Effect::default(), |sum, step| sum.and(&step.effect));
    let level = level::Level::after(analysis, &effect, target);
    moves.extend(dynamics::compressor(analysis, &findings, &level, intent));
    let nature = level::Nature::of(analysis, &findings);
    // Tops that were put back are not cut off again.
    let has_tops_back = moves.iter().any(|m| m.step.kind.name() == "declip");
    moves.extend(level.clipper(target, nature).filter(|_| !has_tops_back));
    let (limiter, reason) = level.limiter(target, nature);
    moves.push(Move::new(ProcessorSpec::Limiter(limiter), reason, LEVEL.map(FindingKind::from)));
    let reason =
        "Dither keeps the softest sounds free of distortion when the samples are rounded to 24 bits; it comes last.";
    moves.push(Move::new(ProcessorSpec::Dither(DitherSpec::default()), reason, Vec::new()));
    Recommendation {
        source: analysis.source.clone(),
        target: target.clone(),
        findings: told(findings, &moves),
        reasons: moves.iter().enumerate().map(|(step, m)| Reason { step, text: m.reason.clone() }).collect(),
        chain: ChainSpec::new(&target.name, moves.into_iter().map(|m| m.step).collect::<Vec<Step>>()),
        expected: level.expected(target),
    }
}

/// One equaliser with the bands of all corrections, each as strong as the intent says.
fn equaliser(corrections: &[Correction], intent: &Intent) -> Option<Move> {
    let eased: Vec<Correction> = corrections.iter().filter_map(|c| c.eased(intent.strength(c.kind))).collect();
    let bands: Vec<EqBand> = eased.iter().flat_map(|correction| correction.bands.clone()).collect();
    if bands.is_empty() {
        return None;
    }
    let reason = eased.iter().map(|correction| correction.reason.as_str()).collect::<Vec<_>>().join(" ");
    let answers: Vec<FindingKind> = eased.iter().map(|correction| correction.kind).collect();
    let step = ProcessorSpec::Eq(EqSpec { bands: bands.clone(), ..EqSpec::default() });
    Some(Move::new(step, reason, answers).with(Effect { bands, ..Effect::default() }))
}

/// The findings, each with what the chain does about it.
fn told(mut findings: Vec<Finding>, moves: &[Move]) -> Vec<Finding> {
    for finding in &mut findings {
        let done: Vec<&str> =
            moves.iter().filter(|m| m.answers.contains(&finding.kind)).map(|m| m.reason.as_str()).collect();
        finding.done_here = (!done.is_empty()).then(|| done.join(" "));
    }
    findings
}

/// Bands of the equaliser, the finding they answer, and why.
#[derive(Clone)]
struct Correction {
    kind: FindingKind,
    bands: Vec<EqBand>,
    reason: String,
}

impl Correction {
    /// The correction at a share of its strength: cuts and notches are there or not, gains are scaled; `None` where nothing is left.
    fn eased(&self, strength: f64) -> Option<Self> {
        /// Gains under this are nothing that anyone hears.
        const LEAST_DB: f64 = 0.25;
        if strength <= 0.0 {
            return None;
        }
        if strength >= 1.0 {
            return Some(self.clone());
        }
        let scaled = |band: &EqBand| EqBand { gain_db: rounded_to(band.gain_db * strength, 0.1), ..band.clone() };
        let left = |band: &EqBand| band.gain_db == 0.0 || (band.gain_db * strength).abs() >= LEAST_DB;
        let bands: Vec<EqBand> = self.bands.iter().filter(|band| left(band)).map(scaled).collect();
        let reason = format!("{} It is done at {:.0} % of that.", self.reason, 100.0 * strength);
        (!bands.is_empty()).then_some(Self { bands, reason, ..self.clone() })
    }
}

fn found(findings: &[Finding], kind: impl Into<FindingKind>) -> Option<&Finding> {
    let kind = kind.into();
    findings.iter().find(|finding| finding.kind == kind)
}

/// To a step that a knob would show.
fn rounded_to(value: f64, step: f64) -> f64 {
    let steps = (value / step).round();
    // Dividing by a whole number keeps tenths printable: 3 * 0.1 is 0.30000000000000004.
    if step < 1.0 { steps / (1.0 / step).round() } else { steps * step }
}

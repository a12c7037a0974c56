//! Repairs of the stereo image: polarity, bass, balance, width.

use balanced_mastering::{Branch, ParallelSpec, ProcessorSpec, StereoSpec, UtilitySource, UtilitySpec};
use balanced_model::{Analysis, DefectKind, Finding, FindingKind, Observation, Severity, Stereo};

use super::moves::{Effect, Move};
use super::{Intent, found, rounded_to};
use crate::diagnose::{bass, nature};

/// Correlation of the bass below which a track out of phase is upside down, and above which it is wide. In between it may be either, and
/// is left alone.
const UPSIDE_DOWN: f64 = -0.6;
const UPRIGHT: f64 = 0.1;
/// Crossover of bass that is folded to the middle, and the least correlation that folding keeps more than it loses of.
const FOLD_HZ: f64 = 110.0;
const LEAST_FOLDED: f64 = -0.3;
/// A lean is put right where the mix has a middle that shows it, and up to this much: more is one-sided by intent or dead.
const MOST_LEAN_DB: f64 = 12.0;
/// The bass of a widened mix is more upright than the rest by this.
const WIDENED: f64 = 0.25;
/// Side over mid from which the sides are lowered, below which a wide mix is left to the ear.
const WIDE_FROM_DB: f64 = 0.0;
/// Side over mid that a mix that is too wide is brought down to, and the most that is taken.
const WIDE_GOAL_DB: f64 = -3.0;
const MOST_NARROWED_DB: f64 = 8.0;

/// Everything that can be done about the image of a stereo track.
pub(super) fn moves(analysis: &Analysis, findings: &[Finding], intent: &Intent) -> Vec<Move> {
    let Some(stereo) = analysis.measurements.stereo.as_ref().filter(|_| analysis.source.channels == 2) else {
        return Vec::new();
    };
    let mut moves = Vec::new();
    moves.extend(polarity(stereo, findings, intent));
    moves.extend(opposed_bass(stereo, findings, intent));
    if nature::is_percussive(analysis) {
        moves.extend(unrelated_bass(findings, intent));
    }
    moves.extend(balance_and_width(stereo, findings, intent));
    moves
}

fn utility(spec: UtilitySpec) -> ProcessorSpec {
    ProcessorSpec::Utility(spec)
}

/// Turns one channel over where it is upside down at every frequency.
fn polarity(stereo: &Stereo, findings: &[Finding], intent: &Intent) -> Option<Move> {
    let inverted: FindingKind = DefectKind::PhaseInversion.into();
    let opposed: FindingKind = Observation::OutOfPhase.into();
    let bass_alone = found(findings, Observation::AntiphaseBass).is_some();
    let bass_down = stereo.bass_correlation.is_some_and(|correlation| correlation < UPSIDE_DOWN);
    let upside_down = !bass_alone && bass_down && !is_widened(stereo);
    let kind = match (found(findings, inverted), found(findings, opposed)) {
        (Some(_), _) => inverted,
        (None, Some(_)) if upside_down => opposed,
        _ => return None,
    };
    (intent.strength(kind) > 0.0).then(|| {
        let reason =
            "One channel is upside down; turning the right one over brings voice, bass and drums back in mono.";
        Move::new(utility(UtilitySpec { invert_right: true, ..UtilitySpec::default() }), reason, [kind])
    })
}

/// Puts the bass of the upright channel on both sides. Turning the other over would leave the hole that it has at its corner.
fn opposed_bass(stereo: &Stereo, findings: &[Finding], intent: &Intent) -> Option<Move> {
    /// The hole reaches this far over the corner.
    const REACH: f64 = 1.25;
    let kind = Observation::AntiphaseBass.into();
    let corner_hz = rounded_to(REACH * found(findings, kind)?.evidence.get("corner_hz")?, 1.0);
    if intent.strength(kind) <= 0.0 {
        return None;
    }
    let (source, name) = match stereo.bass_inverted_channel? {
        0 => (UtilitySource::Right, "right"),
        _ => (UtilitySource::Left, "left"),
    };
    let upright = utility(UtilitySpec { source, ..UtilitySpec::default() });
    let branches = [Branch::new("bass", [upright]), Branch { name: "rest".to_owned(), ..Branch::dry() }];
    let reason = format!(
        "Below {corner_hz:.0} Hz both sides play the bass of the {name} channel, so that it adds up again instead of cancelling."
    );
    Some(Move::new(ParallelSpec::bands([corner_hz], branches), reason, [kind]))
}

/// Folds unrelated bass to the middle and gives back what the fold takes.
fn unrelated_bass(findings: &[Finding], intent: &Intent) -> Option<Move> {
    let kind = Observation::WideBass.into();
    let finding = found(findings, kind).filter(|finding| finding.severity > Severity::Info)?;
    let strength = intent.strength(kind);
    let correlation = *finding.evidence.get("bass_correlation")?;
    if strength <= 0.0 || correlation < LEAST_FOLDED {
        return None;
    }
    let side_to_mid = 10f64.powf(0.1 * finding.evidence.get("low_side_to_mid_db")?);
    let kept_db = rounded_to(10.0 * (1.0 + side_to_mid).log10(), 0.1).min(4.5);
    // Half the strength reaches half as high.
    let corner_hz = rounded_to((FOLD_HZ * strength.sqrt()).max(60.0), 1.0);
    let fold = utility(UtilitySpec { mono: true, ..UtilitySpec::default() });
    let bass = Branch { gain_db: kept_db, ..Branch::new("bass", [fold]) };
    let branches = [bass, Branch { name: "rest".to_owned(), ..Branch::dry() }];
    let reason = format!(
        "Below {corner_hz:.0} Hz left and right are put in the middle, {kept_db:.1} dB louder, so that the bass keeps its level and no speaker loses it."
    );
    Some(Move::new(ParallelSpec::bands([corner_hz], branches), reason, [kind]))
}

/// Balance and width, in one step.
fn balance_and_width(stereo: &Stereo, findings: &[Finding], intent: &Intent) -> Option<Move> {
    let mut spec = StereoSpec::default();
    let (mut reasons, mut answers, mut effect) = (Vec::new(), Vec::new(), Effect::default());
    if let Some((kind, lean_db)) = lean(stereo, findings) {
        let cut_db = rounded_to(lean_db.abs() * intent.strength(kind), 0.1);
        if cut_db >= 0.5 {
            let share = 100.0 * (1.0 - 10f64.powf(-cut_db / 20.0));
            spec.balance_percent = rounded_to(if lean_db < 0.0 { share } else { -share }, 0.1);
            let louder = if lean_db < 0.0 { "left" } else { "right" };
            reasons.push(format!(
                "The {louder} side is lowered by {cut_db:.1} dB, which puts the middle back in the middle."
            ));
            effect.louder_channel_db = cut_db;
            answers.push(kind);
        }
    }
    if let Some((kind, excess_db)) = excess_width(stereo, findings) {
        let cut_db = rounded_to(excess_db * intent.strength(kind), 0.1);
        if cut_db >= 0.5 {
            effect.side = 10f64.powf(-cut_db / 20.0);
            spec.width_percent = rounded_to(100.0 * effect.side, 1.0);
            reasons.push(format!(
                "The sides are lowered by {cut_db:.1} dB, so that the middle is firm again and mono loses less."
            ));
            answers.push(kind);
        }
    }
    (!answers.is_empty()).then(|| Move::new(ProcessorSpec::Stereo(spec), reasons.join(" "), answers).with(effect))
}

/// The finding about balance, and right over left where that is a fault of the whole mix and not somebody's pan.
fn lean(stereo: &Stereo, findings: &[Finding]) -> Option<(FindingKind, f64)> {
    let kinds: [FindingKind; 2] = [Observation::Imbalance.into(), DefectKind::ChannelImbalance.into()];
    let kind = kinds.into_iter().find(|kind| found(findings, *kind).is_some())?;
    let centre_db = stereo.centre_db?;
    (centre_db.abs() <= MOST_LEAN_DB).then_some((kind, centre_db))
}

/// The finding about width, and by how much the sides are too loud. Bass that is upside down is repaired by itself and would pass
/// for width.
fn excess_width(stereo: &Stereo, findings: &[Finding]) -> Option<(FindingKind, f64)> {
    let kinds = [Observation::TooWide, Observation::OutOfPhase, Observation::MonoLoss].map(FindingKind::from);
    let kind = kinds.into_iter().find(|kind| found(findings, *kind).is_some())?;
    let bass_opposed = stereo.bass_correlation.is_some_and(|correlation| correlation < UPRIGHT);
    if (bass_opposed && !is_widened(stereo)) || found(findings, Observation::AntiphaseBass).is_some() {
        return None;
    }
    let side_to_mid_db = stereo.side_to_mid_db.filter(|db| *db >= WIDE_FROM_DB)?;
    Some((kind, (side_to_mid_db - WIDE_GOAL_DB).clamp(0.0, MOST_NARROWED_DB)))
}

/// Whether the bass, which mixes keep in the middle, is more upright than the rest: a widener does that, an inverted channel the
/// opposite.
fn is_widened(stereo: &Stereo) -> bool {
    stereo.bass_correlation.zip(bass::mean_above_the_bass(stereo)).is_some_and(|(bass, rest)| bass > rest + WIDENED)
}

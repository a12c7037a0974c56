//! Steps of the chain that follow the reference, each with its reason.

use balanced_mastering::{EqBand, EqChannels, EqSpec, ProcessorSpec, StereoSpec};
use balanced_model::{Analysis, FindingKind, Observation};

use super::changes::Changes;
use super::dynamics::Taming;
use super::reference::Reference;
use super::thirds::center_hz;
use crate::Intent;
use crate::recommend::moves::{Effect, Move};

/// A level of the sides under this is not worth a step.
const LEAST_SIDES_DB: f64 = 0.1;

/// Dynamics first, on levels as measured; then width, then tone, which makes up for what both did to the balance.
pub(crate) fn steps(analysis: &Analysis, reference: &Reference, changes: &Changes, intent: &Intent) -> Vec<Move> {
    let mut steps = Vec::new();
    if reference.spread.is_none() {
        let strength = intent.strength(Observation::ReferenceDynamics.into());
        steps.extend(dynamics(analysis, reference, strength));
    }
    steps.extend(width(reference, changes));
    steps.extend(equaliser(reference, changes));
    steps
}

fn dynamics(analysis: &Analysis, reference: &Reference, strength: f64) -> Option<Move> {
    const NAMES: [&str; 4] = ["below 200 Hz", "from 200 Hz to 2 kHz", "from 2 to 6 kHz", "above 6 kHz"];
    let taming = Taming::of(analysis, reference, strength);
    let spec = taming.spec(analysis)?;
    let parts = taming.most_db.iter().zip(NAMES).filter(|(db, _)| **db > 0.0);
    let parts: Vec<String> = parts.map(|(db, name)| format!("{db:.1} dB {name}")).collect();
    let reason = format!(
        "Peaks stand higher over their surroundings than in {}; they are lowered by at most {}.",
        reference.name,
        parts.join(", ")
    );
    Some(Move::new(ProcessorSpec::Multiband(spec), reason, [Observation::ReferenceDynamics.into()]))
}

fn width(reference: &Reference, changes: &Changes) -> Option<Move> {
    let side_gain_db = changes.side_gain_db;
    if side_gain_db.abs() < LEAST_SIDES_DB {
        return None;
    }
    let way = if side_gain_db > 0.0 { "raised" } else { "lowered" };
    let reason = format!(
        "The sides are {way} by {:.1} dB against the middle, to the width of {}; bands of the equaliser do the rest by frequency.",
        side_gain_db.abs(),
        reference.name
    );
    let spec = StereoSpec { side_gain_db, ..StereoSpec::default() };
    let effect = Effect { side: 10f64.powf(side_gain_db / 20.0), ..Effect::default() };
    Some(Move::new(ProcessorSpec::Stereo(spec), reason, [Observation::ReferenceWidth.into()]).with(effect))
}

fn equaliser(reference: &Reference, changes: &Changes) -> Option<Move> {
    let bands = changes.bells();
    if bands.is_empty() {
        return None;
    }
    let count = |channels: EqChannels| bands.iter().filter(|band| band.channels == channels).count();
    let parts = [(EqChannels::Stereo, ""), (EqChannels::Mid, " of the middle"), (EqChannels::Side, " of the sides")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(channels, _)| count(*channels) > 0)
        .map(|(channels, name)| match count(channels) {
            1 => format!("1 band{name}"),
            several => format!("{several} bands{name}"),
        })
        .collect();
    let share = match (reference.amount * 100.0).round() {
        100.0 => String::new(),
        percent => format!(" {percent:.0} % of the way"),
    };
    let goal = if reference.spread.is_some() { "within the spread of" } else { "to that of" };
    let reason = format!(
        "{} bring the tonal balance{share} {goal} {}: {}.",
        capital(&parts.join(" and ")),
        reference.name,
        extremes(changes)
    );
    let step = ProcessorSpec::Eq(EqSpec { bands: bands.clone(), ..EqSpec::default() });
    let answers = answers(changes, &bands);
    Some(Move::new(step, reason, answers).with(Effect { bands, ..Effect::default() }))
}

/// The equaliser answers width too where it alone treats the sides.
fn answers(changes: &Changes, bands: &[EqBand]) -> Vec<FindingKind> {
    let mut answers = vec![Observation::ReferenceTone.into()];
    if changes.side_gain_db.abs() < LEAST_SIDES_DB && bands.iter().any(|band| band.channels == EqChannels::Side) {
        answers.push(Observation::ReferenceWidth.into());
    }
    answers
}

/// The most that is added and taken, of the first part.
fn extremes(changes: &Changes) -> String {
    let response = |band: usize| (center_hz(band), changes.parts[0].fit.response_db(center_hz(band)));
    let all: Vec<(f64, f64)> = (0..super::thirds::BANDS).map(response).collect();
    let by_gain = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let ends =
        [all.iter().max_by(by_gain).filter(|end| end.1 > 0.0), all.iter().min_by(by_gain).filter(|end| end.1 < 0.0)];
    let words = ends.into_iter().flatten().map(|(hz, db)| format!("{db:+.1} dB at {}", hertz(*hz)));
    words.collect::<Vec<_>>().join(", ")
}

/// A frequency as it is spoken of.
pub(super) fn hertz(hz: f64) -> String {
    if hz < 1000.0 { format!("{hz:.0} Hz") } else { format!("{:.1} kHz", hz / 1000.0).replace(".0 kHz", " kHz") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

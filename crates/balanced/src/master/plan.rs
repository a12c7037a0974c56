//! The plan of a render: the chain, split at the limiter whose drive is solved for.

use std::rc::Rc;

use balanced_assistant::Recommendation;
use balanced_io::SampleFormat;
use balanced_mastering::{ChainSpec, DitherSpec, GainSpec, LimiterSpec, ProcessorSpec, Step, StepKind};
use balanced_model::{Analysis, Target};

use super::MasterOptions;
use super::aim::Aim;
use super::metadata::Carried;
use crate::Error;
use crate::recommend::advise;

/// Difference from a chain's input loudness up to which the mix is not levelled.
const LEVEL_TOLERANCE_LU: f64 = 0.05;

/// The chain in three parts: the front is rendered once, the limiter is searched, the tail is written.
pub(crate) struct Plan {
    /// Loudness and ceiling to reach; `None` renders the chain unchanged.
    pub(crate) target: Option<Target>,
    /// Findings and reasons of a recommended chain.
    pub(crate) recommendation: Option<Recommendation>,
    /// All steps before the driven limiter.
    pub(crate) front: ChainSpec,
    /// The limiter that ends the chain; its drive is searched if there is a target.
    pub(crate) limiter: Option<LimiterSpec>,
    /// Dither for integer formats.
    pub(crate) dither: Option<DitherSpec>,
    /// Changes that the chain file does not mention.
    pub(crate) notes: Vec<String>,
    /// Metadata of the master.
    pub(crate) carried: Rc<Carried>,
}

/// Makes the plan for a mix that measures `before`.
pub(crate) fn make(before: &Analysis, aim: &Aim, options: &MasterOptions<'_>) -> Result<Plan, Error> {
    let (chain, recommendation, target) = match (&options.chain, &options.target) {
        (Some(chain), target) => (chain.clone(), None, target.clone()),
        (None, _) => {
            let Aim { target, intent, reference, feedback, .. } = aim;
            let recommendation = advise(before, reference.as_ref(), target, intent, feedback);
            (recommendation.chain.clone(), Some(recommendation), Some(target.clone()))
        }
    };
    chain.validate().map_err(|error| Error::spec(&error))?;
    let mut notes = Vec::new();
    let chain = level_input(chain, before, &mut notes);
    Ok(split(chain, target, recommendation, options.encode.sample_format, notes))
}

/// Puts a gain in front that brings the mix to the loudness that the chain's thresholds are made for.
fn level_input(mut chain: ChainSpec, before: &Analysis, notes: &mut Vec<String>) -> ChainSpec {
    let loudness = before.measurements.loudness.as_ref().and_then(|loudness| loudness.integrated_lufs);
    let (Some(wanted), Some(measured)) = (chain.input_lufs.take(), loudness) else { return chain };
    let gain_db = (wanted - measured).clamp(-48.0, 48.0);
    if gain_db.abs() >= LEVEL_TOLERANCE_LU {
        chain.steps.insert(0, Step::new(ProcessorSpec::Gain(GainSpec { gain_db })));
        let moved = if gain_db > 0.0 { "raised" } else { "lowered" };
        notes.push(format!(
            "the mix, at {measured:.1} LUFS, was {moved} by {:.1} dB to {wanted:.1} LUFS, the input loudness that the chain is made for",
            gain_db.abs()
        ));
    }
    chain
}

fn split(
    mut chain: ChainSpec,
    target: Option<Target>,
    recommendation: Option<Recommendation>,
    sample_format: SampleFormat,
    mut notes: Vec<String>,
) -> Plan {
    let dither = take_dither(&mut chain.steps, sample_format, recommendation.is_none());
    note_early_dither(&chain, &mut notes);
    // The limiter is split off without a target too: the chain of a result, rendered again unchanged, then takes the
    // same path and gives the same bytes.
    let found = take_last_limiter(&mut chain.steps);
    let limiter = match &target {
        None => found,
        Some(target) => {
            if found.is_none() {
                notes.push(why_a_limiter_was_added(&chain));
            }
            Some(LimiterSpec { ceiling_dbtp: target.ceiling_dbtp, ..found.unwrap_or_default() })
        }
    };
    Plan { target, recommendation, front: chain, limiter, dither, notes, carried: Rc::default() }
}

/// Takes the dither that ends the chain and fits it to the output; 16 and 24 bits always get one, 32 bits and floats
/// none.
///
/// A chain file may dither to fewer bits than the file holds (a 16-bit master in a 24-bit file), but not to more.
fn take_dither(steps: &mut Vec<Step>, sample_format: SampleFormat, from_file: bool) -> Option<DitherSpec> {
    let mut asked = None;
    while let Some(Step { kind: StepKind::Processor(ProcessorSpec::Dither(dither)), bypass, .. }) = steps.last() {
        asked = (!bypass).then(|| dither.clone());
        steps.pop();
    }
    let file_bits = match sample_format {
        SampleFormat::I16 => 16,
        SampleFormat::I24 => 24,
        _ => return asked.filter(|_| from_file),
    };
    match asked {
        Some(dither) if from_file => Some(DitherSpec { bits: dither.bits.min(file_bits), ..dither }),
        other => Some(DitherSpec { bits: file_bits, ..other.unwrap_or_default() }),
    }
}

/// Adds a note if the chain dithers before its end: the noise is then processed by the steps that follow.
fn note_early_dither(chain: &ChainSpec, notes: &mut Vec<String>) {
    let dithers = |step: &&Step| !step.bypass && matches!(step.processor(), Some(ProcessorSpec::Dither(_)));
    if chain.all_steps().iter().any(dithers) {
        notes.push(
            "the chain dithers before its end, which adds noise that later steps process; move that step to the end"
                .to_owned(),
        );
    }
}

/// Takes the limiter that ends the chain, if it is at the top level with a mix of 1: only that one can be driven
/// without rendering what follows again. Other limiters stay, and a new one ends the chain.
fn take_last_limiter(steps: &mut Vec<Step>) -> Option<LimiterSpec> {
    let last = steps.iter().rposition(|step| !step.bypass)?;
    let Some(ProcessorSpec::Limiter(limiter)) = steps[last].processor() else { return None };
    if steps[last].mix < 1.0 {
        return None;
    }
    let limiter = limiter.clone();
    steps.truncate(last);
    Some(limiter)
}

/// Describes where the limiters of a chain are that does not end with a limiter that can be driven.
fn why_a_limiter_was_added(chain: &ChainSpec) -> String {
    let is_limiter = |step: &Step| !step.bypass && matches!(step.processor(), Some(ProcessorSpec::Limiter(_)));
    let holds_limiter = |step: &Step| {
        let mut holds = false;
        step.walk(&mut |step| holds |= is_limiter(step));
        holds
    };
    let found = chain.steps.iter().rposition(holds_limiter);
    let problem = match found.map(|index| (index, &chain.steps[index])) {
        None => "the chain has no limiter".to_owned(),
        Some((index, step)) if !is_limiter(step) => {
            format!(
                "the chain's last limiter lies in a branch of steps[{index}], where it cannot limit the sum of the branches"
            )
        }
        Some((index, step)) if step.mix < 1.0 => {
            format!("the limiter at steps[{index}] is mixed with its dry input, so it does not guarantee a ceiling")
        }
        Some((index, _)) => {
            let next =
                chain.steps[index + 1..].iter().find(|step| !step.bypass).map_or("another step", |s| s.kind.name());
            format!(
                "the limiter at steps[{index}] is followed by `{next}`, so it does not guarantee the ceiling of the output"
            )
        }
    };
    format!("{problem}; a limiter was added at the end and driven to the target")
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_mastering::{Branch, ClapSpec, ParallelSpec};

    fn limiter(drive_db: f64) -> Step {
        Step::new(ProcessorSpec::Limiter(LimiterSpec { drive_db, ..LimiterSpec::default() }))
    }

    fn gain() -> Step {
        Step::new(ProcessorSpec::Gain(GainSpec { gain_db: 1.0 }))
    }

    fn plan(steps: impl IntoIterator<Item = Step>) -> Plan {
        split(ChainSpec::new("", steps), Some(Target::default()), None, SampleFormat::I24, Vec::new())
    }

    #[test]
    fn the_last_limiter_at_the_top_is_driven_whatever_comes_before() {
        let parallel = Step::new(ParallelSpec::whole([Branch::dry(), Branch::new("", [limiter(9.0)])]));
        let made = plan([parallel.clone(), limiter(3.0), Step { bypass: true, ..gain() }]);
        assert_eq!((made.front.steps, made.limiter.unwrap().drive_db), (vec![parallel], 3.0));
        assert!(made.notes.is_empty(), "{:?}", made.notes);
    }

    #[test]
    fn without_a_target_the_chain_is_taken_apart_at_the_same_place_and_left_as_it_is() {
        let given = LimiterSpec { drive_db: 3.0, ceiling_dbtp: -2.5, ..LimiterSpec::default() };
        let last = Step::new(ProcessorSpec::Limiter(given.clone()));
        let made = split(ChainSpec::new("", [gain(), last]), None, None, SampleFormat::F32, Vec::new());
        assert_eq!((made.front.steps, made.limiter), (vec![gain()], Some(given)));
        let off = Step { bypass: true, ..gain() };
        let made = split(ChainSpec::new("", [gain(), off.clone()]), None, None, SampleFormat::F32, Vec::new());
        assert_eq!((made.front.steps, made.limiter), (vec![gain(), off], None));
    }

    #[test]
    fn it_is_said_why_a_limiter_was_added() {
        let branch = Step::new(ParallelSpec::whole([Branch::new("", [limiter(9.0)])]));
        let cases = [
            (vec![gain()], "has no limiter"),
            (vec![gain(), branch], "in a branch of steps[1]"),
            (vec![Step { mix: 0.5, ..limiter(1.0) }], "steps[0] is mixed"),
            (vec![limiter(1.0), gain()], "steps[0] is followed by `gain`"),
            (vec![limiter(1.0), Step::new(ClapSpec::new("a.clap"))], "followed by `clap`"),
        ];
        for (steps, said) in cases {
            let made = plan(steps.clone());
            assert_eq!(made.front.steps, steps);
            assert!(
                made.limiter.is_some() && made.notes.len() == 1 && made.notes[0].contains(said),
                "{:?}",
                made.notes
            );
        }
    }

    #[test]
    fn dither_before_the_end_is_said() {
        let dither = || Step::new(ProcessorSpec::Dither(DitherSpec::default()));
        assert!(plan([limiter(0.0), dither()]).notes.is_empty());
        assert!(plan([dither(), limiter(0.0)]).notes[0].contains("dithers before its end"));
    }
}

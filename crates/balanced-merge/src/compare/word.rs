//! Words: metres, profiles, steps of energy.

use super::{Agreement, Relation, Verdict};
use crate::FieldValue;
use crate::assumptions::{HIGH_ENERGY_FROM, LOW_ENERGY_BELOW};

const STEPS: [&str; 3] = ["low", "medium", "high"];

pub(super) fn verdict(first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    let word = |value: &FieldValue| value.word.as_ref().map(|word| word.replace(' ', ""));
    let equal = word(first)? == word(second)?;
    Some(match equal {
        true => Verdict::new(Agreement::Agree, Relation::Equal),
        false => Verdict::new(Agreement::Disagree, Relation::Other),
    })
}

/// Steps of energy; a number stands for the step it lies in.
pub(super) fn energy(first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    if let (Some(a), Some(b)) = (first.number, second.number) {
        return Some(super::axis::by_distance((a - b).abs()));
    }
    let (a, b) = (word(first)?, word(second)?);
    let place = |word: &str| STEPS.iter().position(|step| *step == word);
    let (Some(a), Some(b)) = (place(&a), place(&b)) else {
        let varies = a == "variable" || b == "variable";
        let relation = if varies { Relation::Varies } else { Relation::OutsideVocabulary };
        return Some(if a == b {
            Verdict::new(Agreement::Agree, Relation::Equal)
        } else {
            Verdict::new(Agreement::NotComparable, relation)
        });
    };
    let verdict = match a.abs_diff(b) {
        0 => Verdict::new(Agreement::Agree, Relation::Equal),
        1 => Verdict::new(Agreement::Partly, Relation::Near),
        _ => Verdict::new(Agreement::Disagree, Relation::Other),
    };
    let has_number = first.number.is_some() || second.number.is_some();
    Some(if has_number {
        verdict.remark("thirds of the local measure stand for low, medium and high")
    } else {
        verdict
    })
}

/// The step of a value; that of a number is assumed.
fn word(value: &FieldValue) -> Option<String> {
    let step = |number: f64| match number {
        number if number < LOW_ENERGY_BELOW => STEPS[0],
        number if number < HIGH_ENERGY_FROM => STEPS[1],
        _ => STEPS[2],
    };
    value.word.clone().or_else(|| value.number.map(|number| step(number).to_owned()))
}

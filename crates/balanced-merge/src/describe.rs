//! Values and how they relate, in words.

use crate::compare::{Comparison, Relation};
use crate::field::Kind;
use crate::merged::Field;
use crate::value::FieldValue;

/// Most labels of a ranking that are named.
const MOST_NAMED: usize = 3;

/// Returns two values, their sources and their relation in words: `balanced 70.0 BPM, cyanite BpmV2 140.0 BPM: twice as fast`.
///
/// `group` holds comparisons of values that say the same two things; there is at least one.
pub(crate) fn disagreement(field: &Field, group: &[&Comparison]) -> String {
    let side = |side: usize| {
        let mut names: Vec<_> = group.iter().map(|comparison| who(&field.values[comparison.between[side]])).collect();
        names.dedup();
        format!("{} {}", names.join(" and "), what(field, &field.values[group[0].between[side]]))
    };
    let remark = group[0].remark.as_ref().map_or_else(String::new, |remark| format!(" ({remark})"));
    format!("{}, {}: {}{remark}", side(0), side(1), relation(group[0].relation))
}

/// The source and model of a value: `cyanite BpmV2`.
#[must_use]
pub fn who(value: &FieldValue) -> String {
    match (&value.by, &value.model) {
        (Some(person), _) if value.is_human() => person.clone(),
        (_, Some(model)) if !value.is_local() => format!("{} {model}", value.source),
        _ => value.source.clone(),
    }
}

/// A value in a few words.
#[must_use]
pub fn what(field: &Field, value: &FieldValue) -> String {
    if !value.ranking.is_empty() {
        let labels: Vec<_> = match value.leading().next() {
            Some(_) => value.leading().take(MOST_NAMED).map(|ranked| ranked.label.as_str()).collect(),
            None => value.ranking.iter().take(1).map(|ranked| ranked.label.as_str()).collect(),
        };
        return labels.join(", ");
    }
    match (&value.word, value.number) {
        (Some(word), Some(number)) => format!("{word} ({number:.0})"),
        (Some(word), None) => word.clone(),
        (None, Some(number)) if field.name.kind() == Kind::Tempo => format!("{number:.1} BPM"),
        (None, Some(number)) => format!("{number:.2}"),
        (None, None) => "nothing".to_owned(),
    }
}

/// How the second of two values relates to the first, in words.
#[must_use]
pub fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "equal",
        Relation::Double => "twice as fast",
        Relation::Half => "half as fast",
        Relation::Triple => "three times as fast",
        Relation::Third => "a third as fast",
        Relation::FifthAbove => "a fifth above",
        Relation::FifthBelow => "a fifth below",
        Relation::Relative => "relative keys",
        Relation::Parallel => "parallel keys",
        Relation::AmongTheFirst => "another order",
        Relation::Near => "a step apart",
        Relation::SungOrNot => "singing or none",
        Relation::OtherSinger => "another kind of singer",
        Relation::Other => "no relation",
        Relation::OutsideVocabulary => "a label that only one of them has",
        Relation::SaysNothing => "one names nothing",
        Relation::Varies => "one says it varies",
        Relation::Unreadable => "one cannot be read",
    }
}

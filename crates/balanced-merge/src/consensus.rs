//! One value where that is sound, with the reason; otherwise none, and people decide.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assumptions::{DOUBTFUL_UP_TO, REST_TEMPO_RANGE_BPM, SURE_FROM};
use crate::compare::{Agreement, Comparison, Relation};
use crate::field::{FieldName, Kind};
use crate::{FieldValue, RankedLabel};

/// The value to use for a field, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Consensus {
    /// The number, where the field is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// The word, where the field is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The labels, where the field is a ranking.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Places in `values` of the values behind it.
    pub based_on: Vec<usize>,
    /// Why it is sound.
    pub reason: String,
}

/// Returns the value to use: a person's, or one that the local program and a provider agree on.
pub(crate) fn consensus(field: FieldName, values: &[FieldValue], comparisons: &[Comparison]) -> Option<Consensus> {
    if let Some(place) = values.iter().rposition(FieldValue::is_human) {
        let who = values[place].by.as_deref().unwrap_or("a person");
        return Some(of(&values[place], labels(&values[place]), vec![place], format!("{who} said so")));
    }
    let local = values.iter().position(FieldValue::is_local)?;
    let with_local: Vec<_> = comparisons.iter().filter(|comparison| comparison.between.contains(&local)).collect();
    let comparable = with_local.iter().filter(|comparison| comparison.agreement != Agreement::NotComparable);
    let others: Vec<_> = comparable.map(|comparison| (other(comparison, local), *comparison)).collect();
    if others.is_empty() {
        return None;
    }
    if others.iter().all(|(_, comparison)| comparison.agreement == Agreement::Agree) {
        return agreed(field, values, local, others.iter().map(|(place, _)| *place).collect());
    }
    match (field.kind(), others.as_slice()) {
        (Kind::Tempo, [(place, comparison)]) => level(values, local, *place, comparison),
        _ => None,
    }
}

fn other(comparison: &Comparison, local: usize) -> usize {
    let [first, second] = comparison.between;
    if first == local { second } else { first }
}

/// The value that all share.
fn agreed(field: FieldName, values: &[FieldValue], local: usize, others: Vec<usize>) -> Option<Consensus> {
    let (value, reason) = (&values[local], "the local measurement and Cyanite agree");
    let mut based_on = vec![local];
    based_on.extend(&others);
    match field.kind() {
        Kind::Tempo => Some(of(value, Vec::new(), based_on, format!("{reason}; the local tempo is the finer one"))),
        Kind::Key | Kind::Word => Some(of(value, Vec::new(), based_on, reason.to_owned())),
        Kind::Voice => Some(of(value, first(value), based_on, reason.to_owned())),
        Kind::Ranking(_) => {
            let named = |label: &String| others.iter().all(|place| leads(&values[*place], label));
            let shared: Vec<_> = labels(value).into_iter().filter(named).collect();
            let labels = if shared.is_empty() { first(value) } else { shared };
            Some(of(value, labels, based_on, format!("{reason} on what leads")))
        }
        // The scales are laid over each other by assumption only.
        Kind::Energy | Kind::Axis | Kind::Open => None,
    }
}

/// The level of the beat that listeners hear, where two readings lie octaves apart.
fn level(values: &[FieldValue], local: usize, other: usize, comparison: &Comparison) -> Option<Consensus> {
    if !matches!(comparison.relation, Relation::Double | Relation::Half | Relation::Triple | Relation::Third) {
        return None;
    }
    let sure = |place: usize| values[place].confidence;
    let [least, most] = REST_TEMPO_RANGE_BPM;
    let is_out_of_reach = values[other].model.as_deref() == Some("BpmV2")
        && values[local].number.is_some_and(|bpm| !(least..=most).contains(&bpm));
    if is_out_of_reach && sure(local)? > DOUBTFUL_UP_TO {
        let reason = "both follow one pulse, and BpmV2 cannot say the local tempo, which is outside 60 to 200 BPM";
        return Some(of(&values[local], Vec::new(), vec![local, other], reason.to_owned()));
    }
    let (place, unsure) = match (sure(local)?, sure(other)?) {
        (a, b) if a >= SURE_FROM && b <= DOUBTFUL_UP_TO => (local, other),
        (a, b) if b >= SURE_FROM && a <= DOUBTFUL_UP_TO => (other, local),
        _ => return None,
    };
    let reason = format!(
        "both follow one pulse; {} is sure of its level ({:.2}), {} is not ({:.2})",
        values[place].source,
        sure(place)?,
        values[unsure].source,
        sure(unsure)?
    );
    Some(of(&values[place], Vec::new(), vec![place, unsure], reason))
}

fn of(value: &FieldValue, labels: Vec<String>, based_on: Vec<usize>, reason: String) -> Consensus {
    Consensus { number: value.number, word: value.word.clone(), labels, based_on, reason }
}

fn labels(value: &FieldValue) -> Vec<String> {
    value.leading().map(|ranked| ranked.label.clone()).collect()
}

fn first(value: &FieldValue) -> Vec<String> {
    value.ranking.first().map(|ranked| ranked.label.clone()).into_iter().collect()
}

fn leads(value: &FieldValue, label: &str) -> bool {
    let is_it = |ranked: &RankedLabel| ranked.label == label;
    value.leading().any(is_it) || value.ranking.first().is_some_and(is_it)
}

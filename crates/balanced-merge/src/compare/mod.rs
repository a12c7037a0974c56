//! How two values of a field relate, and by which measure.

mod axis;
mod key;
mod ranking;
mod rbo;
mod tempo;
mod word;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::FieldValue;
use crate::field::{FieldName, Kind};

pub use rbo::{RBO_PERSISTENCE, rbo};
pub use tempo::TEMPO_TOLERANCE;

/// How two values of a field relate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Places of the two values in the field's `values`, the smaller first.
    pub between: [usize; 2],
    /// Whether they agree.
    pub agreement: Agreement,
    /// How the second relates to the first.
    pub relation: Relation,
    /// Measure of agreement that `score` is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// Score by that measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Score that two values without any connection have on average, where that is not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_chance: Option<f64>,
    /// What limits the comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// Whether two values agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Agreement {
    /// They say the same.
    Agree,
    /// They are related: an octave, a fifth, a neighbouring step, another order.
    Partly,
    /// They contradict each other.
    Disagree,
    /// One of them cannot say what the other says, or says nothing.
    NotComparable,
}

/// How the second of two values relates to the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Relation {
    /// Equal, within the tolerance of the measure.
    Equal,
    /// Tempo: twice as fast.
    Double,
    /// Tempo: half as fast.
    Half,
    /// Tempo: three times as fast.
    Triple,
    /// Tempo: a third as fast.
    Third,
    /// Key: a fifth above, the mode being equal.
    FifthAbove,
    /// Key: a fifth below, the mode being equal.
    FifthBelow,
    /// Key: the relative major or minor.
    Relative,
    /// Key: the other mode on the same tonic.
    Parallel,
    /// Ranking: the first label of one is among the first labels of the other.
    AmongTheFirst,
    /// Steps or axes: next to each other.
    Near,
    /// Voice: one hears singing, the other none.
    SungOrNot,
    /// Voice: both hear singing, of another kind of singer.
    OtherSinger,
    /// No relation that has a name.
    Other,
    /// One has no label for what the other says.
    OutsideVocabulary,
    /// One names nothing that sets the track apart.
    SaysNothing,
    /// One says that the value changes too much to name one.
    Varies,
    /// One value cannot be read.
    Unreadable,
}

impl Relation {
    /// Returns how the first value relates to the second.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Double => Self::Half,
            Self::Half => Self::Double,
            Self::Triple => Self::Third,
            Self::Third => Self::Triple,
            Self::FifthAbove => Self::FifthBelow,
            Self::FifthBelow => Self::FifthAbove,
            symmetrical => symmetrical,
        }
    }
}

/// A comparison before it is known where the values stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    agreement: Agreement,
    relation: Relation,
    measure: Option<String>,
    score: Option<f64>,
    by_chance: Option<f64>,
    remark: Option<String>,
}

impl Verdict {
    fn new(agreement: Agreement, relation: Relation) -> Self {
        Self { agreement, relation, measure: None, score: None, by_chance: None, remark: None }
    }

    fn measured(self, measure: &str, score: f64) -> Self {
        Self { measure: Some(measure.to_owned()), score: Some(balanced_model::thousandths(score)), ..self }
    }

    fn remark(self, remark: impl Into<String>) -> Self {
        Self { remark: Some(remark.into()), ..self }
    }

    fn at(self, between: [usize; 2]) -> Comparison {
        let Self { agreement, relation, measure, score, by_chance, remark } = self;
        Comparison { between, agreement, relation, measure, score, by_chance, remark }
    }
}

/// Compares every value of a field with every other.
pub(crate) fn compare(field: FieldName, values: &[FieldValue]) -> Vec<Comparison> {
    let pairs = (0..values.len()).flat_map(|first| (first + 1..values.len()).map(move |second| [first, second]));
    pairs.filter_map(|between| Some(verdict(field, &values[between[0]], &values[between[1]])?.at(between))).collect()
}

/// Returns whether two values of a field agree, and how the second relates to the first; `None` where only scales assumed to be alike
/// could tell.
pub(crate) fn relate(field: FieldName, first: &FieldValue, second: &FieldValue) -> Option<(Agreement, Relation)> {
    if !matches!(field.kind(), Kind::Tempo | Kind::Key) {
        return None;
    }
    verdict(field, first, second).map(|verdict| (verdict.agreement, verdict.relation))
}

fn verdict(field: FieldName, first: &FieldValue, second: &FieldValue) -> Option<Verdict> {
    match field.kind() {
        Kind::Tempo => tempo::verdict(first, second),
        Kind::Key => key::verdict(first, second),
        Kind::Word => word::verdict(first, second),
        Kind::Energy => word::energy(first, second),
        Kind::Axis => axis::verdict(first, second),
        Kind::Ranking(category) => ranking::verdict(category, first, second),
        Kind::Voice => ranking::voice(first, second),
        Kind::Open => None,
    }
}

#[cfg(test)]
mod tests;

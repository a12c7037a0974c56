//! One opinion about one field, with where it comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::FieldName;

/// Name of the local program as a source.
pub const BALANCED: &str = "balanced";
/// Name of a person as a source.
pub const HUMAN: &str = "human";

/// A value of a field: a number, a word or a ranking, with its source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldValue {
    /// Who says so: `balanced`, `cyanite` or `human`.
    pub source: String,
    /// The number, where the field is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// The word, where the field is one, in the one spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The labels, best first, where the field is a ranking.
    #[serde(default)]
    pub ranking: Vec<RankedLabel>,
    /// 0 to 1, as the source gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Interface it came through: `graphql`, `rest-v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Model behind it, such as `AudioAnalysisV7`, `BpmV2`, `MSD_musicnn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Version of the program behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When it was fetched or said, as RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Place of the answer it comes from in `results`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<usize>,
    /// The person who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The word as the source spells it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_given: Option<String>,
}

/// A label of a ranking.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedLabel {
    /// Label in the one spelling.
    pub label: String,
    /// Score as the source gives it; 0 to 1, but scores of different sources mean different things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// How much of the track an instrument plays: `absent`, `partially`, `frequently`, `throughout`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<String>,
    /// Whether the source names it as one that applies to the track.
    #[serde(default)]
    pub leads: bool,
    /// The label as the source spells it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_given: Option<String>,
}

/// What a person says about a field; no program's value ever replaces it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HumanValue {
    /// The field.
    pub field: FieldName,
    /// The number, where the field is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// The word, where the field is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The labels that apply, best first, where the field is a ranking.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, as RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl FieldValue {
    /// Returns whether a person said it.
    #[must_use]
    pub fn is_human(&self) -> bool {
        self.source == HUMAN
    }

    /// Returns whether the local program measured it.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.source == BALANCED
    }

    /// Returns the labels that the source names as those of the track, best first.
    pub fn leading(&self) -> impl Iterator<Item = &RankedLabel> {
        self.ranking.iter().filter(|ranked| ranked.leads)
    }

    /// Whether it holds anything.
    pub(crate) fn says_something(&self) -> bool {
        self.number.is_some() || self.word.is_some() || !self.ranking.is_empty()
    }

    pub(crate) fn with_number(self, number: Option<f64>) -> Self {
        Self { number, ..self }
    }

    pub(crate) fn with_confidence(self, confidence: Option<f64>) -> Self {
        Self { confidence, ..self }
    }

    /// The value with a word, and how it was spelled where that differs.
    pub(crate) fn with_word(self, word: Option<String>, given: Option<&str>) -> Self {
        let as_given = given.filter(|given| word.as_deref() != Some(*given)).map(str::to_owned);
        Self { word, as_given, ..self }
    }

    pub(crate) fn with_ranking(self, ranking: Vec<RankedLabel>) -> Self {
        Self { ranking, ..self }
    }
}

//! Heads of one's own: linear classifiers over the tagging network's embedding.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Head of one's own: a linear classifier over the tagging network's embedding (`balanced heads train`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagHead {
    /// Version of this format, 1.
    pub version: u32,
    /// Name under which its labels stand in results, such as `genre`.
    pub name: String,
    /// Number of labels that a track has.
    pub kind: HeadKind,
    /// Embedding that the head reads; it is refused for any other.
    pub embedding: HeadEmbedding,
    /// Labels with their weights, in alphabetical order.
    pub labels: Vec<HeadLabel>,
    /// Facts of the training, with the scores on tracks that were held out.
    pub training: HeadTraining,
}

impl TagHead {
    /// Version that is written and read.
    pub const VERSION: u32 = 1;
}

/// Number of labels that a track has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeadKind {
    /// Exactly one: probabilities of the labels add up to 1.
    #[default]
    OneLabel,
    /// Any number, none included: each label has a probability of its own.
    AnyLabels,
}

/// Embedding that a head reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadEmbedding {
    /// Name of the network.
    pub model: String,
    /// SHA-256 of the network's file in lower-case hex.
    pub sha256: String,
    /// Number of values.
    pub values: usize,
}

/// Label of a head. Its logit is `slope * (weights . embedding + bias) + offset`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadLabel {
    /// Name of the label.
    pub label: String,
    /// Weight of each value of the embedding.
    pub weights: Vec<f64>,
    /// Bias.
    pub bias: f64,
    /// Slope of the calibration; the same for all labels where a track has one.
    pub slope: f64,
    /// Offset of the calibration; 0 where a track has one label.
    pub offset: f64,
}

/// Facts of a head's training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadTraining {
    /// Number of tracks.
    pub tracks: usize,
    /// Number of groups, such as artists or albums, that were never divided between training and test.
    pub groups: usize,
    /// Number of parts of the cross-validation.
    pub folds: usize,
    /// Penalty of half the sum of squared weights, beside the sum of the tracks' losses, over standardised embeddings; chosen by
    /// cross-validation.
    pub penalty: f64,
    /// Day of the training, as the caller gave it.
    pub date: Option<String>,
    /// Version of the program.
    pub balanced_version: String,
    /// Scores on tracks that were held out.
    pub report: HeadReport,
}

/// Scores of a head on tracks that it was not trained on, each with a 95 % interval by bootstrap over groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadReport {
    /// Share of tracks whose likeliest label is theirs; where tracks have any labels, of right decisions at one half.
    pub accuracy: HeadScore,
    /// Accuracy of always saying what is most common.
    pub accuracy_of_most_common: f64,
    /// Mean recall of the labels; where tracks have any labels, mean of recall and specificity.
    pub balanced_accuracy: HeadScore,
    /// Mean F1 of the labels.
    pub macro_f1: HeadScore,
    /// Expected calibration error of the probabilities, ten bins of equal width.
    pub calibration_error: HeadScore,
    /// Scores of each label.
    pub labels: Vec<HeadLabelReport>,
}

/// Score with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadScore {
    /// Value, 0 to 1.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// Scores of one label.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadLabelReport {
    /// Name of the label.
    pub label: String,
    /// Number of tracks that have it.
    pub tracks: usize,
    /// Number of groups that have it.
    pub groups: usize,
    /// Share of the tracks said to have it that do; `null` if none was said to.
    pub precision: Option<f64>,
    /// Share of the tracks that have it which were said to.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: HeadScore,
}

/// Reading of one track by a head.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeadTags {
    /// Name of the head.
    pub name: String,
    /// Number of labels that a track has.
    pub kind: HeadKind,
    /// Labels, the likeliest first.
    pub labels: Vec<HeadTag>,
}

/// Label of a head with its probability.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeadTag {
    /// Name of the label.
    pub label: String,
    /// Probability, calibrated on held-out tracks of the training; it holds for music like those, mixed as those.
    pub probability: f64,
}

//! Genre, mood, instruments and voice: ranked scores, never verdicts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tags by category, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tags {
    /// Genre families.
    pub genre: Vec<Tag>,
    /// Moods.
    pub mood: Vec<Tag>,
    /// Instruments.
    pub instrument: Vec<Tag>,
    /// Voice presence and kind.
    pub voice: Vec<Tag>,
    /// The network's 200-dimensional embedding, mean over patches, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Vec<f32>>,
}

/// One tag.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tag {
    /// Label of the stable vocabulary.
    pub label: String,
    /// 0 to 1.
    pub score: f64,
    /// Which model or provider says so.
    pub source: String,
}

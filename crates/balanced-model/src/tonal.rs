//! Musical key and tuning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Global key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// Such as `C# minor`; `null` when nothing tonal is found.
    pub name: Option<String>,
    /// Such as `C#`.
    pub tonic: Option<String>,
    /// Major or minor.
    pub mode: Option<KeyMode>,
    /// Camelot wheel name, such as `12A`.
    pub camelot: Option<String>,
    /// Open Key name, such as `5m`.
    pub open_key: Option<String>,
    /// Share of the evidence that speaks for this key rather than another, 0 to 1.
    pub confidence: f64,
    /// Readings with their share of the evidence, best first.
    pub candidates: Vec<KeyCandidate>,
    /// Frequency of A4 that the music is tuned to.
    pub tuning_hz: Option<f64>,
    /// Key over time, without gaps; a single segment if it does not change.
    #[serde(default)]
    pub segments: Vec<KeySegment>,
}

/// A stretch of the track in one key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeySegment {
    /// Start, in seconds.
    pub start_s: f64,
    /// End, in seconds.
    pub end_s: f64,
    /// Such as `E minor`.
    pub name: String,
    /// Camelot wheel name.
    pub camelot: String,
    /// Share of this stretch's evidence that speaks for it.
    pub confidence: f64,
}

/// Mode of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyMode {
    /// Major.
    Major,
    /// Minor.
    Minor,
}

impl KeyMode {
    /// Returns the word for it, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
        }
    }
}

/// One reading of the key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyCandidate {
    /// Such as `E minor`.
    pub name: String,
    /// Share of the evidence.
    pub weight: f64,
}

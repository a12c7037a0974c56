//! Genre, mood, instruments and voice: ranked scores, never verdicts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::HeadTags;

/// Tags by category, best first, and measures that need no network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tags {
    /// Genre families.
    pub genre: Vec<Tag>,
    /// Subgenres within the families.
    #[serde(default)]
    pub subgenre: Vec<Tag>,
    /// Moods.
    pub mood: Vec<Tag>,
    /// Instruments.
    pub instrument: Vec<Tag>,
    /// Voice: who sings, or instrumental.
    pub voice: Vec<Tag>,
    /// Measures by formula, without a network.
    #[serde(default)]
    pub measures: SoundMeasures,
    /// Seconds of the track that the networks heard, in patches of three.
    #[serde(default)]
    pub heard_s: f64,
    /// Readings of heads of one's own, in the order in which they were given.
    #[serde(default)]
    pub heads: Vec<HeadTags>,
    /// Remarks on missing or uncertain values.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Penultimate layer (200 values) of the network trained on the Million Song Dataset, mean over what it heard, where
    /// asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Vec<f32>>,
}

/// Label with its score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tag {
    /// Label of the stable vocabulary.
    pub label: String,
    /// 0 to 1; 0.5 is no more and no less likely than on any track (genres: than a genre of middling commonness).
    pub score: f64,
    /// Program or service that gave the score.
    pub source: String,
    /// Networks behind it, joined by `+`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Measures of the sound by formula, 0 to 1; `null` where they make no sense. None depends on the track's level.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SoundMeasures {
    /// Mean of activity and fullness.
    pub energy: Option<f64>,
    /// Share of the magnitude spectrum above 1.5 kHz, up to 8 kHz.
    pub brightness: Option<f64>,
    /// How regular the onsets are: height of their autocorrelation's highest peak from 40 to 240 a minute.
    pub pulse_clarity: Option<f64>,
    /// Mean of activity and brightness, a stand-in for felt arousal.
    pub arousal_proxy: Option<f64>,
    /// Rise of the bands' level from frame to frame, 2.5 dB being 1.
    pub activity: Option<f64>,
    /// Spectral flatness, -30 dB being 0 and 0 dB being 1.
    pub fullness: Option<f64>,
}

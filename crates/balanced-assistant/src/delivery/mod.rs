//! Deliveries: what each platform takes, as one table; how a master becomes that, and what a file is called.
//!
//! The table is data (`deliveries.toml`). It says formats; loudness is said by the targets, platform rules and profiles that a row
//! names, and measured only: a delivery never changes it.

mod name;
mod plan;
mod table;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use plan::DeliveryPlan;
pub use table::{deliveries, deliveries_from_toml, deliveries_toml};

/// File format of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryFormat {
    /// RIFF/WAVE with a broadcast extension.
    Wav,
    /// AIFF.
    Aiff,
    /// FLAC.
    Flac,
    /// MPEG-1 Layer III.
    Mp3,
    /// AAC-LC in an MPEG-4 file.
    Aac,
    /// Opus in an Ogg file.
    Opus,
}

impl DeliveryFormat {
    /// Returns whether the format throws audio away.
    #[must_use]
    pub fn is_lossy(self) -> bool {
        matches!(self, Self::Mp3 | Self::Aac | Self::Opus)
    }

    /// Returns the usual file extension, without a dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Aiff => "aiff",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Aac => "m4a",
            Self::Opus => "opus",
        }
    }
}

/// Cover art that a place asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverRule {
    /// Least width and height in pixels.
    pub min_pixels: u32,
    /// Whether it must be square.
    #[serde(default)]
    pub is_square: bool,
    /// Media types that are taken, such as `image/jpeg`.
    pub media_types: Vec<String>,
    /// Source of the rule.
    pub source: String,
}

/// Format in which a platform, or a medium, takes masters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRule {
    /// Name, as `--for` takes it.
    pub name: String,
    /// Purpose in a sentence.
    pub description: String,
    /// File format.
    pub format: DeliveryFormat,
    /// Bit rate of a lossy format, in kbit/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bitrate_kbps: Option<u32>,
    /// Sample rates that are taken, in Hz.
    pub sample_rates_hz: Vec<u32>,
    /// Bit depths that are taken, 16 or 24; empty for lossy formats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bits: Vec<u16>,
    /// Numbers of channels that are taken.
    pub channels: Vec<usize>,
    /// Pattern of the file name, of `{track}`, `{artist}`, `{album}`, `{title}`, `{isrc}` and text; the name of the master's file where
    /// one of them is unknown.
    pub naming: String,
    /// Named target whose loudness and ceiling are advised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Platform rule that tells how loud the file is played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Profile that the written file is checked against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Cover art that is asked for; absent where no rule is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<CoverRule>,
    /// Shortest track in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_duration_s: Option<f64>,
    /// Whether the place, or the standard's body, publishes the format itself.
    pub published: bool,
    /// Source of the rule, and what has no published rule.
    pub source: String,
    /// When it was last read or published, `YYYY-MM` or `YYYY`.
    pub date: String,
}

//! Where a result comes from: the file, and the program.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The audio that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Path as the user gave it; `null` for audio from memory.
    pub path: Option<String>,
    /// SHA-256 of the file's bytes, lower-case hex; `null` for audio from arrays.
    pub sha256: Option<String>,
    /// Container, such as `wav`, `rf64`, `aiff`, `flac`.
    pub container: String,
    /// Codec, such as `pcm_s24le`, `flac`, `mp3`.
    pub codec: String,
    /// Frames a second.
    pub sample_rate_hz: f64,
    /// Number of channels.
    pub channels: usize,
    /// Name of the channel layout.
    pub channel_layout: String,
    /// Bits a sample as the file declares; `null` for lossy codecs.
    pub bit_depth: Option<u16>,
    /// Bits that carry information: trailing zero bits of every sample are not counted.
    pub effective_bit_depth: Option<u16>,
    /// Frames decoded.
    pub frames: u64,
    /// Length in seconds.
    pub duration_s: f64,
    /// What was odd about the file and how it was read (a data size that lied, a truncated end …).
    pub notes: Vec<String>,
}

/// What measured it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Version of this program.
    pub balanced_version: String,
    /// SHA-256 of the configuration, lower-case hex: equal hashes mean equal settings.
    pub config_hash: String,
    /// Networks used, if any.
    pub models: Vec<ModelUsed>,
    /// Wall time of the analysis.
    pub elapsed_s: f64,
}

/// A network whose answer is in the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelUsed {
    /// Name, such as `MSD_musicnn`.
    pub name: String,
    /// SHA-256 of the model file, lower-case hex.
    pub sha256: String,
}

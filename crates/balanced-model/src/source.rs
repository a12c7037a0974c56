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
    /// Sample rate.
    pub sample_rate_hz: f64,
    /// Number of channels.
    pub channels: usize,
    /// Name of the channel layout.
    pub channel_layout: String,
    /// Bit depth that the file declares; `null` for lossy codecs.
    pub bit_depth: Option<u16>,
    /// Effective bit depth: trailing bits that are zero in every sample are not counted.
    pub effective_bit_depth: Option<u16>,
    /// Frames decoded.
    pub frames: u64,
    /// Length in seconds.
    pub duration_s: f64,
    /// Irregularities of the file and how it was read (a wrong data size, a truncated end …).
    pub notes: Vec<String>,
}

/// Program, settings and networks that measured a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Version of this program.
    pub balanced_version: String,
    /// SHA-256 of the configuration, lower-case hex: equal hashes mean equal settings.
    pub config_hash: String,
    /// Networks used, if any.
    pub models: Vec<ModelUsed>,
    /// Elapsed (wall-clock) time of the analysis.
    pub elapsed_s: f64,
}

/// Neural network that contributed to the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelUsed {
    /// Name, such as `MSD_musicnn`.
    pub name: String,
    /// SHA-256 of the model file, lower-case hex.
    pub sha256: String,
}

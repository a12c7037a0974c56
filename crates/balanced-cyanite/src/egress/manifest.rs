//! The manifest of what leaves the machine.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::options::Api;

/// Everything that leaves the machine when a track is sent, and what stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EgressManifest {
    /// Version of this document.
    pub schema_version: u32,
    /// `cyanite`.
    pub provider: String,
    /// The API.
    pub api: Api,
    /// SHA-256 of the source file. It stays here: the external id follows from it, but not the other way round.
    pub source_sha256: String,
    /// Hosts that are spoken to; `*.` stands for any host of that name.
    pub hosts: Vec<String>,
    /// The audio.
    pub audio: SentAudio,
    /// All words about the track that are sent.
    pub fields: Vec<SentField>,
    /// The requests, in order. Repetitions after a failure send the same again.
    pub requests: Vec<SentRequest>,
    /// Names of the headers that every request has; one of them carries the token.
    pub headers: Vec<String>,
    /// Bytes of all bodies of one attempt.
    pub total_bytes: u64,
    /// Data that stay on the machine, in words.
    pub not_sent: Vec<String>,
}

/// The audio that is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentAudio {
    /// `mp3`, constant bit rate.
    pub format: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Bit rate in kbit/s.
    pub bitrate_kbps: u32,
    /// Sample rate in Hz.
    pub sample_rate_hz: u32,
    /// Channels: 1 or 2.
    pub channels: u32,
    /// Length in seconds.
    pub duration_s: f64,
    /// Conversions before the MP3 encoder: sample rate, channels.
    pub changes: Vec<String>,
    /// The part that is sent, where the track is longer than Cyanite takes.
    pub excerpt: Option<Excerpt>,
}

/// A part of a track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Excerpt {
    /// Start in seconds of the source.
    pub start_s: f64,
    /// End in seconds of the source.
    pub end_s: f64,
    /// Length of the source in seconds.
    pub of_s: f64,
    /// Why this part.
    pub reason: String,
}

/// A word about the track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentField {
    /// Name in the API.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRequest {
    /// Name of the call.
    pub name: String,
    /// HTTP method.
    pub method: String,
    /// Host.
    pub host: String,
    /// Bytes of its body; of `libraryTrackCreate` without the id of the upload, which Cyanite gives.
    pub body_bytes: u64,
}

impl EgressManifest {
    /// Returns the SHA-256 of the manifest, in hex, by which a consent is tied to it.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256(json!(self).to_string().as_bytes())
    }
}

/// Returns bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the SHA-256 of bytes, in lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

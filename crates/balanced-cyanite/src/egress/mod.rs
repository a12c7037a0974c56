//! Egress: an MP3 without metadata and two opaque words leave the machine, listed first in a manifest.

mod consent;
mod frames;
mod manifest;
mod pcm;
mod plan;
mod prepare;

pub use consent::{Consent, EgressPolicy};
pub use manifest::{EgressManifest, Excerpt, SentAudio, SentField, SentRequest};
pub(crate) use manifest::{hex, sha256};
pub use pcm::{Pcm, PcmFormat};
pub use plan::{Window, bitrate_kbps, output_rate_hz};
pub use prepare::{About, Upload, prepare};

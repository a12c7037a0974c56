//! The manifest of a delivery: what was made of what, and how, so that it can be made again.

use balanced_assistant::CheckResult;
use balanced_model::{Achieved, MetadataField, PlatformGain, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::recipe::Recipe;
use crate::{ChainSpec, Edit, Error};

/// Version of the manifest's format.
pub(crate) const VERSION: u32 = 1;

/// Manifest of delivered files: their hashes, and everything that renders the same bytes again.
///
/// It holds no time and no path but those that the caller gave, so that equal deliveries have equal manifests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryManifest {
    /// Version of the format: 1.
    pub version: u32,
    /// Program that made the files.
    pub program: Program,
    /// The file that was rendered: the master of a bundle, the mix of a master.
    pub source: Source,
    /// SHA-256 of the decoded audio, lower-case hex: samples as 64-bit floats of little-endian order, frame by frame.
    pub audio_sha256: String,
    /// Key measurements of the source.
    pub before: Achieved,
    /// How the source was made itself, where its own manifest or result was found.
    #[serde(default)]
    pub made_by: Option<MadeBy>,
    /// The files.
    pub files: Vec<DeliveredFile>,
    /// Deliveries that no file could be made for.
    #[serde(default)]
    pub not_made: Vec<NotMade>,
    /// Remarks that concern every file.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Program and processor that made a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Version of Balanced.
    pub balanced_version: String,
    /// Kind of processor. Fourier transforms round differently on another kind, so that the last place of resampled audio, and its hash,
    /// may differ there.
    pub processor: String,
    /// Operating system, whose mathematical functions may round differently too.
    pub system: String,
    /// SHA-256 of the measuring configuration.
    pub config_hash: String,
}

/// File of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveredFile {
    /// Name of the delivery; `null` for a master.
    pub delivery: Option<String>,
    /// The file; its path is relative to the manifest's folder, with slashes.
    pub file: Source,
    /// Length in bytes.
    pub bytes: u64,
    /// What renders the file from the source.
    pub recipe: Recipe,
    /// Whether every sample is that of the source, because neither rate nor bit depth were converted.
    pub is_exact: bool,
    /// Encoder of a lossy file with its version, whose bytes another version may write differently; `null` for a lossless one.
    #[serde(default)]
    pub encoder: Option<String>,
    /// Conversion of the sample rate; `null` if it is that of the source.
    #[serde(default)]
    pub resampling: Option<Resampling>,
    /// Key measurements of the written file.
    pub after: Achieved,
    /// Gain that the platform plays it with; `null` where it has no rule.
    #[serde(default)]
    pub playback: Option<PlatformGain>,
    /// Result of the delivery's profile; `null` where it has none.
    #[serde(default)]
    pub check: Option<CheckResult>,
    /// What became of the source's metadata.
    pub metadata: Vec<MetadataField>,
    /// Advice on loudness, peaks and cover art, in words.
    #[serde(default)]
    pub advice: Vec<String>,
}

/// Conversion of a sample rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resampling {
    /// Sample rate of the source.
    pub from_hz: f64,
    /// Sample rate of the file.
    pub to_hz: f64,
    /// Method and its quality.
    pub method: String,
}

/// Delivery that no file could be made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotMade {
    /// Name of the delivery.
    pub delivery: String,
    /// Why there is no file.
    pub reason: String,
}

/// How a delivered master was made from its mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MadeBy {
    /// The mix, as the master's manifest or result names it.
    pub source: Source,
    /// Chain as rendered over the mix.
    pub chain: ChainSpec,
    /// Trim and fades; absent if there are none.
    #[serde(default, skip_serializing_if = "Edit::is_none")]
    pub edit: Edit,
    /// Version of Balanced that made it.
    pub balanced_version: String,
}

impl DeliveryManifest {
    /// Reads a manifest from JSON.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with what is wrong and where.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let wrong = |problem: String| {
            Error::settings(problem, "give a manifest that `balanced deliver` or `balanced master --manifest` wrote")
        };
        let manifest: Self = serde_json::from_str(text)
            .map_err(|error| wrong(format!("is no delivery manifest ({error})")).caused_by(error))?;
        if manifest.version != VERSION {
            return Err(wrong(format!("has version {}, and this program reads {VERSION}", manifest.version)));
        }
        Ok(manifest)
    }

    /// Formats the manifest as indented JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        text.push('\n');
        text
    }
}

impl Program {
    /// Returns this program on this machine.
    pub(crate) fn here(config_hash: String) -> Self {
        Self {
            balanced_version: env!("CARGO_PKG_VERSION").to_owned(),
            processor: processor(),
            system: std::env::consts::OS.to_owned(),
            config_hash,
        }
    }
}

/// Returns the kind of processor, with the instructions by which Fourier transforms are chosen.
fn processor() -> String {
    [std::env::consts::ARCH].into_iter().chain(instructions()).collect::<Vec<_>>().join("+")
}

#[cfg(target_arch = "x86_64")]
fn instructions() -> Vec<&'static str> {
    let known = [
        ("sse4.1", std::arch::is_x86_feature_detected!("sse4.1")),
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
    ];
    known.into_iter().filter(|(_, found)| *found).map(|(name, _)| name).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn instructions() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_manifest_is_said() {
        assert!(DeliveryManifest::from_json("{}").unwrap_err().to_string().contains("no delivery manifest"));
        assert!(processor().starts_with(std::env::consts::ARCH));
    }
}

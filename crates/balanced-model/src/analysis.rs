//! The whole answer about one file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Defect, Dynamics, Key, Loudness, Metadata, ModelUsed, Provenance, Source, Spectrum, Stereo, Tags, Tempo};

/// Version of the result tree; raised when a name or a meaning changes.
pub const SCHEMA_VERSION: u32 = 1;

/// Result of analysing one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Analysis {
    /// Version of this result tree.
    pub schema_version: u32,
    /// Audio that was measured.
    pub source: Source,
    /// Metadata of the file; absent if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Box<Metadata>>,
    /// The measurements.
    #[serde(flatten)]
    pub measurements: Measurements,
    /// Program, settings and networks that measured it.
    pub provenance: Provenance,
}

/// Every family of measurements; `None` where it was not asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurements {
    /// Loudness and peaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loudness: Option<Loudness>,
    /// Dynamics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamics: Option<Dynamics>,
    /// Spectral shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spectrum: Option<Spectrum>,
    /// Stereo image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stereo: Option<Stereo>,
    /// Tempo and beats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tempo: Option<Tempo>,
    /// Musical key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// Genre, mood, instruments, voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Tags>,
    /// Faults found, the worst first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defects: Option<Vec<Defect>>,
    /// Why a value is `null` or empty, by its path (`tempo.bpm`); what has a value has no entry.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, String>,
    /// Bits that carry information, for [`Source::effective_bit_depth`]; `None` unless defects were asked for, in silence, and
    /// where the container's bit depth is not known.
    #[serde(skip)]
    pub effective_bit_depth: Option<u16>,
    /// Neural networks that were used, for [`Provenance::models`].
    #[serde(skip)]
    pub models: Vec<ModelUsed>,
}

/// Returns the value if it is finite, else `None`; every measured number enters the tree through here.
#[must_use]
pub fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Rounds to three decimals: what a reader can use, and equal text on every machine.
#[must_use]
pub fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

//! Configuration of an analysis.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{PlatformRule, TagHead, platform_rules};

/// A family of measurements: one object of the result, one word of `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Family {
    /// Loudness and peaks, true peak included.
    Loudness,
    /// Dynamic range, crest, RMS.
    Dynamics,
    /// Spectral shape.
    Spectrum,
    /// Width, correlation, balance.
    Stereo,
    /// Faults, each with a time range.
    Defects,
    /// Tempo, beats, downbeats.
    Tempo,
    /// Musical key and tuning.
    Key,
    /// Genre, mood, instruments, voice.
    Tags,
}

impl Family {
    /// Every family, in the order of the result.
    pub const ALL: [Self; 8] = [
        Self::Loudness,
        Self::Dynamics,
        Self::Spectrum,
        Self::Stereo,
        Self::Tempo,
        Self::Key,
        Self::Tags,
        Self::Defects,
    ];

    /// Returns the name used on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Loudness => "loudness",
            Self::Dynamics => "dynamics",
            Self::Spectrum => "spectrum",
            Self::Stereo => "stereo",
            Self::Defects => "defects",
            Self::Tempo => "tempo",
            Self::Key => "key",
            Self::Tags => "tags",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Family {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|family| family.name() == word).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|family| family.name()).collect();
            format!("unknown family \"{word}\"; the families are {}", names.join(", "))
        })
    }
}

/// A set of families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Families(u16);

impl Families {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Returns the set of all families.
    #[must_use]
    pub fn all() -> Self {
        Family::ALL.into_iter().collect()
    }

    /// Tells whether `family` is in the set.
    #[must_use]
    pub fn contains(self, family: Family) -> bool {
        self.0 & (1 << family as u16) != 0
    }

    /// Returns the set with `family` added.
    #[must_use]
    pub fn with(self, family: Family) -> Self {
        Self(self.0 | (1 << family as u16))
    }

    /// Returns the set without `family`.
    #[must_use]
    pub fn without(self, family: Family) -> Self {
        Self(self.0 & !(1 << family as u16))
    }

    /// Returns the families in the set, in the order of [`Family::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().filter(move |family| self.contains(*family))
    }
}

impl FromIterator<Family> for Families {
    fn from_iter<I: IntoIterator<Item = Family>>(families: I) -> Self {
        families.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Settings of an analysis: everything that changes a result, and nothing else. Their hash is part of the result's
/// provenance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnalysisConfig {
    /// Families to measure; the others are absent from the result.
    pub families: Vec<Family>,
    /// Bit depth of the source container, where known; the effective bit depth is counted within it.
    pub bit_depth: Option<u16>,
    /// Whether the spectrum includes the spectrogram that the HTML report draws.
    pub spectrogram: bool,
    /// Loudness normalisation of each service; the built-in table by default.
    pub platforms: Vec<PlatformRule>,
    /// Settings for tags.
    pub tags: TagConfig,
}

/// Settings for tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TagConfig {
    /// Largest number of three-second patches that each network hears, 1 to 64; computing time is proportional to it.
    pub patches: usize,
    /// Whether the result includes the network's embedding (200 numbers).
    pub embedding: bool,
    /// Heads of one's own that read the embedding (`balanced heads train`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<TagHead>,
}

impl TagConfig {
    /// Default number of patches.
    pub const DEFAULT_PATCHES: usize = 5;
}

impl Default for TagConfig {
    fn default() -> Self {
        Self { patches: Self::DEFAULT_PATCHES, embedding: false, heads: Vec::new() }
    }
}

impl Default for AnalysisConfig {
    fn default() -> Self {
        Self {
            families: Family::ALL.to_vec(),
            bit_depth: None,
            spectrogram: false,
            platforms: platform_rules(),
            tags: TagConfig::default(),
        }
    }
}

impl AnalysisConfig {
    /// Returns the families as a set.
    #[must_use]
    pub fn families(&self) -> Families {
        self.families.iter().copied().collect()
    }
}

//! What to measure.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{PlatformRule, platform_rules};

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

    /// The word users type.
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
    /// No family.
    pub const NONE: Self = Self(0);

    /// Every family.
    #[must_use]
    pub fn all() -> Self {
        Family::ALL.into_iter().collect()
    }

    /// Whether `family` is in the set.
    #[must_use]
    pub fn contains(self, family: Family) -> bool {
        self.0 & (1 << family as u16) != 0
    }

    /// The set with `family` added.
    #[must_use]
    pub fn with(self, family: Family) -> Self {
        Self(self.0 | (1 << family as u16))
    }

    /// The set with `family` taken out.
    #[must_use]
    pub fn without(self, family: Family) -> Self {
        Self(self.0 & !(1 << family as u16))
    }

    /// The families in the set, in the order of [`Family::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().filter(move |family| self.contains(*family))
    }
}

impl FromIterator<Family> for Families {
    fn from_iter<I: IntoIterator<Item = Family>>(families: I) -> Self {
        families.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Everything that changes a result, and nothing else: its hash belongs to the result's provenance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnalysisConfig {
    /// What to measure; what is not asked for is absent from the result.
    pub families: Vec<Family>,
    /// Bits a sample of the source container holds, where known; effective bits are counted below it.
    pub bit_depth: Option<u16>,
    /// Whether the spectrum holds the spectrogram that the HTML report draws.
    pub spectrogram: bool,
    /// What each service does to the level; the built-in table unless replaced.
    pub platforms: Vec<PlatformRule>,
    /// How tags are found.
    pub tags: TagConfig,
}

/// How tags are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TagConfig {
    /// Patches of three seconds that each network hears at most, 1 to 64; the time it takes is in proportion.
    pub patches: usize,
    /// Whether the result holds the network's embedding (200 numbers).
    pub embedding: bool,
}

impl TagConfig {
    /// Patches heard unless said otherwise.
    pub const DEFAULT_PATCHES: usize = 5;
}

impl Default for TagConfig {
    fn default() -> Self {
        Self { patches: Self::DEFAULT_PATCHES, embedding: false }
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
    /// The families as a set.
    #[must_use]
    pub fn families(&self) -> Families {
        self.families.iter().copied().collect()
    }
}

//! Chains by intent, kept as the TOML files a user would write.

use super::ChainSpec;

/// A chain for an intent, and the target it is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preset {
    /// Name that users type.
    pub name: &'static str,
    /// Material that it suits.
    pub purpose: &'static str,
    /// Name of the target that it is made for.
    pub target: &'static str,
    /// Text of the chain file.
    pub toml: &'static str,
}

macro_rules! presets {
    ($($name:literal for $target:literal: $purpose:literal,)+) => {
        const PRESETS: &[Preset] = &[$(Preset {
            name: $name,
            purpose: $purpose,
            target: $target,
            toml: include_str!(concat!("../../presets/", $name, ".toml")),
        }),+];
    };
}

presets! {
    "transparent_streaming" for "streaming": "a finished mix that should stay as it is, for streaming services",
    "loud" for "loud": "dense and forward, for club, pop and metal that must stand beside loud masters",
    "warm" for "streaming": "thin, bright or digital mixes that want body and a softer top",
    "open_acoustic" for "acoustic-dynamic": "acoustic, classical and jazz recordings: room and dynamics first",
    "vinyl_premaster" for "vinyl-premaster": "a file for the cutting engineer: mono bass, tamed sibilance, no subsonics",
    "podcast" for "podcast": "speech: rumble out, presence in, sibilance held, levels evened",
    "broadcast" for "broadcast-r128": "programme for EBU R 128 delivery: even levels under -1 dBTP",
}

impl Preset {
    /// Lists every preset.
    pub fn all() -> impl Iterator<Item = Self> {
        PRESETS.iter().copied()
    }

    /// Returns the preset named `name`; hyphens may stand for its underscores.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::all().find(|preset| preset.name == name)
    }

    /// Reads the chain.
    ///
    /// # Panics
    /// Never: a test reads every preset.
    #[must_use]
    pub fn chain(&self) -> ChainSpec {
        ChainSpec::from_toml(self.toml).expect("a test reads every preset")
    }
}

impl ChainSpec {
    /// The chain for an intent, `None` for an unknown name. Hyphens may stand for the underscores of the name.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        Preset::named(name).map(|preset| preset.chain())
    }

    /// All names that [`preset`](Self::preset) knows.
    pub fn preset_names() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|preset| preset.name)
    }
}

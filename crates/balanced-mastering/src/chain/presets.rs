//! Chains by intent, kept as the TOML files a user would write.

use super::ChainSpec;

/// Name and document of every preset.
const PRESETS: [(&str, &str); 7] = [
    ("transparent_streaming", include_str!("../../presets/transparent_streaming.toml")),
    ("loud", include_str!("../../presets/loud.toml")),
    ("warm", include_str!("../../presets/warm.toml")),
    ("open_acoustic", include_str!("../../presets/open_acoustic.toml")),
    ("vinyl_premaster", include_str!("../../presets/vinyl_premaster.toml")),
    ("podcast", include_str!("../../presets/podcast.toml")),
    ("broadcast", include_str!("../../presets/broadcast.toml")),
];

impl ChainSpec {
    /// The chain for an intent, `None` for an unknown name. Loudness is not part of it: that is the target's.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        let (_, document) = PRESETS.iter().find(|(known, _)| *known == name)?;
        Some(Self::from_toml(document).expect("a test reads every preset"))
    }

    /// All names that [`preset`](Self::preset) knows.
    pub fn preset_names() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }
}

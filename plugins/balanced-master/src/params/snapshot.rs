//! Snapshots of all settings that affect the sound, for projects, presets, A/B and undo.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rack::Rack;

/// All settings that affect the sound: values by the ids of their knobs, and the rack.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// Order of the modules.
    pub rack: Rack,
    /// Values by id, in the unit of each; a missing one is at its default.
    pub values: BTreeMap<String, f64>,
}

impl Snapshot {
    /// Returns a fingerprint of values and modules: equal ones sound alike. FNV-1a over the JSON of both (G. Fowler, L. C. Noll,
    /// P. Vo and D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm", draft-eastlake-fnv).
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let text = serde_json::to_vec(&(&self.values, &self.rack.entries, self.rack.dither_seed)).unwrap_or_default();
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        text.iter().fold(0xCBF2_9CE4_8422_2325, mix).max(1)
    }
}

/// The two slots of an A/B comparison.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AbSlots {
    /// Tells whether slot B is heard.
    pub is_b: bool,
    /// Snapshot of the slot that is not heard, once there is one.
    pub other: Option<Snapshot>,
}

/// Version of the saved state that is written: 1 had none, and kept what was monitored.
pub const STATE_VERSION: u32 = 2;

fn first_version() -> u32 {
    1
}

/// State that a host's project saves beside the parameters.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    /// Version of these fields.
    #[serde(default = "first_version")]
    pub version: u32,
    /// Current settings, listening choices included.
    pub now: Snapshot,
    /// Slots of the A/B comparison.
    pub slots: AbSlots,
    /// Size of the editor in logical pixels of its scale; 0 if it was never opened.
    pub editor_size: [u32; 2],
    /// Scale of the editor in percent; 0 if it was never chosen.
    pub editor_scale_percent: u32,
}

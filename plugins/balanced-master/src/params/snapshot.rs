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

/// The two slots of an A/B comparison.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AbSlots {
    /// Tells whether slot B is heard.
    pub is_b: bool,
    /// Snapshot of the slot that is not heard, once there is one.
    pub other: Option<Snapshot>,
}

/// State that a host's project saves beside the parameters.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    /// Current settings, listening choices included.
    pub now: Snapshot,
    /// Slots of the A/B comparison.
    pub slots: AbSlots,
    /// Size of the editor in logical pixels; 0 if it was never opened.
    pub editor_size: [u32; 2],
}

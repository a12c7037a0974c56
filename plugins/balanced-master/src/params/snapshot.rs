//! Everything that sounds, as data: what projects, presets, A/B and undo keep.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rack::Rack;

/// Values by the ids of their knobs, in their units, and the rack.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// Order of the modules.
    pub rack: Rack,
    /// Values; an id that is not there is at its default.
    pub values: BTreeMap<String, f64>,
}

/// Which of two snapshots is heard; the other one waits.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AbSlots {
    /// Whether B is heard.
    pub is_b: bool,
    /// The one that is not heard, once there is one.
    pub other: Option<Snapshot>,
}

/// What a host's project keeps beside the parameters.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    /// What is heard, listening choices included.
    pub now: Snapshot,
    /// The other side of A/B.
    pub slots: AbSlots,
    /// Size of the editor in logical pixels, 0 where it was never opened.
    pub editor_size: [u32; 2],
}

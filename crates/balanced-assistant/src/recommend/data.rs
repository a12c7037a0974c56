//! What a recommendation holds.

use balanced_mastering::ChainSpec;
use balanced_model::{Expected, Finding, Reason, Source, Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a track needs to reach a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recommendation {
    /// The track.
    pub source: Source,
    /// What is to be reached.
    pub target: Target,
    /// What stands in the way, most important first.
    pub findings: Vec<Finding>,
    /// The chain that acts on them.
    pub chain: ChainSpec,
    /// Why its steps are there.
    pub reasons: Vec<Reason>,
    /// What the chain will do to level and peaks, estimated.
    pub expected: Expected,
}

//! The recommendation: a chain with its reasons.

use balanced_mastering::ChainSpec;
use balanced_model::{Expected, Finding, Reason, Source, Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Findings about a track, and the chain that brings it to a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recommendation {
    /// Source of the track.
    pub source: Source,
    /// Target.
    pub target: Target,
    /// Findings, most important first.
    pub findings: Vec<Finding>,
    /// Chain that acts on the findings.
    pub chain: ChainSpec,
    /// Reasons for its steps.
    pub reasons: Vec<Reason>,
    /// Estimated level and peaks after the chain.
    pub expected: Expected,
}

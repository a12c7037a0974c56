//! What a recommendation holds.

use balanced_analysis::model::Source;
use balanced_mastering::ChainSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Finding, Target};

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

/// Why a step of the chain is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Index into the chain's steps.
    pub step: usize,
    /// A sentence a musician understands.
    pub text: String,
}

/// Level and peaks after the chain, estimated from the measurements; rendering decides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// Integrated loudness.
    pub integrated_lufs: Option<f64>,
    /// Highest true peak.
    pub true_peak_dbtp: Option<f64>,
    /// Gain before the limiter.
    pub gain_db: Option<f64>,
    /// How far the highest peak is pushed down.
    pub peak_limiting_db: Option<f64>,
    /// How much loudness the limiter takes from the loudest moments, to compare with the target's `max_limiting_db`.
    pub limiting_db: Option<f64>,
    /// Whether the target can be reached within the limiting it allows; `null` when loudness cannot be said.
    pub feasible: Option<bool>,
    /// What else to know, in a sentence.
    pub note: Option<String>,
}

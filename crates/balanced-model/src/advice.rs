//! Why the assistant recommends a chain, and what the chain should do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reason for one step of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Index of the step in the chain.
    pub step: usize,
    /// Reason in one sentence, for a musician.
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
    /// Gain reduction of the highest peak.
    pub peak_limiting_db: Option<f64>,
    /// How much loudness the limiter takes from the loudest moments, to compare with the target's `max_limiting_db`.
    pub limiting_db: Option<f64>,
    /// Whether the target can be reached within the limiting it allows; `null` when the loudness is unknown.
    pub feasible: Option<bool>,
    /// Further remark, in one sentence.
    pub note: Option<String>,
}

//! What a written master measures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The written file in a few numbers; each is measured on the decoded file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Achieved {
    /// Integrated loudness.
    pub integrated_lufs: Option<f64>,
    /// True peak.
    pub true_peak_dbtp: Option<f64>,
    /// Loudness range.
    pub range_lu: Option<f64>,
    /// True peak less integrated loudness.
    pub plr_db: Option<f64>,
    /// Gain before the limiter; `null` when a chain was rendered as it stands.
    pub drive_db: Option<f64>,
}

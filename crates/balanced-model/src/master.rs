//! Measurements of a written master.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Loudness;

/// The written file in a few numbers; each is measured on the decoded file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
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

impl Achieved {
    /// Takes the numbers from the loudness measured on the written file.
    #[must_use]
    pub fn new(loudness: &Loudness, drive_db: Option<f64>) -> Self {
        Self {
            integrated_lufs: loudness.integrated_lufs,
            true_peak_dbtp: loudness.true_peak_dbtp,
            range_lu: loudness.range_lu,
            plr_db: loudness.plr_db,
            drive_db,
        }
    }
}

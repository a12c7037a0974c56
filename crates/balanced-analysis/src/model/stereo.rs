//! Stereo image; `null` values for mono.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Width, correlation and balance of the first two front channels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stereo {
    /// Correlation of left and right over the programme.
    pub correlation_mean: Option<f64>,
    /// Lowest correlation of any window that is not silent.
    pub correlation_min: Option<f64>,
    /// Right over left power; positive means right is louder.
    pub balance_db: Option<f64>,
    /// Side over mid power.
    pub side_to_mid_db: Option<f64>,
    /// Power lost when folded to mono.
    pub mono_loss_db: Option<f64>,
    /// Side share of each region, in the order of the spectrum's `bands`.
    pub width_per_band: Vec<Option<f64>>,
}

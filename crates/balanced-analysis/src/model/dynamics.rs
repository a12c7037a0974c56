//! Dynamics.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Dynamic range and crest measures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dynamics {
    /// "DR" of the Pleasurize Music Foundation (TT meter, Algorithmix 2009), mean over channels, not rounded.
    pub dr: Option<f64>,
    /// DR of each channel.
    pub dr_per_channel: Vec<Option<f64>>,
    /// Sample peak over RMS.
    pub crest_db: Option<f64>,
    /// RMS of all channels; a full-scale sine reads -3.01.
    pub rms_dbfs: Option<f64>,
}

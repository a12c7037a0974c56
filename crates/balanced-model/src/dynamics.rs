//! Dynamics.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Dynamic range and crest measures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dynamics {
    /// "DR" of the Pleasurize Music Foundation (TT meter, Algorithmix 2009), mean over channels, not rounded; `null` below
    /// two blocks of 3 s.
    pub dr: Option<f64>,
    /// DR of each channel.
    pub dr_per_channel: Vec<Option<f64>>,
    /// Sample peak over RMS.
    pub crest_db: Option<f64>,
    /// Crest of each channel.
    pub crest_per_channel_db: Vec<Option<f64>>,
    /// RMS of all channels; a full-scale sine reads -3.01.
    pub rms_dbfs: Option<f64>,
    /// RMS of each channel.
    pub rms_per_channel_dbfs: Vec<Option<f64>>,
    /// Borders of the bands of `band_crest_db`, crossed over at 12 dB per octave.
    pub band_edges_hz: Vec<f64>,
    /// Crest of each band, lowest first, one more than there are borders.
    pub band_crest_db: Vec<Option<f64>>,
    /// RMS of the quietest 100 ms that are not digital silence (their first percentile).
    pub noise_floor_dbfs: Option<f64>,
    /// Loudness of the loudest section less that of the quietest, fades and pauses aside; `null` with fewer than two.
    pub macro_dynamics_lu: Option<f64>,
    /// Sections of steady loudness.
    pub sections: Vec<LoudnessSection>,
    /// Change of the peaks by trial equalisers, which tells of an equaliser behind a limiter; empty below 5 s of sound and
    /// at rates under 30 kHz.
    #[serde(default)]
    pub peak_trials: Vec<PeakTrial>,
}

/// Change of the peaks and the energy by one trial equaliser, over blocks of 50 ms spread over the programme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeakTrial {
    /// Shape of the equaliser.
    pub filter: TrialFilter,
    /// Its centre or corner.
    pub frequency_hz: f64,
    /// Its quality.
    pub q: f64,
    /// Its gain.
    pub gain_db: f64,
    /// Change of the largest peak of the blocks and of their 98th, 90th and 50th percentile.
    pub peak_change_db: [f64; 4],
    /// Change of the energy.
    pub energy_change_db: f64,
}

/// Shape of a trial equaliser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialFilter {
    /// A bell.
    #[default]
    Bell,
    /// A low shelf.
    LowShelf,
    /// A high shelf.
    HighShelf,
}

/// A stretch of steady loudness.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoudnessSection {
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// Loudness, ungated.
    pub loudness_lufs: Option<f64>,
    /// Sample peak over RMS within.
    pub crest_db: Option<f64>,
}

//! Loudness and peaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Loudness by ITU-R BS.1770-5, EBU Tech 3341 and 3342; peaks by BS.1770-5 Annex 2 or better.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loudness {
    /// Integrated, gated loudness (BS.1770-5); `null` when nothing passes the gate.
    pub integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342).
    pub range_lu: Option<f64>,
    /// Loudest 400 ms.
    pub max_momentary_lufs: Option<f64>,
    /// Loudest 3 s.
    pub max_short_term_lufs: Option<f64>,
    /// Highest true peak of any channel.
    pub true_peak_dbtp: Option<f64>,
    /// When it happens.
    pub true_peak_at_s: Option<f64>,
    /// True peak of each channel.
    pub true_peak_per_channel_dbtp: Vec<Option<f64>>,
    /// Highest sample of any channel.
    pub sample_peak_dbfs: Option<f64>,
    /// Peak to loudness ratio: true peak less integrated loudness.
    pub plr_db: Option<f64>,
    /// Lowest peak to short-term-loudness ratio.
    pub min_psr_db: Option<f64>,
    /// What each service would do to the level.
    pub platforms: Vec<PlatformGain>,
    /// ReplayGain 2.0 track gain: -18 LUFS less integrated loudness.
    pub replay_gain_db: Option<f64>,
    /// Loudness over time.
    pub curve: LoudnessCurve,
}

/// Momentary and short-term loudness over time; `null` while a window is not full or holds silence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoudnessCurve {
    /// Distance between points; point `i` is the window that ends at `(i + 1) * hop_s`.
    pub hop_s: f64,
    /// 400 ms windows.
    pub momentary_lufs: Vec<Option<f64>>,
    /// 3 s windows.
    pub short_term_lufs: Vec<Option<f64>>,
}

/// What one service's loudness normalisation would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlatformGain {
    /// Service and mode, such as `spotify_normal`.
    pub name: String,
    /// Gain the service applies; `null` when loudness cannot be said.
    pub gain_db: Option<f64>,
    /// Whether that gain pushes true peak over the service's ceiling, so that it would limit (or turn up less).
    pub would_limit: bool,
}

//! Loudness and peaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Loudness by ITU-R BS.1770-5, EBU Tech 3341 and 3342; peaks by BS.1770-5 Annex 2 or better.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loudness {
    /// Integrated, gated loudness (BS.1770-5); `null` when nothing passes the gate.
    pub integrated_lufs: Option<f64>,
    /// Relative gate that integrated loudness used: 10 LU below the absolute-gated level.
    pub relative_gate_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342); `null` below 3 s. Tech 3342 calls it unstable below 60 s.
    pub range_lu: Option<f64>,
    /// Highest momentary loudness: 400 ms windows, every 10 ms.
    pub max_momentary_lufs: Option<f64>,
    /// Highest short-term loudness: 3 s windows, every 10 ms.
    pub max_short_term_lufs: Option<f64>,
    /// Highest true peak of any channel.
    pub true_peak_dbtp: Option<f64>,
    /// Time of that peak.
    pub true_peak_at_s: Option<f64>,
    /// True peak of each channel.
    pub true_peak_per_channel_dbtp: Vec<Option<f64>>,
    /// Time of each channel's true peak.
    pub true_peak_per_channel_at_s: Vec<Option<f64>>,
    /// Time ranges with true peaks above full scale, in order of time; at most 1000.
    pub true_peak_overs: Vec<TruePeakOver>,
    /// Highest sample of any channel.
    pub sample_peak_dbfs: Option<f64>,
    /// Highest sample of each channel.
    pub sample_peak_per_channel_dbfs: Vec<Option<f64>>,
    /// Number of runs of three or more samples of one sign at full scale (the largest 16-bit value or above).
    pub clipped_run_count: u64,
    /// The first 1000 clipped runs, in order of time.
    pub clipped_runs: Vec<ClippedRun>,
    /// Peak to loudness ratio: true peak less integrated loudness.
    pub plr_db: Option<f64>,
    /// Lowest ratio of the true peak of 3 s to the loudness of the same 3 s, where that is at most 20 LU below the
    /// absolute-gated level (the gate of loudness range), so that fades and pauses do not count.
    pub min_psr_db: Option<f64>,
    /// Gain of each service's loudness normalisation.
    pub platforms: Vec<PlatformGain>,
    /// ReplayGain 2.0 track gain: -18 LUFS less integrated loudness.
    pub replay_gain_db: Option<f64>,
    /// Loudness over time.
    pub curve: LoudnessCurve,
    /// Distribution of loudness over the programme.
    pub histogram: LoudnessHistogram,
}

/// Momentary and short-term loudness over time; `null` while a window is not full or holds silence. Values are rounded to
/// 0.001.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoudnessCurve {
    /// Distance between points; point `i` is the window that ends at `(i + 1) * hop_s`.
    pub hop_s: f64,
    /// 400 ms windows.
    pub momentary_lufs: Vec<Option<f64>>,
    /// 3 s windows.
    pub short_term_lufs: Vec<Option<f64>>,
    /// True peak of each hop, highest channel.
    pub true_peak_dbtp: Vec<Option<f64>>,
    /// Peak to short-term loudness ratio: true peak of 3 s less their loudness.
    pub psr_db: Vec<Option<f64>>,
}

/// Shares of time by loudness, in steps of 1 LU; windows below -70 LUFS are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoudnessHistogram {
    /// Lower edge of the first step; `null` when every window is below -70 LUFS.
    pub from_lufs: Option<f64>,
    /// Share of the momentary windows in each step; sums to 1.
    pub momentary_share: Vec<f64>,
    /// Share of the short-term windows in each step; sums to 1.
    pub short_term_share: Vec<f64>,
}

/// Time range with true peaks above full scale, on a 100 ms grid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TruePeakOver {
    /// Start of the first 100 ms with a peak over full scale.
    pub start_s: f64,
    /// End of the last of them in a row.
    pub end_s: f64,
    /// Channel, from 0.
    pub channel: usize,
    /// Highest true peak within.
    pub peak_dbtp: f64,
}

/// Run of consecutive samples at full scale.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClippedRun {
    /// Time of its first sample.
    pub start_s: f64,
    /// Channel, from 0.
    pub channel: usize,
    /// Number of samples.
    pub samples: u64,
}

/// Effect of one service's loudness normalisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlatformGain {
    /// Service and mode, such as `spotify_normal`.
    pub name: String,
    /// Target loudness of the service.
    pub target_lufs: f64,
    /// Gain that the service applies; `null` when the loudness is unknown.
    pub gain_db: Option<f64>,
    /// Whether the service itself publishes the rule; otherwise it is what others report of it.
    pub published: bool,
    /// Whether the full gain to the target would push the true peak over the service's ceiling, so that the service
    /// limits or turns up less.
    pub would_limit: bool,
}

//! Settings of the compressor and their table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Param;

/// Settings of the compressor. For parallel compression use the step's `mix`: its dry path is aligned with the lookahead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CompressorSpec {
    /// Level above which gain is reduced, in dBFS.
    pub threshold_db: f64,
    /// Input change over output change above the threshold.
    pub ratio: f64,
    /// Width of the transition around the threshold in dB.
    pub knee_db: f64,
    /// Time constant of falling gain in ms.
    pub attack_ms: f64,
    /// Time constant of recovering gain in ms.
    pub release_ms: f64,
    /// Recover slowly from sustained reduction and fast from short peaks.
    pub auto_release: bool,
    /// What counts as level.
    pub detector: Detector,
    /// Time constant of the mean of `rms`, length of the window of `true_rms`, in ms.
    pub rms_window_ms: f64,
    /// How far ahead the detector hears, in ms; this is the latency.
    pub lookahead_ms: f64,
    /// The detector does not hear below this, in Hz; 0 lets it hear everything.
    pub sidechain_high_pass_hz: f64,
    /// The detector does not hear above this, in Hz; 0 lets it hear everything.
    pub sidechain_low_pass_hz: f64,
    /// How much all channels follow the one with the most reduction.
    pub link_percent: f64,
    /// Whether the front pair is compressed as left and right or as mid and side.
    pub channels: CompressorChannels,
    /// Gain afterwards in dB.
    pub makeup_db: f64,
    /// Reduction at most, in dB.
    pub range_db: f64,
}

/// What a detector calls level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// The magnitude of every sample.
    #[default]
    Peak,
    /// The root of the running mean square under an exponential window; a full-scale sine has -3 dB.
    Rms,
    /// The root of the mean square of exactly the last `rms_window_ms`, as a meter measures it.
    TrueRms,
}

/// How the front pair is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompressorChannels {
    /// As left and right.
    #[default]
    Stereo,
    /// As mid and side.
    MidSide,
    /// What left and right have in common; the side passes.
    Mid,
    /// What they differ by; the mid passes.
    Side,
}

impl Default for CompressorSpec {
    fn default() -> Self {
        Self {
            threshold_db: -18.0,
            ratio: 2.0,
            knee_db: 6.0,
            attack_ms: 15.0,
            release_ms: 120.0,
            auto_release: false,
            detector: Detector::Peak,
            rms_window_ms: 10.0,
            lookahead_ms: 0.0,
            sidechain_high_pass_hz: 0.0,
            sidechain_low_pass_hz: 0.0,
            link_percent: 100.0,
            channels: CompressorChannels::Stereo,
            makeup_db: 0.0,
            range_db: 60.0,
        }
    }
}

pub(super) const ROWS: &[Param] = &[
    Param::linear("threshold_db", "dB", (-80.0, 0.0), -18.0, "Level above which gain is reduced."),
    Param::logarithmic("ratio", ":1", (1.0, 100.0), 2.0, "Input change over output change above the threshold."),
    Param::linear("knee_db", "dB", (0.0, 36.0), 6.0, "Width of the transition around the threshold."),
    Param::logarithmic("attack_ms", "ms", (0.05, 500.0), 15.0, "Time constant of falling gain."),
    Param::logarithmic("release_ms", "ms", (1.0, 5000.0), 120.0, "Time constant of recovering gain."),
    Param::toggle("auto_release", false, "Recovers slowly from sustained reduction, fast from short peaks."),
    Param::choice("detector", &["peak", "rms", "true_rms"], 0, "What counts as level."),
    Param::logarithmic("rms_window_ms", "ms", (0.5, 500.0), 10.0, "Time constant of rms, length of true_rms."),
    Param::linear("lookahead_ms", "ms", (0.0, 50.0), 0.0, "How far ahead the detector hears; this is the latency."),
    Param::linear("sidechain_high_pass_hz", "Hz", (0.0, 1000.0), 0.0, "The detector does not hear below; 0 is off."),
    Param::linear("sidechain_low_pass_hz", "Hz", (0.0, 20_000.0), 0.0, "The detector does not hear above; 0 is off."),
    Param::linear("link_percent", "%", (0.0, 100.0), 100.0, "How much all channels follow the most reduced one."),
    Param::choice(
        "channels",
        &["stereo", "mid_side", "mid", "side"],
        0,
        "Front pair as left and right, as mid and side, or one of the two alone.",
    ),
    Param::linear("makeup_db", "dB", (-24.0, 36.0), 0.0, "Gain afterwards."),
    Param::linear("range_db", "dB", (0.0, 60.0), 60.0, "Reduction at most."),
];

pub(super) fn examples() -> Vec<CompressorSpec> {
    let glue = CompressorSpec {
        threshold_db: -30.0,
        ratio: 4.0,
        attack_ms: 3.0,
        release_ms: 80.0,
        makeup_db: 3.0,
        sidechain_high_pass_hz: 90.0,
        auto_release: true,
        ..CompressorSpec::default()
    };
    let rms = CompressorSpec {
        threshold_db: -36.0,
        detector: Detector::Rms,
        link_percent: 40.0,
        range_db: 6.0,
        knee_db: 0.0,
        ..CompressorSpec::default()
    };
    let sides =
        CompressorSpec { channels: CompressorChannels::MidSide, lookahead_ms: 2.5, link_percent: 0.0, ..glue.clone() };
    let only_side = CompressorSpec { channels: CompressorChannels::Side, lookahead_ms: 2.5, ..glue.clone() };
    let only_mid = CompressorSpec {
        channels: CompressorChannels::Mid,
        detector: Detector::TrueRms,
        sidechain_low_pass_hz: 4_000.0,
        ..rms.clone()
    };
    vec![CompressorSpec::default(), glue, rms, sides, only_side, only_mid]
}

//! Settings of the compressor.

use crate::settings::{choices, settings};

settings! {
    /// Settings of the compressor. For parallel compression use the step's `mix`: its dry path is aligned with the lookahead.
    pub struct CompressorSpec {
        /// Level above which gain is reduced.
        threshold_db: f64 in -80.0..=0.0 "dB" = -18.0,
        /// Input change over output change above the threshold.
        ratio: f64 in log 1.0..=100.0 ":1" = 2.0,
        /// Width of the soft knee around the threshold.
        knee_db: f64 in 0.0..=36.0 "dB" = 6.0,
        /// Time constant of falling gain.
        attack_ms: f64 in log 0.05..=500.0 "ms" = 15.0,
        /// Time constant of recovering gain.
        release_ms: f64 in log 1.0..=5000.0 "ms" = 120.0,
        /// Recovers slowly from sustained gain reduction and fast from short peaks.
        auto_release: bool = false,
        /// Level measure of the detector.
        detector: Detector = Detector::Peak,
        /// Time constant of the mean of `rms`, length of the window of `true_rms`.
        rms_window_ms: f64 in log 0.5..=500.0 "ms" = 10.0,
        /// Look-ahead of the detector; this is the latency.
        lookahead_ms: f64 in 0.0..=50.0 "ms" = 0.0,
        /// High-pass of the sidechain: the detector does not hear below this frequency; 0 is off.
        sidechain_high_pass_hz: f64 in 0.0..=1000.0 "Hz" = 0.0,
        /// Low-pass of the sidechain: the detector does not hear above this frequency; 0 is off.
        sidechain_low_pass_hz: f64 in 0.0..=20_000.0 "Hz" = 0.0,
        /// How much all channels follow the one with the most gain reduction.
        link_percent: f64 in 0.0..=100.0 "%" = 100.0,
        /// Whether the front pair is compressed as left and right, as mid and side, or one of the two alone.
        channels: CompressorChannels = CompressorChannels::Stereo,
        /// Make-up gain.
        makeup_db: f64 in -24.0..=36.0 "dB" = 0.0,
        /// Greatest gain reduction.
        range_db: f64 in 0.0..=60.0 "dB" = 60.0,
    }
}

choices! {
    /// Level measure of a detector.
    #[non_exhaustive]
    pub enum Detector {
        /// The magnitude of every sample.
        Peak = "peak",
        /// The root of the running mean square under an exponential window; a full-scale sine has -3 dB.
        Rms = "rms",
        /// The root of the mean square of exactly the last `rms_window_ms`, as a meter measures it.
        TrueRms = "true_rms",
    }
}

choices! {
    /// How the front pair is compressed.
    #[non_exhaustive]
    pub enum CompressorChannels {
        /// Compresses left and right.
        Stereo = "stereo",
        /// Compresses mid and side.
        MidSide = "mid_side",
        /// Compresses what left and right have in common; the side passes.
        Mid = "mid",
        /// Compresses the difference of left and right; the mid passes.
        Side = "side",
    }
}

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

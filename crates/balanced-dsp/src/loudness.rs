//! Loudness by ITU-R BS.1770-5 and EBU Tech 3341 and 3342: K-weighting, sliding windows, gating, a real-time meter.

mod channel_weight;
mod gates;
mod histogram;
mod hops;
mod meter;
mod tally;
mod windows;

pub use channel_weight::loudness_weights;
pub use gates::{loudness_range, mean_above_gates, relative_gate};
pub use hops::{Hop, KWeightedHops};
pub use meter::LoudnessMeter;
pub use tally::LoudnessTally;
pub use windows::{HOP_S, LoudnessWindows, WindowPowers};

/// Converts a K-weighted, channel-weighted mean square to loudness in LUFS (BS.1770-5 eq. 2); silence gives `-inf`.
#[inline]
#[must_use]
pub fn power_to_lufs(power: f64) -> f64 {
    LUFS_OFFSET + 10.0 * power.log10()
}

/// Converts a loudness in LUFS to the mean square that has it.
#[inline]
#[must_use]
pub fn lufs_to_power(loudness_lufs: f64) -> f64 {
    10f64.powf((loudness_lufs - LUFS_OFFSET) / 10.0)
}

/// Cancels the gain of the K filter at 997 Hz (BS.1770-5 Annex 1).
const LUFS_OFFSET: f64 = -0.691;
/// The absolute gate of integrated loudness and of loudness range (BS.1770-5 Annex 1; Tech 3342).
pub const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// The relative gate of integrated loudness, below the absolute-gated level (BS.1770-5 Annex 1).
pub const INTEGRATED_RELATIVE_GATE_LU: f64 = -10.0;
/// The relative gate of loudness range, below the absolute-gated level (Tech 3342).
pub const RANGE_RELATIVE_GATE_LU: f64 = -20.0;
/// The percentiles between which loudness range lies (Tech 3342).
pub const RANGE_PERCENTILES: [f64; 2] = [0.10, 0.95];

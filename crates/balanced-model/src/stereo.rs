//! Stereo image; `null` values for mono.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Ltas;

/// Width, correlation and balance of the front left and right channels. Every value is `null` for mono and for silence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stereo {
    /// Correlation of left and right over the programme, -1 (inverted) to 1 (mono).
    pub correlation_mean: Option<f64>,
    /// Lowest correlation of any window that is not silent.
    pub correlation_min: Option<f64>,
    /// Correlation over time.
    pub correlation_curve: CorrelationCurve,
    /// Right over left power; positive means right is louder; within ±100.
    pub balance_db: Option<f64>,
    /// Right over left level of what is panned to the middle, where enough of the mix is to tell; 0 in a balanced mix whatever is panned
    /// aside. `null` where nothing stands out.
    pub centre_db: Option<f64>,
    /// Side over mid power, where mid is `(L+R)/2` and side `(L-R)/2`; within ±100.
    pub side_to_mid_db: Option<f64>,
    /// Power lost when folded to `(L+R)/2`: 0 for mono, 3.01 for unrelated channels, at most 100.
    pub mono_loss_db: Option<f64>,
    /// Side share of each region's power, 0 (mono) to 1 (inverted), in the order of the spectrum's `bands`.
    pub width_per_band: Vec<Option<f64>>,
    /// Correlation in each region.
    pub correlation_per_band: Vec<Option<f64>>,
    /// Mono loss in each region.
    pub mono_loss_per_band_db: Vec<Option<f64>>,
    /// Long-term average spectrum of mid, `(L+R)/2`, in third octaves; without bands for mono.
    #[serde(default)]
    pub ltas_mid: Ltas,
    /// Long-term average spectrum of side, `(L-R)/2`, in third octaves; without bands for mono.
    #[serde(default)]
    pub ltas_side: Ltas,
    /// Side over mid power from 20 to 120 Hz, where a record cutter and a subwoofer want mono; within ±100.
    pub low_side_to_mid_db: Option<f64>,
    /// Correlation of the bass, from 20 to 120 Hz, -1 (inverted) to 1 (mono).
    pub bass_correlation: Option<f64>,
    /// Frequency below which the bass of one channel is the other's upside down; `null` where it is not.
    pub bass_inverted_below_hz: Option<f64>,
    /// The channel whose bass is upside down, 0 left or 1 right: the one with a hole where its upright part begins. `null` where no bass is,
    /// or neither has a hole.
    pub bass_inverted_channel: Option<usize>,
    /// Whether one channel is the other one upside down, by and large.
    pub polarity_inverted: Option<bool>,
    /// Whether both channels carry the same.
    pub mono_as_stereo: Option<bool>,
    /// Why the channels seem to be in another order than the layout says; `null` where nothing speaks for it, and always for
    /// two channels, as swapped sides sound no different.
    pub channel_order_hint: Option<String>,
}

/// Correlation of left and right in overlapping windows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CorrelationCurve {
    /// Time from one value to the next; the first window ends one hop after the start.
    pub hop_s: f64,
    /// Length of a window.
    pub window_s: f64,
    /// Correlation; `null` where the window is silent.
    pub correlation: Vec<Option<f64>>,
}

//! Spectral shape.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Long-term spectral measures, energy-weighted over the programme.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spectrum {
    /// Centre of gravity of the magnitude spectrum, mean over frames.
    pub centroid_hz: Option<f64>,
    /// Frequency below which 85 % of the magnitude lies, mean over frames.
    pub rolloff85_hz: Option<f64>,
    /// Spread around the centroid, mean over frames.
    pub bandwidth_hz: Option<f64>,
    /// Geometric over arithmetic mean of power, 0 (tone) to 1 (white noise), mean over frames.
    pub flatness: Option<f64>,
    /// Distance of successive spectra of unit length, 0 (steady) to 1.41, mean over frames.
    pub flux: Option<f64>,
    /// Strongest over weakest 2 % of bins in 0-200 Hz and the octaves above, mean over frames.
    pub contrast_db: Vec<f64>,
    /// Slope of the long-term spectrum from 100 Hz to 10 kHz.
    pub tilt_db_per_octave: Option<f64>,
    /// Long-term average spectrum in third-octave bands.
    pub ltas: Ltas,
    /// Long-term average spectrum in twelfth-octave bands.
    pub ltas_twelfth: Ltas,
    /// Level of each region relative to all of them together.
    pub bands: Bands,
    /// Mean of the first 20 MFCCs; empty if nothing sounds.
    pub mfcc_mean: Vec<f64>,
    /// Frequency at which the spectrum ends in a wall; `null` where it rolls off by nature or reaches the Nyquist frequency.
    pub bandwidth_limit_hz: Option<f64>,
    /// Spectrogram for the report; absent unless the configuration requests it, and for silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spectrogram: Option<Spectrogram>,
}

/// Spectrogram: levels over time and frequency, in at most 768 columns for any length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spectrogram {
    /// Duration of one column.
    pub column_s: f64,
    /// Number of columns.
    pub columns: usize,
    /// Lower edge of the lowest band; each next band is `1 / bands_per_octave` of an octave higher.
    pub low_hz: f64,
    /// Bands per octave.
    pub bands_per_octave: u32,
    /// Number of bands.
    pub bands: usize,
    /// Level of the loudest cell: mean square within band and column, a full-scale sine reads -3.01 dB.
    pub top_db: f64,
    /// How far below the loudest cell the value 0 lies.
    pub range_db: f64,
    /// A value for each cell, 255 for the loudest, 0 for `range_db` or more below it, even steps between; the lowest band's
    /// columns first.
    pub levels: Vec<u8>,
}

/// Band levels of the long-term average spectrum: mean square over programme and channels, a full-scale sine reads -3.01 dB.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ltas {
    /// Centre frequencies.
    pub center_hz: Vec<f64>,
    /// Mean level in the band; `null` where the band is digital silence.
    pub level_db: Vec<Option<f64>>,
}

/// Level of each region relative to the whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bands {
    /// 20-60 Hz.
    pub sub: Option<f64>,
    /// 60-200 Hz.
    pub low: Option<f64>,
    /// 200-500 Hz.
    pub low_mid: Option<f64>,
    /// 500-2000 Hz.
    pub mid: Option<f64>,
    /// 2-5 kHz.
    pub high_mid: Option<f64>,
    /// 5-10 kHz.
    pub high: Option<f64>,
    /// 10-20 kHz.
    pub air: Option<f64>,
}

//! Spectral shape frame by frame.

use balanced_dsp::lanes;

use super::frames::Frames;
use super::{DbParams, FeatureError, Matrix, StftParams, power_to_db};
use crate::spectrum::contrast::BandContrast;
use crate::spectrum::shape::{flatness, flux, moments, rolloff};

/// Share of the magnitude below the roll-off frequency, and floor of power in the flatness: librosa's defaults.
const ROLLOFF: f32 = 0.85;
const FLATNESS_FLOOR: f64 = 1e-10;

/// Spectral shape per frame; every vector has one value per frame, which is 0 for silence unless stated otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpectralShape {
    /// Centre of gravity of the magnitude spectrum, hertz.
    pub centroid_hz: Vec<f64>,
    /// Standard deviation around it, hertz.
    pub bandwidth_hz: Vec<f64>,
    /// Frequency at which the running sum of magnitudes reaches 85 %.
    pub rolloff85_hz: Vec<f64>,
    /// Geometric over arithmetic mean of power, floored at 1e-10; 1 for silence.
    pub flatness: Vec<f64>,
    /// Euclidean distance from the spectrum before, both scaled to unit length: 0 to 1.41; 0 for the first frame and beside
    /// silence.
    pub flux: Vec<f64>,
}

/// Computes centroid, bandwidth, roll-off, flatness (as librosa 0.11 defines them) and flux, in one pass over the
/// samples.
///
/// # Errors
/// [`FeatureError`] for samples or parameters that make no sense.
pub fn spectral_shape(samples: &[f32], sample_rate_hz: f64, stft: &StftParams) -> Result<SpectralShape, FeatureError> {
    if !(sample_rate_hz > 0.0 && sample_rate_hz.is_finite()) {
        return Err(FeatureError::Parameter("sample_rate_hz", "positive"));
    }
    let frames = Frames::new(samples, stft)?;
    let bin_hz = sample_rate_hz / stft.n_fft as f64;
    let mut shape = SpectralShape::default();
    let (mut magnitude, mut previous) = (vec![0f32; frames.bins()], vec![0f32; frames.bins()]);
    let mut previous_norm = 0.0;
    frames.powers(|power| {
        std::mem::swap(&mut magnitude, &mut previous);
        magnitude.iter_mut().zip(power).for_each(|(m, p)| *m = p.sqrt());
        let (sum, norm) = (lanes::sum(&magnitude), lanes::dot(&magnitude, &magnitude).sqrt());
        let (centroid, bandwidth) = if sum > 0.0 { moments(&magnitude, sum) } else { (0.0, 0.0) };
        shape.centroid_hz.push(centroid * bin_hz);
        shape.bandwidth_hz.push(bandwidth * bin_hz);
        shape.rolloff85_hz.push(rolloff(&magnitude, ROLLOFF * sum) as f64 * bin_hz);
        shape.flatness.push(flatness(power, FLATNESS_FLOOR));
        shape.flux.push(flux((&previous, previous_norm), (&magnitude, norm)).unwrap_or(0.0));
        previous_norm = norm;
    });
    Ok(shape)
}

/// Spectral contrast in dB, `[7][frames]`: 0-200 Hz and the six octaves above; fewer rows where the sample rate ends sooner.
/// Mean of the strongest over mean of the weakest 2 % of magnitudes, both in decibels kept within 80 dB of the loudest of the
/// array, as librosa 0.11 defines it.
///
/// # Errors
/// [`FeatureError`] for samples or parameters that make no sense.
pub fn spectral_contrast(samples: &[f32], sample_rate_hz: f64, stft: &StftParams) -> Result<Matrix, FeatureError> {
    if !(sample_rate_hz > 0.0 && sample_rate_hz.is_finite()) {
        return Err(FeatureError::Parameter("sample_rate_hz", "positive"));
    }
    let frames = Frames::new(samples, stft)?;
    let mut bands = BandContrast::new(sample_rate_hz, stft.n_fft);
    let count = bands.len();
    let mut magnitude = vec![0f32; frames.bins()];
    let means = frames.columns(2 * count, |power, column| {
        magnitude.iter_mut().zip(power).for_each(|(m, p)| *m = p.sqrt());
        for band in 0..count {
            let (peak, valley) = bands.peak_and_valley(band, &magnitude);
            (column[band], column[count + band]) = (peak as f32, valley as f32);
        }
    });
    let half = |range: std::ops::Range<usize>| Matrix {
        rows: count,
        frames: means.frames,
        values: means.values[range.start * means.frames..range.end * means.frames].to_vec(),
    };
    let peaks = power_to_db(&half(0..count), &DbParams::default())?;
    let valleys = power_to_db(&half(count..2 * count), &DbParams::default())?;
    let values = peaks.values.iter().zip(&valleys.values).map(|(peak, valley)| peak - valley).collect();
    Ok(Matrix { values, ..peaks })
}

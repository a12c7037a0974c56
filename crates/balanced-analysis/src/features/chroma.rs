//! Chroma by folding the bins of a spectrum onto pitch classes (Ellis, "Chroma feature analysis and synthesis", 2007).

use balanced_dsp::lanes;

use super::frames::Frames;
use super::{FeatureError, Matrix, StftParams};

/// Octave that counts most, in octaves above 27.5 Hz (A0), and the standard deviation of the weight: librosa's defaults.
const CENTRE_OCTAVES: f64 = 5.0;
const SPREAD_OCTAVES: f64 = 2.0;
/// Columns whose largest value is below this are left as they are: the smallest normal number, as in librosa.
const TINY: f32 = f32::MIN_POSITIVE;

/// Chroma, with the names and defaults of librosa 0.11's `chroma_stft`; the tuning is given
/// ([`estimate_tuning`](super::estimate_tuning) estimates it as librosa does).
#[derive(Clone, Debug, PartialEq)]
pub struct ChromaParams {
    /// Bins per octave, C first.
    pub n_chroma: usize,
    /// Deviation from A = 440 Hz in fractions of a chroma bin.
    pub tuning: f64,
    /// Each frame's largest value is 1 (`norm=inf`) instead of plain energy (`norm=None`).
    pub normalize: bool,
}

impl Default for ChromaParams {
    fn default() -> Self {
        Self { n_chroma: 12, tuning: 0.0, normalize: true }
    }
}

/// Computes chroma: the energy of each pitch class, `[n_chroma][frames]`.
///
/// # Errors
/// [`FeatureError`] for samples or parameters that make no sense.
pub fn chroma_stft(
    samples: &[f32],
    sample_rate_hz: f64,
    stft: &StftParams,
    params: &ChromaParams,
) -> Result<Matrix, FeatureError> {
    let frames = Frames::new(samples, stft)?;
    let filters = chroma_filterbank(sample_rate_hz, stft.n_fft, params)?;
    Ok(frames.columns(params.n_chroma, |power, column| {
        column.iter_mut().enumerate().for_each(|(class, c)| *c = lanes::dot(filters.row(class), power));
        let largest = column.iter().copied().fold(0.0, f32::max);
        if params.normalize && largest >= TINY {
            column.iter_mut().for_each(|c| *c /= largest);
        }
    }))
}

/// The weights that fold bins onto pitch classes, `[n_chroma][n_fft / 2 + 1]`: a Gaussian around each class whose width is that
/// of the bin, each bin's weights of unit length, times a Gaussian over octaves.
///
/// # Errors
/// [`FeatureError::Parameter`].
pub fn chroma_filterbank(sample_rate_hz: f64, n_fft: usize, params: &ChromaParams) -> Result<Matrix, FeatureError> {
    if !(sample_rate_hz > 0.0 && sample_rate_hz.is_finite()) {
        return Err(FeatureError::Parameter("sample_rate_hz", "positive"));
    }
    if n_fft < 2 || !(1..=1200).contains(&params.n_chroma) || !params.tuning.is_finite() {
        return Err(FeatureError::Parameter("n_fft, n_chroma, tuning", "2 or more, from 1 to 1200, finite"));
    }
    let (classes, count, bins) = (params.n_chroma, params.n_chroma as f64, n_fft / 2 + 1);
    let a0_hz = 27.5 * 2f64.powf(params.tuning / count);
    let pitch_of = |bin: usize| count * (bin as f64 * sample_rate_hz / n_fft as f64 / a0_hz).log2();
    // Bin 0 has no pitch: it is put an octave and a half below bin 1.
    let pitch = |bin: usize| if bin == 0 { pitch_of(1) - 1.5 * count } else { pitch_of(bin) };
    let mut values = vec![0f32; classes * bins];
    for bin in 0..bins {
        let (here, width) = (pitch(bin), (pitch(bin + 1) - pitch(bin)).max(1.0));
        // Rows begin with C, three twelfths of an octave above the A that pitches count from.
        let rotate = 3 * (classes / 12);
        let half = (count / 2.0).round_ties_even();
        let distance = |class: usize| (here - class as f64 + half).rem_euclid(count) - half;
        let weights: Vec<f64> =
            (0..classes).map(|row| (-0.5 * (2.0 * distance((row + rotate) % classes) / width).powi(2)).exp()).collect();
        let length = weights.iter().map(|w| w * w).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        let octave = (-0.5 * ((here / count - CENTRE_OCTAVES) / SPREAD_OCTAVES).powi(2)).exp();
        weights.iter().enumerate().for_each(|(row, w)| values[row * bins + bin] = (w / length * octave) as f32);
    }
    Ok(Matrix { rows: classes, frames: bins, values })
}

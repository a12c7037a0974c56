//! Mel spectrograms and MFCCs (Davis, Mermelstein, IEEE TASSP 1980; filters of Slaney's Auditory Toolbox, 1998).

use super::frames::{Frames, raise};
use super::{FeatureError, Matrix, StftParams, matrix::Columns};
use crate::spectrum::mel::{Dct, MelBank, MelScale};

/// Mel filters, with the names and defaults of librosa 0.11.
#[derive(Clone, Debug, PartialEq)]
pub struct MelParams {
    /// Number of filters.
    pub n_mels: usize,
    /// Lower edge of the first filter.
    pub fmin_hz: f64,
    /// Upper edge of the last filter; half the sample rate where `None`.
    pub fmax_hz: Option<f64>,
    /// The scale of HTK, `2595 log10(1 + f/700)`, instead of Slaney's (linear to 1 kHz, then logarithmic).
    pub htk: bool,
    /// Filters of unit area (`norm="slaney"`) instead of unit height (`norm=None`).
    pub slaney_norm: bool,
    /// Exponent of the magnitude that is filtered: 1 for magnitude, 2 for power.
    pub power: f64,
}

impl Default for MelParams {
    fn default() -> Self {
        Self { n_mels: 128, fmin_hz: 0.0, fmax_hz: None, htk: false, slaney_norm: true, power: 2.0 }
    }
}

/// Conversion of power to decibels, with the names and defaults of librosa's `power_to_db`.
#[derive(Clone, Debug, PartialEq)]
pub struct DbParams {
    /// Power that reads 0 dB.
    pub reference: f64,
    /// Floor of the power.
    pub amin: f64,
    /// Levels further than this below the loudest of the array are raised to it; `None` keeps them.
    pub top_db: Option<f64>,
}

impl Default for DbParams {
    fn default() -> Self {
        Self { reference: 1.0, amin: 1e-10, top_db: Some(80.0) }
    }
}

/// Mel-frequency cepstral coefficients, with the defaults of librosa 0.11: orthonormal DCT-II, no lifter.
#[derive(Clone, Debug, PartialEq)]
pub struct MfccParams {
    /// Coefficients, at most the number of mel filters.
    pub n_mfcc: usize,
    /// Mel filters that they are computed from.
    pub mel: MelParams,
    /// Conversion of power to decibels.
    pub db: DbParams,
}

impl Default for MfccParams {
    fn default() -> Self {
        Self { n_mfcc: 20, mel: MelParams::default(), db: DbParams::default() }
    }
}

/// Computes the weights of the mel filters, `[n_mels][n_fft / 2 + 1]`.
///
/// # Errors
/// [`FeatureError::Parameter`].
pub fn mel_filterbank(sample_rate_hz: f64, n_fft: usize, params: &MelParams) -> Result<Matrix, FeatureError> {
    if n_fft < 2 {
        return Err(FeatureError::Parameter("n_fft", "2 or more"));
    }
    let bank = bank(sample_rate_hz, n_fft, params)?;
    let bins = n_fft / 2 + 1;
    let mut values = vec![0.0; bank.bands() * bins];
    for (row, (first, weights)) in values.chunks_exact_mut(bins).zip(bank.filters()) {
        row[*first..*first + weights.len()].copy_from_slice(weights);
    }
    Ok(Matrix { rows: bank.bands(), frames: bins, values })
}

/// Computes a mel spectrogram: the energy in each mel filter, `[n_mels][frames]`.
///
/// # Errors
/// [`FeatureError`] for samples or parameters that make no sense.
pub fn melspectrogram(
    samples: &[f32],
    sample_rate_hz: f64,
    stft: &StftParams,
    params: &MelParams,
) -> Result<Matrix, FeatureError> {
    let raise = raise(params.power)?;
    let frames = Frames::new(samples, stft)?;
    let bank = bank(sample_rate_hz, stft.n_fft, params)?;
    let mut raised = vec![0.0; frames.bins()];
    Ok(frames.columns(bank.bands(), |power, column| {
        raised.copy_from_slice(power);
        raise(&mut raised);
        bank.apply(&raised, column);
    }))
}

/// Converts an array of power to decibels: `10 log10(power / reference)`.
///
/// # Errors
/// [`FeatureError::Parameter`] unless `reference` and `amin` are positive and `top_db` is not negative.
pub fn power_to_db(power: &Matrix, params: &DbParams) -> Result<Matrix, FeatureError> {
    let positive = |value: f64| value > 0.0 && value.is_finite();
    if !positive(params.reference) || !positive(params.amin) {
        return Err(FeatureError::Parameter("reference and amin", "positive"));
    }
    if params.top_db.is_some_and(|top| top.is_nan() || top < 0.0) {
        return Err(FeatureError::Parameter("top_db", "0 or more"));
    }
    let reference_db = 10.0 * params.reference.max(params.amin).log10();
    let level = |power: &f32| 10.0 * f64::from(*power).max(params.amin).log10() - reference_db;
    let mut values: Vec<f32> = power.values.iter().map(|p| level(p) as f32).collect();
    if let Some(top_db) = params.top_db {
        let floor = values.iter().copied().fold(f32::MIN, f32::max) - top_db as f32;
        values.iter_mut().for_each(|v| *v = v.max(floor));
    }
    Ok(Matrix { rows: power.rows, frames: power.frames, values })
}

/// Computes mel-frequency cepstral coefficients, `[n_mfcc][frames]`.
///
/// # Errors
/// [`FeatureError`] for samples or parameters that make no sense.
pub fn mfcc(
    samples: &[f32],
    sample_rate_hz: f64,
    stft: &StftParams,
    params: &MfccParams,
) -> Result<Matrix, FeatureError> {
    if !(1..=params.mel.n_mels).contains(&params.n_mfcc) {
        return Err(FeatureError::Parameter("n_mfcc", "from 1 to n_mels"));
    }
    let mel_db = power_to_db(&melspectrogram(samples, sample_rate_hz, stft, &params.mel)?, &params.db)?;
    let dct = Dct::new(mel_db.rows, params.n_mfcc);
    let mut columns = Columns::new(params.n_mfcc, mel_db.frames);
    let mut bands = vec![0.0; mel_db.rows];
    for frame in 0..mel_db.frames {
        bands.iter_mut().enumerate().for_each(|(row, b)| *b = f64::from(mel_db.values[row * mel_db.frames + frame]));
        let column: &mut [f32] = columns.next();
        column.iter_mut().enumerate().for_each(|(k, c)| *c = dct.coefficient(k, &bands) as f32);
    }
    Ok(columns.finish())
}

fn bank(sample_rate_hz: f64, n_fft: usize, params: &MelParams) -> Result<MelBank, FeatureError> {
    let high_hz = params.fmax_hz.unwrap_or(0.5 * sample_rate_hz);
    if !(sample_rate_hz > 0.0 && sample_rate_hz.is_finite()) {
        return Err(FeatureError::Parameter("sample_rate_hz", "positive"));
    }
    if params.n_mels == 0 || params.n_mels > n_fft {
        return Err(FeatureError::Parameter("n_mels", "from 1 to n_fft"));
    }
    if !(params.fmin_hz >= 0.0 && params.fmin_hz < high_hz && high_hz.is_finite()) {
        return Err(FeatureError::Parameter("fmin_hz", "0 or more and below fmax_hz"));
    }
    let scale = if params.htk { MelScale::Htk } else { MelScale::Slaney };
    let bank = MelBank::new(sample_rate_hz, n_fft, params.n_mels, scale, params.fmin_hz..high_hz);
    Ok(if params.slaney_norm { bank.with_unit_area() } else { bank })
}

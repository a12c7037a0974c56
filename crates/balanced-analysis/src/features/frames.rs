//! Framing, window and transform that all features share.

use std::sync::Arc;

use balanced_dsp::window;
use realfft::RealToComplex;
use realfft::num_complex::Complex;

use super::{FeatureError, Matrix, matrix::Columns};

/// Largest transform: 16 million samples are minutes of audio.
const MAX_FFT: usize = 1 << 24;
/// Largest sample whose energy over a long frame stays finite in `f32`.
const LARGEST: f32 = 1e15;

/// Window function; all are periodic (`sym=False` in scipy).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// Hann: raised cosine.
    #[default]
    Hann,
    /// Hamming: 0.54 - 0.46 cos.
    Hamming,
    /// Blackman: three terms, 0.42, 0.5, 0.08.
    Blackman,
    /// Rectangular: all ones.
    Rectangular,
}

/// Short-time Fourier transform, with the names and defaults of librosa 0.11.
#[derive(Clone, Debug, PartialEq)]
pub struct StftParams {
    /// Length of the transform in samples, 2 or more.
    pub n_fft: usize,
    /// Hop from frame to frame in samples.
    pub hop_length: usize,
    /// Length of the window in samples, centred within the transform; `n_fft` if `None`.
    pub win_length: Option<usize>,
    /// Window function.
    pub window: Window,
    /// Frame `t` is centred on sample `t * hop_length`, with zeros before the first sample and after the last
    /// (`pad_mode="constant"`); otherwise it begins there.
    pub center: bool,
}

impl Default for StftParams {
    fn default() -> Self {
        Self { n_fft: 2048, hop_length: 512, win_length: None, window: Window::Hann, center: true }
    }
}

impl StftParams {
    /// Returns the number of bins of a frame: `n_fft / 2 + 1`.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.n_fft / 2 + 1
    }

    /// Returns the number of frames in `samples` samples; 0 if none fits.
    #[must_use]
    pub fn frames(&self, samples: usize) -> usize {
        let padded = samples.saturating_add(if self.center { 2 * (self.n_fft / 2) } else { 0 });
        padded.checked_sub(self.n_fft).and_then(|rest| rest.checked_div(self.hop_length)).map_or(0, |hops| hops + 1)
    }

    fn check(&self, samples: &[f32]) -> Result<(), FeatureError> {
        let window = self.win_length.unwrap_or(self.n_fft);
        if !(2..=MAX_FFT).contains(&self.n_fft) {
            return Err(FeatureError::Parameter("n_fft", "from 2 to 16777216"));
        }
        if self.hop_length == 0 {
            return Err(FeatureError::Parameter("hop_length", "1 or more"));
        }
        if !(1..=self.n_fft).contains(&window) {
            return Err(FeatureError::Parameter("win_length", "from 1 to n_fft"));
        }
        // NaN is in no range.
        if let Some(index) = samples.iter().position(|s| !(0.0..LARGEST).contains(&s.abs())) {
            return Err(FeatureError::Sample(index));
        }
        match self.frames(samples.len()) {
            0 => Err(FeatureError::TooShort { samples: samples.len(), frame: self.n_fft }),
            _ => Ok(()),
        }
    }
}

impl Window {
    /// `length` values, in the middle of `size`.
    fn values(self, length: usize, size: usize) -> Vec<f64> {
        let coefficients = match self {
            Self::Hann => [0.5, 0.5, 0.0],
            Self::Hamming => [0.54, 0.46, 0.0],
            Self::Blackman => [0.42, 0.5, 0.08],
            Self::Rectangular => [1.0, 0.0, 0.0],
        };
        let mut values = vec![0.0; size];
        for (i, value) in values[(size - length) / 2..][..length].iter_mut().enumerate() {
            *value = window::cosine_sum(coefficients, i, length);
        }
        values
    }
}

/// Reads frames of a slice and transforms them, in double precision: rounding of single precision fills bins 130 dB below the
/// loudest, which decibels, flatness and contrast then show. librosa transforms in double precision too.
pub(super) struct Frames<'a> {
    samples: &'a [f32],
    params: &'a StftParams,
    fft: Arc<dyn RealToComplex<f64>>,
    window: Vec<f64>,
}

impl<'a> Frames<'a> {
    pub fn new(samples: &'a [f32], params: &'a StftParams) -> Result<Self, FeatureError> {
        params.check(samples)?;
        let window = params.window.values(params.win_length.unwrap_or(params.n_fft), params.n_fft);
        Ok(Self { samples, params, fft: balanced_fft::real_forward_f64(params.n_fft), window })
    }

    pub fn bins(&self) -> usize {
        self.params.bins()
    }

    /// Number of frames, at least one.
    pub fn count(&self) -> usize {
        self.params.frames(self.samples.len())
    }

    /// Hand each spectrum to `take`, in order of time.
    pub fn spectra(&self, mut take: impl FnMut(&[Complex<f64>])) {
        let (mut input, mut spectrum) = (self.fft.make_input_vec(), self.fft.make_output_vec());
        let mut scratch = self.fft.make_scratch_vec();
        for frame in 0..self.count() {
            self.read(frame, &mut input);
            // The lengths come from the same plan, the only thing that could be wrong.
            let _ = self.fft.process_with_scratch(&mut input, &mut spectrum, &mut scratch);
            take(&spectrum);
        }
    }

    /// Hand each power spectrum, plain `|X|^2`, to `take`.
    pub fn powers(&self, mut take: impl FnMut(&[f32])) {
        let mut power = vec![0.0; self.bins()];
        self.spectra(|spectrum| {
            power.iter_mut().zip(spectrum).for_each(|(p, x)| *p = x.norm_sqr() as f32);
            take(&power);
        });
    }

    /// One column a frame, of `rows` values, from its power spectrum.
    pub fn columns(&self, rows: usize, mut fill: impl FnMut(&[f32], &mut [f32])) -> Matrix {
        let mut columns = Columns::new(rows, self.count());
        self.powers(|power| fill(power, columns.next()));
        columns.finish()
    }

    /// Windowed samples of a frame, zeros outside the slice.
    fn read(&self, frame: usize, out: &mut [f64]) {
        let (size, before) = (self.params.n_fft, if self.params.center { self.params.n_fft / 2 } else { 0 });
        let start = frame * self.params.hop_length;
        let (head, end) = (before.saturating_sub(start), self.samples.len() + before);
        let tail = end.saturating_sub(start).clamp(head, size);
        out[..head].fill(0.0);
        out[tail..].fill(0.0);
        let source = &self.samples[(start + head - before).min(self.samples.len())..];
        for ((x, s), w) in out[head..tail].iter_mut().zip(source).zip(&self.window[head..tail]) {
            *x = f64::from(*s) * w;
        }
    }
}

/// Computes the short-time Fourier transform, `[n_fft / 2 + 1][frames]`: the unscaled sum `Σ w[n] x[n] e^(-2πikn/N)` of
/// each frame.
///
/// ```
/// use balanced_analysis::features::{StftParams, stft};
///
/// let tone: Vec<f32> = (0..22_050).map(|i| (0.125 * i as f32).sin()).collect();
/// let spectrum = stft(&tone, &StftParams::default())?;
/// assert_eq!((spectrum.rows, spectrum.frames), (1025, 44));
/// # Ok::<(), balanced_analysis::features::FeatureError>(())
/// ```
///
/// # Errors
/// [`FeatureError`] for samples or parameters that make no sense.
pub fn stft(samples: &[f32], params: &StftParams) -> Result<Matrix<Complex<f32>>, FeatureError> {
    let frames = Frames::new(samples, params)?;
    let mut columns = Columns::new(frames.bins(), frames.count());
    let narrow = |x: &Complex<f64>| Complex::new(x.re as f32, x.im as f32);
    frames.spectra(|spectrum| columns.next().iter_mut().zip(spectrum).for_each(|(bin, x)| *bin = narrow(x)));
    Ok(columns.finish())
}

/// Computes a spectrogram `|X|^power`, `[n_fft / 2 + 1][frames]`: 1 for magnitude, 2 for power.
///
/// # Errors
/// Returns the errors of [`stft`], and one if `power` is not positive.
pub fn spectrogram(samples: &[f32], params: &StftParams, power: f64) -> Result<Matrix, FeatureError> {
    let raise = raise(power)?;
    let frames = Frames::new(samples, params)?;
    Ok(frames.columns(frames.bins(), |power, column| {
        column.copy_from_slice(power);
        raise(column);
    }))
}

/// From `|X|^2` to `|X|^power`.
pub(super) fn raise(power: f64) -> Result<impl Fn(&mut [f32]), FeatureError> {
    if !(power > 0.0 && power.is_finite()) {
        return Err(FeatureError::Parameter("power", "a positive number; 1 is magnitude, 2 is power"));
    }
    let half = (0.5 * power) as f32;
    Ok(move |values: &mut [f32]| {
        if power == 1.0 {
            values.iter_mut().for_each(|v| *v = v.sqrt());
        } else if power != 2.0 {
            values.iter_mut().for_each(|v| *v = v.powf(half));
        }
    })
}

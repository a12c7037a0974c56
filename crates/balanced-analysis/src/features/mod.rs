//! Arrays for researchers: spectrograms, mel bands, MFCCs, chroma and spectral shape of one channel, frame by frame.
//!
//! Names, defaults and numbers are those of librosa 0.11 (Hann, `n_fft` 2048, hop 512, centred with zero padding), tested
//! against it. Samples are one channel, full scale at ±1, at `sample_rate_hz`; results are row-major `[features][frames]`
//! ([`Matrix`]), in `f32`. Nothing is resampled and nothing is folded to mono: that is the caller's to do, and to know.
//!
//! ```
//! use balanced_analysis::features::{MfccParams, StftParams, mfcc};
//!
//! let tone: Vec<f32> = (0..22_050).map(|i| (0.125 * i as f32).sin()).collect();
//! let coefficients = mfcc(&tone, 22_050.0, &StftParams::default(), &MfccParams::default())?;
//! assert_eq!((coefficients.rows, coefficients.frames), (20, 44));
//! # Ok::<(), balanced_analysis::features::FeatureError>(())
//! ```

mod chroma;
mod error;
mod frames;
mod matrix;
mod mel;
mod shape;
mod tuning;

pub use chroma::{ChromaParams, chroma_filterbank, chroma_stft};
pub use error::FeatureError;
pub use frames::{StftParams, Window, spectrogram, stft};
pub use matrix::Matrix;
pub use mel::{DbParams, MelParams, MfccParams, mel_filterbank, melspectrogram, mfcc, power_to_db};
pub use realfft::num_complex::Complex;
pub use shape::{SpectralShape, spectral_contrast, spectral_shape};
pub use tuning::estimate_tuning;

//! Feature arrays of one channel with librosa's definitions.

use balanced::features::{
    ChromaParams, Complex, DbParams, FeatureError, Matrix, MelParams, MfccParams, StftParams, Window,
};
use numpy::{Element, IntoPyArray, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::settings;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(stft, module)?)?;
    module.add_function(wrap_pyfunction!(melspectrogram, module)?)?;
    module.add_function(wrap_pyfunction!(mfcc, module)?)?;
    module.add_function(wrap_pyfunction!(chroma, module)?)?;
    module.add_function(wrap_pyfunction!(estimate_tuning, module)?)?;
    module.add_function(wrap_pyfunction!(spectral_contrast, module)?)?;
    module.add_function(wrap_pyfunction!(spectral_shape, module)?)
}

type Frames = (usize, usize, Option<usize>, String, bool);
type Mel = (usize, f64, Option<f64>, bool, bool, f64);

/// Converts the frame parameters of Python: `(n_fft, hop_length, win_length, window, center)`.
fn frames(py: Python<'_>, (n_fft, hop_length, win_length, window, center): Frames) -> PyResult<StftParams> {
    let window = match window.as_str() {
        "hann" => Window::Hann,
        "hamming" => Window::Hamming,
        "blackman" => Window::Blackman,
        "boxcar" | "rect" | "ones" => Window::Rectangular,
        other => {
            return Err(settings(py, &format!("unknown window \"{other}\""), "give hann, hamming, blackman or boxcar"));
        }
    };
    Ok(StftParams { n_fft, hop_length, win_length, window, center })
}

/// Converts the mel filter parameters of Python: `(n_mels, fmin, fmax, htk, slaney, power)`.
fn mel((n_mels, fmin_hz, fmax_hz, htk, slaney_norm, power): Mel) -> MelParams {
    MelParams { n_mels, fmin_hz, fmax_hz, htk, slaney_norm, power }
}

fn measured<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, FeatureError> + Send) -> PyResult<T> {
    py.detach(work).map_err(|error| settings(py, &error.problem(), error.remedy()))
}

fn samples<'a>(array: &'a PyReadonlyArray1<'_, f32>) -> PyResult<&'a [f32]> {
    Ok(array.as_slice()?)
}

fn array<T: Element>(py: Python<'_>, matrix: Matrix<T>) -> PyResult<Bound<'_, PyArray2<T>>> {
    matrix.values.into_pyarray(py).reshape([matrix.rows, matrix.frames])
}

#[pyfunction]
fn stft<'py>(
    py: Python<'py>,
    y: PyReadonlyArray1<'py, f32>,
    params: Frames,
) -> PyResult<Bound<'py, PyArray2<Complex<f32>>>> {
    let (samples, params) = (samples(&y)?, frames(py, params)?);
    array(py, measured(py, || balanced::features::stft(samples, &params))?)
}

#[pyfunction]
fn melspectrogram<'py>(
    py: Python<'py>,
    y: PyReadonlyArray1<'py, f32>,
    sr: f64,
    params: Frames,
    bank: Mel,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let (samples, params, bank) = (samples(&y)?, frames(py, params)?, mel(bank));
    array(py, measured(py, || balanced::features::melspectrogram(samples, sr, &params, &bank))?)
}

#[pyfunction]
fn mfcc<'py>(
    py: Python<'py>,
    y: PyReadonlyArray1<'py, f32>,
    sr: f64,
    n_mfcc: usize,
    params: Frames,
    bank: Mel,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let (samples, params) = (samples(&y)?, frames(py, params)?);
    let wanted = MfccParams { n_mfcc, mel: mel(bank), db: DbParams::default() };
    array(py, measured(py, || balanced::features::mfcc(samples, sr, &params, &wanted))?)
}

#[pyfunction]
fn chroma<'py>(
    py: Python<'py>,
    y: PyReadonlyArray1<'py, f32>,
    sr: f64,
    n_chroma: usize,
    tuning: Option<f64>,
    normalize: bool,
    params: Frames,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let (samples, params) = (samples(&y)?, frames(py, params)?);
    let chroma = || {
        let estimate = || balanced::features::estimate_tuning(samples, sr, &params, n_chroma);
        let tuning = tuning.map_or_else(estimate, Ok)?;
        balanced::features::chroma_stft(samples, sr, &params, &ChromaParams { n_chroma, tuning, normalize })
    };
    array(py, measured(py, chroma)?)
}

#[pyfunction]
fn estimate_tuning(
    py: Python<'_>,
    y: PyReadonlyArray1<'_, f32>,
    sr: f64,
    bins_per_octave: usize,
    params: Frames,
) -> PyResult<f64> {
    let (samples, params) = (samples(&y)?, frames(py, params)?);
    measured(py, || balanced::features::estimate_tuning(samples, sr, &params, bins_per_octave))
}

#[pyfunction]
fn spectral_contrast<'py>(
    py: Python<'py>,
    y: PyReadonlyArray1<'py, f32>,
    sr: f64,
    params: Frames,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let (samples, params) = (samples(&y)?, frames(py, params)?);
    array(py, measured(py, || balanced::features::spectral_contrast(samples, sr, &params))?)
}

/// Returns centroid, bandwidth, roll-off, flatness and flux by name.
#[pyfunction]
fn spectral_shape<'py>(
    py: Python<'py>,
    y: PyReadonlyArray1<'py, f32>,
    sr: f64,
    params: Frames,
) -> PyResult<Bound<'py, PyDict>> {
    let (samples, params) = (samples(&y)?, frames(py, params)?);
    let shape = measured(py, || balanced::features::spectral_shape(samples, sr, &params))?;
    let named = PyDict::new(py);
    named.set_item("centroid_hz", shape.centroid_hz.into_pyarray(py))?;
    named.set_item("bandwidth_hz", shape.bandwidth_hz.into_pyarray(py))?;
    named.set_item("rolloff85_hz", shape.rolloff85_hz.into_pyarray(py))?;
    named.set_item("flatness", shape.flatness.into_pyarray(py))?;
    named.set_item("flux", shape.flux.into_pyarray(py))?;
    Ok(named)
}

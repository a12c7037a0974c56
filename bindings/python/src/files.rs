//! Calls that read or write files: decode, encode, probe, master.

use balanced::{AnalyzeOptions, Edit, EncodeSpec, FileFormat, MasterOptions, SampleFormat, Target};
use numpy::{IntoPyArray, PyArrayMethods};
use pyo3::prelude::*;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::analysis::{config, json};
use crate::arrays::AudioArray;
use crate::chain::plugin_host;
use crate::errors::{Raise, settings};
use crate::source::{Source, layout};
use crate::spec::{chain_spec, parsed, target};
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read, module)?)?;
    module.add_function(wrap_pyfunction!(probe, module)?)?;
    module.add_function(wrap_pyfunction!(write, module)?)?;
    module.add_function(wrap_pyfunction!(master, module)?)?;
    module.add_function(wrap_pyfunction!(check_outputs, module)?)?;
    module.add_function(wrap_pyfunction!(write_text, module)?)?;
    module.add_function(wrap_pyfunction!(remove_partial_outputs, module)?)
}

/// Decodes a whole source to `(channels, frames)` in double precision; returns it with sample rate and layout name.
#[pyfunction]
fn read<'py>(
    source: &Bound<'py, PyAny>,
    layout_name: Option<&str>,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'py, CancelToken>>,
) -> PyResult<(Bound<'py, PyAny>, f64, String)> {
    let py = source.py();
    let mut source = Source::of(source)?;
    let layout = layout(py, layout_name)?;
    let watch = Watch::new(progress, token);
    let audio = watch.run(py, || {
        let progress = |progress| watch.at(progress);
        let cancel = Some(watch.cancel());
        let options = AnalyzeOptions { layout, progress: Some(&progress), cancel, ..AnalyzeOptions::default() };
        balanced::read_audio(source.open(), &options)
    })?;
    let shape = [audio.format.channels(), audio.frames];
    let array = audio.samples.into_pyarray(py).reshape(shape)?;
    Ok((array.into_any(), audio.format.sample_rate_hz, audio.format.layout.name()))
}

/// Reads the headers of a source; returns JSON text.
#[pyfunction]
fn probe(source: &Bound<'_, PyAny>) -> PyResult<String> {
    let mut held = Source::of(source)?;
    let info = source.py().detach(|| balanced::probe(held.open()));
    Ok(json(&info.raise(source.py())?))
}

/// Writes a contiguous array to a file; returns the number of clipped samples.
#[pyfunction]
fn write(
    path: PathBuf,
    array: &Bound<'_, PyAny>,
    sample_rate: f64,
    channel_axis: usize,
    layout_name: Option<&str>,
    format: Option<&str>,
    bits: &str,
) -> PyResult<u64> {
    let py = array.py();
    let held = AudioArray::new(array, sample_rate, channel_axis, layout_name)?;
    let audio = held.view(py)?;
    let encode = encoding(py, &path, format, bits)?;
    py.detach(|| balanced::write_audio(&path, &audio, &encode)).raise(py)
}

/// Parses the file format and sample format by the names users type.
fn encoding(py: Python<'_>, path: &Path, format: Option<&str>, bits: &str) -> PyResult<EncodeSpec> {
    let format = match format {
        Some("wav") => FileFormat::Wav,
        Some("aiff") => FileFormat::Aiff,
        Some("flac") => FileFormat::Flac,
        Some(other) => return Err(settings(py, &format!("unknown format \"{other}\""), "give wav, aiff or flac")),
        None => FileFormat::from_path(path).ok_or_else(|| {
            let problem = format!("the file name {} does not select a format", path.display());
            settings(py, &problem, "end it in .wav, .aiff or .flac, or give a format")
        })?,
    };
    let sample_format = match bits {
        "16" => SampleFormat::I16,
        "24" => SampleFormat::I24,
        "32" => SampleFormat::I32,
        "32f" => SampleFormat::F32,
        "64f" => SampleFormat::F64,
        other => {
            return Err(settings(py, &format!("unknown sample format \"{other}\""), "give 16, 24, 32, 32f or 64f"));
        }
    };
    Ok(EncodeSpec { format, sample_format })
}

/// Masters one file into another; returns JSON text.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the Python side names them")]
fn master(
    py: Python<'_>,
    input: PathBuf,
    output: PathBuf,
    target_json: Option<&str>,
    chain_json: Option<&str>,
    reference: Option<PathBuf>,
    format: Option<&str>,
    bits: &str,
    sample_rate: Option<f64>,
    layout_name: Option<&str>,
    edit_json: &str,
    config_json: Option<&str>,
    plugin_host_command: Vec<OsString>,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let watch = Watch::new(progress, token);
    let tell = |progress| watch.at(progress);
    let target: Option<Target> = target_json.map(|text| target(py, text)).transpose()?;
    let defaults = MasterOptions::default();
    let options = MasterOptions {
        target,
        chain: chain_json.map(|text| chain_spec(py, text)).transpose()?,
        reference,
        intensity: defaults.intensity,
        edit: parsed::<Edit>(py, "edit", edit_json)?,
        encode: encoding(py, &output, format, bits)?,
        sample_rate_hz: sample_rate,
        layout: layout(py, layout_name)?,
        config: config_json.map(|text| config(py, text)).transpose()?.unwrap_or(defaults.config),
        plugin_host: plugin_host(plugin_host_command),
        progress: Some(&tell),
        cancel: Some(watch.cancel()),
    };
    watch.run(py, || balanced::master(&input, &output, &options).map(|result| json(&result)))
}

/// Raises `OutputError` if one of `writes` is one of `reads`, or another of them.
#[pyfunction]
fn check_outputs(py: Python<'_>, reads: Vec<PathBuf>, writes: Vec<PathBuf>) -> PyResult<()> {
    let reads: Vec<&Path> = reads.iter().map(PathBuf::as_path).collect();
    let writes: Vec<&Path> = writes.iter().map(PathBuf::as_path).collect();
    balanced::check_outputs(&reads, &writes).raise(py)
}

/// Writes a text file, completely or not at all.
#[pyfunction]
fn write_text(py: Python<'_>, path: PathBuf, text: &str) -> PyResult<()> {
    balanced::write_file(&path, text.as_bytes()).raise(py)
}

/// Removes the temporary files of all unfinished outputs.
#[pyfunction]
fn remove_partial_outputs() {
    balanced::remove_partial_outputs();
}

//! Analysis of any source; results are JSON text.

use std::path::PathBuf;

use balanced::{AnalysisConfig, AnalyzeOptions, AudioSource, Limits};
use pyo3::prelude::*;

use crate::arrays::AudioArray;
use crate::errors::settings;
use crate::source::{Source, layout};
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(analyze, module)?)?;
    module.add_function(wrap_pyfunction!(analyze_array, module)?)?;
    module.add_function(wrap_pyfunction!(default_config, module)?)?;
    module.add_function(wrap_pyfunction!(default_limits, module)?)?;
    module.add_function(wrap_pyfunction!(recommend_config, module)?)?;
    module.add_function(wrap_pyfunction!(config_hash, module)?)
}

/// Parses an analysis configuration from JSON text.
pub fn config(py: Python<'_>, text: &str) -> PyResult<AnalysisConfig> {
    serde_json::from_str(text)
        .map_err(|error| settings(py, &format!("the configuration: {error}"), "correct the named field"))
}

/// Parses limits from JSON text; without any, the defaults apply.
pub fn limits(py: Python<'_>, text: Option<&str>) -> PyResult<Limits> {
    let Some(text) = text else { return Ok(Limits::default()) };
    serde_json::from_str(text)
        .map_err(|error| settings(py, &format!("the limits: {error}"), "give positive numbers, or None for no limit"))
}

/// Analyses a path (`str`), a file's bytes, or an open binary file; returns JSON text.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the Python side names them")]
fn analyze(
    source: &Bound<'_, PyAny>,
    config_json: &str,
    layout_name: Option<&str>,
    threads: usize,
    limits_json: Option<&str>,
    temp: Option<PathBuf>,
    accept_damaged: bool,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = source.py();
    let mut source = Source::of(source)?;
    let (config, layout) = (config(py, config_json)?, layout(py, layout_name)?);
    let options = AnalyzeOptions {
        config,
        layout,
        limits: limits(py, limits_json)?,
        temp,
        accept_damaged,
        ..AnalyzeOptions::default()
    };
    let watch = Watch::new(progress, token);
    watch.run(py, || measure(source.open(), options, threads, &watch))
}

/// Analyses a contiguous array; returns JSON text.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the Python side names them")]
fn analyze_array(
    array: &Bound<'_, PyAny>,
    sample_rate: f64,
    channel_axis: usize,
    config_json: &str,
    layout_name: Option<&str>,
    threads: usize,
    limits_json: Option<&str>,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = array.py();
    let held = AudioArray::new(array, sample_rate, channel_axis, layout_name)?;
    let audio = held.view(py)?;
    let config = config(py, config_json)?;
    let options = AnalyzeOptions { config, limits: limits(py, limits_json)?, ..AnalyzeOptions::default() };
    let watch = Watch::new(progress, token);
    watch.run(py, || measure(AudioSource::Array(audio), options, threads, &watch))
}

fn measure(
    source: AudioSource<'_>,
    options: AnalyzeOptions<'_>,
    threads: usize,
    watch: &Watch,
) -> Result<String, balanced::Error> {
    let progress = |progress| watch.at(progress);
    let options = AnalyzeOptions { progress: Some(&progress), cancel: Some(watch.cancel()), ..options };
    let analysis = balanced::analyze_source(source, &options, threads)?;
    Ok(json(&analysis))
}

/// Serialises plain data to JSON text.
pub fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("results are plain data")
}

/// Returns the default configuration as JSON text.
#[pyfunction]
fn default_config() -> String {
    json(&AnalysisConfig::default())
}

/// Returns the default limits as JSON text.
#[pyfunction]
fn default_limits() -> String {
    json(&Limits::default())
}

/// Returns the configuration that recommendations need, as JSON text.
#[pyfunction]
fn recommend_config() -> String {
    json(&balanced::recommend_config())
}

/// Returns the SHA-256 of a configuration in lower-case hex, as in `provenance.config_hash`.
#[pyfunction]
fn config_hash(py: Python<'_>, config_json: &str) -> PyResult<String> {
    Ok(balanced::config_hash(&config(py, config_json)?))
}

//! Albums: read from folders, lists and dictionaries; results are JSON text.

use std::path::PathBuf;

use balanced::{
    AlbumAnalysis, AlbumOptions, AlbumResult, AlbumSpec, Analysis, AnalyzeOptions, EncodeSpec, FileFormat, report,
};
use pyo3::prelude::*;

use crate::analysis::{json, limits};
use crate::chain::{Host, plugin_host};
use crate::errors::{Raise, settings};
use crate::files::sample_format;
use crate::source::layout;
use crate::spec::{parsed, target};
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(album, module)?)?;
    module.add_function(wrap_pyfunction!(album_of, module)?)?;
    module.add_function(wrap_pyfunction!(album_report, module)?)?;
    module.add_function(wrap_pyfunction!(album_analysis_text, module)?)?;
    module.add_function(wrap_pyfunction!(analyze_album, module)?)
}

/// An album, as Python passes it: a folder or list, files in order, or the text of an album file.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct AlbumArguments {
    path: Option<PathBuf>,
    files: Option<Vec<PathBuf>>,
    text: Option<String>,
}

impl AlbumArguments {
    fn spec(self, py: Python<'_>) -> PyResult<AlbumSpec> {
        match self {
            Self { path: Some(path), .. } => py.detach(|| balanced::read_album(path)).raise(py),
            Self { files: Some(files), .. } => Ok(AlbumSpec::of_files(files)),
            Self { text, .. } => AlbumSpec::from_text(&text.unwrap_or_default()).raise(py),
        }
    }
}

/// Options of `album` as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct AlbumSettings {
    target_json: Option<String>,
    loudness: Option<String>,
    coherence: Option<String>,
    anchor: Option<usize>,
    format: String,
    bits: String,
    sample_rate: Option<f64>,
    single: bool,
    cd: bool,
    gain_tags: bool,
    accept_damaged: bool,
    limits_json: Option<String>,
    temp: Option<PathBuf>,
    host: Host,
}

impl AlbumSettings {
    fn options(self, py: Python<'_>) -> PyResult<AlbumOptions<'static>> {
        let format = match self.format.as_str() {
            "wav" => FileFormat::Wav,
            "aiff" => FileFormat::Aiff,
            "flac" => FileFormat::Flac,
            other => return Err(settings(py, &format!("unknown format \"{other}\""), "give wav, aiff or flac")),
        };
        Ok(AlbumOptions {
            target: self.target_json.map(|text| target(py, &text)).transpose()?,
            loudness: self.loudness.map(|name| named(py, "loudness", &name, &balanced::AlbumMode::ALL)).transpose()?,
            coherence: self
                .coherence
                .map(|name| named(py, "coherence", &name, &balanced::Coherence::ALL))
                .transpose()?,
            anchor: self.anchor,
            encode: EncodeSpec { format, sample_format: sample_format(py, &self.bits)? },
            sample_rate_hz: self.sample_rate,
            single: self.single,
            cd: self.cd,
            gain_tags: self.gain_tags,
            accept_damaged: self.accept_damaged,
            limits: limits(py, self.limits_json.as_deref())?,
            temp: self.temp,
            plugin_host: plugin_host(self.host),
            progress: None,
            cancel: None,
        })
    }
}

/// Returns the value of a name, or raises an error with the names that there are.
fn named<T: Copy>(py: Python<'_>, what: &str, name: &str, known: &[(&str, T)]) -> PyResult<T> {
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
        settings(py, &format!("unknown {what} \"{name}\""), &format!("give one of {}", names.join(", ")))
    })
}

/// Masters an album into a new folder; returns JSON text.
#[pyfunction]
fn album(
    py: Python<'_>,
    source: AlbumArguments,
    output: PathBuf,
    arguments: AlbumSettings,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let spec = source.spec(py)?;
    let options = arguments.options(py)?;
    let watch = Watch::new(progress, token);
    watch.run(py, || {
        let tell = |progress| watch.at(progress);
        let options = AlbumOptions { progress: Some(&tell), cancel: Some(watch.cancel()), ..options };
        balanced::album(&spec, &output, &options).map(|result| json(&result))
    })
}

/// Measures files as the tracks of one album; returns JSON text.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the Python side names them")]
fn analyze_album(
    py: Python<'_>,
    files: Vec<PathBuf>,
    layout_name: Option<&str>,
    limits_json: Option<&str>,
    accept_damaged: bool,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let (layout, limits) = (layout(py, layout_name)?, limits(py, limits_json)?);
    let watch = Watch::new(progress, token);
    watch.run(py, || {
        let tell = |progress| watch.at(progress);
        let options = AnalyzeOptions {
            layout,
            limits,
            accept_damaged,
            progress: Some(&tell),
            cancel: Some(watch.cancel()),
            ..AnalyzeOptions::default()
        };
        balanced::analyze_album(&files, &options).map(|album| json(&album))
    })
}

/// Puts analyses of the tracks of an album beside each other; returns JSON text.
#[pyfunction]
fn album_of(py: Python<'_>, analyses: Vec<String>) -> PyResult<String> {
    let analyses = analyses.iter().map(|text| parsed(py, "analysis", text));
    let analyses: Vec<Analysis> = analyses.collect::<PyResult<_>>()?;
    Ok(json(&balanced::album_of(&analyses)))
}

/// Formats the result of `album` as `html` or `text`.
#[pyfunction]
fn album_report(py: Python<'_>, result_json: &str, format: &str) -> PyResult<String> {
    let result: AlbumResult = parsed(py, "result", result_json)?;
    Ok(if format == "html" { report::album_html(&result) } else { report::album_text(&result) })
}

/// Formats the result of `analyze_album` as text.
#[pyfunction]
fn album_analysis_text(py: Python<'_>, analysis_json: &str) -> PyResult<String> {
    let analysis: AlbumAnalysis = parsed(py, "analysis", analysis_json)?;
    Ok(report::album_analysis_text(&analysis))
}

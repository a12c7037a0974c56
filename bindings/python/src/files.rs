//! Calls that read or write files: decode, encode, probe, master.

use balanced::{
    AnalyzeOptions, AudioBuffer, AudioSource, Codec, Edit, EncodeSpec, Error, FileFormat, MasterOptions, MasterResult,
    Matching, MetadataEdit, PreviewOptions, ReadOptions, SampleFormat,
};
use numpy::{IntoPyArray, PyArrayMethods};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};

use crate::analysis::{config, json, limits};
use crate::arrays::AudioArray;
use crate::chain::{Host, plugin_host};
use crate::errors::{Raise, settings};
use crate::sealed::VaultOutput;
use crate::source::{Source, layout};
use crate::spec::{chain_spec, parsed, target};
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read, module)?)?;
    module.add_function(wrap_pyfunction!(resample, module)?)?;
    module.add_function(wrap_pyfunction!(probe, module)?)?;
    module.add_function(wrap_pyfunction!(write, module)?)?;
    module.add_function(wrap_pyfunction!(master, module)?)?;
    module.add_function(wrap_pyfunction!(master_array, module)?)?;
    module.add_function(wrap_pyfunction!(preview, module)?)?;
    module.add_function(wrap_pyfunction!(preview_array, module)?)?;
    module.add_function(wrap_pyfunction!(check_outputs, module)?)?;
    module.add_function(wrap_pyfunction!(write_text, module)?)?;
    module.add_function(wrap_pyfunction!(remove_partial_outputs, module)?)
}

/// Decodes a source, or a part of it, to `(channels, frames)` in double precision; returns it with sample rate and layout name.
#[pyfunction]
fn read<'py>(
    source: &Bound<'py, PyAny>,
    wanted: (f64, Option<f64>, bool, Option<f64>),
    layout_name: Option<&str>,
    limits_json: Option<&str>,
    accept_damaged: bool,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'py, CancelToken>>,
) -> PyResult<(Bound<'py, PyAny>, f64, String)> {
    let py = source.py();
    let mut source = Source::of(source)?;
    let (layout, limits) = (layout(py, layout_name)?, limits(py, limits_json)?);
    let watch = Watch::new(progress, token);
    let audio = watch.run(py, || {
        let progress = |progress| watch.at(progress);
        let cancel = Some(watch.cancel());
        let options = AnalyzeOptions {
            layout,
            limits,
            accept_damaged,
            progress: Some(&progress),
            cancel,
            ..AnalyzeOptions::default()
        };
        let (start_s, end_s, mono, sample_rate_hz) = wanted;
        let part = ReadOptions { start_s, end_s, mono, sample_rate_hz };
        balanced::read_part(source.open(), &part, &options)
    })?;
    let (rate_hz, layout) = (audio.format.sample_rate_hz, audio.format.layout.name());
    Ok((planes(py, audio)?, rate_hz, layout))
}

/// Converts a contiguous array to another sample rate; returns `(channels, frames)` in double precision.
#[pyfunction]
fn resample<'py>(
    array: &Bound<'py, PyAny>,
    sample_rate: f64,
    to_rate: f64,
    channel_axis: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let py = array.py();
    let held = AudioArray::new(array, sample_rate, channel_axis, None)?;
    let audio = held.view(py)?;
    let resampled = py.detach(|| balanced::resample(&audio, to_rate)).raise(py)?;
    planes(py, resampled)
}

/// Hands audio over as an array of shape `(channels, frames)`, without a copy.
fn planes(py: Python<'_>, audio: AudioBuffer) -> PyResult<Bound<'_, PyAny>> {
    let shape = [audio.format.channels(), audio.frames];
    Ok(audio.samples.into_pyarray(py).reshape(shape)?.into_any())
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
        Some(name) => file_format(py, name)?,
        None => FileFormat::from_path(path).ok_or_else(|| {
            let problem = format!("the file name {} does not select a format", path.display());
            settings(py, &problem, "end it in .wav, .aiff or .flac, or give a format")
        })?,
    };
    Ok(EncodeSpec { format, sample_format: sample_format(py, bits)? })
}

/// Parses the file format by the name users type.
pub fn file_format(py: Python<'_>, name: &str) -> PyResult<FileFormat> {
    match name {
        "wav" => Ok(FileFormat::Wav),
        "aiff" => Ok(FileFormat::Aiff),
        "flac" => Ok(FileFormat::Flac),
        other => Err(settings(py, &format!("unknown format \"{other}\""), "give wav, aiff or flac")),
    }
}

/// Parses the sample format by the name users type.
pub fn sample_format(py: Python<'_>, bits: &str) -> PyResult<SampleFormat> {
    match bits {
        "16" => Ok(SampleFormat::I16),
        "24" => Ok(SampleFormat::I24),
        "32" => Ok(SampleFormat::I32),
        "32f" => Ok(SampleFormat::F32),
        "64f" => Ok(SampleFormat::F64),
        other => Err(settings(py, &format!("unknown sample format \"{other}\""), "give 16, 24, 32, 32f or 64f")),
    }
}

/// Tracks to resemble, as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct MatchingArguments {
    references: Vec<PathBuf>,
    like: Option<PathBuf>,
    amount: f64,
    limit_db: f64,
}

impl From<MatchingArguments> for Matching {
    fn from(MatchingArguments { references, like, amount, limit_db }: MatchingArguments) -> Self {
        Self { references, like, amount, limit_db, ..Self::default() }
    }
}

/// Options of `master` as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct MasterArguments {
    target_json: Option<String>,
    chain_json: Option<String>,
    matching: MatchingArguments,
    format: Option<String>,
    bits: String,
    sample_rate: Option<f64>,
    layout_name: Option<String>,
    accept_damaged: bool,
    intensity: f64,
    edit_json: String,
    metadata_json: String,
    codecs: Vec<String>,
    config_json: Option<String>,
    limits_json: Option<String>,
    temp: Option<PathBuf>,
    host: Host,
    manifest: Option<PathBuf>,
}

impl MasterArguments {
    fn options(self, py: Python<'_>, output: &Path) -> PyResult<MasterOptions<'static>> {
        let defaults = MasterOptions::default();
        let wanted = self.target_json.map(|text| target(py, &text)).transpose()?;
        Ok(MasterOptions {
            codecs: balanced::codecs(&self.codecs, wanted.as_ref()).raise(py)?,
            target: wanted,
            chain: self.chain_json.map(|text| chain_spec(py, &text)).transpose()?,
            matching: self.matching.into(),
            intensity: self.intensity,
            edit: parsed::<Edit>(py, "edit", &self.edit_json)?,
            metadata: parsed::<MetadataEdit>(py, "metadata", &self.metadata_json)?,
            encode: encoding(py, output, self.format.as_deref(), &self.bits)?,
            sample_rate_hz: self.sample_rate,
            layout: layout(py, self.layout_name.as_deref())?,
            accept_damaged: self.accept_damaged,
            config: self.config_json.map(|text| config(py, &text)).transpose()?.unwrap_or(defaults.config),
            limits: limits(py, self.limits_json.as_deref())?,
            temp: self.temp,
            plugin_host: plugin_host(self.host),
            progress: None,
            cancel: None,
        })
    }
}

/// Where a master goes.
#[derive(FromPyObject)]
enum Output {
    Sealed(Py<VaultOutput>),
    Path(PathBuf),
}

impl Output {
    /// Returns the name that selects the format.
    fn name(&self) -> &Path {
        match self {
            Self::Sealed(output) => output.get().name(),
            Self::Path(path) => path,
        }
    }
}

/// Masters a path (`str`), a file's bytes, or an open binary file; returns JSON text.
#[pyfunction]
fn master(
    source: &Bound<'_, PyAny>,
    output: Output,
    mut arguments: MasterArguments,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = source.py();
    let mut source = Source::of(source)?;
    let manifest = arguments.manifest.take();
    let options = arguments.options(py, output.name())?;
    let watch = Watch::new(progress, token);
    watch.run(py, || match (source.open(), &output, manifest) {
        (AudioSource::Path(mix), Output::Path(path), Some(manifest)) => {
            balanced::check_outputs(&[mix], &[path, &manifest])?;
            let result = render(AudioSource::Path(mix), &output, &options, &watch)?;
            let manifest_text = balanced::deliver::master_manifest(&result, mix, path, &options)?.to_json();
            balanced::write_file(&manifest, manifest_text.as_bytes())?;
            Ok(json(&result))
        }
        (source, ..) => render(source, &output, &options, &watch).map(|result| json(&result)),
    })
}

/// Masters a contiguous array; returns JSON text.
#[pyfunction]
fn master_array(
    array: &Bound<'_, PyAny>,
    sample_rate: f64,
    channel_axis: usize,
    output: Output,
    arguments: MasterArguments,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = array.py();
    let held = AudioArray::new(array, sample_rate, channel_axis, arguments.layout_name.as_deref())?;
    let audio = held.view(py)?;
    let options = arguments.options(py, output.name())?;
    let watch = Watch::new(progress, token);
    watch.run(py, || render(AudioSource::Array(audio), &output, &options, &watch).map(|result| json(&result)))
}

fn render(
    source: AudioSource<'_>,
    output: &Output,
    options: &MasterOptions<'_>,
    watch: &Watch,
) -> Result<MasterResult, Error> {
    let tell = |progress| watch.at(progress);
    let options = MasterOptions { progress: Some(&tell), cancel: Some(watch.cancel()), ..options.clone() };
    match output {
        Output::Sealed(output) => output.get().master(source, &options),
        Output::Path(path) => balanced::master_source(source, path, &options),
    }
}

/// Options of `preview` as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct PreviewArguments {
    codec: String,
    difference: Option<PathBuf>,
    format: Option<String>,
    bits: String,
    layout_name: Option<String>,
    accept_damaged: bool,
    limits_json: Option<String>,
    temp: Option<PathBuf>,
}

impl PreviewArguments {
    fn options(self, py: Python<'_>, output: &Path) -> PyResult<(Codec, PreviewOptions<'static>)> {
        let read = balanced::codecs(&[&self.codec], None).raise(py)?;
        let [codec] = read[..] else {
            return Err(settings(py, "a preview is of one codec", "name one, such as aac128"));
        };
        let options = PreviewOptions {
            difference: self.difference,
            encode: encoding(py, output, self.format.as_deref(), &self.bits)?,
            layout: layout(py, self.layout_name.as_deref())?,
            accept_damaged: self.accept_damaged,
            limits: limits(py, self.limits_json.as_deref())?,
            temp: self.temp,
            ..PreviewOptions::default()
        };
        Ok((codec, options))
    }
}

/// Encodes and decodes a path (`str`), a file's bytes, or an open binary file; returns JSON text.
#[pyfunction]
fn preview(
    source: &Bound<'_, PyAny>,
    output: PathBuf,
    arguments: PreviewArguments,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = source.py();
    let mut source = Source::of(source)?;
    let (codec, options) = arguments.options(py, &output)?;
    let watch = Watch::new(progress, token);
    watch.run(py, || heard(source.open(), codec, &output, options, &watch))
}

/// Encodes and decodes a contiguous array; returns JSON text.
#[pyfunction]
fn preview_array(
    array: &Bound<'_, PyAny>,
    sample_rate: f64,
    channel_axis: usize,
    output: PathBuf,
    arguments: PreviewArguments,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = array.py();
    let held = AudioArray::new(array, sample_rate, channel_axis, arguments.layout_name.as_deref())?;
    let audio = held.view(py)?;
    let (codec, options) = arguments.options(py, &output)?;
    let watch = Watch::new(progress, token);
    watch.run(py, || heard(AudioSource::Array(audio), codec, &output, options, &watch))
}

fn heard(
    source: AudioSource<'_>,
    codec: Codec,
    output: &Path,
    options: PreviewOptions<'_>,
    watch: &Watch,
) -> Result<String, Error> {
    let tell = |progress| watch.at(progress);
    let options = PreviewOptions { progress: Some(&tell), cancel: Some(watch.cancel()), ..options };
    balanced::preview(source, codec, output, &options).map(|result| json(&result))
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

//! Repair of files for their delivery; results are JSON text.

use std::path::{Path, PathBuf};

use balanced::repair::{RepairBits, RepairRate};
use balanced::{AudioSource, Error, RepairOptions};
use pyo3::prelude::*;

use crate::analysis::{json, limits};
use crate::arrays::AudioArray;
use crate::files::{file_format, sample_format};
use crate::source::{Source, layout};
use crate::spec::parsed;
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(repair, module)?)?;
    module.add_function(wrap_pyfunction!(repair_array, module)?)?;
    module.add_function(wrap_pyfunction!(repair_text, module)?)
}

/// Options of `repair` as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Arguments {
    trim_silence: bool,
    split_at_silence: bool,
    silence_dbfs: f64,
    gap_s: f64,
    shortest_s: f64,
    lead_s: f64,
    tail_s: f64,
    sample_rate_hz: Option<f64>,
    original_rate: bool,
    bits: Option<String>,
    mono: bool,
    name: Option<String>,
    format: Option<String>,
    layout_name: Option<String>,
    accept_damaged: bool,
    limits_json: Option<String>,
    temp: Option<PathBuf>,
}

impl Arguments {
    fn options(self, py: Python<'_>) -> PyResult<RepairOptions<'static>> {
        let sample_rate = match (self.sample_rate_hz, self.original_rate) {
            (Some(rate_hz), _) => RepairRate::Hz(rate_hz),
            (None, true) => RepairRate::Original,
            (None, false) => RepairRate::Keep,
        };
        let bits = match self.bits.as_deref() {
            None => RepairBits::Keep,
            Some("effective") => RepairBits::Effective,
            Some(name) => RepairBits::Format(sample_format(py, name)?),
        };
        Ok(RepairOptions {
            trim_silence: self.trim_silence,
            split_at_silence: self.split_at_silence,
            silence_dbfs: self.silence_dbfs,
            gap_s: self.gap_s,
            shortest_s: self.shortest_s,
            lead_s: self.lead_s,
            tail_s: self.tail_s,
            sample_rate,
            bits,
            mono: self.mono,
            name: self.name,
            format: self.format.map(|name| file_format(py, &name)).transpose()?,
            layout: layout(py, self.layout_name.as_deref())?,
            accept_damaged: self.accept_damaged,
            limits: limits(py, self.limits_json.as_deref())?,
            temp: self.temp,
            ..RepairOptions::default()
        })
    }
}

/// Repairs a path (`str`), a file's bytes, or an open binary file; returns JSON text.
#[pyfunction]
fn repair(
    source: &Bound<'_, PyAny>,
    output: Option<PathBuf>,
    arguments: Arguments,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = source.py();
    let mut source = Source::of(source)?;
    let options = arguments.options(py)?;
    let watch = Watch::new(progress, token);
    watch.run(py, || repaired(source.open(), output.as_deref(), options, &watch))
}

/// Repairs a contiguous array; returns JSON text.
#[pyfunction]
fn repair_array(
    array: &Bound<'_, PyAny>,
    sample_rate: f64,
    channel_axis: usize,
    output: Option<PathBuf>,
    arguments: Arguments,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = array.py();
    let held = AudioArray::new(array, sample_rate, channel_axis, arguments.layout_name.as_deref())?;
    let audio = held.view(py)?;
    let options = arguments.options(py)?;
    let watch = Watch::new(progress, token);
    watch.run(py, || repaired(AudioSource::Array(audio), output.as_deref(), options, &watch))
}

/// Formats a result as text.
#[pyfunction]
fn repair_text(py: Python<'_>, result_json: &str) -> PyResult<String> {
    let result: balanced::RepairResult = parsed(py, "result", result_json)?;
    Ok(result.to_text())
}

fn repaired(
    source: AudioSource<'_>,
    output: Option<&Path>,
    options: RepairOptions<'_>,
    watch: &Watch,
) -> Result<String, Error> {
    let tell = |progress| watch.at(progress);
    let options = RepairOptions { progress: Some(&tell), cancel: Some(watch.cancel()), ..options };
    balanced::repair_source(source, output, &options).map(|result| json(&result))
}

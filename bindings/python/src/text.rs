//! Reports: JSON of a result in, HTML, plain text, CSV or JAMS out.

use balanced::{Analysis, AnalyzeOptions, Error, MasterResult, report};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::Raise;
use crate::spec::parsed;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(analysis_report, module)?)?;
    module.add_function(wrap_pyfunction!(csv_header, module)?)?;
    module.add_function(wrap_pyfunction!(recommendation_text, module)?)?;
    module.add_function(wrap_pyfunction!(master_report, module)?)?;
    module.add_function(wrap_pyfunction!(saved_report, module)?)?;
    module.add_function(wrap_pyfunction!(demo_flac, module)?)
}

/// Formats an analysis as `html`, `text`, `csv` (a row) or `jams`.
#[pyfunction]
fn analysis_report(py: Python<'_>, analysis_json: &str, format: &str) -> PyResult<String> {
    let analysis: Analysis = parsed(py, "analysis", analysis_json)?;
    Ok(match format {
        "html" => report::analysis_html(&analysis),
        "csv" => report::csv_row(&analysis),
        "jams" => report::jams(&analysis),
        _ => report::analysis_text(&analysis),
    })
}

/// Returns the header line of CSV rows.
#[pyfunction]
fn csv_header() -> String {
    report::csv_header()
}

/// Formats a recommendation as text.
#[pyfunction]
fn recommendation_text(py: Python<'_>, recommendation_json: &str) -> PyResult<String> {
    Ok(report::recommendation_text(&parsed(py, "recommendation", recommendation_json)?))
}

/// Formats the result of `master` as `html` or `text`.
#[pyfunction]
fn master_report(py: Python<'_>, result_json: &str, format: &str) -> PyResult<String> {
    let result: MasterResult = parsed(py, "result", result_json)?;
    Ok(if format == "html" { report::master_html(&result.to_report()) } else { result.to_text() })
}

/// Makes the page of a result from its JSON, with pictures of the audio that it names, and with the sound in the form that `audio` names.
#[pyfunction]
fn saved_report(py: Python<'_>, result_json: &str, audio: Option<&str>) -> PyResult<String> {
    let page = py.detach(|| -> Result<String, Error> {
        let audio = audio.map(str::parse).transpose()?;
        balanced::saved_report(result_json, audio, &AnalyzeOptions::default())
    });
    page.raise(py)
}

/// Returns the built-in demo track as the bytes of a FLAC file.
#[pyfunction]
fn demo_flac(py: Python<'_>) -> Bound<'_, PyBytes> {
    PyBytes::new(py, balanced::DEMO_FLAC)
}

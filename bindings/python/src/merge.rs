//! Merging of Cyanite's results with an analysis; documents are JSON text.

use balanced::merge::{self, Merged};
use balanced::report;
use pyo3::prelude::*;

use crate::analysis::json;
use crate::errors::Raise;
use crate::spec::parsed;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(merge_results, module)?)?;
    module.add_function(wrap_pyfunction!(merged_report, module)?)
}

/// Merges the JSON texts of an analysis or merged document, and of results; returns JSON text.
#[pyfunction]
fn merge_results(py: Python<'_>, local: &str, results: Vec<String>) -> PyResult<String> {
    let merged = py.detach(|| {
        let local = merge::parse_local(local)?;
        let results: Result<Vec<_>, _> = results.iter().map(|text| merge::parse_result(text)).collect();
        Ok::<_, balanced::Error>(json(&merge::merge(&local, &results?)))
    });
    merged.raise(py)
}

/// Formats a merged document as `html`, `text`, `jams` or `mead`.
#[pyfunction]
fn merged_report(py: Python<'_>, merged_json: &str, format: &str) -> PyResult<String> {
    let local = merge::parse_local(merged_json).raise(py)?;
    let merged: Merged = parsed(py, "merged document", merged_json)?;
    Ok(match format {
        "html" => report::merged_html(local.analysis(), &merged),
        "jams" => report::merged_jams(local.analysis(), &merged),
        "mead" => report::mead(&merged),
        _ => report::merged_text(&merged),
    })
}

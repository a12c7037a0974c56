//! Comparisons and fingerprints; results are JSON text.

use std::path::PathBuf;

use balanced::AnalyzeOptions;
use balanced::compare::{Fingerprint, find_duplicates};
use pyo3::prelude::*;

use crate::analysis::{json, limits};
use crate::source::Source;
use crate::spec::parsed;
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(compare, module)?)?;
    module.add_function(wrap_pyfunction!(comparison_text, module)?)?;
    module.add_function(wrap_pyfunction!(fingerprint, module)?)?;
    module.add_function(wrap_pyfunction!(fingerprint_similarity, module)?)?;
    module.add_function(wrap_pyfunction!(duplicates, module)?)?;
    module.add("DUPLICATE_SIMILARITY", balanced::compare::DUPLICATE_SIMILARITY)
}

/// Compares two files; returns JSON text.
#[pyfunction]
fn compare(
    a: &Bound<'_, PyAny>,
    b: &Bound<'_, PyAny>,
    limits_json: Option<&str>,
    temp: Option<PathBuf>,
    accept_damaged: bool,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = a.py();
    let (mut a, mut b) = (Source::of(a)?, Source::of(b)?);
    let options =
        AnalyzeOptions { limits: limits(py, limits_json)?, temp, accept_damaged, ..AnalyzeOptions::default() };
    let watch = Watch::new(progress, token);
    watch.run(py, || {
        let progress = |progress| watch.at(progress);
        let options = AnalyzeOptions { progress: Some(&progress), cancel: Some(watch.cancel()), ..options };
        Ok(json(&balanced::compare_sources(a.open(), b.open(), &options)?.0))
    })
}

/// Formats a comparison as text.
#[pyfunction]
fn comparison_text(py: Python<'_>, comparison_json: &str) -> PyResult<String> {
    Ok(balanced::report::comparison_text(&parsed(py, "comparison", comparison_json)?))
}

/// Computes the fingerprint of a file; returns JSON text.
#[pyfunction]
fn fingerprint(
    source: &Bound<'_, PyAny>,
    limits_json: Option<&str>,
    temp: Option<PathBuf>,
    accept_damaged: bool,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let py = source.py();
    let mut source = Source::of(source)?;
    let options =
        AnalyzeOptions { limits: limits(py, limits_json)?, temp, accept_damaged, ..AnalyzeOptions::default() };
    let watch = Watch::new(progress, token);
    watch.run(py, || {
        let progress = |progress| watch.at(progress);
        let options = AnalyzeOptions { progress: Some(&progress), cancel: Some(watch.cancel()), ..options };
        Ok(json(&balanced::fingerprint_source(source.open(), &options)?))
    })
}

/// Compares two lists of items; returns JSON text, `null` if one is too short.
#[pyfunction]
fn fingerprint_similarity(py: Python<'_>, a: Vec<u32>, b: Vec<u32>) -> String {
    py.detach(|| json(&of(a).similarity(&of(b))))
}

/// Finds the pairs that are alike in lists of items; returns JSON text.
#[pyfunction]
fn duplicates(py: Python<'_>, fingerprints: Vec<Vec<u32>>, least: f64) -> String {
    py.detach(|| {
        let fingerprints: Vec<Fingerprint> = fingerprints.into_iter().map(of).collect();
        json(&find_duplicates(&fingerprints.iter().collect::<Vec<_>>(), least))
    })
}

fn of(items: Vec<u32>) -> Fingerprint {
    Fingerprint { encoded: String::new(), items }
}

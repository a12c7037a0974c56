//! Heads of one's own; everything is JSON text.

use std::path::PathBuf;

use balanced::heads::{self, HeadExample, HeadOptions};
use balanced::{AnalyzeOptions, TagHead};
use pyo3::prelude::*;
use serde_json::json as tree;

use crate::analysis::{config, json, limits};
use crate::errors::Raise;
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(head_read, module)?)?;
    module.add_function(wrap_pyfunction!(head_file, module)?)?;
    module.add_function(wrap_pyfunction!(head_text, module)?)?;
    module.add_function(wrap_pyfunction!(head_apply, module)?)?;
    module.add_function(wrap_pyfunction!(head_train, module)?)?;
    module.add_function(wrap_pyfunction!(head_train_on, module)?)
}

/// Reads a head from its file, or from the text of one; returns JSON text.
#[pyfunction]
fn head_read(py: Python<'_>, path: Option<PathBuf>, text: &str) -> PyResult<String> {
    let head = path.map_or_else(|| heads::from_json(text), heads::read);
    Ok(json(&head.raise(py)?))
}

fn head(py: Python<'_>, text: &str) -> PyResult<TagHead> {
    heads::from_json(text).raise(py)
}

/// Writes the file of a head.
#[pyfunction]
fn head_file(py: Python<'_>, path: PathBuf, head_json: &str) -> PyResult<()> {
    let text = heads::json(&head(py, head_json)?);
    balanced::write_file(path, text.as_bytes()).raise(py)
}

/// Formats the report of a head as text.
#[pyfunction]
fn head_text(py: Python<'_>, head_json: &str) -> PyResult<String> {
    Ok(balanced::report::head_text(&head(py, head_json)?))
}

/// Reads an embedding with a head; returns JSON text.
#[pyfunction]
fn head_apply(py: Python<'_>, head_json: &str, embedding: Vec<f32>) -> PyResult<String> {
    Ok(json(&heads::apply(&head(py, head_json)?, &embedding).raise(py)?))
}

/// Facts of a training, as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Plan {
    name: String,
    date: Option<String>,
}

/// Trains a head on the files of a folder or table; returns `{head, failures[{path, problem, remedy}]}` as JSON text.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the Python side names them")]
fn head_train(
    py: Python<'_>,
    path: PathBuf,
    plan: Plan,
    analyses: Option<PathBuf>,
    config_json: &str,
    jobs: usize,
    limits_json: Option<&str>,
    accept_damaged: bool,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let analyze = AnalyzeOptions {
        config: config(py, config_json)?,
        limits: limits(py, limits_json)?,
        accept_damaged,
        ..AnalyzeOptions::default()
    };
    let watch = Watch::new(progress, token);
    watch.run(py, || {
        let tell = |progress| watch.at(progress);
        let analyze = AnalyzeOptions { progress: Some(&tell), cancel: Some(watch.cancel()), ..analyze };
        let options = HeadOptions { name: plan.name, date: plan.date, analyses, jobs, analyze };
        let trained = balanced::train_head(&heads::read_labels(path)?, &options)?;
        let failure = |(path, error): &(PathBuf, balanced::Error)| {
            tree!({ "path": path.to_string_lossy(), "problem": error.problem(), "remedy": error.remedy() })
        };
        let failures: Vec<_> = trained.failures.iter().map(failure).collect();
        Ok(json(&tree!({ "head": trained.head, "failures": failures })))
    })
}

/// Trains a head on embeddings; returns JSON text.
#[pyfunction]
fn head_train_on(
    py: Python<'_>,
    tracks: Vec<(Vec<f32>, Vec<String>, Option<String>)>,
    plan: Plan,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let example = |(embedding, labels, group)| HeadExample { embedding, labels, group };
    let examples: Vec<HeadExample> = tracks.into_iter().map(example).collect();
    let watch = Watch::new(progress, token);
    watch.run(py, || {
        let tell = |progress| watch.at(progress);
        let analyze =
            AnalyzeOptions { progress: Some(&tell), cancel: Some(watch.cancel()), ..AnalyzeOptions::default() };
        let options = HeadOptions { name: plan.name, date: plan.date, analyze, ..HeadOptions::default() };
        Ok(json(&heads::train_on(&examples, &options)?))
    })
}

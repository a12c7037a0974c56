//! Rosters, wishes and the ranking of engineers; everything is JSON text.

use std::path::PathBuf;

use balanced::report;
use balanced::roster::{self, MatchOptions, Portfolio, Ranking, Roster, Wishes};
use balanced::{Analysis, Limits};
use pyo3::prelude::*;

use crate::analysis::{json, limits};
use crate::errors::{Raise, settings};
use crate::spec::parsed;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(roster_read, module)?)?;
    module.add_function(wrap_pyfunction!(wishes_read, module)?)?;
    module.add_function(wrap_pyfunction!(portfolio_read, module)?)?;
    module.add_function(wrap_pyfunction!(portfolio_of, module)?)?;
    module.add_function(wrap_pyfunction!(match_config, module)?)?;
    module.add_function(wrap_pyfunction!(match_analysis, module)?)?;
    module.add_function(wrap_pyfunction!(engineers_text, module)?)
}

/// Returns what a reader of the assistant read, or raises its error with the place in `what`.
macro_rules! read {
    ($py:expr, $what:literal, $type:ty, $text:expr) => {
        <$type>::from_json($text).map_err(|slip| {
            let place = if slip.path.is_empty() { String::new() } else { format!("{}: ", slip.path) };
            let remedy = if slip.remedy.is_empty() { "correct the named field" } else { &slip.remedy };
            settings($py, &format!(concat!("the ", $what, ": {}{}"), place, slip.problem), remedy)
        })
    };
}

/// Reads a roster file with its portfolio files, or the text of a roster; returns JSON text.
#[pyfunction]
fn roster_read(py: Python<'_>, path: Option<PathBuf>, text: &str) -> PyResult<String> {
    Ok(match path {
        Some(path) => json(&roster::read(path).raise(py)?),
        None => json(&read!(py, "roster", Roster, text)?),
    })
}

/// Reads a file of wishes, or their text; returns JSON text.
#[pyfunction]
fn wishes_read(py: Python<'_>, path: Option<PathBuf>, text: &str) -> PyResult<String> {
    Ok(match path {
        Some(path) => json(&roster::read_wishes(path).raise(py)?),
        None => json(&read!(py, "wishes", Wishes, text)?),
    })
}

/// Summarises a file of analyses; returns JSON text.
#[pyfunction]
fn portfolio_read(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    Ok(json(&py.detach(|| roster::read_portfolio(path)).raise(py)?))
}

/// Summarises analyses; returns JSON text.
#[pyfunction]
fn portfolio_of(py: Python<'_>, analyses: Vec<String>) -> PyResult<String> {
    let read = |text: &String| parsed::<Analysis>(py, "analysis", text);
    let analyses: Vec<Analysis> = analyses.iter().map(read).collect::<PyResult<_>>()?;
    Ok(json(&Portfolio::of(&analyses)))
}

/// Returns the analysis configuration that the ranking needs, as JSON text.
#[pyfunction]
fn match_config() -> String {
    json(&roster::config())
}

/// Settings of the list, as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct RankingArguments {
    top: usize,
    seed: u64,
    exploration: f64,
    diversity: f64,
}

/// Ranks engineers for an analysis; returns JSON text.
#[pyfunction]
fn match_analysis(
    py: Python<'_>,
    analysis_json: &str,
    roster_json: &str,
    wishes_json: &str,
    reference: Option<PathBuf>,
    ranking: RankingArguments,
    limits_json: Option<&str>,
) -> PyResult<String> {
    let analysis: Analysis = parsed(py, "analysis", analysis_json)?;
    let (roster, wishes) = (read!(py, "roster", Roster, roster_json)?, read!(py, "wishes", Wishes, wishes_json)?);
    let RankingArguments { top, seed, exploration, diversity } = ranking;
    let limits: Limits = limits(py, limits_json)?;
    let ranking = Ranking { top, seed, exploration, diversity };
    let options = MatchOptions { wishes, ranking, reference, limits, ..MatchOptions::default() };
    Ok(json(&py.detach(|| roster::match_analysis(&analysis, &roster, &options)).raise(py)?))
}

/// Formats a list of engineers as text.
#[pyfunction]
fn engineers_text(py: Python<'_>, matches_json: &str) -> PyResult<String> {
    Ok(report::engineers_text(&parsed(py, "matches", matches_json)?))
}

//! Merging of Cyanite's results with an analysis; documents are JSON text.

use balanced::merge::{self, Merged};
use balanced::report::{self, MeadHeader, MeadParty};
use pyo3::prelude::*;

use crate::analysis::json;
use crate::errors::{Raise, settings};
use crate::spec::parsed;

type Party = (String, Option<String>);
type Header = (String, Party, Vec<Party>, String, bool);

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(merge_results, module)?)?;
    module.add_function(wrap_pyfunction!(merged_report, module)?)?;
    module.add_function(wrap_pyfunction!(merged_mead, module)?)
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

/// Formats a merged document as `html`, `text` or `jams`.
#[pyfunction]
fn merged_report(py: Python<'_>, merged_json: &str, format: &str) -> PyResult<String> {
    let local = merge::parse_local(merged_json).raise(py)?;
    let merged: Merged = parsed(py, "merged document", merged_json)?;
    Ok(match format {
        "html" => report::merged_html(local.analysis(), &merged),
        "jams" => report::merged_jams(local.analysis(), &merged),
        _ => report::merged_text(&merged),
    })
}

/// Formats a merged document as a DDEX MEAD message. `header` is the message's id, sender, recipients (each an identifier and a
/// name), time, and whether it is a test.
#[pyfunction]
fn merged_mead(py: Python<'_>, merged_json: &str, header: Option<Header>) -> PyResult<String> {
    let merged: Merged = parsed(py, "merged document", merged_json)?;
    let Some((message_id, sender, recipients, created_at, is_test)) = header else {
        return Ok(report::mead(&merged, None));
    };
    let party = |(dpid, name): Party| MeadParty { dpid, name };
    let recipients = recipients.into_iter().map(party).collect();
    let header = MeadHeader { message_id, sender: party(sender), recipients, created_at, is_test };
    header.check().map_err(|problem| settings(py, &problem, "correct it; DDEX gives the identifiers of parties"))?;
    Ok(report::mead(&merged, Some(&header)))
}

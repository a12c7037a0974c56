//! Delivery bundles, and renders of their manifests; everything is JSON text.

use std::path::PathBuf;

use balanced::MetadataEdit;
use balanced::deliver as bundles;
use balanced::deliver::{DeliverOptions, DeliveryRule, ReproduceOptions};
use pyo3::prelude::*;

use crate::analysis::{json, limits};
use crate::chain::{Host, plugin_host};
use crate::errors::Raise;
use crate::source::layout;
use crate::spec::parsed;
use crate::watch::{CancelToken, Watch};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(deliver, module)?)?;
    module.add_function(wrap_pyfunction!(deliveries, module)?)?;
    module.add_function(wrap_pyfunction!(deliveries_toml, module)?)?;
    module.add_function(wrap_pyfunction!(reproduce, module)?)
}

/// Options of `deliver` as Python passes them: a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct DeliverArguments {
    deliveries: Vec<String>,
    rules_json: Option<String>,
    metadata_json: String,
    made_by: Option<PathBuf>,
    layout_name: Option<String>,
    accept_damaged: bool,
    limits_json: Option<String>,
    temp: Option<PathBuf>,
}

/// Writes the bundle of a master; returns its manifest as JSON text.
#[pyfunction]
fn deliver(
    py: Python<'_>,
    master: PathBuf,
    folder: PathBuf,
    arguments: DeliverArguments,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let rules = arguments.rules_json.as_deref().map(|text| parsed::<Vec<DeliveryRule>>(py, "deliveries", text));
    let (rules, metadata) = (rules.transpose()?, parsed::<MetadataEdit>(py, "metadata", &arguments.metadata_json)?);
    let layout = layout(py, arguments.layout_name.as_deref())?;
    let limits = limits(py, arguments.limits_json.as_deref())?;
    let watch = Watch::new(progress, token);
    let manifest = watch.run(py, || {
        let progress = |progress| watch.at(progress);
        let options = DeliverOptions {
            deliveries: arguments.deliveries,
            rules,
            metadata,
            made_by: arguments.made_by,
            layout,
            accept_damaged: arguments.accept_damaged,
            progress: Some(&progress),
            cancel: Some(watch.cancel()),
            limits,
            temp: arguments.temp,
        };
        balanced::deliver(&master, &folder, &options)
    })?;
    Ok(json(&manifest))
}

/// Returns the table of deliveries, with a file merged into it, as JSON text.
#[pyfunction]
fn deliveries(py: Python<'_>, path: Option<PathBuf>) -> PyResult<String> {
    Ok(match path {
        Some(path) => json(&bundles::read_deliveries(path).raise(py)?),
        None => json(&bundles::deliveries()),
    })
}

/// Returns the built-in table of deliveries as TOML text.
#[pyfunction]
fn deliveries_toml() -> &'static str {
    bundles::deliveries_toml()
}

/// Renders the files of a manifest again and compares them; returns JSON text.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "the Python side names them")]
fn reproduce(
    py: Python<'_>,
    manifest: PathBuf,
    source: Option<PathBuf>,
    limits_json: Option<&str>,
    temp: Option<PathBuf>,
    host: Host,
    progress: Option<Py<PyAny>>,
    token: Option<&Bound<'_, CancelToken>>,
) -> PyResult<String> {
    let limits = limits(py, limits_json)?;
    let watch = Watch::new(progress, token);
    let result = watch.run(py, || {
        let progress = |progress| watch.at(progress);
        let options = ReproduceOptions {
            source,
            plugin_host: plugin_host(host),
            progress: Some(&progress),
            cancel: Some(watch.cancel()),
            limits,
            temp,
        };
        balanced::reproduce(&manifest, &options)
    })?;
    Ok(json(&result))
}

//! Chains, processors, targets, profiles and schemas as text.

use balanced::{Analysis, ChainSpec, Preset, Profile, RecommendOptions, Recommendation, SchemaKind, Target};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use crate::analysis::{json, limits};
use crate::errors::{Raise, settings};
use crate::files::MatchingArguments;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(chain_read, module)?)?;
    module.add_function(wrap_pyfunction!(chain_to_toml, module)?)?;
    module.add_function(wrap_pyfunction!(chain_preset, module)?)?;
    module.add_function(wrap_pyfunction!(chain_presets, module)?)?;
    module.add_function(wrap_pyfunction!(chain_load, module)?)?;
    module.add_function(wrap_pyfunction!(preset_target, module)?)?;
    module.add_function(wrap_pyfunction!(processor_kinds, module)?)?;
    module.add_function(wrap_pyfunction!(processor_params, module)?)?;
    module.add_function(wrap_pyfunction!(targets, module)?)?;
    module.add_function(wrap_pyfunction!(custom_target, module)?)?;
    module.add_function(wrap_pyfunction!(profiles, module)?)?;
    module.add_function(wrap_pyfunction!(profile, module)?)?;
    module.add_function(wrap_pyfunction!(profile_toml, module)?)?;
    module.add_function(wrap_pyfunction!(platforms, module)?)?;
    module.add_function(wrap_pyfunction!(platforms_toml, module)?)?;
    module.add_function(wrap_pyfunction!(check_config, module)?)?;
    module.add_function(wrap_pyfunction!(check_analysis, module)?)?;
    module.add_function(wrap_pyfunction!(recommend_for, module)?)?;
    module.add_function(wrap_pyfunction!(layouts, module)?)?;
    module.add_function(wrap_pyfunction!(schema, module)?)?;
    module.add_function(wrap_pyfunction!(schema_kinds, module)?)
}

/// Parses JSON text that was produced by this module.
pub fn parsed<T: DeserializeOwned>(py: Python<'_>, what: &str, text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|error| settings(py, &format!("the {what}: {error}"), "correct the named field"))
}

/// Parses a chain from TOML or JSON text.
pub fn chain_spec(py: Python<'_>, text: &str) -> PyResult<ChainSpec> {
    ChainSpec::from_str_auto(text).map_err(|error| {
        let place = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
        let remedy = if error.remedy.is_empty() { "correct the named setting" } else { &error.remedy };
        settings(py, &format!("the chain: {place}{}", error.problem), remedy)
    })
}

pub fn target(py: Python<'_>, text: &str) -> PyResult<Target> {
    parsed(py, "target", text)
}

/// Validates the text of a chain (TOML or JSON, any version) and returns it as JSON of the current version.
#[pyfunction]
fn chain_read(py: Python<'_>, text: &str) -> PyResult<String> {
    Ok(json(&chain_spec(py, text)?))
}

/// Converts the text of a chain to TOML.
#[pyfunction]
fn chain_to_toml(py: Python<'_>, text: &str) -> PyResult<String> {
    Ok(chain_spec(py, text)?.to_toml())
}

/// Returns the chain of a preset as JSON text.
#[pyfunction]
fn chain_preset(py: Python<'_>, name: &str) -> PyResult<String> {
    let Some(chain) = ChainSpec::preset(name) else {
        return Err(unknown_preset(py, name));
    };
    Ok(json(&chain))
}

fn unknown_preset(py: Python<'_>, name: &str) -> PyErr {
    let known: Vec<_> = Preset::all().map(|preset| preset.name).collect();
    settings(py, &format!("unknown preset \"{name}\""), &format!("known presets are {}", known.join(", ")))
}

/// Returns the names of the presets and when to use each.
#[pyfunction]
fn chain_presets() -> Vec<(&'static str, &'static str)> {
    Preset::all().map(|preset| (preset.name, preset.purpose)).collect()
}

/// Reads the chain of a file or of `preset:NAME`; returns JSON text.
#[pyfunction]
fn chain_load(py: Python<'_>, path: std::path::PathBuf) -> PyResult<String> {
    Ok(json(&balanced::read_chain(path).raise(py)?))
}

/// Returns the target that a preset is made for, as JSON text.
#[pyfunction]
fn preset_target(py: Python<'_>, name: &str) -> PyResult<String> {
    let target = Preset::named(name).and_then(|preset| Target::named(preset.target));
    target.map(|target| json(&target)).ok_or_else(|| unknown_preset(py, name))
}

/// Returns all kinds of processors.
#[pyfunction]
fn processor_kinds() -> Vec<&'static str> {
    balanced::ProcessorSpec::KINDS.to_vec()
}

/// Returns the parameter table of a processor: `(id, unit, min, max, default, scale, choices, description)`.
#[pyfunction]
#[allow(clippy::type_complexity, reason = "a row of a table")]
fn processor_params(
    py: Python<'_>,
    kind: &str,
) -> PyResult<Vec<(&'static str, &'static str, f64, f64, f64, &'static str, Vec<&'static str>, &'static str)>> {
    let Some(spec) = balanced::ProcessorSpec::default_of(kind) else {
        let remedy = format!("known processors are {}", processor_kinds().join(", "));
        return Err(settings(py, &format!("unknown processor \"{kind}\""), &remedy));
    };
    let row = |p: &balanced::Param| {
        let (scale, choices) = match p.scale {
            balanced::Scale::Linear => ("linear", Vec::new()),
            balanced::Scale::Logarithmic => ("logarithmic", Vec::new()),
            balanced::Scale::Integer => ("integer", Vec::new()),
            balanced::Scale::Toggle => ("toggle", Vec::new()),
            balanced::Scale::Choice(names) => ("choice", names.to_vec()),
            _ => ("other", Vec::new()),
        };
        (p.id, p.unit, p.min, p.max, p.default, scale, choices, p.description)
    };
    Ok(spec.params().iter().map(row).collect())
}

/// Returns all built-in targets as JSON text.
#[pyfunction]
fn targets() -> String {
    json(&Target::all())
}

/// Creates a custom target as JSON text; missing values are those of the default target.
#[pyfunction]
fn custom_target(py: Python<'_>, integrated_lufs: Option<f64>, ceiling_dbtp: Option<f64>) -> PyResult<String> {
    let usual = Target::default();
    let (lufs, ceiling) =
        (integrated_lufs.unwrap_or(usual.integrated_lufs), ceiling_dbtp.unwrap_or(usual.ceiling_dbtp));
    let target =
        Target::custom(lufs, ceiling).map_err(|problem| settings(py, &problem, "give a value in that range"))?;
    Ok(json(&target))
}

/// Returns all built-in profiles as JSON text.
#[pyfunction]
fn profiles() -> String {
    json(&Profile::all())
}

/// Reads a profile, built-in by name or from a TOML file; returns JSON text.
#[pyfunction]
fn profile(py: Python<'_>, name_or_file: &str) -> PyResult<String> {
    Ok(json(&balanced::profile(name_or_file).raise(py)?))
}

/// Returns the TOML text of a built-in profile.
#[pyfunction]
fn profile_toml(py: Python<'_>, name: &str) -> PyResult<&'static str> {
    balanced::profile_toml(name).ok_or_else(|| {
        let names: Vec<String> = Profile::all().into_iter().map(|profile| profile.name).collect();
        settings(py, &format!("unknown profile \"{name}\""), &format!("known profiles are {}", names.join(", ")))
    })
}

/// Reads a TOML file of platform rules and merges it into the built-in table; returns JSON text.
#[pyfunction]
fn platforms(py: Python<'_>, path: std::path::PathBuf) -> PyResult<String> {
    Ok(json(&balanced::platforms(path).raise(py)?))
}

/// Returns the built-in platform table as a TOML file.
#[pyfunction]
fn platforms_toml() -> String {
    balanced::platforms_toml()
}

/// Returns the configuration that measures only what the rules of a profile read, as JSON text.
#[pyfunction]
fn check_config(py: Python<'_>, profile_json: &str) -> PyResult<String> {
    Ok(json(&balanced::check_config(&parsed::<Profile>(py, "profile", profile_json)?)))
}

/// Checks an analysis against the rules of a profile; returns JSON text.
#[pyfunction]
fn check_analysis(py: Python<'_>, analysis_json: &str, profile_json: &str) -> PyResult<String> {
    let analysis: Analysis = parsed(py, "analysis", analysis_json)?;
    Ok(json(&balanced::check_analysis(&analysis, &parsed(py, "profile", profile_json)?)))
}

/// Recommends a chain from an analysis; returns JSON text.
#[pyfunction]
fn recommend_for(
    py: Python<'_>,
    analysis_json: &str,
    target_json: Option<&str>,
    intensity: f64,
    matching: MatchingArguments,
    limits_json: Option<&str>,
) -> PyResult<String> {
    let analysis: Analysis = parsed(py, "analysis", analysis_json)?;
    let target = target_json.map(|text| target(py, text)).transpose()?;
    let (matching, limits) = (matching.into(), limits(py, limits_json)?);
    let options = RecommendOptions { target, intensity, matching, limits, ..RecommendOptions::default() };
    let recommendation: Recommendation = py.detach(|| balanced::recommend_for(&analysis, &options)).raise(py)?;
    Ok(json(&recommendation))
}

/// Returns the names of the channel layouts.
#[pyfunction]
fn layouts() -> Vec<&'static str> {
    balanced::ChannelLayout::names().collect()
}

/// Returns the JSON Schema of a kind of document as JSON text.
#[pyfunction]
fn schema(py: Python<'_>, kind: &str) -> PyResult<String> {
    let Some((_, kind)) = SchemaKind::ALL.into_iter().find(|(name, _)| *name == kind) else {
        let remedy = format!("known schemas are {}", schema_kinds().join(", "));
        return Err(settings(py, &format!("unknown schema \"{kind}\""), &remedy));
    };
    Ok(json(&balanced::schema(kind)))
}

/// Returns the kinds of document that have a schema.
#[pyfunction]
fn schema_kinds() -> Vec<&'static str> {
    SchemaKind::ALL.into_iter().map(|(name, _)| name).collect()
}

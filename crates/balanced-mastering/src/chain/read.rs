//! Reading a chain from a tree, naming the path of whatever is wrong.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{ChainSpec, Step, migrate};
use crate::{ProcessorSpec, SpecError};

/// A chain, migrated and validated.
pub(super) fn chain(tree: Value) -> Result<ChainSpec, SpecError> {
    let mut tree = migrate::to_current(object(tree)?)?;
    tree.remove("version");
    let name = match tree.remove("name") {
        None => String::new(),
        Some(Value::String(name)) => name,
        Some(other) => return Err(SpecError::new("name", format!("must be text, is {other}"))),
    };
    let steps = match tree.remove("steps") {
        None => Vec::new(),
        Some(Value::Array(steps)) => steps,
        Some(_) => return Err(SpecError::new("steps", "must be a list")),
    };
    if let Some(unknown) = tree.keys().next() {
        return Err(SpecError::new(unknown, "unknown field; a chain has `version`, `name` and `steps`"));
    }
    let numbered = steps.into_iter().enumerate();
    let steps = numbered.map(|(index, tree)| step(tree).map_err(|error| error.within(&format!("steps[{index}]"))));
    let chain = ChainSpec { name, steps: steps.collect::<Result<_, _>>()?, ..ChainSpec::default() };
    chain.validate()?;
    Ok(chain)
}

/// One step, its settings beside `kind`, `bypass` and `mix`.
pub(super) fn step(tree: Value) -> Result<Step, SpecError> {
    let mut tree = object(tree)?;
    let kind = match tree.remove("kind") {
        Some(Value::String(kind)) => kind,
        _ => {
            let kinds = ProcessorSpec::KINDS.join(", ");
            return Err(SpecError::new("kind", format!("must name a processor: {kinds}")));
        }
    };
    let bypass = match tree.remove("bypass") {
        None => false,
        Some(Value::Bool(bypass)) => bypass,
        Some(other) => return Err(SpecError::new("bypass", format!("must be true or false, is {other}"))),
    };
    let mix = match tree.remove("mix") {
        None => 1.0,
        Some(mix) => mix.as_f64().ok_or_else(|| SpecError::new("mix", format!("must be a number, is {mix}")))?,
    };
    Ok(Step { processor: ProcessorSpec::read(&kind, Value::Object(tree))?, bypass, mix })
}

fn object(tree: Value) -> Result<Map<String, Value>, SpecError> {
    match tree {
        Value::Object(object) => Ok(object),
        other => Err(SpecError::new("", format!("must be a table of fields, is {other}"))),
    }
}

/// Any settings; an error carries the path within them, and for an unknown field the known ones.
pub(crate) fn read_settings<T: DeserializeOwned>(tree: Value) -> Result<T, SpecError> {
    serde_path_to_error::deserialize(tree).map_err(|error| {
        let path = error.path().to_string();
        SpecError::new(if path == "." { "" } else { &path }, error.inner().to_string())
    })
}

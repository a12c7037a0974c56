//! Reading a chain from a tree, naming the path of whatever is wrong.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::parallel::check_nesting;
use super::{Branch, ChainSpec, ClapSpec, ParallelSpec, Step, StepKind, migrate};
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
    let input_lufs = match tree.remove("input_lufs") {
        None | Some(Value::Null) => None,
        Some(lufs) => Some(number("input_lufs", &lufs)?),
    };
    let steps = steps(&mut tree, 0)?;
    if let Some(unknown) = tree.keys().next() {
        return Err(SpecError::new(unknown, "unknown field")
            .with_remedy("use the fields of a chain: `version`, `name`, `input_lufs` and `steps`"));
    }
    let chain = ChainSpec { name, input_lufs, steps, ..ChainSpec::default() };
    chain.validate()?;
    Ok(chain)
}

/// The steps that `tree` holds, `depth` parallel steps down; they are taken out of it.
fn steps(tree: &mut Map<String, Value>, depth: usize) -> Result<Vec<Step>, SpecError> {
    list(tree, "steps", |item| step(item, depth))
}

/// The items of the list `field`, which is taken out of `tree`.
fn list<T>(
    tree: &mut Map<String, Value>,
    field: &str,
    read: impl Fn(Value) -> Result<T, SpecError>,
) -> Result<Vec<T>, SpecError> {
    let items = match tree.remove(field) {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(SpecError::new(field, format!("must be a list (`[[{field}]]` in TOML)"))),
    };
    let numbered = items.into_iter().enumerate();
    numbered.map(|(index, item)| read(item).map_err(|error| error.within(&format!("{field}[{index}]")))).collect()
}

/// One step, its settings beside `kind`, `bypass` and `mix`.
pub(super) fn step(tree: Value, depth: usize) -> Result<Step, SpecError> {
    let mut tree = object(tree)?;
    let kind = match tree.remove("kind") {
        Some(Value::String(kind)) => kind,
        _ => return Err(SpecError::new("kind", format!("must name what the step does: {}", known_kinds()))),
    };
    let bypass = match tree.remove("bypass") {
        None => false,
        Some(Value::Bool(bypass)) => bypass,
        Some(other) => return Err(SpecError::new("bypass", format!("must be true or false, is {other}"))),
    };
    let mix = match tree.remove("mix") {
        None => 1.0,
        Some(mix) => number("mix", &mix)?,
    };
    Ok(Step { kind: settings(&kind, tree, depth)?, bypass, mix })
}

fn settings(kind: &str, tree: Map<String, Value>, depth: usize) -> Result<StepKind, SpecError> {
    match kind {
        ParallelSpec::KIND => parallel(tree, depth).map(StepKind::Parallel),
        ClapSpec::KIND => read_settings::<ClapSpec>(Value::Object(tree)).map(StepKind::Clap),
        kind => match ProcessorSpec::read(kind, Value::Object(tree)) {
            Some(processor) => processor.map(StepKind::Processor),
            None => Err(SpecError::new("kind", format!("there is no step `{kind}`, there are {}", known_kinds()))),
        },
    }
}

fn known_kinds() -> String {
    StepKind::names().collect::<Vec<_>>().join(", ")
}

fn parallel(mut tree: Map<String, Value>, depth: usize) -> Result<ParallelSpec, SpecError> {
    check_nesting(depth)?;
    let branches = list(&mut tree, "branches", |item| branch(item, depth + 1))?;
    let spec = read_settings::<ParallelSpec>(Value::Object(tree))?;
    Ok(ParallelSpec { branches, ..spec })
}

fn branch(tree: Value, depth: usize) -> Result<Branch, SpecError> {
    let mut tree = object(tree)?;
    let steps = steps(&mut tree, depth)?;
    let branch = read_settings::<Branch>(Value::Object(tree))?;
    Ok(Branch { steps, ..branch })
}

fn number(field: &str, value: &Value) -> Result<f64, SpecError> {
    value.as_f64().ok_or_else(|| SpecError::new(field, format!("must be a number, is {value}")))
}

fn object(tree: Value) -> Result<Map<String, Value>, SpecError> {
    match tree {
        Value::Object(object) => Ok(object),
        other => Err(SpecError::new("", format!("must be a table of fields, is {other}"))),
    }
}

/// Reads settings of any type from a tree.
///
/// # Errors
/// The path of the culprit within the tree, and what is wrong with it; for an unknown field, the known ones.
pub fn read_settings<T: DeserializeOwned>(tree: Value) -> Result<T, SpecError> {
    serde_path_to_error::deserialize(tree).map_err(|error| {
        let path = error.path().to_string();
        SpecError::new(if path == "." { "" } else { &path }, plain(&error.inner().to_string()))
    })
}

/// The deserialiser's message in words that are not Rust's.
fn plain(message: &str) -> String {
    let words =
        [("unknown variant", "unknown name"), ("invalid type: ", "must be of another type than "), ("f64", "a number")];
    words.iter().fold(message.to_owned(), |text, (rust, plain)| text.replace(rust, plain))
}

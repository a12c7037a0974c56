//! The JSON Schema of a step, with the ranges of the parameter tables.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::spec::MIX;
use super::{ClapSpec, ParallelSpec, Step};
use crate::{Param, Parameters, ProcessorSpec, Scale};

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    /// The schema of [`ProcessorSpec`], then those of parallel and external steps, with `bypass` and `mix` beside the
    /// settings of every kind.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = ProcessorSpec::json_schema(generator);
        let Some(kinds) = schema.get_mut("oneOf").and_then(Value::as_array_mut) else { return schema };
        kinds.push(tagged::<ParallelSpec>(ParallelSpec::KIND, &["kind", "branches"], generator));
        kinds.push(tagged::<ClapSpec>(ClapSpec::KIND, &["kind", "path"], generator));
        for kind in kinds {
            let Some(properties) = kind.get_mut("properties").and_then(Value::as_object_mut) else { continue };
            let name = properties.get("kind").and_then(|kind| kind.get("const")).and_then(Value::as_str);
            let presets = name.map(ProcessorSpec::presets_of).unwrap_or_default();
            params(name).iter().for_each(|param| describe(param, properties, generator));
            properties.insert("bypass".to_owned(), bypass());
            if !presets.is_empty() {
                properties.insert("preset".to_owned(), preset(&presets));
            }
            properties.insert("mix".to_owned(), json_schema!({"type": "number"}).into());
            describe(&MIX, properties, generator);
        }
        schema
    }
}

fn preset(names: &[&str]) -> Value {
    let description = "Settings to start from; the fields beside it override theirs.";
    json_schema!({"type": "string", "enum": names, "description": description}).into()
}

fn params(kind: Option<&str>) -> Vec<Param> {
    match kind {
        Some(ParallelSpec::KIND) => ParallelSpec::PARAMS.to_vec(),
        Some(ClapSpec::KIND) => ClapSpec::PARAMS.to_vec(),
        kind => kind.and_then(ProcessorSpec::default_of).map_or_else(Vec::new, |spec| spec.params().to_vec()),
    }
}

/// The schema of `T` with the `kind` that names it, and the fields that cannot be absent.
fn tagged<T: JsonSchema>(kind: &str, required: &[&str], generator: &mut SchemaGenerator) -> Value {
    let mut schema = Value::from(T::json_schema(generator));
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("kind".to_owned(), json_schema!({"type": "string", "const": kind}).into());
    }
    if let Some(object) = schema.as_object_mut() {
        object.insert("required".to_owned(), required.into());
    }
    schema
}

fn bypass() -> Value {
    json_schema!({"type": "boolean", "default": false, "description": Step::BYPASS.description}).into()
}

/// Write the row's range, default and sentence to the property it describes.
fn describe(param: &Param, properties: &mut Map<String, Value>, generator: &mut SchemaGenerator) {
    let (head, field) = param.id.split_once('.').map_or((param.id, None), |(head, field)| (head, Some(field)));
    let Some(property) = properties.get_mut(head.trim_end_matches("[]")) else { return };
    match (head.ends_with("[]"), field) {
        (false, None) => annotate(param, property, true),
        (true, None) => property.get_mut("items").into_iter().for_each(|items| annotate(param, items, false)),
        (_, Some(field)) => {
            let item = property.get("items").and_then(|items| items.get("$ref")).and_then(Value::as_str);
            let name = item.and_then(|path| path.rsplit('/').next()).unwrap_or_default().to_owned();
            let definition = generator.definitions_mut().get_mut(&name).and_then(|item| item.get_mut("properties"));
            let slot = definition.and_then(|properties| properties.get_mut(field));
            slot.into_iter().for_each(|slot| annotate(param, slot, true));
        }
    }
}

fn annotate(param: &Param, property: &mut Value, with_default: bool) {
    let Some(property) = property.as_object_mut() else { return };
    if matches!(param.scale, Scale::Linear | Scale::Logarithmic | Scale::Integer) {
        property.insert("minimum".to_owned(), param.min.into());
        property.insert("maximum".to_owned(), param.max.into());
        if with_default {
            property.insert("default".to_owned(), param.default.into());
        }
    }
    property.insert("description".to_owned(), param.description.into());
}

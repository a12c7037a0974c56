//! The parameter tables say what the settings do.

use balanced_mastering::{ProcessorSpec, Scale};
use serde_json::Value;

/// Ids of all leaves of a settings tree, lists as `name[]`.
fn leaves(tree: &Value, prefix: &str, found: &mut Vec<(String, Value)>) {
    match tree {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| !(prefix.is_empty() && *name == "kind")) {
                leaves(value, &if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") }, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, &format!("{prefix}[]"), found)),
        leaf => found.push((prefix.to_owned(), leaf.clone())),
    }
}

fn fields(spec: &ProcessorSpec) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    leaves(&serde_json::to_value(spec).unwrap(), "", &mut found);
    found
}

#[test]
fn every_field_has_a_row_and_every_row_a_field() {
    for kind in ProcessorSpec::KINDS {
        let examples: Vec<_> = ProcessorSpec::all().into_iter().filter(|spec| spec.kind() == *kind).collect();
        let rows = examples[0].params();
        let fields: Vec<String> = examples.iter().flat_map(fields).map(|(id, _)| id).collect();
        for field in &fields {
            assert!(rows.iter().any(|row| row.id == field), "{kind}: `{field}` has no row");
        }
        for row in rows {
            assert!(fields.iter().any(|field| field == row.id), "{kind}: row `{}` has no field", row.id);
            assert!(row.min < row.max && row.contains(row.default), "{kind}: `{}`", row.id);
            assert!(row.scale != Scale::Logarithmic || row.min > 0.0, "{kind}: `{}`", row.id);
            assert!(row.description.ends_with('.'), "{kind}: `{}` is described in a sentence", row.id);
        }
    }
}

#[test]
fn defaults_are_those_of_the_table() {
    for kind in ProcessorSpec::KINDS {
        let spec = ProcessorSpec::default_of(kind).unwrap();
        assert_eq!(spec.kind(), *kind);
        for (id, value) in fields(&spec).iter().filter(|(id, _)| !id.contains("[]")) {
            let row = spec.params().iter().find(|row| row.id == id).unwrap();
            let default = match (row.scale, value) {
                (Scale::Toggle, Value::Bool(on)) => f64::from(u8::from(*on)),
                (Scale::Choice(names), Value::String(name)) => {
                    names.iter().position(|n| n == name).unwrap_or_else(|| panic!("{kind}: `{name}` not in {names:?}"))
                        as f64
                }
                (_, value) => value.as_f64().unwrap_or_else(|| panic!("{kind}: `{id}` is {value}")),
            };
            assert_eq!(default, row.default, "{kind}: `{id}`");
        }
    }
}

/// `tree` with the field `id` of the first item that has one replaced.
fn replaced(tree: &Value, id: &str, new: &Value) -> Option<Value> {
    let (head, rest) = id.split_once('.').map_or((id, None), |(head, rest)| (head, Some(rest)));
    let name = head.trim_end_matches("[]");
    let mut tree = tree.clone();
    let mut slot = tree.get_mut(name)?;
    if head.ends_with("[]") {
        slot = slot.get_mut(0)?;
    }
    *slot = match rest {
        Some(rest) => replaced(slot, rest, new)?,
        None => new.clone(),
    };
    Some(tree)
}

#[test]
fn the_ends_of_every_range_are_held() {
    for spec in ProcessorSpec::all() {
        let tree = serde_json::to_value(&spec).unwrap();
        for row in spec.params() {
            let wrong: Vec<Value> = match row.scale {
                Scale::Toggle => vec![2.into()],
                Scale::Choice(_) => vec!["no such name".into()],
                _ => vec![(row.max.abs() * 2.0 + 1.0).into(), (-row.min.abs() * 2.0 - 1.0).into()],
            };
            for wrong in wrong {
                let Some(tree) = replaced(&tree, row.id, &wrong) else { continue };
                let refused = match serde_json::from_value::<ProcessorSpec>(tree) {
                    Err(_) => true,
                    Ok(spec) => spec.validate().is_err_and(|e| e.path == row.id.replace("[]", "[0]")),
                };
                assert!(refused, "{}: `{}` = {wrong} was accepted", spec.kind(), row.id);
            }
        }
    }
}

#[test]
fn every_choice_is_a_name_the_settings_know() {
    for spec in ProcessorSpec::all() {
        let tree = serde_json::to_value(&spec).unwrap();
        for row in spec.params() {
            let Scale::Choice(names) = row.scale else { continue };
            for name in names {
                let Some(tree) = replaced(&tree, row.id, &Value::from(*name)) else { continue };
                serde_json::from_value::<ProcessorSpec>(tree)
                    .unwrap_or_else(|e| panic!("{} {}: {e}", spec.kind(), row.id));
            }
        }
    }
}

#[test]
fn every_parameter_is_read_and_written_by_its_row_and_by_its_path() {
    for mut spec in ProcessorSpec::all() {
        for (number, row) in spec.params().iter().enumerate() {
            let items = spec.count(number);
            for item in 0..items {
                let path = row.id.replacen("[]", &format!("[{item}]"), 1);
                assert!(spec.set(number, item, row.max), "{path}");
                assert_eq!((spec.get(number, item), spec.value(&path)), (Some(row.max), Some(row.max)), "{path}");
                assert!(spec.set_value(&path, row.min), "{path}");
                assert_eq!(spec.get(number, item), Some(row.min), "{path}");
            }
            if row.id.contains("[]") {
                assert_eq!((spec.get(number, items), spec.set(number, items, row.min)), (None, false), "{}", row.id);
            }
        }
        assert_eq!((spec.value("no_such_parameter"), spec.get(99, 0), spec.count(99)), (None, None, 0));
    }
}

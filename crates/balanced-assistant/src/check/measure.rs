//! Finding a measurement by its dotted path, and knowing whether there is such a one.

use balanced_model::Analysis;
use serde_json::Value;

/// The value at `path` (`loudness.true_peak_dbtp`); `None` if it is absent or `null`.
pub(super) fn look_up<'a>(tree: &'a Value, path: &str) -> Option<&'a Value> {
    let value = path.split('.').try_fold(tree, |value, key| value.get(key))?;
    (!value.is_null()).then_some(value)
}

/// Whether an analysis can hold a number or text at `path`: asked of its JSON Schema.
pub(super) fn exists(path: &str) -> bool {
    let schema: Value = schemars::schema_for!(Analysis).into();
    path.split('.').try_fold(&schema, |node, key| property(&schema, node, key)).is_some()
}

/// The schema of property `key` of `node`, through references and alternatives.
fn property<'a>(root: &'a Value, node: &'a Value, key: &str) -> Option<&'a Value> {
    if let Some(found) = node.get("properties").and_then(|properties| properties.get(key)) {
        return Some(found);
    }
    if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        return property(root, root.pointer(reference.trim_start_matches('#'))?, key);
    }
    let alternatives = ["anyOf", "allOf", "oneOf"].into_iter().filter_map(|word| node.get(word)?.as_array());
    alternatives.flatten().find_map(|alternative| property(root, alternative, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_tree_are_known_and_slips_are_not() {
        for path in ["loudness.true_peak_dbtp", "source.bit_depth", "spectrum.bands.sub", "dynamics.dr"] {
            assert!(exists(path), "{path}");
        }
        for path in ["loudness.true_peak", "peak", "source.bit_depth.x"] {
            assert!(!exists(path), "{path}");
        }
    }
}

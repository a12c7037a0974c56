//! Validation by the parameter tables: settings as a JSON tree, checked row by row.

use serde_json::Value;

use crate::{Param, Scale, SpecError};

/// Check every field of `tree` that `params` has a row for.
pub(crate) fn validate(tree: &Value, params: &[Param]) -> Result<(), SpecError> {
    params.iter().try_for_each(|param| check(tree, param.id, "", param))
}

/// Follow `id` into `tree`, over every item where it says `[]`.
fn check(tree: &Value, id: &str, path: &str, param: &Param) -> Result<(), SpecError> {
    let (head, rest) = id.split_once('.').map_or((id, None), |(head, rest)| (head, Some(rest)));
    let name = head.trim_end_matches("[]");
    let Some(value) = tree.get(name) else { return Ok(()) };
    let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let below = |value: &Value, path: &str| match rest {
        Some(rest) => check(value, rest, path, param),
        None => check_value(value, path, param),
    };
    match value {
        Value::Array(items) if head.ends_with("[]") => {
            items.iter().enumerate().try_for_each(|(index, item)| below(item, &format!("{path}[{index}]")))
        }
        value => below(value, &path),
    }
}

fn check_value(value: &Value, path: &str, param: &Param) -> Result<(), SpecError> {
    if matches!(param.scale, Scale::Toggle | Scale::Choice(_)) {
        return Ok(()); // booleans and names are checked by their types
    }
    match value.as_f64() {
        Some(number) if param.contains(number) => Ok(()),
        Some(number) => Err(SpecError::new(path, format!("{number} is outside {}", param.range_text()))),
        None => Err(SpecError::new(path, format!("is not a number; it must lie in {}", param.range_text()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ROWS: [Param; 2] = [
        Param::linear("level_db", "dB", (-6.0, 6.0), 0.0, ""),
        Param::logarithmic("bands[].frequency_hz", "Hz", (10.0, 30_000.0), 1000.0, ""),
    ];

    #[test]
    fn the_culprit_is_named_by_its_path() {
        let tree = json!({"level_db": 6.0, "bands": [{"frequency_hz": 20.0}, {"frequency_hz": 0.0}]});
        let error = validate(&tree, &ROWS).unwrap_err();
        assert_eq!(error.to_string(), "bands[1].frequency_hz: 0 is outside 10..30000 Hz");
        let error = validate(&json!({"level_db": f64::NAN}), &ROWS).unwrap_err();
        assert_eq!(error.to_string(), "level_db: is not a number; it must lie in -6..6 dB");
    }
}

//! One rule: a measurement and what it may be, or a defect that must not be there.

use balanced_model::{DefectKind, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::measure;

/// Consequence of breaking a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// The file fails.
    #[default]
    Fail,
    /// The file passes, with a warning.
    Warn,
}

/// Rule of a profile: either `measure` with `min`, `max` or `one_of`, or `defect`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Short name, unique in the profile.
    pub id: String,
    /// Dotted path into the analysis, such as `loudness.true_peak_dbtp`.
    pub measure: Option<String>,
    /// Smallest value allowed.
    pub min: Option<f64>,
    /// Largest value allowed.
    pub max: Option<f64>,
    /// Values allowed.
    pub one_of: Option<Vec<Value>>,
    /// Kind of defect that must not be there.
    pub defect: Option<DefectKind>,
    /// The mildest severity that counts; `minor` unless given.
    pub severity: Option<Severity>,
    /// Whether an unknown measurement (`null`) passes.
    pub unknown_passes: bool,
    /// Consequence of breaking the rule.
    pub level: Level,
    /// Purpose of the rule, with its source.
    pub why: String,
}

/// Result of one rule for one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleResult {
    /// The rule's name.
    pub id: String,
    /// Whether it is kept.
    pub passed: bool,
    /// Consequence of breaking it.
    pub level: Level,
    /// Measured value, or the number of defects for a defect rule; `null` if unknown.
    pub value: Value,
    /// Reason why the value is unknown, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Allowed values, in words.
    pub allowed: String,
    /// Explanation in one sentence.
    pub message: String,
}

impl Rule {
    pub(super) fn apply(&self, tree: &Value) -> RuleResult {
        let (passed, value) = match (&self.measure, self.defect) {
            (Some(path), _) => self.judge(measure::look_up(tree, path)),
            (None, Some(kind)) => self.count(tree, kind),
            (None, None) => (true, Value::Null),
        };
        let allowed = self.allowed();
        let subject = self.measure.as_deref().unwrap_or(&self.id);
        let unknown = value.is_null().then(|| why_unknown(tree, subject)).flatten();
        let told = unknown.as_ref().map_or_else(|| spell(&value), |reason| format!("not known ({reason})"));
        let message = match (passed, value.is_null()) {
            (true, true) => format!("{subject} is {told}, which passes."),
            (true, false) => format!("{subject} is {told}, {allowed} as it should be."),
            (false, _) => format!("{subject} is {told}; should be {allowed}. {}", self.why),
        };
        RuleResult { id: self.id.clone(), passed, level: self.level, value, unknown, allowed, message }
    }

    fn judge(&self, value: Option<&Value>) -> (bool, Value) {
        let Some(value) = value else { return (self.unknown_passes, Value::Null) };
        let number = value.as_f64();
        let above = self.min.is_none_or(|min| number.is_some_and(|number| number >= min));
        let below = self.max.is_none_or(|max| number.is_some_and(|number| number <= max));
        let among = self.one_of.as_ref().is_none_or(|allowed| allowed.iter().any(|each| same(each, value)));
        (above && below && among, value.clone())
    }

    fn count(&self, tree: &Value, kind: DefectKind) -> (bool, Value) {
        let Some(defects) = tree.get("defects").and_then(Value::as_array) else {
            return (self.unknown_passes, Value::Null);
        };
        let kind = serde_json::to_value(kind).expect("a kind is a word");
        let mildest = self.severity.unwrap_or(Severity::Minor);
        let counts = |defect: &&Value| {
            let severity = serde_json::from_value(defect["severity"].clone()).unwrap_or(Severity::Info);
            defect["kind"] == kind && severity >= mildest
        };
        let found = defects.iter().filter(counts).count();
        (found == 0, found.into())
    }

    fn allowed(&self) -> String {
        match (self.min, self.max, &self.one_of) {
            (Some(min), Some(max), _) => format!("from {min} to {max}"),
            (Some(min), None, _) => format!("{min} or more"),
            (None, Some(max), _) => format!("{max} or less"),
            (None, None, Some(values)) => {
                format!("one of {}", values.iter().map(spell).collect::<Vec<_>>().join(", "))
            }
            (None, None, None) => "0".to_owned(),
        }
    }

    /// Describes a mistake in the rule itself.
    pub(super) fn slip(&self) -> Option<String> {
        let bounded = self.min.is_some() || self.max.is_some() || self.one_of.is_some();
        match (&self.measure, self.defect) {
            (Some(_), Some(_)) => Some("has both `measure` and `defect`; keep one".to_owned()),
            (None, None) => Some("needs `measure` or `defect`".to_owned()),
            (Some(path), None) if !measure::exists(path) => {
                Some(format!("measure \"{path}\" does not exist; `balanced schema analysis` lists what does"))
            }
            (Some(_), None) if !bounded => Some("needs `min`, `max` or `one_of`".to_owned()),
            (None, Some(_)) if bounded => {
                Some("is about a defect; `min`, `max` and `one_of` mean nothing there".to_owned())
            }
            _ => None,
        }
    }
}

/// The analysis's own reason for leaving `path` open.
fn why_unknown(tree: &Value, path: &str) -> Option<String> {
    tree.get("reasons")?.get(path)?.as_str().map(str::to_owned)
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn spell(value: &Value) -> String {
    match value {
        Value::Null => "not known".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap_or_default();
            // Three decimals: -0.996 must not be shown as -1.0 beside a limit of -1.
            let text = format!("{number:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        other => other.to_string(),
    }
}

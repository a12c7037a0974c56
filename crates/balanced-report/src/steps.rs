//! The steps of a chain in words, read from the parameter tables: a new processor needs no line here.

use balanced_assistant::Reason;
use balanced_mastering::{ChainSpec, Param, Scale, Step};
use serde_json::{Map, Value};

use crate::facts::sentence;
use crate::number::{NONE, frequency, short, signed};

/// One step, ready to be shown.
pub(crate) struct StepView {
    pub name: String,
    pub reason: Option<String>,
    /// `bypassed`, `at 50 %`, or nothing.
    pub state: Option<String>,
    /// Label and value with unit.
    pub settings: Vec<(String, String)>,
    /// List settings (the bands of an equaliser): column names and rows.
    pub lists: Vec<(String, Vec<String>, Vec<Vec<String>>)>,
}

/// Every step of `chain`, with its reason where there is one.
pub(crate) fn views(chain: &ChainSpec, reasons: &[Reason]) -> Vec<StepView> {
    chain.steps.iter().enumerate().map(|(index, step)| view(step, reason(reasons, index))).collect()
}

fn reason(reasons: &[Reason], step: usize) -> Option<String> {
    let texts: Vec<_> =
        reasons.iter().filter(|reason| reason.step == step).map(|reason| reason.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

fn view(step: &Step, reason: Option<String>) -> StepView {
    let params = step.processor.params();
    let tree = match serde_json::to_value(&step.processor) {
        Ok(Value::Object(tree)) => tree,
        _ => Map::new(),
    };
    let state = match step.mix {
        _ if step.bypass => Some("bypassed".to_owned()),
        mix if mix < 1.0 => Some(format!("{} % of the sound", short(100.0 * mix))),
        _ => None,
    };
    let mut view =
        StepView { name: title(step.processor.kind()), reason, state, settings: Vec::new(), lists: Vec::new() };
    for (field, value) in tree.iter().filter(|(field, _)| *field != "kind") {
        match value {
            Value::Array(items) if items.iter().all(Value::is_object) => view.lists.extend(list(field, items, params)),
            Value::Array(items) => {
                let values: Vec<_> = items.iter().map(|item| setting(params, &format!("{field}[]"), item)).collect();
                view.settings.push((label(field), values.join(", ")));
            }
            value => view.settings.push((label(field), setting(params, field, value))),
        }
    }
    // The table's order is the author's; JSON objects come sorted.
    view.settings.sort_by_key(|(name, _)| params.iter().position(|param| label(param.id) == *name));
    view
}

fn list(field: &str, items: &[Value], params: &[Param]) -> Option<(String, Vec<String>, Vec<Vec<String>>)> {
    let first = items.first()?.as_object()?;
    let path = |name: &str| format!("{field}[].{name}");
    let mut names: Vec<&String> = first.keys().filter(|name| name.as_str() != "enabled").collect();
    names.sort_by_key(|name| params.iter().position(|param| param.id == path(name)).unwrap_or(usize::MAX));
    if let Some(kind) = names.iter().position(|name| *name == "kind") {
        let kind = names.remove(kind);
        names.insert(0, kind);
    }
    let cell = |item: &Value, name: &str| match item.get(name) {
        Some(value) if matters(item, name) => setting(params, &path(name), value),
        _ => NONE.to_owned(),
    };
    let cells = |item: &Value| names.iter().map(|name| cell(item, name)).collect();
    let enabled = |item: &&Value| item.get("enabled") != Some(&Value::Bool(false));
    let rows = items.iter().filter(enabled).map(cells).collect();
    Some((label(field), names.iter().map(|name| label(name)).collect(), rows))
}

/// Whether a band of this kind listens to the setting: a cut has no gain, a bell no slope.
fn matters(item: &Value, name: &str) -> bool {
    let kind = item.get("kind").and_then(Value::as_str).unwrap_or_default();
    match name {
        "gain_db" => !matches!(kind, "low_cut" | "high_cut" | "notch" | "band_pass"),
        "slope_db_per_octave" => matches!(kind, "low_cut" | "high_cut" | "low_shelf" | "high_shelf"),
        "alignment" => matches!(kind, "low_cut" | "high_cut"),
        _ => true,
    }
}

/// `dc_filter` as `DC filter`, `eq` as `EQ`.
fn title(kind: &str) -> String {
    let words: Vec<String> = kind
        .split('_')
        .map(|word| if ["eq", "dc", "ms"].contains(&word) { word.to_uppercase() } else { word.to_owned() })
        .collect();
    let name = words.join(" ");
    if name == "EQ" { "Equaliser".to_owned() } else { sentence(&name) }
}

const UNITS: [&str; 15] = [
    "db_per_octave",
    "dbfs",
    "dbtp",
    "db",
    "lufs",
    "lu",
    "hz",
    "ms",
    "s",
    "percent",
    "frames",
    "bpm",
    "ratio",
    "bits",
    "cents",
];

/// `threshold_db` as `Threshold`: the unit stands with the value.
fn label(field: &str) -> String {
    let bare = UNITS.iter().find_map(|unit| field.strip_suffix(unit)?.strip_suffix('_'));
    sentence(bare.unwrap_or(field)).replace("Rms", "RMS")
}

fn setting(params: &[Param], id: &str, value: &Value) -> String {
    let param = params.iter().find(|param| param.id == id);
    match value {
        Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
        Value::String(text) => text.replace('_', " "),
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or(0.0);
            match param {
                Some(Param { unit: "Hz", .. }) => frequency(number),
                Some(Param { unit: "dB", scale: Scale::Linear, min, .. }) if *min < 0.0 => {
                    format!("{} dB", signed(number, 2))
                }
                Some(Param { unit: ":1", .. }) => format!("{}:1", short(number)),
                Some(param) => format!("{} {}", short(number), param.unit).trim_end().to_owned(),
                None => short(number),
            }
        }
        Value::Null => NONE.to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_mastering::ProcessorSpec;

    /// Holds for every processor there will ever be: all its settings are shown, none without its unit.
    #[test]
    fn every_processor_shows_all_its_settings() {
        for processor in ProcessorSpec::all() {
            let params = processor.params();
            let view = view(&Step::new(processor.clone()), None);
            let lists = params.iter().filter(|param| param.id.contains("[]")).count();
            let plain = params.len() - lists;
            assert!(view.settings.len() >= plain, "{}: {:?}", view.name, view.settings);
            for (label, value) in &view.settings {
                assert!(!value.is_empty() && !label.contains('_'), "{}: {label} {value}", view.name);
            }
            for (_, columns, rows) in &view.lists {
                assert!(rows.iter().all(|row| row.len() == columns.len()));
            }
        }
    }

    #[test]
    fn names_and_labels_are_words() {
        assert_eq!([title("eq"), title("dc_filter"), title("limiter")], ["Equaliser", "DC filter", "Limiter"]);
        assert_eq!(
            [label("threshold_db"), label("slope_db_per_octave"), label("auto_blank")],
            ["Threshold", "Slope", "Auto blank"]
        );
    }
}

//! The steps of a chain in words, read from the parameter tables: a new processor needs no line here.

use balanced_mastering::{
    Branch, ChainSpec, ClapSpec, ParallelSpec, Param, ProcessorSpec, Scale, Split, Step, StepKind,
};
use balanced_model::Reason;
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
    /// Those of them that are as they are without being named.
    pub defaults: Vec<(String, String)>,
    /// List settings (the bands of an equaliser): column names and rows.
    pub lists: Vec<(String, Vec<String>, Vec<Vec<String>>)>,
    /// Branches of a parallel step: title and steps.
    pub branches: Vec<(String, Vec<StepView>)>,
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
    let state = match step.mix {
        _ if step.bypass => Some("bypassed".to_owned()),
        mix if mix < 1.0 => Some(format!("{} % of the sound", short(100.0 * mix))),
        _ => None,
    };
    let view = match &step.kind {
        StepKind::Processor(processor) => processor_view(processor),
        StepKind::Parallel(parallel) => parallel_view(parallel),
        StepKind::Clap(clap) => clap_view(clap),
    };
    StepView { reason, state, ..view }
}

fn named(name: impl Into<String>) -> StepView {
    StepView {
        name: name.into(),
        reason: None,
        state: None,
        settings: Vec::new(),
        defaults: Vec::new(),
        lists: Vec::new(),
        branches: Vec::new(),
    }
}

fn processor_view(processor: &ProcessorSpec) -> StepView {
    let params = processor.params();
    let tree = match serde_json::to_value(processor) {
        Ok(Value::Object(tree)) => tree,
        _ => Map::new(),
    };
    let mut view = named(title(processor.kind()));
    for (field, value) in tree.iter().filter(|(field, _)| *field != "kind") {
        match value {
            Value::Array(items) if items.iter().all(Value::is_object) => view.lists.extend(list(field, items, params)),
            Value::Array(items) => {
                let values: Vec<_> = items.iter().map(|item| setting(params, &format!("{field}[]"), item)).collect();
                view.settings.push((label(field), values.join(", ")));
            }
            value if is_default(params, field, value) => {
                view.defaults.push((label(field), setting(params, field, value)));
            }
            value => view.settings.push((label(field), setting(params, field, value))),
        }
    }
    // The table's order is the author's; JSON objects come sorted.
    for settings in [&mut view.settings, &mut view.defaults] {
        settings.sort_by_key(|(name, _)| params.iter().position(|param| label(param.id) == *name));
    }
    view
}

fn parallel_view(parallel: &ParallelSpec) -> StepView {
    let mut view = named(match parallel.split {
        Split::Whole => "Parallel branches",
        Split::MidSide => "Middle and sides apart",
        Split::Bands => "Bands apart",
    });
    if !parallel.crossovers_hz.is_empty() {
        let corners: Vec<_> = parallel.crossovers_hz.iter().map(|hz| frequency(*hz)).collect();
        view.settings.push((label("crossovers_hz"), corners.join(", ")));
    }
    let soloed = parallel.branches.iter().any(|branch| branch.solo);
    let numbered = parallel.branches.iter().enumerate();
    view.branches = numbered.map(|(index, branch)| branch_view(parallel.split, index, branch, soloed)).collect();
    view
}

fn branch_view(split: Split, index: usize, branch: &Branch, soloed: bool) -> (String, Vec<StepView>) {
    let name = match (split, index) {
        _ if !branch.name.is_empty() => branch.name.clone(),
        (Split::MidSide, 0) => "Middle".to_owned(),
        (Split::MidSide, _) => "Sides".to_owned(),
        (Split::Bands, _) => format!("Band {}", index + 1),
        (Split::Whole, _) => format!("Branch {}", index + 1),
    };
    let level = if branch.mute || (soloed && !branch.solo) {
        ", left out".to_owned()
    } else if branch.gain_db != 0.0 {
        format!(", {} dB", signed(branch.gain_db, 1))
    } else {
        String::new()
    };
    (name + &level, branch.steps.iter().map(|step| view(step, None)).collect())
}

fn clap_view(clap: &ClapSpec) -> StepView {
    let mut view = named("CLAP effect");
    view.settings.push(("File".to_owned(), clap.path.clone()));
    view.settings.extend(clap.plugin_id.iter().map(|id| ("Plugin".to_owned(), id.clone())));
    view.settings.extend(clap.state_file.iter().map(|file| ("State".to_owned(), file.clone())));
    view.settings.extend(clap.state_base64.iter().map(|_| ("State".to_owned(), "in the chain".to_owned())));
    view.settings.extend(clap.parameters.iter().map(|(name, value)| (name.clone(), short(*value))));
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

/// Whether a number is the one of its parameter's table, or a switch off.
fn is_default(params: &[Param], id: &str, value: &Value) -> bool {
    if *value == Value::Bool(false) {
        return true;
    }
    let param = params.iter().find(|param| param.id == id);
    param.is_some_and(|param| value.as_f64() == Some(param.default))
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
            let all = view.settings.len() + view.defaults.len();
            assert!(all >= plain, "{}: {:?} {:?}", view.name, view.settings, view.defaults);
            for (label, value) in view.settings.iter().chain(&view.defaults) {
                assert!(!value.is_empty() && !label.contains('_'), "{}: {label} {value}", view.name);
            }
            for (_, columns, rows) in &view.lists {
                assert!(rows.iter().all(|row| row.len() == columns.len()));
            }
        }
    }

    #[test]
    fn what_nobody_set_stands_apart() {
        let dither = ProcessorSpec::all().into_iter().find(|processor| processor.kind() == "dither").unwrap();
        let view = view(&Step::new(dither), None);
        assert!(
            view.defaults.contains(&("Seed".to_owned(), "0".to_owned())),
            "{:?} {:?}",
            view.settings,
            view.defaults
        );
        assert!(view.settings.iter().all(|(label, _)| label != "Seed"));
    }

    #[test]
    fn branches_are_named_and_hold_their_steps() {
        let gain = |gain_db| ProcessorSpec::Gain(balanced_mastering::GainSpec { gain_db });
        let loud = Branch { gain_db: -6.0, ..Branch::new("Crushed", [gain(3.0)]) };
        let muted = Branch { mute: true, ..Branch::default() };
        let views = |parallel: ParallelSpec| views(&ChainSpec::new("", [parallel]), &[]);
        let whole = &views(ParallelSpec::whole([Branch::dry(), loud, muted]))[0];
        let titles: Vec<_> = whole.branches.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["Dry", "Crushed, -6.0 dB", "Branch 3, left out"]);
        assert_eq!(whole.branches[1].1[0].name, "Gain");
        let bands = &views(ParallelSpec::bands([200.0], [Branch::default(), Branch::default()]))[0];
        assert_eq!((bands.branches[1].0.as_str(), bands.settings.len()), ("Band 2", 1));
        let clap = &super::views(&ChainSpec::new("", [ClapSpec::new("verb.clap")]), &[])[0];
        assert_eq!((clap.name.as_str(), clap.settings[0].1.as_str()), ("CLAP effect", "verb.clap"));
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

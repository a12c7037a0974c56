//! Writes the measured parts of `docs/`: a chart or two for every processor, and the tables of their parameters.
//!
//! `cargo run -p balanced-mastering --example processor_docs` writes them; with `--check` it fails if a file is not what
//! would be written. Pages are written by hand but for the stretch between `<!-- parameters -->` and `<!-- end -->`.

mod charts;
mod measure;
mod more_charts;
mod repair_charts;
mod svg;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use balanced_mastering::{Param, ProcessorSpec, Scale};

const BEGIN: &str = "<!-- parameters -->";
const END: &str = "<!-- end -->";

fn main() -> ExitCode {
    let check = std::env::args().any(|word| word == "--check");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut stale = Vec::new();
    for (name, chart) in charts::all().into_iter().chain(more_charts::all()).chain(repair_charts::all()) {
        put(&docs.join("plots").join(format!("{name}.svg")), &chart.to_svg(), check, &mut stale);
    }
    for kind in ProcessorSpec::KINDS {
        let path = docs.join(format!("{kind}.md"));
        let text = fs::read_to_string(&path).unwrap_or_else(|_| format!("# {kind}\n\n{BEGIN}\n{END}\n"));
        let (head, rest) = text.split_once(BEGIN).expect("a page has a place for its parameters");
        let (_, tail) = rest.split_once(END).expect("the place ends");
        put(&path, &format!("{head}{BEGIN}\n{}{END}{tail}", table(kind)), check, &mut stale);
    }
    for path in &stale {
        eprintln!("{path} is out of date; run `cargo xtask gen`");
    }
    if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn put(path: &Path, text: &str, check: bool, stale: &mut Vec<String>) {
    if check {
        if fs::read_to_string(path).ok().as_deref() != Some(text) {
            stale.push(path.display().to_string());
        }
        return;
    }
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

/// Parameters and presets as Markdown.
fn table(kind: &str) -> String {
    let spec = ProcessorSpec::default_of(kind).expect("a kind there is");
    let mut out = "| parameter | range | default | what it does |\n|---|---|---|---|\n".to_owned();
    for param in spec.params() {
        let _ = writeln!(out, "| `{}` | {} | {} | {} |", param.id, range(param), default(param), param.description);
    }
    for preset in ProcessorSpec::presets_of(kind) {
        let settings = ProcessorSpec::preset_of(kind, preset).expect("named by the table");
        let tree = serde_json::to_string(&settings).expect("settings are plain values");
        let _ = write!(out, "\nPreset `{preset}`: `{tree}`\n");
    }
    out
}

fn range(param: &Param) -> String {
    match param.scale {
        Scale::Toggle => "`true`, `false`".to_owned(),
        Scale::Choice(names) => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        _ => format!("{} to {} {}", param.min, param.max, param.unit).trim_end().to_owned(),
    }
}

fn default(param: &Param) -> String {
    match param.scale {
        Scale::Toggle => format!("`{}`", param.default != 0.0),
        Scale::Choice(names) => format!("`{}`", names[param.default as usize]),
        _ => param.default.to_string(),
    }
}

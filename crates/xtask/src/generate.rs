//! `cargo xtask gen`: files that are generated, committed and re-checked.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{python, run};

/// Kinds of schema that the command prints.
const SCHEMAS: [&str; 8] = ["analysis", "chain", "recommendation", "master", "check", "profile", "config", "info"];

/// Write the generated files, or with `check` fail if one of them is not what would be written.
pub fn run(check: bool) -> Result<(), String> {
    let root = run::root();
    for kind in SCHEMAS {
        let args = ["run", "--quiet", "--release", "--package", "balanced-cli", "--", "schema", kind];
        let text = run::output(&run::cargo(), args).ok_or_else(|| format!("`balanced schema {kind}` failed"))?;
        put(&root.join(format!("crates/balanced/schemas/{kind}.schema.json")), &text, check)?;
    }
    python::generate(check)?;
    put(&root.join("THIRD-PARTY.md"), third_party()?.as_bytes(), check)?;
    processor_docs(check)
}

/// Charts and parameter tables of the processors' pages.
fn processor_docs(check: bool) -> Result<(), String> {
    let mut args = vec!["run", "--quiet", "--package", "balanced-mastering", "--example", "processor_docs"];
    args.extend(check.then_some(["--", "--check"]).into_iter().flatten());
    run::run(&run::cargo(), args)
}

fn put(path: &Path, text: &[u8], check: bool) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", path.display());
    if check {
        let same = fs::read(path).unwrap_or_default() == text;
        return if same { Ok(()) } else { Err(format!("{} is out of date; run `cargo xtask gen`", path.display())) };
    }
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).map_err(failed)?;
    fs::write(path, text).map_err(failed)
}

/// Every crate in the command and the Python package, with version and licence.
fn third_party() -> Result<String, String> {
    let args =
        ["tree", "--package", "balanced-cli", "--package", "balanced-python", "--edges", "normal", "--prefix", "none"];
    let args = [&args[..], &["--format", "{p}|{l}|{r}"]].concat();
    let output = run::output(&run::cargo(), args).ok_or("`cargo tree` failed")?;
    let rows: BTreeSet<String> = String::from_utf8_lossy(&output)
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.starts_with("balanced"))
        .map(row)
        .collect();
    let head = "# Third-party software\n\nThe `balanced` command and the Python package contain these crates from crates.io, under the licence named (their texts and \
         copyright notices lie in the crates' sources). Written by `cargo xtask gen`. The demo track's licence is in `fixtures/README.md`.\n\n\
         | crate | version | licence | source |\n|---|---|---|---|\n";
    Ok(head.to_owned() + &rows.into_iter().collect::<String>())
}

fn row(line: &str) -> String {
    let mut fields = line.split('|');
    let package = fields.next().unwrap_or_default();
    let (licence, source) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let mut words = package.split_whitespace();
    let (name, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    format!("| {name} | {} | {licence} | {source} |\n", version.trim_start_matches('v'))
}

//! `cargo xtask gen`: files that are generated, committed and re-checked.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::licences::{self, Package};
use crate::{python, run};

/// Kinds of schema that the command prints.
const SCHEMAS: [&str; 22] = [
    "analysis",
    "chain",
    "recommendation",
    "master",
    "check",
    "profile",
    "config",
    "info",
    "merged",
    "roster",
    "wishes",
    "matches",
    "preview",
    "manifest",
    "reproduction",
    "album",
    "album-analysis",
    "album-result",
    "comparison",
    "fingerprint",
    "repair",
    "head",
];

/// Licences of the project and of the networks, which the wheel carries too.
const OWN_LICENCES: [&str; 3] = ["LICENSE-MIT", "LICENSE-APACHE", "crates/balanced-tags/models/LICENSE-musicnn.md"];

/// Build what writes the generated files, then write them, or with `check` fail if one of them is not what would be written.
pub fn run(check: bool) -> Result<(), String> {
    run::build_workspace()?;
    write(check)
}

/// Fail if a generated file is not what the workspace, as it is built, would write.
pub fn compare() -> Result<(), String> {
    write(true)
}

fn write(check: bool) -> Result<(), String> {
    let root = run::root();
    let command = run::built("balanced").to_string_lossy().into_owned();
    for kind in SCHEMAS {
        let text = run::output(&command, ["schema", kind]).ok_or_else(|| format!("`balanced schema {kind}` failed"))?;
        put(&root.join(format!("crates/balanced/schemas/{kind}.schema.json")), &text, check)?;
    }
    python::generate(check)?;
    python::generate_types(check)?;
    let (wheel, plugin) = (packages(&["balanced-cli", "balanced-python"])?, packages(&["balanced-master"])?);
    let all: BTreeSet<(Package, String)> = wheel.iter().chain(&plugin).cloned().collect();
    put(&root.join("THIRD-PARTY.md"), third_party(&all).as_bytes(), check)?;
    let licences = root.join("bindings/python/licenses");
    for (folder, packages) in [(&licences, wheel), (&root.join("plugins/balanced-master/licenses"), plugin)] {
        let packages: Vec<Package> = packages.into_iter().map(|(package, _)| package).collect();
        put(&folder.join("THIRD-PARTY.txt"), licences::texts(&packages)?.as_bytes(), check)?;
    }
    for path in OWN_LICENCES {
        let text = fs::read(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
        put(&licences.join(Path::new(path).file_name().expect("a file has a name")), &text, check)?;
    }
    processor_docs(check)
}

/// Charts and parameter tables of the processors' pages.
fn processor_docs(check: bool) -> Result<(), String> {
    let program = run::built("examples/processor_docs").to_string_lossy().into_owned();
    run::run(&program, check.then_some("--check"))
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

/// A table of every crate in the command, the Python package and the plugin.
fn third_party(packages: &BTreeSet<(Package, String)>) -> String {
    let head = "# Third-party software\n\nThe `balanced` command, the Python package and the plugin contain these crates from crates.io, under the licence named (their texts and \
         copyright notices: `bindings/python/licenses/`, `plugins/balanced-master/licenses/`). Written by `cargo xtask gen`. The demo track's licence is in `fixtures/README.md`.\n\n\
         | crate | version | licence | source |\n|---|---|---|---|\n";
    let row = |(Package { name, version, licence }, source): &(Package, String)| {
        format!("| {name} | {version} | {licence} | {source} |\n")
    };
    head.to_owned() + &packages.iter().map(row).collect::<String>()
}

/// Every crate from the registry in the packages `of` the workspace, and where its source lies.
fn packages(of: &[&str]) -> Result<BTreeSet<(Package, String)>, String> {
    let roots = of.iter().flat_map(|name| ["--package", name]);
    let args: Vec<&str> = ["tree"]
        .into_iter()
        .chain(roots)
        .chain(["--edges", "normal", "--prefix", "none", "--format", "{p}|{l}|{r}"])
        .collect();
    let output = run::output(&run::cargo(), args).ok_or("`cargo tree` failed")?;
    let text = String::from_utf8_lossy(&output).into_owned();
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(lines.filter(|line| !line.starts_with("balanced")).filter_map(package).collect())
}

fn package(line: &str) -> Option<(Package, String)> {
    let mut fields = line.split('|');
    let mut words = fields.next()?.split_whitespace();
    let (name, version) = (words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned());
    let licence = fields.next()?.to_owned();
    Some((Package { name, version, licence }, fields.next()?.to_owned()))
}

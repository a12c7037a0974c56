//! Licence texts of the crates that the wheel and the plugin contain, as their licences ask for: copies come with copyright notice and terms.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files of a crate that hold its terms begin with one of these.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];

/// A crate from the registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: String,
}

/// All texts, each once, under the crates that come with it. Crates that ship none are listed with the licence they name.
pub fn texts(packages: &[Package]) -> Result<String, String> {
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for package in packages {
        let found = texts_of(package)?;
        if found.is_empty() {
            without.push(format!("{} {}: {}", package.name, package.version, package.licence));
        }
        for text in found {
            by_text.entry(text).or_default().push(format!("{} {}", package.name, package.version));
        }
    }
    let mut parts: Vec<(String, String)> = by_text.into_iter().map(|(text, names)| (names.join(", "), text)).collect();
    parts.sort();
    let mut out = String::from(
        "Licences of the third-party crates in this package. Written by `cargo xtask gen` from the crates' own files.\n\
         Of crates under a choice of licences all texts are given.\n",
    );
    for (names, text) in parts {
        out += &format!("\n{}\n{names}\n\n{text}\n", "=".repeat(78));
    }
    out += &format!("\n{}\nCrates that come without a text, and the licence they name:\n\n", "=".repeat(78));
    Ok(out + &without.join("\n") + "\n")
}

fn texts_of(package: &Package) -> Result<Vec<String>, String> {
    let folder = source_of(package)?;
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| holds_terms(path)).collect();
    files.sort();
    let read = |path: &PathBuf| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    files.iter().map(|path| read(path).map(|bytes| tidy(&String::from_utf8_lossy(&bytes)))).collect()
}

fn holds_terms(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    path.is_file() && NAMES.iter().any(|start| name.starts_with(start))
}

/// Line ends and blank edges differ where terms do not.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Where cargo has unpacked a crate.
fn source_of(package: &Package) -> Result<PathBuf, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home =
        home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).ok_or("there is no home folder")?;
    let name = format!("{}-{}", package.name, package.version);
    let registries = fs::read_dir(home.join("registry/src")).map_err(|error| format!("{}: {error}", home.display()))?;
    registries
        .flatten()
        .map(|registry| registry.path().join(&name))
        .find(|folder| folder.is_dir())
        .ok_or_else(|| format!("the sources of {name} are not in {}; run `cargo fetch`", home.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_differ_by_what_they_say() {
        assert_eq!(tidy("\r\nMIT \r\n\r\nas is\n\n"), "MIT\n\nas is");
        assert!(!holds_terms(Path::new("licence-that-does-not-exist")));
        let nobody = Package { name: "no-such-crate".into(), version: "9.9.9".into(), licence: "MIT".into() };
        assert!(texts(&[nobody]).unwrap_err().contains("cargo fetch"));
    }
}

//! Tests the allowed dependencies between crates (the table of `crates/README.md`) against every manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::root;

/// Each crate and the workspace crates it may depend on.
const MAY_USE: [(&str, &[&str]); 13] = [
    ("fft", &[]),
    ("dsp", &["fft"]),
    ("host", &["dsp", "mastering"]),
    ("mastering", &["dsp", "fft"]),
    ("analysis", &["dsp", "fft"]),
    ("assistant", &["dsp", "analysis", "mastering"]),
    ("report", &["dsp", "analysis", "assistant", "mastering"]),
    ("io", &["dsp"]),
    ("testkit", &["dsp", "fft"]),
    ("master", &["dsp", "fft", "mastering", "analysis", "assistant"]),
    ("cli", &[""]),
    ("python", &[""]),
    ("", &["dsp", "analysis", "mastering", "assistant", "report", "io", "host"]),
];

/// External crates that only one crate may use: effects, and what the real-time and pure rings must not have.
const ONLY_IN: [(&str, &[&str]); 25] = [
    ("symphonia", &["io", "analysis (dev)"]),
    ("hound", &["io", "cli (dev)"]),
    ("flacenc", &["io"]),
    ("rubato", &["io"]),
    ("clack-host", &["host", "master (dev)"]),
    ("clack-extensions", &["host", "master (dev)"]),
    ("nice-plug", &["master"]),
    ("nice-plug-egui", &["master"]),
    ("egui", &["master"]),
    ("crossbeam", &["master"]),
    ("x11rb", &["master (dev)"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
    ("arrow-array", &[""]),
    ("arrow-json", &[""]),
    ("arrow-schema", &[""]),
    ("numpy", &["python"]),
    ("pyo3", &["python"]),
    ("pyo3-arrow", &["python"]),
    ("tempfile", &["io", "", "cli"]),
    ("reqwest", &["cyanite"]),
    ("ureq", &["cyanite"]),
    ("chacha20poly1305", &["vault"]),
    ("age", &["vault"]),
];

struct Manifest {
    uses: BTreeSet<String>,
    tests_use: BTreeSet<String>,
}

/// Reads the manifests under `crates/`, `bindings/` and `plugins/` by short name (`balanced-dsp` is `dsp`, the façade is empty).
fn manifests() -> BTreeMap<String, Manifest> {
    let mut found = BTreeMap::new();
    let folders = ["crates", "bindings", "plugins"].map(|folder| fs::read_dir(root().join(folder)).unwrap());
    for entry in folders.into_iter().flatten().flatten() {
        let Ok(text) = fs::read_to_string(entry.path().join("Cargo.toml")) else { continue };
        let toml: toml::Table = toml::from_str(&text).unwrap();
        let keys = |table: &str| -> BTreeSet<String> {
            toml.get(table).and_then(|t| t.as_table()).map(|t| t.keys().cloned().collect()).unwrap_or_default()
        };
        let manifest = Manifest { uses: keys("dependencies"), tests_use: keys("dev-dependencies") };
        found.insert(short(toml["package"]["name"].as_str().unwrap()), manifest);
    }
    found
}

fn short(name: &str) -> String {
    name.strip_prefix("balanced").unwrap_or(name).trim_start_matches('-').to_owned()
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let manifests = manifests();
    let table = BTreeMap::from(MAY_USE);
    for (name, manifest) in manifests.iter().filter(|(name, _)| *name != "xtask") {
        let allowed = table.get(name.as_str()).unwrap_or_else(|| panic!("crate {name} is not in the table"));
        for used in manifest.uses.iter().filter(|used| used.starts_with("balanced")) {
            assert!(allowed.contains(&short(used).as_str()), "balanced-{name} must not depend on {used}");
        }
    }
}

#[test]
fn the_testkit_is_for_tests_only() {
    for (name, manifest) in manifests() {
        assert!(!manifest.uses.contains("balanced-testkit"), "balanced-{name} ships the testkit");
    }
}

#[test]
fn outside_crates_with_an_effect_stay_in_their_place() {
    for (name, manifest) in manifests().iter().filter(|(name, _)| *name != "xtask") {
        for (outside, places) in ONLY_IN {
            let here = places.contains(&name.as_str());
            assert!(here || !manifest.uses.contains(outside), "{outside} has no place in balanced-{name}");
            let in_tests = here
                || name == "testkit"
                || outside == "tempfile"
                || places.contains(&format!("{name} (dev)").as_str());
            assert!(
                in_tests || !manifest.tests_use.contains(outside),
                "{outside} has no place in balanced-{name}'s tests"
            );
        }
    }
}

#[test]
fn the_pure_ring_opens_no_file_and_reads_no_clock() {
    let forbidden = ["std::fs", "std::env", "std::net", "std::process", "SystemTime", "Instant::now"];
    for name in ["fft", "dsp", "mastering", "analysis", "assistant", "report"] {
        for path in sources(&root().join(format!("crates/balanced-{name}/src"))) {
            let text = fs::read_to_string(&path).unwrap();
            for word in forbidden {
                assert!(!text.contains(word), "{}: {word} does not belong in the pure ring", path.display());
            }
        }
    }
}

/// A planner would compile all of RustFFT into the crate that uses it.
#[test]
fn transforms_are_planned_in_one_crate() {
    for path in sources(&root().join("crates")) {
        let here = path.components().any(|part| part.as_os_str() == "balanced-fft");
        let text = fs::read_to_string(&path).unwrap();
        assert!(here || !text.contains("FftPlanner"), "{}: use balanced_fft", path.display());
    }
}

#[test]
fn no_source_file_holds_more_than_one_idea_can_fill() {
    for path in ["crates", "bindings/python/src", "plugins"].iter().flat_map(|folder| sources(&root().join(folder))) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 700, "{}: {lines} lines", path.display());
    }
}

fn sources(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|suffix| suffix == "rs") {
            found.push(path);
        }
    }
    found
}

//! Tests the allowed dependencies between crates (the table of `crates/README.md`) against `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::root;

/// Each crate and the workspace crates it may depend on, build and target-specific dependencies included.
const MAY_USE: [(&str, &[&str]); 21] = [
    ("fft", &[]),
    ("model", &[]),
    ("dsp", &["fft"]),
    ("mastering", &["dsp", "fft"]),
    ("host", &["dsp", "mastering"]),
    ("analysis", &["model", "dsp", "fft"]),
    ("tags", &["model", "analysis", "dsp", "fft"]),
    ("assistant", &["model", "dsp", "mastering"]),
    ("report", &["model", "assistant", "mastering", "merge", "compare"]),
    ("io", &["dsp", "model"]),
    ("vault", &[]),
    ("codec", &["dsp", "io"]),
    ("cyanite", &["codec"]),
    ("merge", &["model"]),
    ("compare", &["model", "fft"]),
    ("testkit", &["dsp", "fft"]),
    ("master", &["model", "dsp", "fft", "mastering", "analysis", "assistant"]),
    ("cli", &[""]),
    ("python", &[""]),
    ("wasm", &["model", "dsp", "analysis", "mastering", "assistant", "report", "io"]),
    (
        "",
        &[
            "model",
            "dsp",
            "analysis",
            "tags",
            "mastering",
            "assistant",
            "report",
            "io",
            "host",
            "merge",
            "compare",
            "vault",
            "codec",
            "cyanite",
        ],
    ),
];

/// Packages that ship nothing: they may use whatever they exercise.
const SHIP_NOTHING: [&str; 5] = ["xtask", "benches", "examples", "test-plugin", "cyanite-mock"];

/// External crates that only one crate may use: effects, and what the real-time and pure rings must not have.
const ONLY_IN: [(&str, &[&str]); 47] = [
    ("symphonia", &["io", "analysis (dev)"]),
    ("hound", &["io", "cli (dev)"]),
    ("flacenc", &["io"]),
    ("lewton", &["io"]),
    ("lofty", &["io"]),
    ("unsafe-libopus", &["io", "codec"]),
    ("rubato", &["io"]),
    ("rusty-chromaprint", &["compare"]),
    ("rten", &["tags"]),
    ("rten-tensor", &["tags"]),
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
    ("signal-hook", &["cli"]),
    ("arrow-array", &[""]),
    ("arrow-json", &[""]),
    ("arrow-schema", &[""]),
    ("numpy", &["python"]),
    ("pyo3", &["python"]),
    ("pyo3-arrow", &["python"]),
    ("tempfile", &["io", "", "cli", "host"]),
    ("landlock", &["host"]),
    ("seccompiler", &["host", "cli (dev)"]),
    ("rustix", &["", "host", "vault"]),
    ("reqwest", &["cyanite", "vault"]),
    ("ureq", &["cyanite"]),
    ("mp3lame-encoder", &["codec"]),
    ("vorbis_rs", &["codec"]),
    ("secrecy", &["cyanite"]),
    ("standardwebhooks", &["cyanite (dev)"]),
    ("http", &["cyanite (dev)"]),
    ("time", &["cyanite"]),
    ("chacha20poly1305", &["vault"]),
    ("age", &["vault"]),
    ("ed25519-dalek", &["vault"]),
    ("bip39", &["vault"]),
    ("object_store", &["vault"]),
    ("rustls", &["vault"]),
    ("tokio", &["vault"]),
    ("zip", &["vault"]),
];

/// Dependencies of a package, for every system.
#[derive(Default)]
struct Package {
    /// Normal and build dependencies.
    uses: BTreeSet<String>,
    tests_use: BTreeSet<String>,
    folder: PathBuf,
}

/// Every package that ships, by its short name (`balanced-dsp` is `dsp`, the façade is empty).
fn packages() -> BTreeMap<String, Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = metadata["packages"].as_array().unwrap().iter();
    let all = all.map(|package| (short(package["name"].as_str().unwrap()), read(package)));
    all.filter(|(name, _)| !SHIP_NOTHING.contains(&name.as_str())).collect()
}

fn read(package: &Value) -> Package {
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let mut read = Package { folder: manifest.parent().unwrap().to_owned(), ..Package::default() };
    for dependency in package["dependencies"].as_array().unwrap() {
        let is_for_tests = dependency["kind"].as_str() == Some("dev");
        let used = if is_for_tests { &mut read.tests_use } else { &mut read.uses };
        used.insert(dependency["name"].as_str().unwrap().to_owned());
    }
    read
}

fn short(name: &str) -> String {
    name.strip_prefix("balanced").unwrap_or(name).trim_start_matches('-').to_owned()
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let packages = packages();
    let table = BTreeMap::from(MAY_USE);
    assert!(table.keys().eq(packages.keys()), "the table names {:?}", table.keys());
    for (name, package) in &packages {
        for used in package.uses.iter().filter(|used| used.starts_with("balanced")) {
            assert!(table[name.as_str()].contains(&short(used).as_str()), "balanced-{name} must not depend on {used}");
        }
    }
}

#[test]
fn the_testkit_is_for_tests_only() {
    for (name, package) in packages() {
        assert!(!package.uses.contains("balanced-testkit"), "balanced-{name} ships the testkit");
    }
}

#[test]
fn outside_crates_with_an_effect_stay_in_their_place() {
    for (name, package) in &packages() {
        for (outside, places) in ONLY_IN {
            let here = places.contains(&name.as_str());
            assert!(here || !package.uses.contains(outside), "{outside} has no place in balanced-{name}");
            let in_tests = here
                || name == "testkit"
                || outside == "tempfile"
                || places.contains(&format!("{name} (dev)").as_str());
            assert!(
                in_tests || !package.tests_use.contains(outside),
                "{outside} has no place in balanced-{name}'s tests"
            );
        }
    }
}

/// A dependency that no source names only costs time, or forces features on others.
#[test]
fn every_dependency_is_named_in_its_crate() {
    for (name, package) in &packages() {
        let mut texts: Vec<String> =
            sources(&package.folder).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        texts.extend(fs::read_to_string(package.folder.join("build.rs")));
        for used in &package.uses {
            let word = used.replace('-', "_");
            assert!(texts.iter().any(|text| text.contains(&word)), "balanced-{name} does not use {used}");
        }
    }
}

#[test]
fn the_pure_ring_opens_no_file_and_reads_no_clock() {
    let forbidden = ["std::fs", "std::env", "std::net", "std::process", "SystemTime", "Instant::now"];
    for name in ["fft", "model", "dsp", "mastering", "analysis", "tags", "assistant", "merge", "report"] {
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
    for path in ["crates", "bindings/python/src", "bindings/wasm/src", "plugins"]
        .iter()
        .flat_map(|folder| sources(&root().join(folder)))
    {
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

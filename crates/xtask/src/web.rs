//! `cargo xtask web`: the npm package for browsers and Node, in `target/web/balanced-mastering/`; and its tests.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cross::{Toolchain, target};
use crate::run::{self, Summaries, copy};
use crate::tools;

const TRIPLE: &str = "wasm32-unknown-unknown";
const LINKER: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER";
const SOURCES: &str = "bindings/wasm/package";
const EXAMPLE: &str = "examples/browser";
const TESTS: &str = "bindings/wasm/tests";
/// Most bytes of the module, compressed as servers do: 2.37 MB were measured.
const MAX_CORE_BYTES: u64 = 2_500_000;
const TOOLS: [(&str, &str); 2] = [("node", "nodejs"), ("chromium", "chromium")];

/// A module of the package.
struct Module {
    file: &'static str,
    features: &'static [&'static str],
    flags: &'static str,
}

const SIMD: &str = "-C target-feature=+simd128";
const SCALAR: &str = "";
const MODULES: [Module; 2] = [
    Module { file: "balanced.wasm", features: &[], flags: SIMD },
    Module { file: "balanced-scalar.wasm", features: &["--no-default-features"], flags: SCALAR },
];

/// Builds the package as it ships, and the example page with it, in `target/web/site/`.
pub fn build() -> Result<PathBuf, String> {
    let folder = pack("web", &MODULES)?;
    check_size(&folder.join(MODULES[0].file))?;
    let site = folder.with_file_name("site");
    copy_files(&run::root().join(EXAMPLE), &site)?;
    copy_files(&folder, &site.join("balanced-mastering"))?;
    println!("{}\n{}, to be served as it is", folder.display(), site.display());
    Ok(folder)
}

fn copy_files(from: &Path, to: &Path) -> Result<(), String> {
    for file in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))?.flatten() {
        copy(&file.path(), &to.join(file.file_name()))?;
    }
    Ok(())
}

/// Installs what the tests need.
pub fn install_tools() -> Result<(), String> {
    tools::install(&TOOLS)
}

/// Builds the package with the module that every test uses, and tests it beside the command that the workspace's build left.
pub fn test(summaries: &mut Summaries) -> Result<(), String> {
    let folder = pack("web", &MODULES[..1])?;
    check_size(&folder.join(MODULES[0].file))?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let variables = [("BALANCED_COMMAND", text(&run::built("balanced"))), ("BALANCED_PACKAGE", text(&folder))];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let files = test_files()?;
    let args: Vec<&str> = ["--test"].into_iter().chain(files.iter().map(String::as_str)).collect();
    crate::phases::run_tests(summaries, "node", &args, &variables)
}

/// Returns the files of tests, in order: what Node makes of a folder differs between its versions.
fn test_files() -> Result<Vec<String>, String> {
    let entries = fs::read_dir(run::root().join(TESTS)).map_err(|error| format!("{TESTS}: {error}"))?.flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut files: Vec<String> =
        names.filter(|name| name.ends_with(".test.mjs")).map(|name| format!("{TESTS}/{name}")).collect();
    files.sort();
    Ok(files)
}

/// Compiles `modules` in `profile` and puts them beside what is written by hand.
fn pack(profile: &str, modules: &[Module]) -> Result<PathBuf, String> {
    let folder = run::target().join("web/balanced-mastering");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let toolchain = Toolchain::find(&[TRIPLE])?;
    for module in modules {
        let mut args = vec!["build", "--quiet", "--target", TRIPLE, "--profile", profile, "--package", "balanced-wasm"];
        args.extend(module.features);
        let linker = linker()?;
        toolchain.cargo(&args, &[("RUSTFLAGS", module.flags), (LINKER, &linker)])?;
        copy(&target().join(TRIPLE).join(profile).join("balanced_wasm.wasm"), &folder.join(module.file))?;
    }
    copy_files(&run::root().join(SOURCES), &folder)?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.md", "bindings/wasm/README.md"] {
        let name = Path::new(file).file_name().expect("a file has a name");
        copy(&run::root().join(file), &folder.join(name))?;
    }
    Ok(folder)
}

/// Returns the linker that comes with the usual compiler: the private one from Debian has none.
fn linker() -> Result<String, String> {
    let printed = run::output("rustc", ["--print", "target-libdir"]).ok_or("rustc could not be run")?;
    let library = String::from_utf8_lossy(&printed).trim().to_owned();
    let linker = Path::new(&library).with_file_name("bin").join("rust-lld");
    if linker.is_file() { Ok(linker.to_string_lossy().into_owned()) } else { Ok("rust-lld".to_owned()) }
}

/// Compares the compressed size of the core with what it may be.
fn check_size(module: &Path) -> Result<(), String> {
    let path = module.to_string_lossy().into_owned();
    let packed = run::output("gzip", ["--best", "--stdout", &path]).ok_or("gzip could not be run")?;
    let (bytes, kilobytes) = (packed.len() as u64, packed.len() as f64 / 1e3);
    println!("{path}: {kilobytes:.0} kB compressed");
    if bytes > MAX_CORE_BYTES {
        Err(format!("the core has {bytes} bytes compressed, more than {MAX_CORE_BYTES}"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_found() {
        let files = test_files().unwrap();
        assert!(files.len() >= 4 && files.iter().all(|file| run::root().join(file).is_file()), "{files:?}");
        assert!(MODULES.iter().all(|module| module.file.ends_with(".wasm")));
    }
}

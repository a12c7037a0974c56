//! `cargo xtask bundle`: the plugin as hosts want it, in `target/bundled/`.
//!
//! Packed by hand, since a CLAP file is the library itself and a VST3 bundle is a folder around it (Steinberg, "VST 3
//! plug-in format structure"); on macOS both are folders with a property list.

mod mac;
mod machine;

use std::fs;
use std::path::{Path, PathBuf};

pub use machine::{Machine, System};

use crate::cross::{self, Toolchain};
use crate::run::{self, copy};
use crate::tools;

/// Name of the plugin in hosts.
const NAME: &str = "Balanced Master";
/// Largest library that is shipped.
const MAX_BYTES: u64 = 15_000_000;
const LICENCES: &str = "plugins/balanced-master/licenses/THIRD-PARTY.txt";

/// Builds the plugin for this machine and packs both formats into `target/bundled/`; returns where they lie. With `dist`,
/// as it ships; otherwise as it is tested.
pub fn run(dist: bool) -> Result<Vec<PathBuf>, String> {
    if !dist {
        run::build_workspace()?;
        return of_tests();
    }
    run::run(&run::cargo(), BUILD)?;
    let here = Machine::here();
    let built = run::target().join("dist");
    check_size(&built.join(here.library("balanced_master")))?;
    pack(&built, &here, &bundled())
}

/// Builds the plugin as it ships for the target `triple`, and packs the folder that is given to people.
pub fn run_for(triple: &str) -> Result<Vec<PathBuf>, String> {
    let machine = Machine::of(triple)?;
    cross::install_linker(triple)?;
    let args = [&BUILD[..], &["--target", triple]].concat();
    Toolchain::find(&[triple])?.cargo(&args, &[])?;
    let built = cross::target().join(triple).join("dist");
    check_size(&built.join(machine.library("balanced_master")))?;
    pack_for_people(&built, &machine)
}

const BUILD: [&str; 6] = ["build", "--package", "balanced-master", "--lib", "--profile", "dist"];

/// The plugin for this machine as the tests' build left it, in both formats.
pub fn of_tests() -> Result<Vec<PathBuf>, String> {
    pack(&run::built(""), &Machine::here(), &bundled())
}

fn bundled() -> PathBuf {
    run::target().join("bundled")
}

fn check_size(library: &Path) -> Result<(), String> {
    let bytes = fs::metadata(library).map_err(|error| format!("{}: {error}", library.display()))?.len();
    if bytes > MAX_BYTES { Err(format!("the plugin has {bytes} bytes, more than {MAX_BYTES}")) } else { Ok(()) }
}

/// Packs what lies in `built` as an archive should hold it: a folder a format, how to install it, the licences.
pub fn pack_for_people(built: &Path, machine: &Machine) -> Result<Vec<PathBuf>, String> {
    let name = format!("balanced-master-{}-{}", env!("CARGO_PKG_VERSION"), machine.name());
    let folder = bundled().join(name);
    remove(&folder)?;
    let bundles = pack(built, machine, &folder)?;
    let mut moved = Vec::new();
    for (bundle, format) in bundles.iter().zip(["CLAP", "VST3"]) {
        let to = folder.join(format).join(bundle.file_name().expect("a bundle has a name"));
        fs::create_dir_all(folder.join(format)).map_err(|error| format!("{}: {error}", to.display()))?;
        fs::rename(bundle, &to).map_err(|error| format!("{}: {error}", to.display()))?;
        moved.push(to);
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE", LICENCES] {
        let from = run::root().join(licence);
        copy(&from, &folder.join(from.file_name().expect("a file has a name")))?;
    }
    write(&folder.join("INSTALL.txt"), machine.installation().as_bytes())?;
    println!("{}: to be archived as it is", folder.display());
    Ok(moved)
}

/// Packs the library that lies in `built` into `folder`, as CLAP and as VST3.
pub fn pack(built: &Path, machine: &Machine, folder: &Path) -> Result<Vec<PathBuf>, String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let stripped = folder.join("library");
    copy(&built.join(machine.library("balanced_master")), &stripped)?;
    strip(&stripped, machine)?;
    let bundles = vec![clap(folder, &stripped, machine)?, vst3(folder, &stripped, machine)?];
    let bytes = fs::metadata(&stripped).map_err(|error| error.to_string())?.len();
    fs::remove_file(&stripped).map_err(|error| error.to_string())?;
    bundles.iter().for_each(|bundle| println!("{} ({:.1} MB)", bundle.display(), bytes as f64 / 1e6));
    Ok(bundles)
}

fn clap(folder: &Path, library: &Path, machine: &Machine) -> Result<PathBuf, String> {
    let bundle = folder.join(format!("{NAME}.clap"));
    remove(&bundle)?;
    match machine.system {
        System::Mac => mac::bundle(&bundle, library)?,
        System::Linux | System::Windows => copy(library, &bundle)?,
    }
    Ok(bundle)
}

fn vst3(folder: &Path, library: &Path, machine: &Machine) -> Result<PathBuf, String> {
    let bundle = folder.join(format!("{NAME}.vst3"));
    remove(&bundle)?;
    let architecture = &machine.architecture;
    let inside = |folder: &str, suffix: &str| {
        bundle.join("Contents").join(format!("{architecture}-{folder}")).join(format!("{NAME}.{suffix}"))
    };
    match machine.system {
        System::Mac => mac::bundle(&bundle, library)?,
        System::Windows => copy(library, &inside("win", "vst3"))?,
        System::Linux => copy(library, &inside("linux", "so"))?,
    }
    // Licences ask to go with what they are about.
    copy(&run::root().join(LICENCES), &bundle.join("Contents/Resources/THIRD-PARTY.txt"))?;
    Ok(bundle)
}

/// Removes symbols, where there is a program for it: a quarter of the size.
fn strip(library: &Path, machine: &Machine) -> Result<(), String> {
    match machine.strip() {
        Some((program, how)) if tools::found(&program) => run::run(&program, [how, &library.to_string_lossy()]),
        _ => Ok(()),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn remove(path: &Path) -> Result<(), String> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {error}", path.display())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file under `folder`, by its path from there.
    fn files(folder: &Path, from: &Path, found: &mut Vec<String>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                files(&path, from, found);
            } else {
                found.push(path.strip_prefix(from).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }

    fn packed(triple: &str) -> Vec<String> {
        let folder = std::env::temp_dir().join(format!("balanced-bundle-{triple}-{}", std::process::id()));
        let machine = Machine { strippable: false, ..Machine::of(triple).unwrap() };
        let (built, out) = (folder.join("built"), folder.join("out"));
        fs::create_dir_all(&built).unwrap();
        fs::write(built.join(machine.library("balanced_master")), "the library").unwrap();
        pack(&built, &machine, &out).unwrap();
        let mut found = Vec::new();
        files(&out, &out, &mut found);
        fs::remove_dir_all(&folder).unwrap();
        found.sort();
        found
    }

    #[test]
    fn bundles_are_laid_out_as_each_system_wants_them() {
        let terms = "Balanced Master.vst3/Contents/Resources/THIRD-PARTY.txt";
        let linux = "Balanced Master.vst3/Contents/aarch64-linux/Balanced Master.so";
        assert_eq!(packed("aarch64-unknown-linux-gnu"), ["Balanced Master.clap", terms, linux]);
        let windows = "Balanced Master.vst3/Contents/x86_64-win/Balanced Master.vst3";
        assert_eq!(packed("x86_64-pc-windows-gnu"), ["Balanced Master.clap", terms, windows]);
        let mac = packed("aarch64-apple-darwin");
        for file in ["Info.plist", "PkgInfo", "MacOS/Balanced Master"] {
            for format in ["clap", "vst3"] {
                let path = format!("Balanced Master.{format}/Contents/{file}");
                assert!(mac.contains(&path), "{path} is not in {mac:?}");
            }
        }
    }

    #[test]
    fn systems_without_a_recipe_are_refused() {
        assert!(Machine::of("wasm32-unknown-unknown").is_err());
        assert!(Machine::of("nonsense").is_err());
    }
}

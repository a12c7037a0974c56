//! `cargo xtask bundle`: the plugin as hosts want it, in `target/bundled/`.
//!
//! By hand, since a CLAP file is the library itself and a VST3 bundle is a folder around it (Steinberg, "VST 3 plug-in
//! format structure"); on macOS both are folders with a property list.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{self, copy};

/// What hosts list.
const NAME: &str = "Balanced Master";
/// Largest bundle that is shipped.
const MAX_BYTES: u64 = 15_000_000;

/// Build the plugin and put both formats into `target/bundled/`; what they are called. With `dist`, as it ships; otherwise
/// as it is tested.
pub fn run(dist: bool) -> Result<Vec<PathBuf>, String> {
    if !dist {
        run::build_workspace()?;
        return of_tests();
    }
    run::run(&run::cargo(), ["build", "--package", "balanced-master", "--lib", "--profile", "dist"])?;
    let bundles = pack(&run::target().join("dist"))?;
    let bytes = fs::metadata(&bundles[0]).map_err(|error| error.to_string())?.len();
    if bytes > MAX_BYTES {
        return Err(format!("the plugin has {bytes} bytes, more than {MAX_BYTES}"));
    }
    Ok(bundles)
}

/// The plugin as the tests' build left it, in both formats.
pub fn of_tests() -> Result<Vec<PathBuf>, String> {
    pack(&run::built(""))
}

/// Both formats of the library that lies in `built`.
fn pack(built: &Path) -> Result<Vec<PathBuf>, String> {
    let library =
        built.join(format!("{}balanced_master{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX));
    let bundled = run::target().join("bundled");
    fs::create_dir_all(&bundled).map_err(|error| format!("{}: {error}", bundled.display()))?;
    let stripped = bundled.join("library");
    copy(&library, &stripped)?;
    strip(&stripped)?;
    let bundles = [clap(&bundled, &stripped)?, vst3(&bundled, &stripped)?];
    let bytes = fs::metadata(&stripped).map_err(|error| error.to_string())?.len();
    fs::remove_file(&stripped).map_err(|error| error.to_string())?;
    bundles.iter().for_each(|bundle| println!("{} ({:.1} MB)", bundle.display(), bytes as f64 / 1e6));
    Ok(bundles.into())
}

fn clap(bundled: &Path, library: &Path) -> Result<PathBuf, String> {
    let bundle = bundled.join(format!("{NAME}.clap"));
    remove(&bundle)?;
    if cfg!(target_os = "macos") {
        mac(&bundle, library)?
    } else {
        copy(library, &bundle)?
    }
    Ok(bundle)
}

fn vst3(bundled: &Path, library: &Path) -> Result<PathBuf, String> {
    let bundle = bundled.join(format!("{NAME}.vst3"));
    remove(&bundle)?;
    if cfg!(target_os = "macos") {
        mac(&bundle, library)?;
    } else {
        let arch = std::env::consts::ARCH;
        let (folder, suffix) =
            if cfg!(windows) { (format!("{arch}-win"), "vst3") } else { (format!("{arch}-linux"), "so") };
        copy(library, &bundle.join("Contents").join(folder).join(format!("{NAME}.{suffix}")))?;
    }
    // Licences ask to go with what they are about.
    let licences = Path::new("plugins/balanced-master/licenses/THIRD-PARTY.txt");
    copy(&run::root().join(licences), &bundle.join("Contents/Resources/THIRD-PARTY.txt"))?;
    Ok(bundle)
}

/// A folder with a property list. It is not signed: `codesign --force -s - BUNDLE` does that for this machine.
fn mac(bundle: &Path, library: &Path) -> Result<(), String> {
    let contents = bundle.join("Contents");
    copy(library, &contents.join("MacOS").join(NAME))?;
    let version = env!("CARGO_PKG_VERSION");
    let list = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>\
         <key>CFBundleExecutable</key><string>{NAME}</string>\
         <key>CFBundleIdentifier</key><string>invalid.example.balanced.master</string>\
         <key>CFBundleName</key><string>{NAME}</string><key>CFBundlePackageType</key><string>BNDL</string>\
         <key>CFBundleVersion</key><string>{version}</string></dict></plist>\n"
    );
    write(&contents.join("Info.plist"), list.as_bytes())?;
    write(&contents.join("PkgInfo"), b"BNDL????")
}

/// Without symbols, where there is a `strip`: a quarter of the size.
fn strip(library: &Path) -> Result<(), String> {
    if cfg!(windows) || !crate::tools::found("strip") {
        return Ok(());
    }
    let how = if cfg!(target_os = "macos") { "-x" } else { "--strip-unneeded" };
    run::run("strip", [how, &library.to_string_lossy()])
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

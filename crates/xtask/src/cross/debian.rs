//! The private compiler: `rustc-web` of Debian, a recent `rustc` for its browsers, unpacked and not installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{run, tools};

/// Oldest compiler that this workspace takes.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");
/// The package with the standard library's sources.
const SOURCES: &str = "rust-web-src";
/// In the compiler's root, once it is whole.
const STAMP: &str = "unpacked.txt";
/// Where the compiler's own libraries lie under its root.
pub const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// Whether the compiler lies under `root`, all of it.
pub fn is_unpacked(root: &Path) -> bool {
    root.join(STAMP).is_file()
}

/// The Debian packages of one version of the compiler.
pub struct Packages {
    version: String,
    names: Vec<String>,
}

impl Packages {
    /// Looks for a version that is new enough.
    pub fn find() -> Result<Self, String> {
        let is_debian = ["apt-get", "apt-cache", "dpkg-deb", "tar"].iter().all(|program| tools::found(program));
        if !is_debian || !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return Err("the compiler for other machines comes from Debian packages for x86-64".to_owned());
        }
        if let Err(error) = tools::update_packages() {
            eprintln!("{error}; going on with the lists of packages that are there");
        }
        let version = candidate().ok_or_else(|| format!("Debian's package rustc-web is older than {OLDEST} here"))?;
        let library = format!("libstd-rust-web-{}", minor(&version));
        let llvm = dependency(&library, "libllvm").ok_or_else(|| format!("{library} names no LLVM"))?;
        let mut names: Vec<String> = ["rustc-web", "libstd-rust-web-dev", &library, SOURCES]
            .iter()
            .map(|name| format!("{name}={version}"))
            .collect();
        names.push(llvm);
        Ok(Self { version, names })
    }

    /// Downloads the packages and unpacks them under `root`; nothing is installed.
    pub fn unpack(&self, root: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", root.display());
        if root.exists() {
            fs::remove_dir_all(root).map_err(failed)?;
        }
        let downloads = root.join("packages");
        fs::create_dir_all(&downloads).map_err(failed)?;
        let mut download = Command::new("apt-get");
        download.args(["download", "-qq"]).args(&self.names).current_dir(&downloads);
        succeed(&mut download)?;
        for file in fs::read_dir(&downloads).map_err(failed)?.flatten() {
            unpack(&file.path(), root)?;
        }
        fs::remove_dir_all(&downloads).map_err(failed)?;
        fs::write(root.join(STAMP), &self.version).map_err(failed)
    }
}

/// Unpacks a package; of the sources (the whole compiler) only the standard library.
fn unpack(package: &Path, root: &Path) -> Result<(), String> {
    let is_sources = package.file_name().is_some_and(|name| name.to_string_lossy().starts_with(SOURCES));
    if !is_sources {
        return succeed(Command::new("dpkg-deb").arg("-x").arg(package).arg(root));
    }
    let mut reader = Command::new("dpkg-deb");
    let mut archive = reader
        .arg("--fsys-tarfile")
        .arg(package)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("dpkg-deb: {error}"))?;
    let mut tar = Command::new("tar");
    tar.arg("-x").arg("-C").arg(root).args(["--wildcards", "./usr/lib/*", "./usr/src/*/library/*"]);
    tar.stdin(archive.stdout.take().expect("it is piped"));
    let unpacked = succeed(&mut tar);
    archive.wait().map_err(|error| format!("dpkg-deb: {error}"))?;
    unpacked
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("failed ({status}): {command:?}")) }
}

/// The version that apt would take, if it is new enough.
fn candidate() -> Option<String> {
    let shown = run::output("apt-cache", ["policy", "rustc-web"])?;
    let shown = String::from_utf8_lossy(&shown).into_owned();
    let version = shown.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    is_new_enough(version).then(|| version.to_owned())
}

/// The first package that `package` depends on whose name begins with `start`.
fn dependency(package: &str, start: &str) -> Option<String> {
    let shown = run::output("apt-cache", ["depends", package])?;
    let shown = String::from_utf8_lossy(&shown).into_owned();
    let names = shown.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    names.map(str::to_owned).find(|name| name.starts_with(start))
}

fn is_new_enough(version: &str) -> bool {
    numbers(version) >= numbers(OLDEST)
}

/// `1.96` of `1.96.0+dfsg1-1`.
fn minor(version: &str) -> String {
    numbers(version).iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '+', '-', '~']).map_while(|part| part.parse().ok()).take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(minor("1.96.0+dfsg1-1~deb12u2"), "1.96");
        assert!(is_new_enough("1.100.0+dfsg1-1") && is_new_enough(OLDEST));
        assert!(!is_new_enough("1.85.0+dfsg3-1~deb12u3") && !is_new_enough("(none)"));
    }
}

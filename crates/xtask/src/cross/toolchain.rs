//! A compiler for other targets: the usual one where `rustup target add` gave it their standard library, otherwise a
//! private one from Debian packages that compiles the standard library itself (`-Zbuild-std`).

use std::path::{Path, PathBuf};

use super::debian::{self, Packages};
use crate::phases::run_tests;
use crate::run::{self, Summaries};
use crate::tools;

/// Parts of the standard library that programs need.
const FOR_PROGRAMS: &str = "-Zbuild-std=std,panic_abort,panic_unwind,proc_macro";
/// Parts of the standard library that tests need.
const FOR_TESTS: &str = "-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test";
/// Where compiler and builds are kept, if not in `target/cross`.
const FOLDER_VARIABLE: &str = "BALANCED_CROSS_DIR";

/// A compiler with the standard library of the targets it was found for.
pub struct Toolchain {
    /// Root of the unpacked Debian packages; `None` for the usual compiler.
    private: Option<PathBuf>,
}

impl Toolchain {
    /// Finds, or makes, a compiler for `targets`.
    ///
    /// # Errors
    /// There are neither their standard libraries nor Debian packages new enough.
    pub fn find(targets: &[&str]) -> Result<Self, String> {
        if targets.iter().all(|target| has_library(target)) {
            return Ok(Self { private: None });
        }
        let root = folder().join("toolchain");
        if !debian::is_unpacked(&root) {
            Packages::find().and_then(|packages| packages.unpack(&root)).map_err(|error| {
                format!("{error}; `rustup target add {}` gives the usual compiler what it lacks", targets.join(" "))
            })?;
        }
        // The standard library for Windows is compiled too, and its imports are made by this program.
        tools::install(&[("x86_64-w64-mingw32-dlltool", "binutils-mingw-w64-x86-64")])?;
        Ok(Self { private: Some(root) })
    }

    /// Runs cargo with this compiler in the target folder for cross builds.
    ///
    /// # Errors
    /// Returns how cargo failed.
    pub fn cargo(&self, args: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
        let own = self.variables();
        run::run_with(&run::cargo(), self.words(args), &joined(&own, variables))
    }

    /// Runs `cargo test` so; the runners' summary lines are kept.
    ///
    /// # Errors
    /// Returns how cargo failed.
    pub fn test(&self, summaries: &mut Summaries, args: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
        let own = self.variables();
        run_tests(summaries, &run::cargo(), &self.words(args), &joined(&own, variables))
    }

    /// The arguments, with the standard library among what is compiled if there is none.
    fn words<'a>(&self, args: &[&'a str]) -> Vec<&'a str> {
        // In front of a `--`, behind which arguments are no longer cargo's.
        let (task, rest) = args.split_at(1);
        let library: &[&str] = match (&self.private, task) {
            (None, _) => &[],
            (Some(_), ["test"]) => &[FOR_TESTS],
            (Some(_), _) => &[FOR_PROGRAMS],
        };
        [task, library, rest].concat()
    }

    /// Returns the environment variables for cargo.
    fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("CARGO_TARGET_DIR", text(&target())),
            ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc".to_owned()),
        ];
        if let Some(root) = &self.private {
            variables.push(("RUSTC", text(&root.join("usr/bin/rustc"))));
            variables.push(("LD_LIBRARY_PATH", text(&root.join(debian::LIBRARIES))));
            // `-Zbuild-std` is not stable.
            variables.push(("RUSTC_BOOTSTRAP", "1".to_owned()));
        }
        variables
    }
}

fn joined<'a>(own: &'a [(&'static str, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    own.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect()
}

/// The target folder of cross builds.
pub fn target() -> PathBuf {
    folder().join("build")
}

fn folder() -> PathBuf {
    std::env::var_os(FOLDER_VARIABLE).map_or_else(|| run::target().join("cross"), |folder| run::root().join(folder))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Whether the usual compiler has the standard library of `target`.
fn has_library(target: &str) -> bool {
    let printed = run::output("rustc", ["--print", "target-libdir", "--target", target]);
    printed.is_some_and(|path| Path::new(String::from_utf8_lossy(&path).trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_library_is_asked_for_where_there_is_none() {
        let private = Toolchain { private: Some(PathBuf::from("/somewhere")) };
        assert_eq!(private.words(&["test", "--", "x"]), ["test", FOR_TESTS, "--", "x"]);
        assert_eq!(private.words(&["check"]), ["check", FOR_PROGRAMS]);
        assert_eq!(Toolchain { private: None }.words(&["test", "--", "x"]), ["test", "--", "x"]);
    }
}

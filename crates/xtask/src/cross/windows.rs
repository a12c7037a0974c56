//! Windows: what MinGW links, run under Wine.

use std::fs;
use std::path::{Path, PathBuf};

use super::WINDOWS;
use super::toolchain::{Toolchain, target};
use crate::phases::run_tests;
use crate::run::Summaries;
use crate::{bundle, run, tools};

/// Linker of the programs, and the Debian packages that bring it.
pub(super) const LINKER: [(&str, &str); 2] =
    [("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"), ("x86_64-w64-mingw32-strip", "binutils-mingw-w64-x86-64")];
/// Where Debian puts Wine, and its package.
const WINE: (&str, &str) = ("/usr/lib/wine/wine64", "wine64");

/// Modules of the end-to-end tests that hold under Wine.
///
/// Left out are `limits`, which reads memory from `/proc` and interrupts by `kill` (both would meet Wine and not the
/// program), the part of `outputs` that is about Unix, and `fixtures` and `walls`, which do not run the command.
const MODULES: [&str; 9] = [
    "analyze::",
    "bad_input::",
    "check::",
    "command::",
    "determinism::",
    "host::",
    "master::",
    "outputs::no_output",
    "outputs::a_file_that_fails",
];

/// Links the command, the plugin and the plugin for tests.
pub fn build() -> Result<(), String> {
    super::install_linker(WINDOWS)?;
    let packages = ["balanced-cli", "balanced-test-plugin", "balanced-master"];
    let mut args = vec!["build", "--profile", "ci", "--target", WINDOWS];
    args.extend(super::WITHOUT_C);
    packages.iter().for_each(|package| args.extend(["--package", package]));
    Toolchain::find(&[WINDOWS])?.cargo(&args, &[("CARGO_INCREMENTAL", "0")])
}

/// Runs the end-to-end tests of this machine over the command for Windows.
pub fn test_command(summaries: &mut Summaries) -> Result<(), String> {
    let wine = Wine::prepare()?;
    run::build_workspace()?;
    let variables = [
        ("BALANCED_RUNNER", WINE.0.to_owned()),
        ("BALANCED_COMMAND", text(&built("balanced.exe"))),
        ("BALANCED_TEST_PLUGIN", text(&built("balanced_test_plugin.dll"))),
    ];
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.as_str())).chain(wine.variables()).collect();
    // The whole workspace again, so that nothing is compiled: the names of the modules choose the command's tests.
    let args = ["test", "--workspace", "--profile", "ci", "--test", "it", "--"];
    run_tests(summaries, &run::cargo(), &[&args[..], &MODULES].concat(), &variables)
}

/// Packs the plugin for Windows and renders the demo through it, in the command's process for plugins.
pub fn test_plugin() -> Result<(), String> {
    let wine = Wine::prepare()?;
    let bundles = bundle::pack_for_people(&built(""), &bundle::Machine::of(WINDOWS)?)?;
    let folder = target().join("plugin-under-wine");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let chain = folder.join("chain.toml");
    // A literal string: TOML would read the backslashes of another system's path.
    let step = format!("[[steps]]\nkind = \"clap\"\npath = '{}'\n", bundles[0].display());
    fs::write(&chain, step).map_err(|error| format!("{}: {error}", chain.display()))?;
    let demo = text(&run::root().join("fixtures/demo.flac"));
    let (command, chain, out) = (text(&built("balanced.exe")), text(&chain), text(&folder.join("out.wav")));
    let variables: Vec<(&str, &str)> = wine.variables().collect();
    run::run_with(WINE.0, [&command, "master", &demo, "-o", &out, "--chain", &chain], &variables)
}

fn built(name: &str) -> PathBuf {
    target().join(WINDOWS).join("ci").join(name)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Wine with settings of its own, away from those of whoever runs this.
struct Wine {
    prefix: String,
}

impl Wine {
    fn prepare() -> Result<Self, String> {
        let (program, package) = WINE;
        if !Path::new(program).is_file() {
            tools::install_packages(&[package])?;
        }
        let wine = Self { prefix: text(&target().join("wine")) };
        if !Path::new(&wine.prefix).is_dir() {
            run::run_with(program, ["wineboot", "--init"], &wine.variables().collect::<Vec<_>>())?;
        }
        wine.add_random_numbers()?;
        Ok(wine)
    }

    /// Gives a Wine from before version 9 the library that Rust programs take random numbers from.
    fn add_random_numbers(&self) -> Result<(), String> {
        let library = Path::new(&self.prefix).join("drive_c/windows/system32/bcryptprimitives.dll");
        if library.is_file() {
            return Ok(());
        }
        super::install_linker(WINDOWS)?;
        let source = "crates/xtask/src/cross/bcryptprimitives.c";
        run::run(LINKER[0].0, ["-shared", "-o", &text(&library), source, "-ladvapi32"])
    }

    fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        [
            ("WINEPREFIX", self.prefix.as_str()),
            // Standard error is the program's alone.
            ("WINEDEBUG", "-all"),
            // No debugger steps in when a program crashes, and nothing offers to download components.
            ("WINEDLLOVERRIDES", "winedbg.exe,mscoree,mshtml="),
        ]
        .into_iter()
    }
}

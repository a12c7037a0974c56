//! `cargo xtask cross`: the workspace on other machines than this one.
//!
//! [`check`] type-checks for three targets. [`run()`] also checks 64-bit Arm under Linux, links the command and the plugin
//! for Windows and runs the command's end-to-end tests there under Wine, and runs numeric tests for Arm under QEMU.

mod arm;
mod debian;
mod toolchain;
mod windows;

use std::time::Instant;

use crate::phases::Phases;
use crate::{run, tools};

pub use toolchain::{Toolchain, target};

/// The target triple of 64-bit Windows, with Debian's MinGW as linker.
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";
/// The target triple of 64-bit Arm under Linux.
pub const ARM: &str = "aarch64-unknown-linux-gnu";
const MAC: &str = "aarch64-apple-darwin";
const WEB: &str = "wasm32-unknown-unknown";

/// Crates that compile for any machine: the real-time and the pure ring, and the formats of files.
const PORTABLE: [&str; 11] = [
    "balanced-fft",
    "balanced-dsp",
    "balanced-mastering",
    "balanced-model",
    "balanced-analysis",
    "balanced-tags",
    "balanced-assistant",
    "balanced-merge",
    "balanced-compare",
    "balanced-report",
    "balanced-io",
];

/// Packages that are checked for each target.
type Check = (&'static str, &'static [&'static str]);

/// Checks of every day.
const CHECKS: [Check; 3] =
    [(WEB, &PORTABLE), (WINDOWS, &["balanced-cli", "balanced-master"]), (MAC, &["balanced-cli", "balanced-master"])];
/// The check that only [`run()`] makes: its system is that of every day, its processor that of the Mac.
const ARM_CHECK: Check = (ARM, &["balanced-cli"]);

/// Settings of a build that is only checked: nothing is optimised, nothing is kept for the next one, no warning passes.
const CHECKED: [(&str, &str); 4] = [
    ("CARGO_PROFILE_DEV_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_DEV_DEBUG", "0"),
    ("CARGO_INCREMENTAL", "0"),
    ("RUSTFLAGS", "-D warnings"),
];

/// Features of the command for other machines: without S3, whose cryptography is C and needs their C compilers.
pub(super) const WITHOUT_C: [&str; 3] = ["--no-default-features", "--features", "balanced-cli/host"];

/// Type-checks the workspace for wasm32, Windows and macOS, without a warning.
///
/// # Errors
/// A tool chain that cannot be had here, or what the compiler says.
pub fn check() -> Result<(), String> {
    type_check(&CHECKS)
}

fn type_check(checks: &[Check]) -> Result<(), String> {
    let targets: Vec<&str> = checks.iter().map(|(target, _)| *target).collect();
    let toolchain = Toolchain::find(&targets)?;
    for (target, packages) in checks {
        let started = Instant::now();
        let mut args = vec!["check", "--quiet", "--target", target];
        if packages.contains(&"balanced-cli") {
            args.extend(WITHOUT_C);
        }
        for package in packages.iter().filter(|package| exists(package)) {
            args.extend(["--package", package]);
        }
        toolchain.cargo(&args, &CHECKED)?;
        println!("{target}: checked in {} s", started.elapsed().as_secs());
    }
    Ok(())
}

/// Checks every target, then links and tests for Windows and for Arm.
///
/// # Errors
/// A tool chain or an emulator that cannot be had here, a build or a test that fails.
pub fn run() -> Result<(), String> {
    let mut phases = Phases::default();
    let outcome = all_phases(&mut phases);
    phases.print();
    outcome
}

fn all_phases(phases: &mut Phases) -> Result<(), String> {
    phases.run("type checks", |_| check().and_then(|()| type_check(&[ARM_CHECK])))?;
    phases.run("build for Windows", |_| windows::build())?;
    phases.run("command under Wine", windows::test_command)?;
    phases.run("plugin under Wine", |_| windows::test_plugin())?;
    phases.run("numeric tests for Arm", arm::test)
}

/// Installs what links for `triple`, where Debian has it.
///
/// # Errors
/// Packages that cannot be installed.
pub fn install_linker(triple: &str) -> Result<(), String> {
    match triple {
        WINDOWS => tools::install(&windows::LINKER),
        ARM => tools::install(&arm::LINKER),
        _ => Ok(()),
    }
}

fn exists(package: &str) -> bool {
    run::root().join("crates").join(package).is_dir() || run::root().join("plugins").join(package).is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crates_that_are_checked_are_there() {
        for (target, packages) in CHECKS.iter().chain(&[ARM_CHECK]) {
            assert!(packages.iter().any(|package| exists(package)), "{target}");
        }
        assert!(exists("balanced-dsp") && exists("balanced-master") && !exists("balanced-nothing"));
    }
}

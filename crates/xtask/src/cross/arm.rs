//! 64-bit Arm: numeric tests under QEMU.

use super::ARM;
use super::toolchain::Toolchain;
use crate::run::Summaries;
use crate::tools;

/// Linker of the tests, and the Debian package that brings it (with a C library).
pub(super) const LINKER: [(&str, &str); 1] = [("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu")];
/// Emulator of the tests, and its Debian package.
const EMULATOR: [(&str, &str); 1] = [("qemu-aarch64", "qemu-user")];
/// Settings of cargo: the emulator with the C library that the cross compiler came with.
const SETTINGS: [(&str, &str); 2] = [
    ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", "qemu-aarch64 -L /usr/aarch64-linux-gnu"),
    ("CARGO_INCREMENTAL", "0"),
];

/// Runs what all other numbers are made of: the tests of the transforms and of `balanced-dsp`, and the golden numbers of
/// the analyser's spectra.
///
/// Paths that are written out for x86-64 are scalar there, and RustFFT has its own for NEON, which rounds in another way;
/// golden numbers and tolerances are those of every machine. The processors' charts are compared to the letter and hold a
/// spectrum, so they are checked on x86-64 only.
pub fn test(summaries: &mut Summaries) -> Result<(), String> {
    super::install_linker(ARM)?;
    tools::install(&EMULATOR)?;
    let toolchain = Toolchain::find(&[ARM])?;
    let common = ["--profile", "ci", "--target", ARM, "--package"];
    let dsp = [&["test"], &common[..], &["balanced-fft", "--package", "balanced-dsp", "--tests"]].concat();
    toolchain.test(summaries, &dsp, &SETTINGS)?;
    let spectra =
        [&["test"], &common[..], &["balanced-analysis", "--test", "it", "--", "spectrum::", "features::"]].concat();
    toolchain.test(summaries, &spectra, &SETTINGS)
}

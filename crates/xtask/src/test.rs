//! `cargo xtask test` and `cargo xtask lint`.

use crate::{generate, plugin, python, run, tools};

/// Everything that must hold.
pub fn run() -> Result<(), String> {
    tools::install(&tools::PEERS)?;
    python::install_tools()?;
    plugin::install_tools()?;
    lint()?;
    generate::run(true)?;
    // The command itself, as users have it: the end-to-end tests run this binary.
    run::run(&run::cargo(), ["build", "--release", "--package", "balanced-cli"])?;
    run::run(&run::cargo(), ["test", "--workspace", "--no-fail-fast"])?;
    python::test()?;
    plugin::test()
}

/// Format, lints and documentation without a warning.
pub fn lint() -> Result<(), String> {
    run::run(&run::cargo(), ["fmt", "--all", "--check"])?;
    run::run(&run::cargo(), ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    // The workspace's features are united above: the build without the networks is another one.
    run::run(&run::cargo(), ["clippy", "--package", "balanced-analysis", "--lib", "--", "-D", "warnings"])?;
    run::run_with(&run::cargo(), ["doc", "--workspace", "--no-deps", "--quiet"], &[("RUSTDOCFLAGS", "-D warnings")])
}

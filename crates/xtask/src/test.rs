//! `cargo xtask test` and `cargo xtask lint`.

use std::thread;

use crate::phases::{Phases, run_tests};
use crate::run::Summaries;
use crate::{cross, generate, plugin, python, run, supply, tools, web};

/// Run every check and test there is; with `quick`, those of a working day: no installation and no Python.
pub fn run(quick: bool) -> Result<(), String> {
    let mut phases = Phases::default();
    let outcome = if quick { quick_phases(&mut phases) } else { all_phases(&mut phases) };
    phases.print();
    outcome
}

fn all_phases(phases: &mut Phases) -> Result<(), String> {
    phases.run("tools", |_| install_tools())?;
    // Downloads wait for the network while the compiler waits for the processor.
    let environment = thread::spawn(python::prepare);
    rust_phases(phases)?;
    phases.run("dependencies", |_| supply::deny())?;
    phases.run("Python environment", |_| environment.join().map_err(|_| "it was not made".to_owned())?)?;
    phases.run("Python package", python::test)?;
    phases.run("plugin in hosts", plugin::test)?;
    phases.run("package for browsers", web::test)?;
    phases.run("other machines, checked", |_| cross::check())
}

fn quick_phases(phases: &mut Phases) -> Result<(), String> {
    rust_phases(phases)
}

fn rust_phases(phases: &mut Phases) -> Result<(), String> {
    phases.run("format", |_| format())?;
    phases.run("build, all targets", |_| run::build_workspace())?;
    phases.run("generated files", |_| generate::compare())?;
    phases.run("clippy", |_| clippy())?;
    phases.run("Rust documentation", |_| documentation())?;
    phases.run("Rust tests", rust_tests)
}

fn install_tools() -> Result<(), String> {
    tools::install(&tools::PEERS)?;
    python::install_tools()?;
    web::install_tools()?;
    plugin::install_tools()
}

/// Check and test the Python package, from a build of the workspace.
pub fn python() -> Result<(), String> {
    one_phase("Python package", |summaries| {
        python::install_tools()?;
        python::prepare()?;
        run::build_workspace()?;
        python::test(summaries)
    })
}

/// Test the plugin's bundle in hosts, from a build of the workspace.
pub fn plugin() -> Result<(), String> {
    one_phase("plugin in hosts", |summaries| {
        plugin::install_tools()?;
        python::prepare()?;
        run::build_workspace()?;
        plugin::test(summaries)
    })
}

/// Build and test the package for browsers and Node, beside a build of the workspace.
pub fn web() -> Result<(), String> {
    one_phase("package for browsers", |summaries| {
        web::install_tools()?;
        run::build_workspace()?;
        web::test(summaries)
    })
}

fn one_phase(name: &'static str, phase: impl FnOnce(&mut Summaries) -> Result<(), String>) -> Result<(), String> {
    let mut phases = Phases::default();
    let outcome = phases.run(name, phase);
    phases.print();
    outcome
}

/// Check format, lints, documentation, and what comes from others.
pub fn lint() -> Result<(), String> {
    format()?;
    clippy()?;
    documentation()?;
    supply::deny()
}

fn format() -> Result<(), String> {
    run::run(&run::cargo(), ["fmt", "--all", "--check"])
}

fn clippy() -> Result<(), String> {
    run::run(&run::cargo(), ["clippy", "--workspace", "--all-targets", "--profile", "ci", "--", "-D", "warnings"])
}

fn documentation() -> Result<(), String> {
    let args = ["doc", "--workspace", "--no-deps", "--quiet", "--profile", "ci"];
    run::run_with(&run::cargo(), args, &[("RUSTDOCFLAGS", "-D warnings")])
}

fn rust_tests(summaries: &mut Summaries) -> Result<(), String> {
    run_tests(summaries, &run::cargo(), &["test", "--workspace", "--profile", "ci", "--no-fail-fast"], &[])
}

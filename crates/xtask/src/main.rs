//! Runs the repository's tasks: `cargo xtask test | python | plugin | lint | gen | bundle | cross | wheel | web | sbom | bench`.
//!
//! `test` installs what the tests need, checks format, lints, generated files and documentation, and runs every test, all
//! from one build of the workspace. Only the standard library is used, so that it starts at once.
#![forbid(unsafe_code)]

mod bench;
mod bundle;
mod cross;
mod generate;
mod licences;
mod phases;
mod plugin;
mod python;
mod run;
mod supply;
mod test;
mod tools;
mod web;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <task>
  test           install what the tests need, then run every check and test there is
  test --quick   run the checks and tests of a working day: Rust only, nothing is installed
  python         check and test the Python package
  python --free-threaded INTERPRETER
                 build it for an interpreter without the global lock, and run the tests that need numpy and pytest only
  plugin         test the plugin's bundle in hosts
  lint           check format, lints, documentation, and what comes from others (cargo deny)
  gen [--check]  write (or compare) the generated files: JSON Schemas, Python classes, charts, licences
  bundle [--release]
                 pack the plugin into target/bundled/, as VST3 and CLAP; with --release as it ships
  bundle --target TRIPLE
                 pack it, as it ships, for another machine
  cross [--check]
                 build and test for Windows and Arm; with --check only type-check for wasm32, Windows and macOS
  wheel          build the Python package as it ships, into target/wheels/
  web            build the npm package for browsers and Node as it ships, into target/web/
  web --test     build its smaller part and test it in Node and Chromium
  sbom           write a bill of materials of everything that ships, into target/sbom/
  bench [KERNEL] time kernels and whole commands beside the peers found on this machine; `bench vault`: the vault alone";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => test::run(false),
        ["test", "--quick"] => test::run(true),
        ["python"] => test::python(),
        ["python", "--free-threaded", interpreter] => python::test_free_threaded(interpreter),
        ["plugin"] => test::plugin(),
        ["lint"] => test::lint(),
        ["gen"] => generate::run(false),
        ["gen", "--check"] => generate::run(true),
        ["bundle"] => bundle::run(false).map(drop),
        ["bundle", "--release"] => bundle::run(true).map(drop),
        ["bundle", "--target", triple] => bundle::run_for(triple).map(drop),
        ["cross"] => cross::run(),
        ["cross", "--check"] => cross::check(),
        ["wheel"] => python::wheel().map(drop),
        ["web"] => web::build().map(drop),
        ["web", "--test"] => test::web(),
        ["sbom"] => supply::sbom(),
        ["bench"] => bench::run(None),
        ["bench", "vault"] => bench::vault(),
        ["bench", kernel] => bench::run(Some(kernel)),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

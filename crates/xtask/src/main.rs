//! Repository tasks: `cargo xtask test | python | plugin | lint | gen [--check] | bundle [--release] | bench`.
//!
//! `test` is the whole of it: it installs what the tests need, checks format, lints, generated files and docs, and runs
//! every test. Nothing but the standard library is used, so that it starts at once.
#![forbid(unsafe_code)]

mod bench;
mod bundle;
mod generate;
mod licences;
mod plugin;
mod python;
mod run;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <task>
  test           install what the tests need, then every check and test there is
  python         build the wheel, check and test it
  python --free-threaded INTERPRETER
                 build it for an interpreter without the global lock, and run the tests that need numpy and pytest only
  plugin         bundle the plugin and test it in hosts
  lint           format, clippy, docs
  gen [--check]  write (or compare) the generated files: JSON Schemas, Python classes, licences
  bundle [--release]
                 build the plugin into target/bundled/, as VST3 and CLAP
  bench [KERNEL] time kernels and whole commands beside the peers found on this machine";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => test::run(),
        ["python"] => python::test(),
        ["python", "--free-threaded", interpreter] => python::test_free_threaded(interpreter),
        ["plugin"] => plugin::test(),
        ["lint"] => test::lint(),
        ["gen"] => generate::run(false),
        ["gen", "--check"] => generate::run(true),
        ["bundle"] => bundle::run(false).map(drop),
        ["bundle", "--release"] => bundle::run(true).map(drop),
        ["bench"] => bench::run(None),
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

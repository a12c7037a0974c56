//! Running other programs, saying what is run.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// The repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("this package lies two below the root")
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Run `program` at the root; its output is shown.
pub fn run<A: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = A>) -> Result<(), String> {
    run_with(program, args, &[])
}

/// Run `program` at the root with additional environment variables.
pub fn run_with<A: AsRef<OsStr>>(
    program: &str,
    args: impl IntoIterator<Item = A>,
    environment: &[(&str, &str)],
) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(args).current_dir(root()).envs(environment.iter().copied());
    eprintln!("$ {}", spell(&command));
    let status = command.status().map_err(|error| format!("{program} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("failed ({status}): {}", spell(&command))) }
}

/// What `program` prints, or `None` if it cannot be run or fails.
pub fn output<A: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = A>) -> Option<Vec<u8>> {
    let output = Command::new(program).args(args).current_dir(root()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// The cargo that runs this task.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn spell(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

//! Running other programs, saying what is run.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How test runners sum up, a line each.
pub type Summaries = Vec<String>;

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

/// Where the artefacts of profile `ci` lie, from which tests, wheel and bundle are made.
pub fn built(name: &str) -> PathBuf {
    target().join("ci").join(name)
}

/// Build every target of the workspace once, in profile `ci`.
///
/// Always the whole of it: cargo unites the features of what is built together, so that one package alone would compile
/// its dependencies a second time.
pub fn build_workspace() -> Result<(), String> {
    run(&cargo(), ["build", "--workspace", "--all-targets", "--profile", "ci"])
}

/// A command without what cargo told this program about its own package: build scripts that watch these variables would run again,
/// and all that hangs on them be compiled again, whenever cargo is called by hand in between.
fn program_of(program: &str) -> Command {
    let mut command = Command::new(program);
    let of_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_package)) {
        command.env_remove(name);
    }
    command
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
    let mut command = program_of(program);
    command.args(args).current_dir(root()).envs(environment.iter().copied());
    eprintln!("$ {}", spell(&command));
    let status = command.status().map_err(|error| format!("{program} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("failed ({status}): {}", spell(&command))) }
}

/// Run `program` at the root; its standard output is shown and handed to `watch` line by line.
pub fn run_watched(
    program: &str,
    args: &[&str],
    environment: &[(&str, &str)],
    mut watch: impl FnMut(&str),
) -> Result<(), String> {
    let mut command = program_of(program);
    command.args(args).current_dir(root()).envs(environment.iter().copied()).stdout(Stdio::piped());
    eprintln!("$ {}", spell(&command));
    let mut child = command.spawn().map_err(|error| format!("{program} could not be started: {error}"))?;
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    for line in output.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        watch(&line);
    }
    let status = child.wait().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("failed ({status}): {}", spell(&command))) }
}

/// What `program` prints, or `None` if it cannot be run or fails.
pub fn output<A: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = A>) -> Option<Vec<u8>> {
    let output = program_of(program).args(args).current_dir(root()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// Copy a file, making the folder it goes to.
pub fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error| format!("{} to {}: {error}", from.display(), to.display());
    fs::create_dir_all(to.parent().expect("it lies in a folder")).map_err(failed)?;
    fs::copy(from, to).map(|_| ()).map_err(failed)
}

/// The cargo that runs this task.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn spell(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

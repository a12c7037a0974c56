//! End-to-end tests of the built command and the façade, and of the rules of the repository.

mod album;
mod analyze;
mod bad_input;
mod check;
mod codecs;
mod command;
mod compare;
mod cures;
#[cfg(not(windows))]
mod cyanite;
mod damaged;
mod deliver;
mod determinism;
mod files;
mod fixtures;
mod heads;
mod host;
mod limits;
mod master;
mod matching;
mod merge;
mod metadata;
mod never_worse;
mod outputs;
mod repair_files;
mod repairs;
mod report;
mod roster;
mod stdio;
mod vault;
mod walls;

/// The repository.
fn root() -> std::path::PathBuf {
    std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

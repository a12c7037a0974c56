//! End-to-end tests over the built command and the façade, and the rules the repository keeps about itself.

mod analyze;
mod bad_input;
mod check;
mod command;
mod determinism;
mod files;
mod fixtures;
mod host;
mod limits;
mod master;
mod walls;

/// The repository.
fn root() -> std::path::PathBuf {
    std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

//! Commands, one per file.

pub mod analyze;
pub mod check;
pub mod demo;
pub mod inputs;
pub mod master;
pub mod recommend;
pub mod schema;
pub mod show;
mod target;

use std::io::Write;
use std::path::Path;

use balanced::{AnalysisConfig, PlatformRule};

use crate::console;
use crate::exit::Exit;

/// Returns the platform rules: a user's file merged into the built-in table, or that table.
fn platforms(file: Option<&Path>) -> Result<Vec<PlatformRule>, Exit> {
    let Some(file) = file else { return Ok(AnalysisConfig::default().platforms) };
    balanced::platforms(file).map_err(|error| {
        console::error(&error.to_string());
        Exit::of(&error)
    })
}

/// Writes a text file atomically, so that no partial file is ever visible.
fn write_text(path: &Path, text: &str) -> Result<(), String> {
    write_bytes(path, text.as_bytes())
}

/// Writes a file atomically, so that no partial file is ever visible.
fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let attempt = || -> std::io::Result<()> {
        let mut file = temporary_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    attempt().map_err(|error| format!("{}: cannot be written: {error}", path.display()))
}

/// Creates a temporary file with the permissions of any new file; by default, `tempfile` hides it from other users.
fn temporary_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    #[cfg(unix)]
    let builder = {
        let mut builder = tempfile::Builder::new();
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder
    };
    #[cfg(not(unix))]
    let builder = tempfile::Builder::new();
    builder.tempfile_in(folder)
}

//! One file per command.

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

/// The rules of services: a user's file over the built-in table, or that table.
fn platforms(file: Option<&Path>) -> Result<Vec<PlatformRule>, Exit> {
    let Some(file) = file else { return Ok(AnalysisConfig::default().platforms) };
    balanced::platforms(file).map_err(|error| {
        console::error(&error.to_string());
        Exit::of(&error)
    })
}

/// Write a text file beside its place and move it there, so that no partial file is ever seen.
fn write_text(path: &Path, text: &str) -> Result<(), String> {
    write_bytes(path, text.as_bytes())
}

/// Write a file beside its place and move it there, so that no partial file is ever seen.
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

/// A temporary file that will have the rights any new file has; on its own, `tempfile` hides them from other users.
fn temporary_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

//! One file per command.

pub mod analyze;
pub mod check;
pub mod demo;
pub mod inputs;
pub mod master;
pub mod recommend;
pub mod schema;
mod target;

use std::io::Write;
use std::path::Path;

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
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    attempt().map_err(|error| format!("{}: cannot be written: {error}", path.display()))
}

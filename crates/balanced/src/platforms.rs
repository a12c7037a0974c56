//! Loudness normalisation rules of streaming services: the built-in table, and a user's file on top of it.

use std::path::Path;

use balanced_assistant::platforms_from_toml;
use balanced_model::PlatformRule;

use crate::Error;

/// Reads a TOML file of platform rules and merges it into the built-in table.
///
/// A rule replaces the built-in one of the same name; new names are appended. With `replace = true` in the file, only
/// its own rules are returned.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the file and the mistake in it.
pub fn platforms(path: impl AsRef<Path>) -> Result<Vec<PlatformRule>, Error> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let remedy = "give the path of a TOML file of platform rules";
        Error::settings(format!("cannot be read ({error})"), remedy).in_file(path).caused_by(error)
    })?;
    platforms_from_toml(&text).map_err(|slip| Error::settings(slip, "correct the platform rules").in_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_name_their_file() {
        assert!(platforms("no such file").unwrap_err().to_string().contains("no such file"));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "version = 2\nplatforms = []").unwrap();
        let error = platforms(file.path()).unwrap_err().to_string();
        assert!(error.contains("version 2") && error.starts_with(&file.path().display().to_string()), "{error}");
    }
}

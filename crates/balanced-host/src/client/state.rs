//! The saved state that a step gives its plugin.

use std::fs::{self, File};
use std::io::Read;

use balanced_mastering::ClapSpec;

use crate::{HostError, saved_state};

/// Larger files are no saved states.
const MAX_BYTES: u64 = 64 << 20;

/// Reads the state of `spec`, if it has one.
pub(super) fn read(spec: &ClapSpec) -> Result<Option<Vec<u8>>, HostError> {
    if let Some(file) = &spec.state_file {
        return read_file(file).map(Some).map_err(|problem| {
            let problem = format!("the plugin's state cannot be read ({problem})");
            HostError::new(file, problem, "correct the step's `state_file`")
        });
    }
    let Some(text) = &spec.state_base64 else { return Ok(None) };
    saved_state::decode(text).map(Some).map_err(|problem| {
        HostError::new(&spec.path, format!("`state_base64` {problem}"), "save the plugin's state again")
    })
}

fn read_file(path: &str) -> Result<Vec<u8>, String> {
    // Opening a pipe would wait for somebody to write.
    if !fs::metadata(path).map_err(|error| error.to_string())?.is_file() {
        return Err("it is no file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("it has more than {} MiB", MAX_BYTES >> 20));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_sensible_size_are_states() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(path("good"), "state").unwrap();
        File::create(path("huge")).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(read_file(&path("good")).unwrap(), b"state");
        assert!(read_file(&path("huge")).unwrap_err().contains("64 MiB"));
        assert!(read_file(&path("none")).is_err());
        assert!(read_file(&path("")).unwrap_err().contains("no file"));
    }
}

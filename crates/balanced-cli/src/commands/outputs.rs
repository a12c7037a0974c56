//! Output files of a command.

use std::path::Path;

use crate::console;
use crate::exit::Exit;

/// Refuses outputs that would overwrite a file of this run; `None` stands for an option that was not given.
pub fn check(reads: &[Option<&Path>], writes: &[Option<&Path>]) -> Result<(), Exit> {
    let reads: Vec<&Path> = reads.iter().copied().flatten().collect();
    let writes: Vec<&Path> = writes.iter().copied().flatten().collect();
    balanced::check_outputs(&reads, &writes).map_err(|error| report(&error))
}

/// Writes a file, completely or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Exit> {
    balanced::write_file(path, bytes).map_err(|error| report(&error))
}

/// Prints an error and returns its exit code.
pub fn report(error: &balanced::Error) -> Exit {
    console::error(&error.to_string());
    Exit::of(error)
}

//! Outputs of a run: none may replace a file that the run reads, or another output.

use std::path::{Path, PathBuf};

use crate::Error;

/// Checks that no output of a run is a file that the run reads, nor another of its outputs.
///
/// Files are compared by identity (device and inode), so that links and different spellings of a path are found. Files
/// that do not exist yet are compared by their folder and name. Devices and pipes may be named several times.
///
/// # Errors
/// Returns [`ErrorKind::Output`](crate::ErrorKind::Output) with the first output that would destroy a file.
pub fn check_outputs(reads: &[&Path], writes: &[&Path]) -> Result<(), Error> {
    let read: Vec<_> = reads.iter().filter_map(|path| Some((identity(path)?, *path))).collect();
    let mut written: Vec<(Identity, &Path)> = Vec::new();
    for output in writes {
        let Some(place) = identity(output) else { continue };
        if let Some((_, input)) = read.iter().find(|(known, _)| *known == place) {
            let problem = if input == output {
                "is read in this run and would be overwritten".to_owned()
            } else {
                format!("is the file {}, which is read in this run and would be overwritten", input.display())
            };
            return Err(Error::output(*output, problem, "name another output"));
        }
        if written.iter().any(|(known, _)| *known == place) {
            return Err(Error::output(*output, "is named for two outputs", "name another file for one of them"));
        }
        written.push((place, output));
    }
    Ok(())
}

/// Writes `bytes` to a file, completely or not at all.
///
/// A file that is there is replaced and keeps its permissions; a device or a pipe is written to.
///
/// # Errors
/// Returns [`ErrorKind::Output`](crate::ErrorKind::Output) if the file cannot be written.
pub fn write_file(path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), Error> {
    balanced_io::write_file(path.as_ref(), bytes).map_err(|error| Error::writing(&error))
}

/// Identity of a file.
#[derive(PartialEq, Eq)]
enum Identity {
    /// A file that exists: device and inode on Unix.
    #[cfg(unix)]
    Inode(u64, u64),
    /// A file that does not exist, in a folder that does; elsewhere than on Unix every file.
    Path(PathBuf),
}

/// Returns the identity of a regular file or of a place where one can be made; `None` for devices, pipes, and folders that
/// do not exist.
fn identity(path: &Path) -> Option<Identity> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => None,
        #[cfg(unix)]
        Ok(found) => {
            use std::os::unix::fs::MetadataExt;
            Some(Identity::Inode(found.dev(), found.ino()))
        }
        #[cfg(not(unix))]
        Ok(_) => path.canonicalize().ok().map(Identity::Path),
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(Identity::Path(folder.canonicalize().ok()?.join(path.file_name()?)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("mix.wav"), b"").unwrap();
        std::fs::hard_link(at("mix.wav"), at("hard.wav")).unwrap();
        std::fs::create_dir(at("sub")).unwrap();
        let mut names = vec!["mix.wav", "hard.wav", "sub/../mix.wav"];
        if cfg!(unix) {
            #[cfg(unix)]
            std::os::unix::fs::symlink("mix.wav", at("soft.wav")).unwrap();
            names.push("soft.wav");
        }
        for name in names {
            let error = check_outputs(&[&at("mix.wav")], &[&at(name)]).unwrap_err();
            assert!(error.to_string().contains("name another output"), "{name}: {error}");
        }
        assert!(check_outputs(&[&at("mix.wav")], &[&at("new.wav"), &at("new.html")]).is_ok());
    }

    #[test]
    fn two_outputs_are_two_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        let (plain, roundabout) = (folder.path().join("out.wav"), folder.path().join("sub/../out.wav"));
        let error = check_outputs(&[], &[&plain, &roundabout]).unwrap_err();
        assert!(error.to_string().contains("two outputs"), "{error}");
        assert!(cfg!(windows) || check_outputs(&[], &[Path::new("/dev/null"), Path::new("/dev/null")]).is_ok());
    }
}

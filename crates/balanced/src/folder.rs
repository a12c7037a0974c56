//! The audio files of a folder.

use std::path::{Path, PathBuf};

/// Suffixes of the files taken from folders; a file named directly is always tried.
const SUFFIXES: [&str; 27] = [
    "wav", "wave", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "flac", "mp3", "m4a", "m4b", "mp4", "aac", "alac",
    "ogg", "oga", "opus", "caf", "bw64", "mp2", "webm", "weba", "mka", "mkv", "au", "snd",
];

/// Returns the audio files in a folder and the folders in it, in name order.
///
/// A folder that cannot be read stands for itself, so that opening it tells why. Links to folders are not followed.
#[must_use]
pub fn audio_files(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(folder.as_ref(), &mut files);
    files
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        // It is told as unreadable when it is opened as a file.
        files.push(folder.to_owned());
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let is_link = path.symlink_metadata().is_ok_and(|meta| meta.is_symlink());
        if is_of_the_system(&path) {
            continue;
        }
        if path.is_dir() && !is_link {
            walk(&path, files);
        } else if is_audio(&path) && path.is_file() {
            files.push(path);
        }
    }
}

/// Returns whether an entry is not the user's: AppleDouble files of macOS (`._song.wav`), and thumbnails of Synology's
/// storage (`@eaDir`), which carry the names of the files they belong to.
fn is_of_the_system(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("._") || name == "@eaDir" || name == "__MACOSX"
}

fn is_audio(path: &Path) -> bool {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).map(str::to_ascii_lowercase);
    suffix.is_some_and(|suffix| SUFFIXES.contains(&suffix.as_str()))
}

//! Expansion of the inputs: folders stand for the audio files in them.

use std::path::PathBuf;

/// Message for folders without audio files.
pub const NOTHING_FOUND: &str =
    "no audio file in the given folders; give files, or folders with .wav, .aiff, .flac, .mp3 … files";

/// Returns the number of threads: as many as requested, or one per core for 0.
pub fn jobs(asked: usize) -> usize {
    if asked > 0 { asked } else { std::thread::available_parallelism().map_or(1, usize::from) }
}

/// Expands folders recursively to their audio files, in name order.
pub fn expand(inputs: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for input in inputs {
        if input.is_dir() { files.extend(balanced::audio_files(input)) } else { files.push(input.clone()) }
    }
    files
}

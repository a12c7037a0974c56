//! Reads the metadata of any file, and fits it to every format.
#![no_main]

use std::io::Cursor;

use balanced_io::{FileFormat, fit_metadata, read_metadata};
use libfuzzer_sys::fuzz_target;

const MAX_BYTES: u64 = 1 << 16;

fuzz_target!(init: balanced_fuzz::start(), |bytes: &[u8]| {
    let read = read_metadata(&mut Cursor::new(bytes), 48_000.0, MAX_BYTES);
    let held: u64 = read.metadata.pictures.iter().map(|picture| picture.content.bytes).sum();
    assert!(held <= MAX_BYTES, "{held} bytes of pictures are held");
    for told in read.notes.iter().chain(&read.metadata.unread) {
        assert!(!told.chars().any(char::is_control), "{told:?}");
    }
    for format in [FileFormat::Wav, FileFormat::Aiff, FileFormat::Flac] {
        let (fitted, _) = fit_metadata(&read.metadata, format, 48_000.0);
        assert_eq!(fit_metadata(&fitted, format, 48_000.0).0, fitted, "{format:?}");
    }
});

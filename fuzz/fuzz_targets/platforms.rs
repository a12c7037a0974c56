//! Reads tables of platform rules, and applies them.
#![no_main]

use std::io::{Seek, Write};
use std::sync::Mutex;

use libfuzzer_sys::fuzz_target;
use tempfile::NamedTempFile;

/// The table is given as a file; one serves all runs.
static FILE: Mutex<Option<NamedTempFile>> = Mutex::new(None);

fuzz_target!(|text: &[u8]| {
    let mut file = FILE.lock().expect("one thread uses it");
    let file = file.get_or_insert_with(|| NamedTempFile::new().expect("there is a folder for temporary files"));
    file.as_file().set_len(0).expect("it can be emptied");
    file.rewind().expect("it is a file");
    file.write_all(text).expect("it is small");
    let Ok(rules) = balanced::platforms(file.path()) else { return };
    for rule in rules {
        for (integrated_lufs, true_peak_dbtp) in [(Some(-9.0), Some(0.3)), (Some(-40.0), None), (None, Some(-6.0))] {
            let applied = rule.apply(integrated_lufs, true_peak_dbtp);
            assert!(applied.gain_db.is_none_or(f64::is_finite), "{applied:?}");
        }
    }
});

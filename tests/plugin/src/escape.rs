//! What `test.escape` tries when it is created: things that a confined plugin cannot do, and two that it can.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;

/// Tries everything; returns the sum of 1, 2, 4 … for the things that went otherwise than in a sandbox.
pub(crate) fn attempts(file: &Path) -> f64 {
    let folder = file.parent().unwrap_or(file);
    let outcomes = [
        fs::write(folder.join("escaped.txt"), "here").is_ok(),
        fs::read_dir("/var").is_ok(),
        TcpListener::bind("127.0.0.1:0").is_ok(),
        Command::new("true").status().is_ok(),
        file.metadata().is_ok_and(|data| fs::set_permissions(file, data.permissions()).is_ok()),
        !temporary_files_can_be_written(),
        !thread::Builder::new().spawn(|| ()).is_ok_and(|thread| thread.join().is_ok()),
    ];
    outcomes.iter().enumerate().map(|(bit, happened)| f64::from(u8::from(*happened) << bit)).sum()
}

fn temporary_files_can_be_written() -> bool {
    let path = std::env::temp_dir().join("balanced-test-plugin.txt");
    let is_written = fs::write(&path, "mine").is_ok() && fs::read(&path).is_ok_and(|text| text == b"mine");
    is_written && fs::remove_file(&path).is_ok()
}

//! Tests of `-`: audio from standard input, and a master to standard output.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::command::{balanced, command, json_lines, stdout};
use crate::files;

/// A folder with `mix.wav`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mix = balanced_testkit::mixes::HardMix::Quiet.render(44_100.0, 4.0);
    files::write_wav(&folder.path().join("mix.wav"), &mix, 44_100, 16);
    folder
}

/// Runs the command with a file as its standard input.
fn fed(folder: &Path, input: &str, args: &[&str]) -> Output {
    let input = File::open(folder.join(input)).unwrap();
    command().args(args).current_dir(folder).stdin(input).output().expect("the command starts")
}

/// Runs the command with bytes from a pipe as its standard input.
fn piped(folder: &Path, input: Vec<u8>, args: &[&str]) -> Output {
    let mut command = command();
    command.args(args).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut pipe = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || std::io::Write::write_all(&mut pipe, &input));
    let output = child.wait_with_output().unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = feeder.join().unwrap();
    output
}

fn row(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

#[test]
fn analysis_of_a_pipe_is_that_of_the_file() {
    let folder = folder();
    let mix = fs::read(folder.path().join("mix.wav")).unwrap();
    let args = ["--json", "--only", "loudness"];
    let by_name = &json_lines(folder.path(), &[&["analyze", "mix.wav"][..], &args].concat())[0];
    for dash in [&["-"][..], &["--", "-"]] {
        let args = [&["analyze"][..], &args, dash].concat();
        let from_pipe = row(&piped(folder.path(), mix.clone(), &args));
        assert_eq!(from_pipe["loudness"], by_name["loudness"]);
        assert_eq!(from_pipe["source"]["sha256"], by_name["source"]["sha256"]);
        assert_eq!(from_pipe["source"]["path"], "-");
    }
    let both = fed(folder.path(), "mix.wav", &["analyze", "-", "mix.wav", "--csv", "--only", "loudness"]);
    assert_eq!(String::from_utf8_lossy(&both.stdout).lines().count(), 3);
}

#[test]
fn checks_and_recommendations_read_standard_input() {
    let folder = folder();
    let output = fed(folder.path(), "mix.wav", &["check", "-"]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"- "), "{}", String::from_utf8_lossy(&output.stdout));
    let by_name = &json_lines(folder.path(), &["recommend", "mix.wav", "--json"])[0];
    let from_file = row(&fed(folder.path(), "mix.wav", &["recommend", "-", "--json"]));
    assert_eq!((&from_file["chain"], &from_file["source"]["path"]), (&by_name["chain"], &Value::from("-")));
}

#[test]
fn a_master_goes_through_pipes() {
    let folder = folder();
    let mix = fs::read(folder.path().join("mix.wav")).unwrap();
    stdout(folder.path(), &["master", "mix.wav", "-o", "by-name.wav"]);
    let by_name = fs::read(folder.path().join("by-name.wav")).unwrap();
    let output = piped(folder.path(), mix, &["master", "-", "-o", "-"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    assert!(output.stdout == by_name, "the master in the pipe is another one");
    assert!(told.contains("LUFS") && !told.contains("/fd/") && !told.contains("balanced-"), "{told}");
    let flac = fed(folder.path(), "mix.wav", &["master", "-", "-o", "-", "--format", "flac"]);
    assert!(flac.stdout.starts_with(b"fLaC"), "{}", String::from_utf8_lossy(&flac.stderr));
    let result = row(&fed(folder.path(), "mix.wav", &["master", "-", "-o", "m.wav", "--json"]));
    assert_eq!((&result["input"], &result["before"]["source"]["path"]), (&Value::from("-"), &Value::from("-")));
    assert_eq!(result["output"], "m.wav");
}

#[test]
fn audio_and_results_never_mix_and_input_is_named_once() {
    let folder = folder();
    for (args, told) in [
        (&["master", "mix.wav", "-o", "-", "--json"][..], "would mix on standard output"),
        (&["analyze", "-", "-"], "is named twice"),
    ] {
        let output = balanced(folder.path(), args);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(told), "{args:?}");
    }
}

#[test]
fn what_is_no_audio_is_told_of_standard_input() {
    let folder = folder();
    for command in
        [&["analyze", "-", "--json"][..], &["check", "-"], &["recommend", "-"], &["master", "-", "-o", "m.wav"]]
    {
        let output = piped(folder.path(), b"not audio".to_vec(), command);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{command:?}: {errors}");
        assert!(errors.starts_with("error: standard input: is text, not audio; "), "{command:?}: {errors}");
    }
}

#[cfg(unix)]
#[test]
fn the_file_behind_standard_input_is_not_overwritten() {
    let folder = folder();
    let before = fs::read(folder.path().join("mix.wav")).unwrap();
    for args in [&["master", "-", "-o", "mix.wav"][..], &["analyze", "-", "--report", "mix.wav"]] {
        let output = fed(folder.path(), "mix.wav", args);
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(fs::read(folder.path().join("mix.wav")).unwrap() == before, "{args:?}");
    }
}

#[test]
fn a_file_of_that_name_is_written_with_its_folder() {
    let folder = folder();
    fs::copy(folder.path().join("mix.wav"), folder.path().join("-")).unwrap();
    let rows = json_lines(folder.path(), &["analyze", "./-", "--json", "--only", "loudness"]);
    assert_eq!(rows[0]["source"]["path"], "./-");
}

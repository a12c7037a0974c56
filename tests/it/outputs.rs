//! Outputs never destroy what is read, and a result that cannot be written is a failure.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::command::{balanced, command, json_lines};
use crate::files;

/// A folder with `mix.wav`, `ref.wav`, `chain.toml` and `rules.toml`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mix = balanced_testkit::mixes::HardMix::Quiet.render(44_100.0, 2.0);
    for name in ["mix.wav", "ref.wav"] {
        files::write_wav(&folder.path().join(name), &mix, 44_100, 16);
    }
    fs::write(folder.path().join("chain.toml"), "version = 2\n[[steps]]\nkind = \"limiter\"\n").unwrap();
    fs::write(folder.path().join("rules.toml"), "").unwrap();
    folder
}

fn contents(folder: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found.iter().map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap())).collect()
}

#[test]
fn no_output_replaces_a_file_of_the_run() {
    let folder = folder();
    let before = contents(folder.path());
    for args in [
        "recommend mix.wav -o mix.wav",
        "analyze mix.wav --report mix.wav",
        "analyze mix.wav --report rules.toml --platforms rules.toml",
        "master mix.wav -o mix.wav",
        "master mix.wav -o ./mix.wav",
        "master mix.wav -o out.wav --report mix.wav",
        "master mix.wav -o ref.wav --reference ref.wav",
        "master mix.wav -o out.wav --reference ref.wav --report ref.wav",
        "master mix.wav -o out.wav --report out.wav",
        "master mix.wav -o out.wav --chain chain.toml --report chain.toml",
    ] {
        let output = balanced(folder.path(), &args.split(' ').collect::<Vec<_>>());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{args}: {errors}");
        assert!(errors.contains("another"), "{args}: {errors}");
        assert!(contents(folder.path()) == before, "{args} changed a file");
    }
}

#[test]
fn a_file_that_fails_has_a_row_too() {
    let folder = folder();
    fs::write(folder.path().join("bad.wav"), "not audio").unwrap();
    for order in [&[][..], &["--unordered"]] {
        let args = [&["analyze", "bad.wav", "mix.wav", "--json", "--only", "loudness"], order].concat();
        let output = balanced(folder.path(), &args);
        assert_eq!(output.status.code(), Some(3));
        let text = String::from_utf8(output.stdout).unwrap();
        let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(rows.len(), 2, "{text}");
        let failed = rows.iter().find(|row| row["path"] == "bad.wav").expect("the failed file has a row");
        assert_eq!(failed["error"]["kind"], "not_audio");
        assert!(failed["error"]["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()));
    }
}

#[test]
fn files_of_the_system_in_a_folder_are_left_out() {
    let folder = folder();
    fs::write(folder.path().join("._mix.wav"), "an AppleDouble file").unwrap();
    fs::create_dir(folder.path().join("@eaDir")).unwrap();
    fs::write(folder.path().join("@eaDir/mix.wav"), "a thumbnail").unwrap();
    if cfg!(unix) {
        assert!(Command::new("mkfifo").arg(folder.path().join("pipe.wav")).status().unwrap().success());
    }
    let rows = json_lines(folder.path(), &["analyze", ".", "--json", "--only", "loudness"]);
    let names: Vec<_> = rows.iter().map(|row| row["source"]["path"].as_str().unwrap()).collect();
    assert_eq!(names, ["./mix.wav", "./ref.wav"]);
}

#[cfg(unix)]
mod unix {
    use super::*;

    /// Command that a shell starts: never another machine's.
    const COMMAND: &str = env!("CARGO_BIN_EXE_balanced");

    fn full() -> Stdio {
        File::options().write(true).open("/dev/full").unwrap().into()
    }

    #[test]
    fn a_pipe_that_is_named_is_not_waited_for() {
        let folder = folder();
        assert!(Command::new("mkfifo").arg(folder.path().join("pipe.wav")).status().unwrap().success());
        let output = balanced(folder.path(), &["analyze", "pipe.wav"]);
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&output.stderr).contains("save its content as a file"));
    }

    #[test]
    fn results_that_cannot_be_written_are_a_failure() {
        let folder = folder();
        for args in ["analyze mix.wav --json --only loudness", "recommend mix.wav", "schema chain", "show platforms"] {
            let mut command = command();
            let output = command.args(args.split(' ')).current_dir(folder.path()).stdout(full()).output().unwrap();
            assert_eq!(output.status.code(), Some(3), "{args}");
            assert!(String::from_utf8_lossy(&output.stderr).contains("could not be written"), "{args}");
        }
    }

    #[test]
    fn messages_that_cannot_be_printed_lose_no_row() {
        let folder = folder();
        let args = ["analyze", "no-such.wav", "mix.wav", "--json", "--only", "loudness"];
        let mut command = command();
        let output = command.args(args).current_dir(folder.path()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_reader_that_leaves_ends_the_work_quietly() {
        let folder = folder();
        let mut command = Command::new("sh");
        command.args(["-c", "\"$0\" analyze mix.wav ref.wav --json --only loudness | true"]).arg(COMMAND);
        let output = command.current_dir(folder.path()).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Waits until the process has all its handlers: SIGHUP, SIGINT and SIGTERM, numbers 1, 2 and 15, are caught, or ignored as
    /// the starter had it.
    fn wait_until_signals_are_caught(process: u32) {
        const ALL: u64 = 1 << 0 | 1 << 1 | 1 << 14;
        let mask = |status: &str, name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            line.and_then(|mask| u64::from_str_radix(mask, 16).ok()).unwrap_or(0)
        };
        for _ in 0..2000 {
            let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
            let caught = mask(&status, "SigCgt:");
            // The shell that becomes the command ignores signals too, but catches none.
            if caught != 0 && (caught | mask(&status, "SigIgn:")) & ALL == ALL {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("the command never caught the signals");
    }

    #[test]
    fn a_termination_is_reported_as_shells_do_and_nohup_is_kept() {
        let folder = folder();
        fs::remove_file(folder.path().join("mix.wav")).unwrap();
        let song = balanced_testkit::mixes::HardMix::Quiet.render(44_100.0, 120.0);
        files::write_plain_wav(&folder.path().join("mix.wav"), &song, 44_100, 16);
        let start = |ignore: &str| {
            let line = format!("{ignore} exec \"$0\" master mix.wav -o out.wav");
            let mut command = Command::new("sh");
            command.args(["-c", &line]).arg(COMMAND).current_dir(folder.path());
            let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            wait_until_signals_are_caught(child.id());
            child
        };
        let end = |mut child: std::process::Child, signal: &str| {
            Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
            child.wait().unwrap().code()
        };
        assert_eq!(end(start(""), "-TERM"), Some(143));
        assert_eq!(end(start(""), "-HUP"), Some(129));
        assert_eq!(end(start("trap '' HUP;"), "-HUP"), Some(0));
    }
}

//! Files that give less than they promise: under half is an error that `--accept-damaged` turns into a note; nothing that is
//! missing goes unsaid.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::command::{balanced, json_lines};
use crate::files::{ffmpeg, write_wav};

/// Writes a WAV of ten seconds of which `percent` percent are there.
fn cut_wav(folder: &Path, name: &str, percent: usize) {
    let mix = balanced_testkit::mixes::HardMix::BassHeavy.render(44_100.0, 10.0);
    let path = folder.join(name);
    write_wav(&path, &mix, 44_100, 16);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..44 + (bytes.len() - 44) * percent / 100]).unwrap();
}

const COMMANDS: [&[&str]; 4] = [
    &["analyze", "mix.wav", "--json", "--only", "loudness"],
    &["check", "mix.wav", "--json"],
    &["recommend", "mix.wav", "--json"],
    &["master", "mix.wav", "-o", "out.wav", "--json"],
];

#[test]
fn under_half_is_an_error_unless_damaged_files_are_accepted() {
    let folder = tempfile::tempdir().unwrap();
    cut_wav(folder.path(), "mix.wav", 30);
    for command in COMMANDS {
        let output = balanced(folder.path(), command);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{command:?}: {errors}");
        assert!(errors.contains("promises 441000 frames (10.0 s), but only 132300 (3.0 s)"), "{errors}");
        assert_eq!(errors.trim_end().lines().count(), 1, "{errors}");
        assert!(!folder.path().join("out.wav").exists(), "{command:?} wrote a part of a master");
        let accepted = balanced(folder.path(), &[command, &["--accept-damaged"]].concat());
        assert!(matches!(accepted.status.code(), Some(0 | 1)), "{command:?}: {accepted:?}");
    }
    assert!(folder.path().join("out.wav").exists());
}

#[test]
fn between_half_and_whole_is_said_by_master_too() {
    let folder = tempfile::tempdir().unwrap();
    cut_wav(folder.path(), "mix.wav", 80);
    let result = &json_lines(folder.path(), &["master", "mix.wav", "-o", "out.wav", "--json"])[0];
    let notes = result["notes"].as_array().unwrap();
    assert!(
        notes.iter().any(|note| note.as_str().unwrap().starts_with("the mix: the data chunk declares")),
        "{notes:?}"
    );
    let text = crate::command::stdout(folder.path(), &["master", "mix.wav", "-o", "out.wav"]);
    assert!(text.contains("the data chunk declares"), "{text}");
}

#[test]
fn a_file_without_a_frame_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    cut_wav(folder.path(), "mix.wav", 0);
    let mut empty = fs::read(folder.path().join("mix.wav")).unwrap();
    for (promised, word) in [(true, "promises"), (false, "holds no audio")] {
        if !promised {
            empty[40..44].copy_from_slice(&[0; 4]);
            empty[4..8].copy_from_slice(&36u32.to_le_bytes());
            fs::write(folder.path().join("mix.wav"), &empty).unwrap();
        }
        for command in COMMANDS {
            let output = balanced(folder.path(), command);
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(3), "{command:?}: {errors}");
            assert!(errors.contains("mix.wav") && errors.contains(word), "{errors}");
        }
        let accepted = balanced(folder.path(), &[COMMANDS[0], &["--accept-damaged"]].concat());
        assert_eq!(accepted.status.code(), Some(0), "{accepted:?}");
        let master = balanced(folder.path(), &[COMMANDS[3], &["--accept-damaged"]].concat());
        assert_eq!(master.status.code(), Some(3), "a master of nothing");
        assert!(!folder.path().join("out.wav").exists());
    }
}

#[test]
fn a_damaged_file_has_its_row_among_the_others() {
    let folder = tempfile::tempdir().unwrap();
    cut_wav(folder.path(), "a.wav", 30);
    cut_wav(folder.path(), "b.wav", 100);
    let output = balanced(folder.path(), &["analyze", "a.wav", "b.wav", "--json", "--only", "loudness"]);
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&rows[0]["error"]["kind"], &rows[1]["source"]["frames"]), (&"damaged".into(), &441_000.into()));
}

#[test]
fn a_movie_is_read_when_it_is_named_and_passed_over_in_folders() {
    let folder = tempfile::tempdir().unwrap();
    cut_wav(folder.path(), "song.wav", 100);
    let song = folder.path().join("song.wav");
    for (name, codec) in [("clip.mov", "pcm_s16be"), ("clip.m4v", "aac"), ("take.MOV", "aac")] {
        ffmpeg(
            &song,
            &["-c:a", codec, "-f", if name == "clip.m4v" { "mp4" } else { "mov" }],
            &folder.path().join(name),
        );
        let rows = json_lines(folder.path(), &["analyze", name, "--json", "--only", "loudness"]);
        assert_eq!(rows[0]["source"]["frames"], 441_000, "{name}");
    }
    let rows = json_lines(folder.path(), &["analyze", ".", "--json", "--only", "loudness"]);
    assert_eq!(rows.len(), 1, "{rows:?}");
}

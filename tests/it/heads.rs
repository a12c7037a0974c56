//! `balanced heads train` and `analyze --tag-head`: labels, the file, what it says, exit codes.

use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;

use balanced_testkit::music::{Style, render};
use serde_json::Value;

use crate::command::{balanced, json_lines, stdout};
use crate::files;

/// Pieces of each style.
const PIECES: u64 = 12;

/// Twelve pieces of piano and twelve of drums, a folder each, in six groups; and the rows of their analysis.
fn catalogue() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        for (name, style) in [("piano", Style::Piano), ("drums", Style::Drums)] {
            for piece in 0..PIECES {
                let group = folder.path().join(format!("music/{name}/{name} artist {}", piece / 2));
                std::fs::create_dir_all(&group).unwrap();
                let audio = render(style, 22_050.0, 4.0, piece + 1).audio;
                files::write_wav(&group.join(format!("{piece}.wav")), &audio, 22_050, 16);
            }
        }
        let rows = stdout(folder.path(), &["analyze", "music", "--only", "tags", "--embedding", "--json"]);
        std::fs::write(folder.path().join("rows.jsonl"), rows).unwrap();
        folder
    });
    folder.path()
}

const TRAIN: [&str; 6] = ["heads", "train", "music", "--analyses", "rows.jsonl", "-o"];

fn trained(folder: &Path, name: &str, more: &[&str]) -> Value {
    stdout(folder, &[&TRAIN[..], &[name], more].concat());
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

#[test]
fn a_folder_makes_a_head_that_reads_other_music() {
    let folder = catalogue();
    let head = trained(folder, "style.json", &["--date", "2026-11-30"]);
    assert_eq!((&head["version"], &head["name"], &head["kind"]), (&1.into(), &"style".into(), &"one_label".into()));
    let training = &head["training"];
    assert_eq!(
        (&training["tracks"], &training["groups"], &training["date"]),
        (&24.into(), &12.into(), &"2026-11-30".into())
    );
    assert!(training["report"]["accuracy"]["value"].as_f64().unwrap() > 0.9, "{training}");

    files::write_wav(&folder.join("new.wav"), &render(Style::Piano, 22_050.0, 5.0, 99).audio, 22_050, 16);
    let analyze = ["analyze", "new.wav", "--only", "tags", "--tag-head", "style.json"];
    let result = &json_lines(folder, &[&analyze[..], &["--json"]].concat())[0];
    let said = &result["tags"]["heads"][0];
    assert_eq!((&said["name"], &said["labels"][0]["label"]), (&"style".into(), &"piano".into()));
    let sum: f64 = said["labels"].as_array().unwrap().iter().map(|tag| tag["probability"].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 2e-4, "{said}");
    assert_eq!(result["provenance"]["models"][2]["name"], "head style");
    assert!(result["tags"].get("embedding").is_none(), "it was not asked for");
    assert!(stdout(folder, &analyze).contains("Head style"), "in the text");
    let csv = stdout(folder, &[&analyze[..], &["--csv"]].concat());
    assert!(csv.lines().next().unwrap().ends_with(",heads") && csv.contains("style=piano"), "{csv}");
    assert!(stdout(folder, &[&analyze[..], &["--jams"]].concat()).contains("\"head\":\"style\""));
}

/// Measured now or before, in a folder or a table, with any number of jobs: the same file.
#[test]
fn equal_tracks_give_equal_files() {
    let folder = catalogue();
    let head = trained(folder, "a.json", &["--name", "x"]);
    let mut table = "path,label,group\n".to_owned();
    for row in std::fs::read_to_string(folder.join("rows.jsonl")).unwrap().lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let path = row["source"]["path"].as_str().unwrap();
        let parts: Vec<&str> = path.rsplit('/').collect();
        writeln!(table, "{path},{},{}", parts[2], parts[1]).unwrap();
    }
    std::fs::write(folder.join("labels.csv"), table).unwrap();
    stdout(folder, &["heads", "train", "labels.csv", "--name", "x", "-j", "1", "-o", "b.json"]);
    let again: Value = serde_json::from_slice(&std::fs::read(folder.join("b.json")).unwrap()).unwrap();
    assert_eq!(again, head);
}

#[test]
fn mistakes_are_told_with_their_remedy_and_leave_no_file() {
    let folder = catalogue();
    let refused = |args: &[&str], words: &str| {
        let done = balanced(folder, args);
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains(words), "{args:?}: {told}");
        assert!(!folder.join("no.json").exists());
    };
    std::fs::create_dir_all(folder.join("small/only/x")).unwrap();
    std::fs::copy(folder.join("music/piano/piano artist 0/0.wav"), folder.join("small/only/x/0.wav")).unwrap();
    refused(&["heads", "train", "small", "-o", "no.json"], "give tracks of 2 to 500 labels");
    std::fs::create_dir_all(folder.join("small/more")).unwrap();
    std::fs::copy(folder.join("music/drums/drums artist 0/0.wav"), folder.join("small/more/0.wav")).unwrap();
    refused(&["heads", "train", "small", "-o", "no.json"], "give at least 10 tracks from 5 groups");
    refused(&["heads", "train", "none.csv", "-o", "no.json"], "none.csv: cannot be read");
    refused(&[&TRAIN[..], &["no.json", "--date", "soon"]].concat(), "date: ");
    refused(&[&TRAIN[..], &["no.json", "--name", "a\u{1b}b"]].concat(), "no name for a head");

    let mut other = trained(folder, "style2.json", &[]);
    other["embedding"]["sha256"] = "0".repeat(64).into();
    std::fs::write(folder.join("other.json"), other.to_string()).unwrap();
    let track = "music/piano/piano artist 0/0.wav";
    refused(&["analyze", track, "--tag-head", "other.json"], "train the head again with this program");
    refused(&["analyze", track, "--tag-head", "rows.jsonl"], "rows.jsonl");
    refused(&["analyze", track, "--only", "loudness", "--tag-head", "style2.json"], "add tags");
    refused(&["analyze", track, "--tag-head", "style2.json", "--tag-head", "style2.json"], "a name of its own");
}

/// An output that the run reads is never written, and a file that is no audio is left out and told.
#[test]
fn inputs_stay_and_a_bad_file_is_left_out() {
    let folder = catalogue();
    let before = std::fs::read(folder.join("rows.jsonl")).unwrap();
    let done = balanced(folder, &["heads", "train", "music", "--analyses", "rows.jsonl", "-o", "rows.jsonl"]);
    assert_eq!(done.status.code(), Some(3));
    assert_eq!(std::fs::read(folder.join("rows.jsonl")).unwrap(), before);

    let mut table = "path,label\n".to_owned();
    for row in std::fs::read_to_string(folder.join("rows.jsonl")).unwrap().lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let path = row["source"]["path"].as_str().unwrap();
        writeln!(table, "{path},{}", path.rsplit('/').nth(2).unwrap()).unwrap();
    }
    table.push_str("rows.jsonl,piano\n");
    std::fs::write(folder.join("bad.csv"), table).unwrap();
    let done =
        balanced(folder, &["heads", "train", "bad.csv", "--analyses", "rows.jsonl", "-o", "left.json", "--json"]);
    assert_eq!(done.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&done.stderr).contains("rows.jsonl"));
    let facts: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(facts["tracks"], 24);
    assert!(folder.join("left.json").exists());
}

//! `balanced match`: a roster, portfolios of `analyze`, wishes, exit codes.

use std::path::Path;

use balanced_testkit::music::{Style, render};
use serde_json::{Value, json};

use crate::command::{balanced, json_lines, stdout};
use crate::files;

fn write_music(folder: &Path, name: &str, seed: u64) {
    files::write_wav(&folder.join(name), &render(Style::Band, 44_100.0, 12.0, seed).audio, 44_100, 24);
}

/// A track, an engineer with masters like it, and one with no portfolio.
fn platform() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_music(folder.path(), "mix.wav", 5);
    write_music(folder.path(), "master.wav", 5);
    let rows = stdout(folder.path(), &["analyze", "master.wav", "--embedding", "--json"]);
    std::fs::write(folder.path().join("ana.jsonl"), rows).unwrap();
    write(folder.path(), "roster.json", &roster());
    folder
}

fn roster() -> Value {
    json!({ "version": 1, "currency": "EUR", "engineers": [
        { "id": "bo", "genres": ["ambient"], "turnaround_days": 3, "capacity": 1, "price": 60, "languages": ["de"] },
        { "id": "ana", "name": "Ana\u{1b}[2J", "genres": ["rock"], "turnaround_days": 5, "capacity": 3, "price": 80,
          "languages": ["en"], "portfolio_file": "ana.jsonl" },
    ] })
}

fn write(folder: &Path, name: &str, tree: &Value) {
    std::fs::write(folder.join(name), tree.to_string()).unwrap();
}

const MATCH: [&str; 6] = ["match", "mix.wav", "--roster", "roster.json", "--exploration", "0"];

#[test]
fn engineers_are_ranked_with_reasons_and_equal_seeds_give_equal_lists() {
    let folder = platform();
    let run = || json_lines(folder.path(), &[&MATCH[..], &["--json", "--seed", "7"]].concat());
    let result = &run()[0];
    let places: Vec<&str> =
        result["matches"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(places, ["ana", "bo"]);
    assert_eq!(result["matches"], run()[0]["matches"]);
    let similar = result["matches"][0]["parts"].as_array().unwrap().iter().find(|part| part["part"] == "similar_music");
    assert_eq!(similar.unwrap()["value"], 1.0, "the master is the mix");
    let text = stdout(folder.path(), &MATCH);
    assert!(text.contains("2 of 2 engineers") && text.contains("score 0."), "{text}");
    assert!(!text.contains('\u{1b}'), "a name cannot steer the terminal");
}

#[test]
fn wishes_are_kept_and_nobody_left_is_exit_code_1() {
    let folder = platform();
    write(folder.path(), "wishes.json", &json!({ "budget": 70, "start": "2026-05-01", "languages": ["de"] }));
    let with_wishes = [&MATCH[..], &["--wishes", "wishes.json"]].concat();
    let result = &json_lines(folder.path(), &[&with_wishes[..], &["--json"]].concat())[0];
    assert_eq!(result["matches"].as_array().unwrap().len(), 1);
    assert_eq!(result["excluded"][0], json!({ "id": "ana", "conditions": ["budget", "language"] }));
    assert_eq!(result["start"], "2026-05-01");
    write(folder.path(), "wishes.json", &json!({ "budget": 7 }));
    let nobody = balanced(folder.path(), &with_wishes);
    assert_eq!(nobody.status.code(), Some(1));
    let text = String::from_utf8_lossy(&nobody.stdout).into_owned();
    assert!(text.contains("0 of 2 engineers") && text.contains("2 over the budget"), "{text}");
}

#[test]
fn a_reference_says_the_sound_that_is_wished() {
    let folder = platform();
    let with_reference = [&MATCH[..], &["--reference", "master.wav", "--json"]].concat();
    let result = &json_lines(folder.path(), &with_reference)[0];
    let parts = result["matches"][0]["parts"].as_array().unwrap();
    let loudness = parts.iter().find(|part| part["part"] == "loudness").unwrap();
    assert!(loudness["value"].as_f64().unwrap() > 0.99, "{loudness}");
    assert!(loudness["text"].as_str().unwrap().contains("0.0 LU over the wish"), "{loudness}");
}

#[test]
fn slips_are_named_with_file_and_place() {
    let folder = platform();
    let refused = |code: i32, arguments: &[&str], words: &[&str]| {
        let output = balanced(folder.path(), arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert!(output.stdout.is_empty());
    };
    let mut slip = roster();
    slip["engineers"][0]["prise"] = json!(3);
    write(folder.path(), "slip.json", &slip);
    refused(2, &["match", "mix.wav", "--roster", "slip.json"], &["slip.json: engineers[0].prise", "unknown field"]);
    let mut protected = roster();
    protected["engineers"][1]["nationality"] = json!("x");
    write(folder.path(), "slip.json", &protected);
    refused(
        2,
        &["match", "mix.wav", "--roster", "slip.json"],
        &["engineers[1].nationality", "protected attribute", "remove"],
    );
    refused(2, &["match", "mix.wav", "--roster", "none.json"], &["none.json", "cannot be read"]);
    refused(2, &["match", "mix.wav"], &["--roster"]);
    refused(2, &[&MATCH[..], &["--top", "0"]].concat(), &["1 to 1000"]);
    refused(3, &["match", "none.wav", "--roster", "roster.json"], &["none.wav"]);
    write(folder.path(), "wishes.json", &json!({ "age": 3 }));
    refused(2, &[&MATCH[..], &["--wishes", "wishes.json"]].concat(), &["wishes.json: age", "protected"]);
    std::fs::write(folder.path().join("ana.jsonl"), "{}\n").unwrap();
    refused(2, &MATCH, &["ana.jsonl", "line 1", "analyze"]);
}

//! Tests of `balanced merge`: from a measured file and synthetic answers to every format.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use balanced_testkit::mixes::HardMix;
use serde_json::{Value, json};

use crate::command::{balanced, command, json_lines, stdout};
use crate::files;

/// A folder with a measured file (`local.json`), Cyanite's answer about it (`cyanite.json`) and a bare REST answer.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    files::write_wav(&at("mix.wav"), &HardMix::Quiet.render(44_100.0, 12.0), 44_100, 16);
    let local = stdout(folder.path(), &["analyze", "mix.wav", "--json"]);
    let raw: Value = serde_json::from_str(&fixture("graphql")).unwrap();
    let hash = serde_json::from_str::<Value>(&local).unwrap()["source"]["sha256"].clone();
    let result = json!({ "provider": "cyanite", "api": "graphql", "fetched_at": "2026-11-30T10:00:00Z", "track_id": "10000001",
        "external_id": null, "source_sha256": hash, "raw": raw });
    fs::write(at("local.json"), local).unwrap();
    fs::write(at("cyanite.json"), result.to_string()).unwrap();
    fs::write(at("rest.json"), fixture("rest")).unwrap();
    folder
}

fn fixture(name: &str) -> String {
    fs::read_to_string(crate::root().join(format!("fixtures/cyanite/{name}.json"))).unwrap()
}

fn merged(folder: &Path, args: &[&str]) -> Value {
    json_lines(folder, &[&["merge"], args, &["--json"]].concat()).remove(0)
}

#[test]
fn both_opinions_stand_side_by_side() {
    let folder = folder();
    let document = merged(folder.path(), &["local.json", "cyanite.json", "rest.json"]);
    let tempo = document["fields"].as_array().unwrap().iter().find(|field| field["name"] == "tempo").unwrap();
    let sources: Vec<_> = tempo["values"].as_array().unwrap().iter().map(|value| value["source"].clone()).collect();
    assert_eq!(sources, ["balanced", "cyanite", "cyanite"]);
    let raw: Value = serde_json::from_str(&fixture("rest")).unwrap();
    assert_eq!(document["results"][1]["raw"], raw);
    let local: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("local.json")).unwrap()).unwrap();
    assert_eq!(document["local"], local);
    assert_eq!(document["notes"].as_array().unwrap().len(), 1, "the bare answer does not say which file it is about");
}

#[test]
fn a_merged_document_is_merged_again() {
    let folder = folder();
    let run = |args: &[&str]| stdout(folder.path(), args);
    run(&["merge", "local.json", "cyanite.json", "-o", "first.json"]);
    run(&["merge", "first.json", "rest.json", "-o", "second.json"]);
    run(&["merge", "local.json", "rest.json", "cyanite.json", "-o", "at-once.json"]);
    run(&["merge", "second.json", "-o", "third.json"]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("second.json"), read("at-once.json"));
    assert_eq!(read("third.json"), read("second.json"));
    assert_ne!(read("first.json"), read("second.json"));
}

#[test]
fn every_format_has_both() {
    let folder = folder();
    let out = |option: &str| stdout(folder.path(), &["merge", "local.json", "cyanite.json", option]);
    let jams: Value = serde_json::from_str(&out("--jams")).unwrap();
    let tools: Vec<_> = jams["annotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["annotation_metadata"]["annotation_tools"].to_string())
        .collect();
    assert!(
        tools.iter().any(|tool| tool.contains("balanced")) && tools.iter().any(|tool| tool.contains("cyanite")),
        "{tools:?}"
    );
    assert!(out("--mead").contains("<BeatsPerMinute><MetadataSourceReference"));
    let mut message =
        vec!["merge", "local.json", "cyanite.json", "--mead", "--mead-id", "M-1", "--mead-sender", "PADPIDA1U"];
    message.extend(["--mead-recipient", "PADPIDA2K", "--mead-created", "2026-11-30T10:00:00Z"]);
    assert!(stdout(folder.path(), &message).contains("<MessageHeader>\n<MessageId>M-1</MessageId>"));
    for (place, wrong) in [(7, "me"), (11, "today")] {
        let mut message = message.clone();
        message[place] = wrong;
        let refused = balanced(folder.path(), &message);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(wrong));
    }
    let text = stdout(folder.path(), &["merge", "local.json", "cyanite.json"]);
    assert!(text.contains("To look at") && text.contains("cyanite AudioAnalysisV7"), "{text}");
    stdout(folder.path(), &["merge", "local.json", "cyanite.json", "--report", "both.html"]);
    let page = fs::read_to_string(folder.path().join("both.html")).unwrap();
    assert!(page.contains("Both opinions") && page.contains("Loudness and peaks"));
}

#[test]
fn the_local_side_may_come_from_standard_input() {
    let folder = folder();
    let mut child = command()
        .args(["merge", "-", "rest.json", "--json"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let local = fs::read(folder.path().join("local.json")).unwrap();
    child.stdin.take().unwrap().write_all(&local).unwrap();
    let output = child.wait_with_output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["results"][0]["api"], "rest-v1");
}

#[test]
fn another_file_is_said_and_not_merged() {
    let folder = folder();
    let path = folder.path().join("cyanite.json");
    let mut result: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    result["source_sha256"] = json!("00ff");
    fs::write(&path, result.to_string()).unwrap();
    let output = balanced(folder.path(), &["merge", "local.json", "cyanite.json", "--json"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("another file"), "{errors}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (document["results"].as_array().unwrap().len(), document["set_aside"].as_array().unwrap().len()),
        (0, 1)
    );
}

#[test]
fn wrong_files_are_named_and_nothing_is_overwritten() {
    let folder = folder();
    fs::write(folder.path().join("text.json"), "hello").unwrap();
    fs::write(folder.path().join("noise.json"), [0xff, 0xfe, 0x00]).unwrap();
    for (args, code, words) in [
        (vec!["local.json", "text.json"], 2, "text.json: is not JSON"),
        (vec!["local.json", "noise.json"], 2, "noise.json: is not text"),
        (vec!["local.json", "local.json"], 2, "local.json: is no answer of Cyanite"),
        (vec!["rest.json", "rest.json"], 2, "rest.json: is no analysis"),
        (vec!["local.json", "absent.json"], 3, "absent.json: there is no such file"),
        (vec!["local.json", "rest.json", "-o", "rest.json"], 3, "rest.json"),
        (vec!["local.json", "rest.json", "--report", "local.json"], 3, "local.json"),
    ] {
        let before = fs::read(folder.path().join("rest.json")).unwrap();
        let output = balanced(folder.path(), &[&["merge"], args.as_slice()].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {errors}");
        assert!(errors.contains(words), "{args:?}: {errors}");
        assert!(fs::read(folder.path().join("rest.json")).unwrap() == before);
    }
}

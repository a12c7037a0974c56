//! Metadata from mix to master: moved with the audio, set by flags, dropped and said, and read back by other programs.

use std::path::Path;
use std::process::Command;

use balanced_testkit::mixes::HardMix;
use serde_json::Value;

use crate::command::{balanced, json_lines, stdout};
use crate::files;

const RATE_HZ: u32 = 48_000;

/// A mix of four seconds with chunks that are put together here, after the audio.
fn write_mix(path: &Path) {
    files::write_wav(path, &HardMix::Quiet.render(f64::from(RATE_HZ), 4.0), RATE_HZ, 24);
    let mut bytes = std::fs::read(path).unwrap();
    for (id, payload) in [
        (b"bext", broadcast(172_800_000)),
        (b"LIST", info(&[(b"INAM", "Mix 7"), (b"IART", "Somebody"), (b"ISFT", "Old Editor")])),
        (b"cue ", cue(&[(1, 24_000), (2, 96_000), (3, 190_000)])),
        (b"LIST", [b"adtl".to_vec(), label(1, "in"), label(2, "verse"), label(3, "out")].concat()),
        (b"acid", vec![0; 24]),
    ] {
        push(&mut bytes, id, &payload);
    }
    let riff_bytes = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&riff_bytes);
    std::fs::write(path, bytes).unwrap();
}

/// Version 2 of EBU Tech 3285: originator at 256, time reference at 338, version at 346, loudness at 412, history at 602.
fn broadcast(time_reference: u64) -> Vec<u8> {
    let mut payload = vec![0; 602];
    payload[..7].copy_from_slice(b"Scene 5");
    payload[256..264].copy_from_slice(b"Recorder");
    payload[320..330].copy_from_slice(b"2026-11-30");
    payload[330..338].copy_from_slice(b"12:00:00");
    payload[338..346].copy_from_slice(&time_reference.to_le_bytes());
    payload[346..348].copy_from_slice(&2u16.to_le_bytes());
    payload[412..414].copy_from_slice(&(-2300i16).to_le_bytes());
    payload.extend_from_slice(b"A=PCM,F=48000,W=24,M=stereo,T=Recorder\r\n");
    payload
}

fn info(fields: &[(&[u8; 4], &str)]) -> Vec<u8> {
    let mut payload = b"INFO".to_vec();
    fields.iter().for_each(|(id, text)| push(&mut payload, id, text.as_bytes()));
    payload
}

fn cue(points: &[(u32, u32)]) -> Vec<u8> {
    let mut payload = (points.len() as u32).to_le_bytes().to_vec();
    for (id, frame) in points {
        for number in [*id, *frame, u32::from_le_bytes(*b"data"), 0, 0, *frame] {
            payload.extend_from_slice(&number.to_le_bytes());
        }
    }
    payload
}

fn label(id: u32, text: &str) -> Vec<u8> {
    let mut chunk = Vec::new();
    push(&mut chunk, b"labl", &[&id.to_le_bytes(), text.as_bytes(), b"\0"].concat());
    chunk
}

fn push(bytes: &mut Vec<u8>, id: &[u8; 4], payload: &[u8]) {
    bytes.extend_from_slice(id);
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
}

fn told_by(program: &str, arguments: &[&str], path: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(path).output();
    let output = output.unwrap_or_else(|_| panic!("{program} is needed by this test"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the outcome of a field in a result.
fn outcome<'a>(result: &'a Value, field: &str) -> &'a str {
    let fields = result["metadata"].as_array().unwrap();
    let found = fields.iter().find(|entry| entry["field"] == field);
    found.map_or("absent", |entry| entry["outcome"].as_str().unwrap())
}

#[test]
fn a_trimmed_master_carries_its_metadata_in_its_own_time() {
    let folder = tempfile::tempdir().unwrap();
    write_mix(&folder.path().join("mix.wav"));
    let measured = &json_lines(folder.path(), &["analyze", "mix.wav", "--only", "loudness", "--json"])[0];
    assert_eq!(measured["metadata"]["title"], "Mix 7");
    assert_eq!(measured["metadata"]["broadcast"]["loudness"]["integrated_lufs"], -23.0);
    let args = ["master", "mix.wav", "-o", "m.wav", "--start", "1", "--sample-rate", "44100", "--json"];
    let result = &json_lines(folder.path(), &args)[0];
    let metadata = &result["after"]["metadata"];
    // One second later, at 44.1 kHz: (172 800 000 + 48 000) * 147 / 160; markers at (96 000 - 48 000) and (190 000 - 48 000).
    assert_eq!(metadata["broadcast"]["time_reference_frames"], 158_804_100);
    let markers = metadata["markers"].as_array().unwrap();
    let markers: Vec<_> = markers.iter().map(|m| (m["position_frames"].as_u64().unwrap(), &m["label"])).collect();
    assert_eq!(markers, [(44_100, &Value::from("verse")), (130_463, &Value::from("out"))]);
    let history = metadata["broadcast"]["coding_history"].as_str().unwrap();
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines[0], "A=PCM,F=48000,W=24,M=stereo,T=Recorder");
    assert!(lines.len() == 2 && lines[1].starts_with("A=PCM,F=44100,W=24,M=stereo,T=Balanced "), "{history}");
    let declared = metadata["broadcast"]["loudness"]["integrated_lufs"].as_f64().unwrap();
    let measured = result["after"]["loudness"]["integrated_lufs"].as_f64().unwrap();
    assert!((declared - measured).abs() <= 0.005, "declared {declared}, measured {measured}");
    for (field, expected) in [
        ("title", "kept"),
        ("artists", "kept"),
        ("broadcast.originator", "kept"),
        ("broadcast.time_reference", "mapped"),
        ("broadcast.loudness", "renewed"),
        ("broadcast.coding_history", "renewed"),
        ("markers", "mapped"),
        ("other.ENCODER", "dropped"),
        ("chunk acid", "dropped"),
    ] {
        assert_eq!(outcome(result, field), expected, "{field}");
    }
    let told = told_by("exiftool", &["-a", "-s"], &folder.path().join("m.wav"));
    for word in ["Scene 5", "Recorder", "158804100", "Mix 7", "T=Balanced"] {
        assert!(told.contains(word), "exiftool does not find {word} in\n{told}");
    }
    let text = stdout(folder.path(), &["master", "mix.wav", "-o", "n.flac"]);
    let told = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("metadata: dropped broadcast.loudness (tells of the mix)") && told.contains("chunk acid"),
        "{text}"
    );
}

#[test]
fn metadata_is_set_by_flags_and_left_out_by_one() {
    let folder = tempfile::tempdir().unwrap();
    write_mix(&folder.path().join("mix.wav"));
    std::fs::copy(crate::root().join("fixtures/metadata/red.png"), folder.path().join("cover.png")).unwrap();
    let set = ["--title", "New", "--artist", "A", "--artist", "B", "--track", "3/12", "--isrc", "US-RC1-76-07839"];
    let more = ["--upc", "614141999996", "--cover", "cover.png", "--json"];
    for name in ["m.wav", "m.aiff", "m.flac"] {
        let args = [&["master", "mix.wav", "-o", name][..], &set, &more].concat();
        let result = &json_lines(folder.path(), &args)[0];
        let metadata = &result["after"]["metadata"];
        assert_eq!((&metadata["title"], &metadata["isrc"]), (&"New".into(), &"USRC17607839".into()), "{name}");
        assert_eq!((&metadata["track_number"], &metadata["track_total"]), (&3.into(), &12.into()), "{name}");
        assert_eq!(metadata["pictures"][0]["media_type"], "image/png", "{name}");
        assert_eq!(outcome(result, "title"), "set", "{name}");
        let told = told_by("exiftool", &["-a", "-s"], &folder.path().join(name));
        for word in ["New", "USRC17607839", "614141999996", "Picture"] {
            assert!(told.contains(word), "{name}: exiftool does not find {word} in\n{told}");
        }
    }
    let args = ["master", "mix.wav", "-o", "bare.wav", "--strip-metadata", "--album", "Only", "--json"];
    let result = &json_lines(folder.path(), &args)[0];
    assert_eq!(outcome(result, "title"), "dropped");
    let bytes = std::fs::read(folder.path().join("bare.wav")).unwrap();
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(holds(b"Only") && !holds(b"Mix 7") && !holds(b"Recorder") && !holds(b"cue "));
}

#[test]
fn wrong_metadata_is_refused_before_the_work_begins() {
    let folder = tempfile::tempdir().unwrap();
    write_mix(&folder.path().join("mix.wav"));
    std::fs::write(folder.path().join("cover.jpg"), "text").unwrap();
    for (flags, words) in [
        (["--isrc", "US-RC1"], "twelve characters"),
        (["--upc", "614141999997"], "check digit"),
        (["--track", "x"], "whole number"),
        (["--title", ""], "title is empty"),
        (["--cover", "cover.jpg"], "neither a JPEG nor a PNG"),
        (["--cover", "none.jpg"], "none.jpg"),
    ] {
        let output = balanced(folder.path(), &[&["master", "mix.wav", "-o", "m.wav"][..], &flags].concat());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && errors.contains(words), "{flags:?}: {errors}");
        assert!(!folder.path().join("m.wav").exists(), "{flags:?}");
    }
}

/// The audio of a master does not depend on its metadata.
#[test]
fn metadata_does_not_touch_the_audio() {
    let folder = tempfile::tempdir().unwrap();
    write_mix(&folder.path().join("mix.wav"));
    stdout(folder.path(), &["master", "mix.wav", "-o", "with.wav"]);
    stdout(folder.path(), &["master", "mix.wav", "-o", "without.wav", "--strip-metadata"]);
    let [with, without] = ["with.wav", "without.wav"].map(|name| files::read_wav(&folder.path().join(name)).0);
    assert_eq!(with, without);
}

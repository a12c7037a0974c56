//! Tests of `balanced compare` and `balanced fingerprint`.

use balanced_dsp::PlanarBuffer;
use balanced_testkit::music::{Style, render};
use serde_json::Value;

use crate::command::{balanced, json_lines, stdout};
use crate::files;

const RATE_HZ: u32 = 44_100;

/// Writes 20 s of synthetic music.
fn music(folder: &std::path::Path, name: &str, seed: u64) -> PlanarBuffer {
    let audio = render(Style::Piano, f64::from(RATE_HZ), 20.0, seed).audio;
    files::write_wav(&folder.join(name), &audio, RATE_HZ, 24);
    audio
}

fn compared(folder: &std::path::Path, a: &str, b: &str) -> Value {
    json_lines(folder, &["compare", a, b, "--json"]).remove(0)
}

#[test]
fn a_master_is_made_from_its_mix_and_not_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "mix.wav", 1);
    music(at, "other.wav", 2);
    stdout(at, &["master", "mix.wav", "-o", "master.wav", "--lufs", "-10", "--ceiling", "-1"]);
    assert_eq!(compared(at, "mix.wav", "mix.wav")["verdict"], "identical");
    let found = compared(at, "mix.wav", "master.wav");
    assert_eq!(found["verdict"], "same_recording_processed", "{found}");
    assert_eq!(found["alignment"]["offset_frames"].as_f64().unwrap().round(), 0.0);
    assert_eq!((&found["edits"], &found["made_from"]), (&Value::Array(Vec::new()), &Value::Bool(true)));
    let other = compared(at, "other.wav", "master.wav");
    assert_eq!((other["verdict"].as_str(), other["alignment"].is_null()), (Some("different"), true));
    let expected = |a, what| balanced(at, &["compare", a, "master.wav", "--expect", what]).status.code();
    assert_eq!(
        [expected("mix.wav", "made-from"), expected("mix.wav", "same"), expected("other.wav", "made-from")],
        [Some(0), Some(1), Some(1)]
    );
}

#[test]
fn a_trim_is_a_cut_and_the_report_tells_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let audio = music(at, "mix.wav", 3);
    let cut: Vec<Vec<f64>> = (0..audio.channels()).map(|c| audio.channel(c)[100_000..].to_vec()).collect();
    files::write_wav(&at.join("cut.wav"), &PlanarBuffer::from_channels(&cut), RATE_HZ, 24);
    let found = json_lines(at, &["compare", "mix.wav", "cut.wav", "--json", "--report", "cut.html"]).remove(0);
    assert_eq!(found["alignment"]["offset_frames"], 100_000.0, "{found}");
    assert_eq!((found["edits"][0]["kind"].as_str(), found["edits"].as_array().unwrap().len()), (Some("cut"), 1));
    let report = std::fs::read_to_string(at.join("cut.html")).unwrap();
    assert!(report.contains("Comparison") && report.contains("is cut"));
    assert!(stdout(at, &["compare", "mix.wav", "cut.wav"]).contains("is cut"));
}

#[test]
fn rates_and_channels_may_differ() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "mix.wav", 4);
    files::ffmpeg(&at.join("mix.wav"), &["-ar", "48000", "-ac", "1"], &at.join("mono.wav"));
    let found = compared(at, "mix.wav", "mono.wav");
    assert!(found["made_from"] == true && found["notes"].as_array().unwrap().len() == 2, "{found}");
    assert_eq!(found["alignment"]["sample_rate_hz"], 44_100.0);
}

#[test]
fn what_cannot_be_read_is_told_and_no_input_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "mix.wav", 5);
    std::fs::write(at.join("text.wav"), "no audio").unwrap();
    let failed = balanced(at, &["compare", "mix.wav", "text.wav"]);
    assert_eq!(failed.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("text.wav"));
    let before = std::fs::read(at.join("mix.wav")).unwrap();
    assert_eq!(balanced(at, &["compare", "mix.wav", "mix.wav", "--report", "mix.wav"]).status.code(), Some(3));
    assert_eq!(std::fs::read(at.join("mix.wav")).unwrap(), before);
}

#[test]
fn uploads_of_one_recording_are_duplicates() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    music(at, "a.wav", 6);
    music(at, "b.wav", 7);
    files::ffmpeg(&at.join("a.wav"), &["-b:a", "128k"], &at.join("c.mp3"));
    std::fs::write(at.join("d.wav"), "no audio").unwrap();
    let output = balanced(at, &["fingerprint", ".", "--duplicates", "--json"]);
    // The others are compared all the same.
    assert_eq!(output.status.code(), Some(3));
    let rows: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let pairs: Vec<&Value> = rows.iter().filter(|row| row["error"].is_null()).collect();
    assert_eq!(pairs.len(), 1, "{rows:?}");
    assert!(
        pairs[0]["first"].as_str().unwrap().ends_with("a.wav")
            && pairs[0]["second"].as_str().unwrap().ends_with("c.mp3")
    );
    assert!(pairs[0]["similarity"]["score"].as_f64().unwrap() > 0.8);
}

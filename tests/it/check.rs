//! Tests of `balanced check`: exit codes and reasons.

use balanced_testkit::mixes::HardMix;

use crate::command::{balanced, json_lines, stdout};
use crate::files;

#[test]
fn a_good_master_passes_and_a_clipped_mix_fails_with_reasons() {
    let folder = tempfile::tempdir().unwrap();
    files::write_wav(&folder.path().join("quiet.wav"), &HardMix::Quiet.render(44_100.0, 12.0), 44_100, 24);
    files::write_wav(&folder.path().join("clipped.wav"), &HardMix::HotAndClipped.render(44_100.0, 12.0), 44_100, 24);
    stdout(folder.path(), &["master", "quiet.wav", "-o", "good.wav"]);
    let good = &json_lines(folder.path(), &["check", "good.wav", "--json"])[0];
    assert_eq!(good["passed"], true, "{good}");

    let output = balanced(folder.path(), &["check", "good.wav", "clipped.wav", "--json", "--profile", "streaming"]);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<serde_json::Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines[0]["passed"].as_bool(), lines[1]["passed"].as_bool()), (Some(true), Some(false)));
    let broken: Vec<_> =
        lines[1]["results"].as_array().unwrap().iter().filter(|rule| rule["passed"] == false).collect();
    assert!(broken.iter().any(|rule| rule["id"] == "true-peak"), "{broken:?}");
    assert!(broken.iter().any(|rule| rule["id"] == "clipping"), "{broken:?}");
}

#[test]
fn profiles_are_names_or_files() {
    let folder = tempfile::tempdir().unwrap();
    files::write_wav(&folder.path().join("a.wav"), &HardMix::Quiet.render(44_100.0, 6.0), 44_100, 16);
    for profile in ["streaming", "apple-digital-masters", "broadcast-r128", "vinyl-premaster", "upload"] {
        let output = balanced(folder.path(), &["check", "a.wav", "--profile", profile]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{profile}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let own = "version = 1\nname = \"mine\"\n[[rules]]\nid = \"long\"\nmeasure = \"source.duration_s\"\nmin = 60\nwhy = \"Mine.\"\n";
    std::fs::write(folder.path().join("mine.toml"), own).unwrap();
    let output = balanced(folder.path(), &["check", "a.wav", "--profile", "mine.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("long"));
    let unknown = balanced(folder.path(), &["check", "a.wav", "--profile", "streeming"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("streaming"));
}

#[test]
fn what_cannot_be_said_has_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let silence = balanced_dsp::PlanarBuffer::new(2, 5 * 48_000);
    files::write_plain_wav(&folder.path().join("silence.wav"), &silence, 48_000, 24);
    let analysis = &json_lines(folder.path(), &["analyze", "silence.wav", "--json"])[0];
    for (family, field) in [("loudness", "integrated_lufs"), ("tempo", "bpm"), ("key", "name"), ("dynamics", "dr")] {
        assert!(analysis[family][field].is_null(), "{family}.{field}");
        let reason = analysis["reasons"][format!("{family}.{field}")].as_str();
        assert!(
            reason.is_some_and(|text| text.contains("silence") || text.contains("shorter")),
            "{family}: {reason:?}"
        );
    }
    let output = balanced(folder.path(), &["check", "silence.wav", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rule = result["results"].as_array().unwrap().iter().find(|rule| rule["id"] == "true-peak").unwrap();
    assert_eq!((&rule["value"], &rule["unknown"]), (&serde_json::Value::Null, &"digital silence".into()));
    assert!(rule["message"].as_str().unwrap().contains("digital silence"), "{rule}");
}

#[test]
fn spots_are_checked_by_their_loudest_three_seconds() {
    let folder = tempfile::tempdir().unwrap();
    // -23 LUFS integrated with four seconds at -16: EBU R 128 allows it, its supplement for short content does not.
    let level = |second: usize| if (8..12).contains(&second) { 0.157 } else { 0.0445 };
    let tone: Vec<f64> = (0..30 * 48_000)
        .map(|i| level(i / 48_000) * (std::f64::consts::TAU * 997.0 * i as f64 / 48_000.0).sin())
        .collect();
    let audio = balanced_dsp::PlanarBuffer::from_channels(&[tone.clone(), tone]);
    files::write_wav(&folder.path().join("spot.wav"), &audio, 48_000, 24);
    let broken = |profile: &str| -> Vec<String> {
        let output = balanced(folder.path(), &["check", "spot.wav", "--json", "--profile", profile]);
        let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let rules = result["results"].as_array().unwrap().iter().filter(|rule| rule["passed"] == false);
        rules.map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(broken("broadcast-r128").is_empty(), "{:?}", broken("broadcast-r128"));
    assert_eq!(broken("broadcast-r128-s1"), ["short-term"]);
    assert_eq!(broken("broadcast-r128-s2"), ["loudness"]);
}

#[test]
fn a_built_in_profile_is_shown_as_the_file_it_is() {
    let folder = tempfile::tempdir().unwrap();
    files::write_wav(&folder.path().join("a.wav"), &HardMix::Quiet.render(44_100.0, 6.0), 44_100, 16);
    std::fs::write(folder.path().join("mine.toml"), stdout(folder.path(), &["show", "upload"])).unwrap();
    let run = |profile: &str| balanced(folder.path(), &["check", "a.wav", "--json", "--profile", profile]).stdout;
    assert_eq!(run("mine.toml"), run("upload"));
    assert!(stdout(folder.path(), &["show", "targets"]).contains("streaming"));
    assert_eq!(balanced(folder.path(), &["show", "nothing"]).status.code(), Some(2));
}

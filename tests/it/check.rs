//! `balanced check`: exit codes and reasons.

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

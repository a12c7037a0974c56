//! Tests of `balanced analyze`: a folder of every format, and the rules of its JSON.

use balanced_testkit::music::{Style, render};
use serde_json::Value;

use crate::command::{json_lines, stdout};
use crate::files;

/// File name, ffmpeg options, whether the format is lossless.
const FORMATS: [(&str, &[&str], bool); 16] = [
    ("s16.wav", &["-c:a", "pcm_s16le"], false),
    ("s24.wav", &["-c:a", "pcm_s24le"], true),
    ("s32.wav", &["-c:a", "pcm_s32le"], true),
    ("f32.wav", &["-c:a", "pcm_f32le"], true),
    ("f64.wav", &["-c:a", "pcm_f64le"], true),
    ("rf64.wav", &["-c:a", "pcm_s24le", "-rf64", "always"], true),
    ("wave64.w64", &["-c:a", "pcm_s24le"], true),
    ("s24.aiff", &["-c:a", "pcm_s24be"], true),
    ("sowt.aifc", &["-c:a", "pcm_s16le", "-f", "aiff"], false),
    ("float.aifc", &["-c:a", "pcm_f32be", "-f", "aiff"], true),
    ("s24.caf", &["-c:a", "pcm_s24be"], true),
    ("lossless.flac", &["-c:a", "flac", "-sample_fmt", "s32"], true),
    ("apple.m4a", &["-c:a", "alac", "-sample_fmt", "s32p"], true),
    ("lossy.mp3", &["-c:a", "libmp3lame", "-b:a", "320k"], false),
    ("lossy.m4a", &["-c:a", "aac", "-b:a", "256k"], false),
    ("lossy.ogg", &["-c:a", "libvorbis", "-q:a", "8"], false),
];

#[test]
fn a_folder_of_every_format_measures_alike() {
    let folder = tempfile::tempdir().unwrap();
    let original = tempfile::tempdir().unwrap();
    let source = original.path().join("source.wav");
    let take = render(Style::Band, 44_100.0, 8.0, 2);
    files::write_wav(&source, &take.audio, 44_100, 24);
    for (name, options, _) in FORMATS {
        files::ffmpeg(&source, options, &folder.path().join(name));
    }
    let truth = &json_lines(original.path(), &["analyze", "source.wav", "--json", "--only", "loudness"])[0];
    let results =
        json_lines(original.path(), &["analyze", folder.path().to_str().unwrap(), "--json", "--only", "loudness"]);
    assert_eq!(results.len(), FORMATS.len());
    for (name, _, exact) in FORMATS {
        let result = results.iter().find(|r| r["source"]["path"].as_str().unwrap().ends_with(name)).unwrap();
        compare(name, result, truth, exact);
    }
}

fn compare(name: &str, result: &Value, truth: &Value, exact: bool) {
    let number = |value: &Value, key: &str| value["loudness"][key].as_f64().unwrap();
    for key in ["integrated_lufs", "true_peak_dbtp", "sample_peak_dbfs"] {
        let difference = (number(result, key) - number(truth, key)).abs();
        let allowed = if exact { 1e-9 } else { 0.35 };
        assert!(difference <= allowed, "{name}: {key} differs by {difference}");
    }
    if exact {
        assert_eq!(result["source"]["frames"], truth["source"]["frames"], "{name}");
    }
}

#[test]
fn the_json_has_the_families_that_were_asked_for_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let take = render(Style::Electronic, 48_000.0, 10.0, 4);
    files::write_wav(&folder.path().join("a.wav"), &take.audio, 48_000, 16);
    let families = ["loudness", "dynamics", "spectrum", "stereo", "defects", "tempo", "key"];
    let all = &json_lines(folder.path(), &["analyze", "a.wav", "--json"])[0];
    for key in families.iter().chain(&["schema_version", "source", "provenance"]) {
        assert!(all.get(key).is_some(), "{key} is missing");
    }
    let some = &json_lines(folder.path(), &["analyze", "a.wav", "--json", "--only", "loudness,stereo"])[0];
    for family in families {
        let asked = ["loudness", "stereo"].contains(&family);
        assert_eq!(some.get(family).is_some(), asked, "{family}");
    }
    assert_eq!(some["loudness"], all["loudness"], "a family must not depend on what else is measured");
    assert_eq!(some["stereo"], all["stereo"]);
    assert_eq!(all["source"]["effective_bit_depth"], 16);
}

#[test]
fn results_come_in_the_order_of_the_inputs_and_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..5).map(|i| format!("{i}.wav")).collect();
    for (seed, name) in names.iter().enumerate() {
        // The first file takes longest, but must still be printed first.
        let take = render(Style::Piano, 44_100.0, 9.0 - 1.5 * seed as f64, seed as u64);
        files::write_wav(&folder.path().join(name), &take.audio, 44_100, 16);
    }
    let run = |jobs: &str| {
        let args: Vec<&str> =
            ["analyze", "--json", "-j", jobs].into_iter().chain(names.iter().map(String::as_str)).collect();
        json_lines(folder.path(), &args)
    };
    let (one, two) = (run("1"), run("2"));
    for ((one, two), name) in one.iter().zip(&two).zip(&names) {
        assert_eq!(one["source"]["path"], name.as_str());
        for family in ["source", "loudness", "dynamics", "spectrum", "stereo", "defects", "tempo", "key", "tags"] {
            assert_eq!(one[family], two[family], "{name}: {family}");
        }
    }
}

#[test]
fn text_csv_jams_and_report_come_out() {
    let folder = tempfile::tempdir().unwrap();
    let take = render(Style::Band, 44_100.0, 8.0, 4);
    files::write_wav(&folder.path().join("a.wav"), &take.audio, 44_100, 16);
    assert!(stdout(folder.path(), &["analyze", "a.wav"]).contains("LUFS"));
    assert_eq!(stdout(folder.path(), &["analyze", "a.wav", "a.wav", "--csv"]).lines().count(), 3);
    let jams: Value = serde_json::from_str(&stdout(folder.path(), &["analyze", "a.wav", "--jams"])).unwrap();
    assert!(jams["annotations"].is_array());
    stdout(folder.path(), &["analyze", "a.wav", "--report", "a.html"]);
    let page = std::fs::read_to_string(folder.path().join("a.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("data:image/png;base64,"));
}

#[test]
fn the_table_of_services_is_shown_edited_and_given_back() {
    let folder = tempfile::tempdir().unwrap();
    files::write_wav(&folder.path().join("a.wav"), &render(Style::Band, 44_100.0, 4.0, 4).audio, 44_100, 16);
    let run = |extra: &[&str]| {
        let args = [&["analyze", "a.wav", "--json", "--only", "loudness"], extra].concat();
        json_lines(folder.path(), &args)[0]["loudness"]["platforms"].as_array().unwrap().clone()
    };
    let table = stdout(folder.path(), &["show", "platforms"]);
    std::fs::write(folder.path().join("own.toml"), table.replace("-15.0", "-17.5")).unwrap();
    let (built_in, own) = (run(&[]), run(&["--platforms", "own.toml"]));
    let gain = |rules: &[Value], name: &str| {
        rules.iter().find(|rule| rule["name"] == name).unwrap()["gain_db"].as_f64().unwrap()
    };
    assert_eq!(built_in.len(), own.len());
    assert!((gain(&built_in, "deezer") - gain(&own, "deezer") - 2.5).abs() < 1e-9, "{own:?}");
    assert_eq!(gain(&built_in, "tidal"), gain(&own, "tidal"));
    std::fs::write(folder.path().join("bad.toml"), "version = 1\n[[platforms]]\nname = \"x\"\n").unwrap();
    let output = crate::command::balanced(folder.path(), &["analyze", "a.wav", "--platforms", "bad.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("target_lufs"));
}

/// Ten channels without a mask: as ten front channels the LFE counts; as 5.1.4 it does not, and surrounds have more weight.
#[test]
fn the_layout_is_said_where_the_file_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let tone: Vec<f64> =
        (0..48_000 * 4).map(|i| 0.02 * (std::f64::consts::TAU * 997.0 * f64::from(i) / 48_000.0).sin()).collect();
    let audio = balanced_dsp::PlanarBuffer::from_channels(&vec![tone; 10]);
    files::write_wav(&folder.path().join("bed.wav"), &audio, 48_000, 24);
    // hound writes WAVE_FORMAT_EXTENSIBLE with one low bit of the mask per channel; a mask of 0 means unknown.
    let mut bytes = std::fs::read(folder.path().join("bed.wav")).unwrap();
    bytes[40..44].fill(0);
    std::fs::write(folder.path().join("bed.wav"), bytes).unwrap();
    let run = |extra: &[&str]| {
        let args = [&["analyze", "bed.wav", "--json", "--only", "loudness"], extra].concat();
        let result = json_lines(folder.path(), &args)[0].clone();
        let source = &result["source"];
        let lufs = result["loudness"]["integrated_lufs"].as_f64().unwrap();
        (lufs, source["channel_layout"].clone(), source["notes"].clone())
    };
    let one = 20.0 * 0.02f64.log10() - 3.01;
    let near = |lufs: f64, weight: f64| assert!((lufs - one - 10.0 * weight.log10()).abs() < 0.02, "{lufs} {weight}");
    let (unsaid, _, notes) = run(&[]);
    assert!(notes[0].as_str().unwrap().contains("loudspeaker"), "{notes}");
    near(unsaid, 10.0);
    for layout in
        ["5.1.4", "L,R,C,LFE,Ls,Rs,Ltf,Rtf,Ltr,Rtr", "M+030,M-030,M+000,LFE1,M+110,M-110,U+030,U-030,U+110,U-110"]
    {
        let (lufs, name, notes) = run(&["--layout", layout]);
        near(lufs, 7.0 + 2.0 * 1.41);
        assert_eq!(name, "5.1.4");
        assert!(notes.as_array().unwrap().is_empty(), "{notes}");
    }
    let wrong = crate::command::balanced(folder.path(), &["analyze", "bed.wav", "--layout", "5.1"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", String::from_utf8_lossy(&wrong.stderr));
}

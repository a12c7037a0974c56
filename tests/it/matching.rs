//! `--reference` and `--like` by the command, on synthetic music with a known difference.

use std::path::Path;

use balanced_dsp::PlanarBuffer;
use balanced_testkit::music::{Style, render};
use serde_json::Value;

use crate::command::{balanced, json_lines, stdout};
use crate::files;

const RATE_HZ: f64 = 44_100.0;
/// The known difference: centre, gain and quality of bells, and a level of the sides.
const BELLS: [(f64, f64, f64); 4] = [(90.0, 3.0, 0.9), (400.0, -3.0, 1.0), (2500.0, 3.5, 1.0), (8000.0, -4.0, 0.8)];
const SIDES_DB: f64 = 3.0;

fn band(seed: u64) -> PlanarBuffer {
    gain(render(Style::Band, RATE_HZ, 12.0, seed).audio, 0.35)
}

fn gain(mut audio: PlanarBuffer, gain: f64) -> PlanarBuffer {
    for channel in 0..audio.channels() {
        audio.channel_mut(channel).iter_mut().for_each(|sample| *sample *= gain);
    }
    audio
}

/// Writes `mix.wav` with a share of the known difference, and this gain, as `name`.
fn write_changed(folder: &Path, name: &str, share: f64, gain_db: f64) {
    let bells = BELLS.map(|(hz, gain_db, q)| {
        format!("{{ kind = \"bell\", frequency_hz = {hz:.1}, gain_db = {:.3}, q = {q} }}", share * gain_db)
    });
    let sides_db = share * SIDES_DB;
    render_chain(
        folder,
        name,
        &[
            format!("kind = \"eq\"\nbands = [{}]", bells.join(", ")),
            format!("kind = \"stereo\"\nside_gain_db = {sides_db:.3}"),
            format!("kind = \"gain\"\ngain_db = {gain_db:.3}"),
        ],
    );
}

/// Renders `mix.wav` through the steps of a chain as they stand.
fn render_chain(folder: &Path, name: &str, steps: &[String]) {
    let steps: Vec<String> = steps.iter().map(|step| format!("[[steps]]\n{step}\n")).collect();
    std::fs::write(folder.join("known.toml"), format!("version = 1\n{}", steps.join(""))).unwrap();
    stdout(folder, &["master", "mix.wav", "-o", name, "--chain", "known.toml"]);
}

fn write(folder: &Path, name: &str, audio: &PlanarBuffer) {
    files::write_wav(&folder.join(name), audio, RATE_HZ as u32, 24);
}

/// A folder with `mix.wav` and `reference.wav`, which differs by what is known.
fn pair() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mix.wav", &band(5));
    write_changed(folder.path(), "reference.wav", 1.0, 4.0);
    folder
}

fn master(folder: &Path, args: &[&str]) -> Value {
    json_lines(folder, &[&["master", "mix.wav", "-o", "master.wav", "--json"], args].concat()).remove(0)
}

fn levels(analysis: &Value, path: &str) -> Vec<f64> {
    let levels = analysis.pointer(path).unwrap()["level_db"].as_array().unwrap();
    // From 40 Hz to 16 kHz.
    levels[3..30].iter().map(|level| level.as_f64().unwrap()).collect()
}

/// Largest and root mean square difference of third octaves, up to a common level.
fn off_db(ours: &[f64], theirs: &[f64]) -> (f64, f64) {
    let mean = ours.iter().zip(theirs).map(|(a, b)| a - b).sum::<f64>() / ours.len() as f64;
    let off: Vec<f64> = ours.iter().zip(theirs).map(|(a, b)| a - b - mean).collect();
    let rms = (off.iter().map(|db| db * db).sum::<f64>() / off.len() as f64).sqrt();
    (off.iter().map(|db| db.abs()).fold(0.0, f64::max), rms)
}

const MID: &str = "/stereo/ltas_mid";
const SIDE: &str = "/stereo/ltas_side";

fn value(analysis: &Value, path: &str) -> f64 {
    analysis.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {path}"))
}

fn outcome<'a>(result: &'a Value, kind: &str) -> &'a Value {
    let findings = result["findings"].as_array().unwrap();
    &findings.iter().find(|finding| finding["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"))["outcome"]
}

#[test]
fn a_known_equaliser_width_and_loudness_are_found_again() {
    let folder = pair();
    let result = master(folder.path(), &["--reference", "reference.wav"]);
    let reference = &json_lines(folder.path(), &["analyze", "reference.wav", "--json"])[0];
    let after = &result["after"];
    let (mid, side) =
        (off_db(&levels(after, MID), &levels(reference, MID)), off_db(&levels(after, SIDE), &levels(reference, SIDE)));
    println!("middle {mid:?}, sides {side:?}");
    assert!(mid.0 < 0.5 && mid.1 < 0.3, "the middle is off by {mid:?}");
    assert!(side.1 < 0.5, "the sides are off by {side:?}");
    let width = value(after, "/stereo/side_to_mid_db") - value(reference, "/stereo/side_to_mid_db");
    assert!(width.abs() < 0.5, "{width} dB wider");
    let loudness = value(after, "/loudness/integrated_lufs") - value(reference, "/loudness/integrated_lufs");
    assert!(loudness.abs() <= 0.1 && result["feasible"] == true, "{loudness} LU louder");
    assert_eq!(result["target"]["name"], "reference");
    for kind in ["reference_tone", "reference_loudness", "reference_width"] {
        assert_eq!(outcome(&result, kind)["status"], "cured", "{kind}");
    }
    let bands =
        &result["chain"]["steps"].as_array().unwrap().iter().find(|step| step["kind"] == "eq").unwrap()["bands"];
    let bands = bands.as_array().unwrap();
    assert!(!bands.is_empty() && bands.len() <= 24, "{bands:?}");
    assert!(bands.iter().all(|band| band["gain_db"].as_f64().unwrap().abs() <= 6.0), "{bands:?}");
}

#[test]
fn a_loudness_that_is_asked_for_counts_more_than_that_of_the_reference() {
    let folder = pair();
    let result = master(folder.path(), &["--reference", "reference.wav", "--lufs", "-20"]);
    assert!((value(&result, "/achieved/integrated_lufs") + 20.0).abs() <= 0.1);
    let quiet = master(folder.path(), &["--reference", "reference.wav", "--ceiling", "-3"]);
    let reference = &json_lines(folder.path(), &["analyze", "reference.wav", "--json", "--only", "loudness"])[0];
    let wanted = value(reference, "/loudness/integrated_lufs");
    assert!((value(&quiet, "/target/integrated_lufs") - wanted).abs() < 0.01);
    assert_eq!(quiet["target"]["ceiling_dbtp"], -3.0);
}

#[test]
fn the_amount_says_how_far_the_balance_moves() {
    let folder = pair();
    let before = levels(&json_lines(folder.path(), &["analyze", "mix.wav", "--json"])[0], MID);
    let none = master(folder.path(), &["--reference", "reference.wav", "--amount", "0"]);
    let moved = off_db(&levels(&none["after"], MID), &before);
    assert!(moved.1 < 0.15, "amount 0 moved the balance by {moved:?}");
    let kinds = none["chain"]["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap());
    assert!(kinds.into_iter().all(|kind| !["eq", "stereo", "multiband"].contains(&kind)), "{}", none["chain"]);
    let half = master(folder.path(), &["--reference", "reference.wav", "--amount", "0.5"]);
    write_changed(folder.path(), "half.wav", 0.5, 0.0);
    let wanted = levels(&json_lines(folder.path(), &["analyze", "half.wav", "--json"])[0], MID);
    let off = off_db(&levels(&half["after"], MID), &wanted);
    assert!(off.1 < 0.3, "amount 0.5 is off by {off:?}");
}

#[test]
fn several_references_stand_for_their_mean_and_recommend_takes_them_too() {
    let folder = pair();
    write(folder.path(), "same.wav", &band(5));
    let result = master(folder.path(), &["--reference", "reference.wav", "same.wav"]);
    write_changed(folder.path(), "half.wav", 0.5, 0.0);
    let wanted = levels(&json_lines(folder.path(), &["analyze", "half.wav", "--json"])[0], MID);
    let off = off_db(&levels(&result["after"], MID), &wanted);
    assert!(off.1 < 0.3, "the mean is off by {off:?}");
    let args = ["recommend", "mix.wav", "--json", "-o", "chain.toml", "--reference", "reference.wav", "same.wav"];
    let advice = &json_lines(folder.path(), &args)[0];
    assert!(advice["reasons"].to_string().contains("the 2 references"), "{}", advice["reasons"]);
    stdout(folder.path(), &["master", "mix.wav", "-o", "own.wav", "--chain", "chain.toml"]);
}

#[test]
fn a_reference_that_says_nothing_is_an_error_that_names_it() {
    let folder = pair();
    let silence = PlanarBuffer::new(2, 5 * 44_100);
    files::write_plain_wav(&folder.path().join("silent.wav"), &silence, RATE_HZ as u32, 24);
    write(folder.path(), "short.wav", &render(Style::Piano, RATE_HZ, 1.0, 1).audio);
    std::fs::write(folder.path().join("text.wav"), "no audio").unwrap();
    for (name, said) in
        [("silent.wav", "is silent"), ("short.wav", "1.0 s long"), ("text.wav", "text.wav"), ("no.wav", "no.wav")]
    {
        for command in [&["master", "mix.wav", "-o", "m.wav"][..], &["recommend", "mix.wav"]] {
            let output = balanced(folder.path(), &[command, &["--reference", "reference.wav", name]].concat());
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(3), "{command:?} {name}: {errors}");
            assert!(errors.contains(name) && errors.contains(said), "{command:?} {name}: {errors}");
        }
        assert!(!folder.path().join("m.wav").exists());
    }
    let output = balanced(folder.path(), &["master", "mix.wav", "-o", "reference.wav", "--reference", "reference.wav"]);
    assert_eq!(output.status.code(), Some(3), "the reference would be overwritten");
}

#[test]
fn a_catalogue_moves_a_track_only_where_it_is_outside_of_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("album")).unwrap();
    for seed in 1..=6 {
        write(folder.path(), &format!("album/{seed}.wav"), &band(seed));
    }
    std::fs::write(folder.path().join("album/notes.wav"), "no audio").unwrap();
    write(folder.path(), "mix.wav", &band(9));
    let bands = |result: &Value| -> Vec<f64> {
        let steps = result["chain"]["steps"].as_array().unwrap();
        let eq = steps.iter().find(|step| step["kind"] == "eq").and_then(|step| step["bands"].as_array().cloned());
        eq.unwrap_or_default().iter().map(|band| band["gain_db"].as_f64().unwrap()).collect()
    };
    let inside = master(folder.path(), &["--like", "album"]);
    assert_eq!(bands(&inside), [0.0; 0], "{}", inside["chain"]);
    let told = inside["findings"].to_string();
    assert!(told.contains("the catalogue of 6 tracks (1 more were not used)"), "{told}");
    let dark = "kind = \"eq\"\nbands = [{ kind = \"high_shelf\", frequency_hz = 3000.0, gain_db = -18.0 }]".to_owned();
    render_chain(folder.path(), "dark.wav", &[dark]);
    std::fs::rename(folder.path().join("dark.wav"), folder.path().join("mix.wav")).unwrap();
    let outside = master(folder.path(), &["--like", "album"]);
    let gains = bands(&outside);
    assert!(gains.iter().any(|gain| *gain > 1.0) && gains.iter().all(|gain| gain.abs() <= 4.0), "{gains:?}");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let output = balanced(folder.path(), &["master", "mix.wav", "-o", "m.wav", "--like", "empty"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(3) && errors.contains("at least three"), "{errors}");
}

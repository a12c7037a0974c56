//! Tests of `balanced master --codecs` and `balanced preview`: what the command says of a codec is what ffmpeg's decoder gives.

use std::path::Path;
use std::process::Command;

use balanced_testkit::mixes::HardMix;
use serde_json::Value;

use crate::command::{balanced, command, json_lines, stdout};
use crate::files;

const SEVEN: &str = "aac128,aac256,mp3-128,mp3-320,opus96,opus128,vorbis-q5";

/// Writes a mix that limiting makes flat, which codecs overshoot.
fn hot_mix(folder: &Path, rate_hz: u32, seconds: f64) {
    files::write_wav(&folder.join("mix.wav"), &HardMix::TransientRich.render(f64::from(rate_hz), seconds), rate_hz, 24);
}

/// Runs `balanced`, expects the exit code, and returns what it says.
fn refusal(folder: &Path, args: &[&str], code: i32) -> String {
    let output = balanced(folder, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Reads a WAV of 32-bit floats.
fn read_floats(path: &Path) -> (Vec<Vec<f64>>, u32) {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    let mut channels = vec![Vec::new(); usize::from(spec.channels)];
    for (index, sample) in reader.samples::<f32>().enumerate() {
        channels[index % usize::from(spec.channels)].push(f64::from(sample.unwrap()));
    }
    (channels, spec.sample_rate)
}

fn check<'a>(result: &'a Value, codec: &str) -> &'a Value {
    let checks = result["codecs"]["checks"].as_array().unwrap();
    checks.iter().find(|check| check["codec"] == codec).unwrap_or_else(|| panic!("{codec} is missing"))
}

#[test]
fn a_hot_master_is_made_safe_within_three_steps_and_the_cost_is_told() {
    let folder = tempfile::tempdir().unwrap();
    hot_mix(folder.path(), 44_100, 12.0);
    let args = ["master", "mix.wav", "-o", "m.wav", "--lufs", "-9", "--ceiling", "-0.2", "--codecs", SEVEN, "--json"];
    let result = &json_lines(folder.path(), &args)[0];
    let codecs = &result["codecs"];
    println!("{}", serde_json::to_string_pretty(codecs).unwrap());
    assert_eq!(codecs["safe"], true);
    let steps = codecs["steps"].as_array().unwrap();
    assert!((2..=4).contains(&steps.len()), "{} masters", steps.len());
    assert!(steps[0]["decoded_true_peak_dbtp"].as_f64().unwrap() > 0.0 && steps[0]["ceiling_dbtp"] == -0.2);
    for pair in steps.windows(2) {
        let lowered = pair[0]["ceiling_dbtp"].as_f64().unwrap() - pair[1]["ceiling_dbtp"].as_f64().unwrap();
        assert!(lowered > 0.0 && lowered < 1.000_001, "{lowered} dB in a step");
    }
    let ceiling = codecs["ceiling_dbtp"].as_f64().unwrap();
    assert!(result["achieved"]["true_peak_dbtp"].as_f64().unwrap() <= ceiling);
    assert_eq!(result["target"]["ceiling_dbtp"], -0.2);
    let lost = steps[0]["integrated_lufs"].as_f64().unwrap() - result["achieved"]["integrated_lufs"].as_f64().unwrap();
    assert!((codecs["cost_lu"].as_f64().unwrap() - lost).abs() < 1e-9);
    // The finished file, encoded by the installed encoders of others, is decoded without clipping too.
    let encoded = folder.path().join("x.mp3");
    let made =
        Command::new("lame").args(["--quiet", "-b", "128"]).arg(folder.path().join("m.wav")).arg(&encoded).status();
    assert!(made.expect("lame is needed by this test; `apt-get install lame` brings it").success());
    let decoded = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&encoded).args(["-f", "f32le", "-"]).output();
    let samples = decoded.expect("ffmpeg is needed by this test; `apt-get install ffmpeg` brings it").stdout;
    let peak = samples.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes).abs()).fold(0.0, f32::max);
    assert!(peak <= 1.0, "{peak}");
}

#[test]
fn what_is_safe_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    hot_mix(folder.path(), 48_000, 6.0);
    let plain = ["master", "mix.wav", "-o", "a.wav", "--lufs", "-23", "--ceiling", "-6"];
    stdout(folder.path(), &plain);
    let args =
        ["master", "mix.wav", "-o", "b.wav", "--lufs", "-23", "--ceiling", "-6", "--codecs", SEVEN, "--require-codecs"];
    let text = stdout(folder.path(), &args);
    assert!(text.contains("No codec clips (7 checked) at the ceiling of -6.00 dBTP."), "{text}");
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(bytes("a.wav") == bytes("b.wav"), "the check changed the master");
}

#[test]
fn a_chain_without_a_target_is_checked_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    hot_mix(folder.path(), 44_100, 6.0);
    let chain = "version = 1\nsteps = [{ kind = \"limiter\", drive_db = 18.0, ceiling_dbtp = 0.0 }]\n";
    std::fs::write(folder.path().join("chain.toml"), chain).unwrap();
    let args = ["master", "mix.wav", "-o", "m.wav", "--chain", "chain.toml", "--codecs", "mp3-128,opus96", "--json"];
    let codecs = &json_lines(folder.path(), &args)[0]["codecs"];
    assert_eq!((&codecs["safe"], &codecs["ceiling_dbtp"]), (&Value::Bool(false), &Value::Null));
    assert!(codecs["note"].as_str().unwrap().contains("give a target"), "{}", codecs["note"]);
    let required = [&args[..], &["--require-codecs"]].concat();
    let output = balanced(folder.path(), &required);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn an_encoder_that_is_not_installed_is_said_and_the_master_is_made() {
    let folder = tempfile::tempdir().unwrap();
    hot_mix(folder.path(), 44_100, 4.0);
    let without_programs =
        |args: &[&str]| command().args(args).current_dir(folder.path()).env("PATH", folder.path()).output().unwrap();
    let codecs = "aac128,mp3-320";
    let output =
        without_programs(&["master", "mix.wav", "-o", "m.wav", "--codecs", codecs, "--json", "--require-codecs"]);
    assert_eq!(output.status.code(), Some(1), "a required codec was not checked");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let aac = check(&result, "aac128");
    assert_eq!((&aac["status"], &aac["true_peak_dbtp"]), (&Value::from("not_checked"), &Value::Null));
    assert_eq!(aac["reason"], "no AAC encoder is installed; install ffmpeg");
    assert_eq!(check(&result, "mp3-320")["status"], "safe");
    assert!(folder.path().join("m.wav").exists());
    let output = without_programs(&["preview", "mix.wav", "--codec", "aac128", "-o", "p.wav"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no AAC encoder is installed; install ffmpeg"));
    assert!(!folder.path().join("p.wav").exists());
}

#[test]
fn mono_high_rates_and_many_channels_are_checked_or_said_not_to_be() {
    let folder = tempfile::tempdir().unwrap();
    for (channels, rate_hz) in [(1, 96_000), (6, 48_000)] {
        let mix = HardMix::TransientRich.render(f64::from(rate_hz), 4.0);
        let planes: Vec<&[f64]> = (0..channels).map(|channel| mix.channel(channel % 2)).collect();
        let audio = balanced_dsp::PlanarBuffer::from_channels(&planes);
        files::write_wav(&folder.path().join("mix.wav"), &audio, rate_hz, 24);
        let args = ["master", "mix.wav", "-o", "m.wav", "--codecs", SEVEN, "--json"];
        let result = &json_lines(folder.path(), &args)[0];
        for codec in SEVEN.split(',') {
            let check = check(result, codec);
            if channels == 1 {
                assert_eq!((&check["status"], &check["sample_rate_hz"]), (&"safe".into(), &48_000.0.into()), "{codec}");
            } else {
                assert_eq!(check["status"], "not_checked");
                assert!(check["reason"].as_str().unwrap().contains("6 channels"), "{check}");
                assert_eq!(result["codecs"]["safe"], Value::Null);
            }
        }
    }
}

#[test]
fn the_codecs_of_a_target_are_those_of_its_listeners() {
    let folder = tempfile::tempdir().unwrap();
    hot_mix(folder.path(), 44_100, 4.0);
    let args = ["master", "mix.wav", "-o", "m.wav", "--target", "apple-music", "--codecs", "target", "--json"];
    let result = &json_lines(folder.path(), &args)[0];
    assert_eq!(result["codecs"]["checks"].as_array().unwrap().len(), 1);
    assert_eq!(check(result, "aac256")["status"], "safe");
    let text = refusal(folder.path(), &["master", "mix.wav", "-o", "n.wav", "--codecs", "mp3"], 2);
    assert!(text.contains("unknown codec \"mp3\"; use aac64 to aac320"), "{text}");
}

#[test]
fn a_preview_is_aligned_and_its_difference_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    hot_mix(folder.path(), 44_100, 5.0);
    for codec in SEVEN.split(',') {
        let args = ["preview", "mix.wav", "--codec", codec, "-o", "p.wav", "--difference", "d.wav", "--json"];
        let result = &json_lines(folder.path(), &args)[0];
        let (heard, written_hz) = read_floats(&folder.path().join("p.wav"));
        let (difference, _) = read_floats(&folder.path().join("d.wav"));
        let rate_hz: f64 = if codec.starts_with("opus") { 48_000.0 } else { 44_100.0 };
        assert_eq!((f64::from(written_hz), heard[0].len()), (rate_hz, (5.0 * rate_hz) as usize), "{codec}");
        let clipped = heard.iter().flatten().filter(|sample| sample.abs() > 1.0).count();
        assert_eq!(result["clipped_samples"], clipped as u64, "{codec}");
        let level_db = result["difference_db"].as_f64().unwrap();
        assert!((-60.0..-3.0).contains(&level_db), "{codec}: {level_db} dB");
        assert_eq!(result["difference_by_region"].as_array().unwrap().len(), 7);
        if rate_hz == 44_100.0 {
            let (mix, _) = files::read_wav(&folder.path().join("mix.wav"));
            let errors = (0..heard[0].len()).map(|i| (mix[0][i] + difference[0][i] - heard[0][i]).abs());
            assert!(errors.fold(0.0, f64::max) < 1e-6, "{codec}");
        }
    }
}

#[test]
fn a_preview_refuses_to_replace_its_input_and_what_it_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    hot_mix(folder.path(), 44_100, 1.0);
    let before = std::fs::read(folder.path().join("mix.wav")).unwrap();
    let text = refusal(folder.path(), &["preview", "mix.wav", "--codec", "opus96", "-o", "mix.wav"], 3);
    assert!(text.contains("would be overwritten"), "{text}");
    let text = refusal(folder.path(), &["preview", "mix.wav", "--codec", "opus96", "-o", "p.mp3"], 2);
    assert!(text.contains("previews are written as .wav"), "{text}");
    let text = refusal(folder.path(), &["preview", "mix.wav", "--codec", "target", "-o", "p.wav"], 2);
    assert!(text.contains("one codec"), "{text}");
    assert_eq!(std::fs::read(folder.path().join("mix.wav")).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

//! Tests of `balanced repair`: silence, pieces, rates, bits and channels of files for a delivery.

use std::path::Path;

use balanced_dsp::PlanarBuffer;
use balanced_testkit::defects::{Fault, Grade, spoil};
use balanced_testkit::music::{Style, render};
use serde_json::Value;

use crate::command::{balanced, json_lines, stdout};
use crate::files;

const RATE_HZ: u32 = 48_000;

/// Returns two channels of music between silences: `parts` are seconds of silence and of music in turn.
fn pieces(parts: &[f64]) -> Vec<Vec<f64>> {
    let seconds: f64 = parts.iter().skip(1).step_by(2).sum();
    let music = render(Style::Piano, f64::from(RATE_HZ), seconds + 1.0, 7).audio;
    // Half a second in, the piano sounds.
    let mut at = RATE_HZ as usize / 2;
    let mut channels = vec![Vec::new(); 2];
    for (index, seconds) in parts.iter().enumerate() {
        let frames = (seconds * f64::from(RATE_HZ)).round() as usize;
        for (channel, samples) in channels.iter_mut().enumerate() {
            match index % 2 {
                0 => samples.extend(std::iter::repeat_n(0.0, frames)),
                // Never under the threshold: a steady tone below the music.
                _ => samples.extend(
                    (0..frames)
                        .map(|frame| 0.5 * music.channel(channel)[at + frame] + 0.01 * (frame as f64 * 0.3).sin()),
                ),
            }
        }
        at += if index % 2 == 1 { frames } else { 0 };
    }
    channels
}

fn write(folder: &Path, name: &str, channels: &[Vec<f64>], bits: u16) {
    files::write_plain_wav(&folder.join(name), &PlanarBuffer::from_channels(channels), RATE_HZ, bits);
}

fn repaired(folder: &Path, args: &[&str]) -> Value {
    let mut all = vec!["repair"];
    all.extend_from_slice(args);
    all.push("--json");
    json_lines(folder, &all).remove(0)
}

fn kinds(result: &Value) -> Vec<&str> {
    result["findings"].as_array().unwrap().iter().map(|finding| finding["kind"].as_str().unwrap()).collect()
}

fn refusal(folder: &Path, args: &[&str], code: i32) -> String {
    let output = balanced(folder, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn without_an_output_it_lists_what_could_be_repaired_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "mix.wav", &pieces(&[1.5, 6.0, 3.0, 6.0, 2.0]), 24);
    let result = repaired(at, &["mix.wav"]);
    assert_eq!(kinds(&result), ["leading_silence", "trailing_silence", "silent_gap"], "{result}");
    let gap = &result["findings"][2];
    assert!((gap["range_s"][0].as_f64().unwrap() - 7.5).abs() < 0.02, "{gap}");
    assert_eq!((gap["option"].as_str(), gap["repaired"].as_bool()), (Some("split_at_silence"), Some(false)));
    assert_eq!(std::fs::read_dir(at).unwrap().count(), 1);
    assert!(stdout(at, &["repair", "mix.wav"]).contains("[--trim-silence]"));
    assert!(refusal(at, &["repair", "mix.wav", "--trim-silence"], 2).contains("no output"));
}

#[test]
fn a_trim_keeps_every_other_sample_and_its_lead_and_tail() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let channels = pieces(&[1.5, 6.0, 2.0]);
    write(at, "mix.wav", &channels, 24);
    let result = repaired(at, &["mix.wav", "-o", "cut.wav", "--trim-silence"]);
    let file = &result["files"][0];
    assert_eq!(file["is_exact"], true, "{result}");
    let start = (file["range_s"][0].as_f64().unwrap() * f64::from(RATE_HZ)).round() as usize;
    let end = (file["range_s"][1].as_f64().unwrap() * f64::from(RATE_HZ)).round() as usize;
    assert!(start.abs_diff(RATE_HZ as usize * 14 / 10) <= 480 && end.abs_diff(RATE_HZ as usize * 8) <= 480);
    let (mix, _) = files::read_wav(&at.join("mix.wav"));
    let (cut, spec) = files::read_wav(&at.join("cut.wav"));
    assert_eq!(spec.bits_per_sample, 24);
    for channel in 0..2 {
        assert!(cut[channel] == mix[channel][start..end], "channel {channel} differs");
    }
    assert!(result["findings"].as_array().unwrap().iter().all(|finding| finding["repaired"] == true), "{result}");
}

#[test]
fn a_cut_into_audible_noise_is_faded_within_the_silence() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut channels = pieces(&[1.0, 4.0, 2.0]);
    // A floor at -66 dBFS.
    for (frame, sample) in channels.iter_mut().flat_map(|channel| channel.iter_mut().enumerate()) {
        *sample += if frame % 2 == 0 { 0.0005 } else { -0.0005 };
    }
    write(at, "mix.wav", &channels, 24);
    let result = repaired(at, &["mix.wav", "-o", "cut.wav", "--trim-silence"]);
    assert_eq!(result["files"][0]["fades_s"], serde_json::json!([0.01, 0.01]));
    let (cut, _) = files::read_wav(&at.join("cut.wav"));
    let frames = cut[0].len();
    assert!(cut[0][0] == 0.0 && cut[0][frames - 1] == 0.0);
    let (mix, _) = files::read_wav(&at.join("mix.wav"));
    let start = (result["files"][0]["range_s"][0].as_f64().unwrap() * f64::from(RATE_HZ)).round() as usize;
    assert!(cut[0][480..frames - 480] == mix[0][start + 480..start + frames - 480]);
}

#[test]
fn untrimmed_pieces_hold_every_sample_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "side.wav", &pieces(&[1.0, 6.0, 2.5, 7.0, 2.5, 1.0, 3.0, 6.0, 0.5]), 16);
    let result = repaired(at, &["side.wav", "-o", "parts", "--split-at-silence"]);
    let files_of = result["files"].as_array().unwrap();
    // The second of sound in between is no piece of its own.
    assert_eq!(files_of.len(), 3, "{result}");
    assert!(result["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("under 5 s")));
    let (mix, _) = files::read_wav(&at.join("side.wav"));
    let mut joined = vec![Vec::new(); 2];
    for name in ["01 side.wav", "02 side.wav", "03 side.wav"] {
        let (part, spec) = files::read_wav(&at.join("parts").join(name));
        assert_eq!(spec.bits_per_sample, 16);
        joined.iter_mut().zip(part).for_each(|(joined, part)| joined.extend(part));
    }
    assert!(joined == mix, "the pieces are not the recording");
    // A folder that is there stays as it is.
    refusal(at, &["repair", "side.wav", "-o", "parts", "--split-at-silence"], 3);
    assert_eq!(std::fs::read_dir(at.join("parts")).unwrap().count(), 3);
}

#[test]
fn padded_bits_go_and_what_is_mono_becomes_one_channel() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let left: Vec<f64> = pieces(&[0.0, 4.0])[0].iter().map(|x| (x * 32_768.0).round() / 32_768.0).collect();
    let turned: Vec<f64> = left.iter().map(|x| -x).collect();
    write(at, "same.wav", &[left.clone(), left.clone()], 24);
    write(at, "turned.wav", &[left.clone(), turned], 24);
    write(at, "dead.wav", &[vec![0.0; left.len()], left.clone()], 24);
    for (name, kind) in [("same.wav", "mono_as_stereo"), ("turned.wav", "inverted_mono"), ("dead.wav", "dead_channel")]
    {
        let result = repaired(at, &[name, "-o", "mono.wav", "--mono", "--bits", "effective"]);
        assert!(kinds(&result).contains(&kind) && kinds(&result).contains(&"padded_bit_depth"), "{result}");
        assert_eq!(result["files"][0]["is_exact"], true, "{result}");
        let (mono, spec) = files::read_wav(&at.join("mono.wav"));
        assert_eq!((spec.channels, spec.bits_per_sample), (1, 16));
        assert!(mono[0] == left, "{name}");
    }
    write(at, "wide.wav", &pieces(&[0.0, 4.0]), 24);
    let refused = refusal(at, &["repair", "wide.wav", "-o", "no.wav", "--mono"], 2);
    assert!(refused.contains("wide.wav") && refused.contains("channels differ"), "{refused}");
    assert!(!at.join("no.wav").exists());
}

#[test]
fn a_conversion_that_would_clip_is_lowered_and_says_by_how_much() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    // Samples at full scale, with peaks of +3 dB between them.
    let tone: Vec<f64> = (0..RATE_HZ * 4)
        .map(|n| (f64::from(n) * std::f64::consts::FRAC_PI_2 + std::f64::consts::FRAC_PI_4).sin() * 1.414 * 0.999)
        .collect();
    write(at, "hot.wav", &[tone.clone(), tone], 24);
    let result = repaired(at, &["hot.wav", "-o", "cd.wav", "--sample-rate", "44100", "--bits", "16"]);
    let file = &result["files"][0];
    let gain_db = file["gain_db"].as_f64().unwrap();
    assert!((-3.3..-2.5).contains(&gain_db), "{result}");
    let (cd, spec) = files::read_wav(&at.join("cd.wav"));
    assert_eq!((spec.sample_rate, spec.bits_per_sample), (44_100, 16));
    let peak = cd[0].iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    assert!(peak < 1.0 - 1.0 / 32_768.0 && peak > 0.99, "{peak}");
}

#[test]
fn an_upsampled_file_goes_back_to_its_rate() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let spoiled =
        |style: Style| spoil(&render(style, 96_000.0, 12.0, 3).audio, 96_000.0, Fault::Upsampled, Grade::Audible, 1);
    let raised = Style::ALL.into_iter().find_map(spoiled).expect("one style has treble").audio;
    files::write_plain_wav(&at.join("up.wav"), &raised, 96_000, 24);
    let result = repaired(at, &["up.wav", "-o", "back.wav", "--sample-rate", "original"]);
    assert!(kinds(&result).contains(&"upsampled"), "{result}");
    assert_eq!(result["files"][0]["sample_rate_hz"], 44_100.0);
    assert_eq!(result["files"][0]["frames"], 12 * 44_100);
    let same = repaired(at, &["back.wav", "-o", "same.wav", "--sample-rate", "original"]);
    assert_eq!(same["files"][0]["is_exact"], true, "{same}");
}

#[test]
fn tags_and_the_time_reference_go_with_the_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "plain.wav", &pieces(&[1.0, 6.0, 3.0, 6.0, 1.0]), 24);
    files::ffmpeg(
        &at.join("plain.wav"),
        &["-c", "copy", "-write_bext", "1", "-metadata", "title=Side A", "-metadata", "time_reference=1000"],
        &at.join("side.wav"),
    );
    repaired(at, &["side.wav", "-o", "parts", "--split-at-silence", "--trim-silence"]);
    let names: Vec<_> = std::fs::read_dir(at.join("parts")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let second = at.join("parts/02 Side A.wav");
    let read = &json_lines(at, &["analyze", second.to_str().unwrap(), "--only", "loudness", "--json"])[0];
    assert_eq!(read["metadata"]["title"], "Side A (2)");
    assert_eq!((&read["metadata"]["track_number"], &read["metadata"]["track_total"]), (&2.into(), &2.into()));
    let reference = read["metadata"]["broadcast"]["time_reference_frames"].as_u64().unwrap();
    assert!(reference.abs_diff(1000 + 99 * u64::from(RATE_HZ) / 10) <= 480, "{reference}");
}

#[test]
fn silence_lossy_files_and_wrong_numbers_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "silence.wav", &[vec![0.0; 96_000], vec![0.0; 96_000]], 16);
    assert_eq!(kinds(&repaired(at, &["silence.wav"]))[0], "only_silence");
    let refused = refusal(at, &["repair", "silence.wav", "-o", "no.wav", "--trim-silence"], 3);
    assert!(refused.contains("silence.wav") && refused.contains("-60"), "{refused}");
    assert!(refusal(at, &["repair", "silence.wav", "--silence", "3"], 2).contains("-120 to -20"));
    assert!(refusal(at, &["repair", "silence.wav", "--bits", "12"], 2).contains("effective"));
    write(at, "mix.wav", &pieces(&[0.0, 4.0]), 24);
    assert!(refusal(at, &["repair", "mix.wav", "-o", "mix.wav", "--bits", "16"], 3).contains("mix.wav"));
    assert!(refusal(at, &["repair", "mix.wav", "-o", "no.ogg", "--bits", "16"], 3).contains(".flac"));
    files::ffmpeg(&at.join("mix.wav"), &["-b:a", "192k"], &at.join("lossy.mp3"));
    let result = repaired(at, &["lossy.mp3", "-o", "lossy.flac", "--trim-silence"]);
    assert_eq!(
        (&result["files"][0]["is_exact"], &result["files"][0]["sample_format"]),
        (&false.into(), &"24-bit".into())
    );
    let stdin = crate::command::command()
        .args(["repair", "-", "--json"])
        .current_dir(at)
        .stdin(std::fs::File::open(at.join("mix.wav")).unwrap())
        .output()
        .unwrap();
    assert!(stdin.status.success());
    let told: Value = serde_json::from_slice(&stdin.stdout).unwrap();
    assert_eq!(told["input"]["path"], "-");
}

//! Tests of `balanced master` on hard material: loudness within 0.1 LU and true peak under the ceiling, both measured on the
//! written file by independent meters (the `ebur128` crate, a 32x long-FIR interpolator).

use std::path::Path;

use balanced_testkit::mixes::HardMix;
use balanced_testkit::oracle::true_peak_32x;
use ebur128::{EbuR128, Mode};

use crate::command::{json_lines, stdout};
use crate::files;

struct Outside {
    integrated_lufs: f64,
    true_peak_dbtp: f64,
    frames: usize,
}

fn measure(path: &Path) -> Outside {
    let (channels, spec) = files::read_wav(path);
    let mut meter = EbuR128::new(channels.len() as u32, spec.sample_rate, Mode::I).unwrap();
    let planar: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
    meter.add_frames_planar_f64(&planar).unwrap();
    let peak = channels.iter().map(|channel| true_peak_32x(channel)).fold(0.0, f64::max);
    Outside {
        integrated_lufs: meter.loudness_global().unwrap(),
        true_peak_dbtp: 20.0 * peak.log10(),
        frames: channels[0].len(),
    }
}

fn check(mix: HardMix, lufs: f64, ceiling_dbtp: f64) {
    let folder = tempfile::tempdir().unwrap();
    let audio = mix.render(44_100.0, 20.0);
    files::write_wav(&folder.path().join("mix.wav"), &audio, 44_100, 24);
    let (lufs_word, ceiling_word) = (lufs.to_string(), ceiling_dbtp.to_string());
    let args = ["master", "mix.wav", "-o", "master.wav", "--lufs", &lufs_word, "--ceiling", &ceiling_word, "--json"];
    let result = &json_lines(folder.path(), &args)[0];
    let outside = measure(&folder.path().join("master.wav"));
    let name = mix.name();
    println!(
        "{name} at {lufs}/{ceiling_dbtp}: {:.3} LUFS, {:.4} dBTP, feasible {}, {}",
        outside.integrated_lufs, outside.true_peak_dbtp, result["feasible"], result["reason"]
    );
    assert_eq!(outside.frames, audio.frames(), "{name}: the master is not as long as the mix");
    assert!(outside.true_peak_dbtp <= ceiling_dbtp, "{name}: {} dBTP", outside.true_peak_dbtp);
    let told = result["achieved"]["integrated_lufs"].as_f64().unwrap();
    assert!((told - outside.integrated_lufs).abs() < 0.02, "{name}: told {told}, is {}", outside.integrated_lufs);
    if result["feasible"] == true {
        assert!((outside.integrated_lufs - lufs).abs() <= 0.1, "{name}: {} LUFS", outside.integrated_lufs);
    } else {
        let reason = result["reason"].as_str().expect("an infeasible target has a reason");
        assert!(reason.contains("LUFS") && outside.integrated_lufs < lufs, "{name}: {reason}");
    }
}

#[test]
fn five_hard_mixes_land_on_the_streaming_target() {
    for mix in HardMix::ALL {
        check(mix, -14.0, -1.0);
    }
}

#[test]
fn five_hard_mixes_land_on_the_loud_target() {
    for mix in HardMix::ALL {
        check(mix, -9.0, -1.0);
    }
}

#[test]
fn what_cannot_be_reached_is_said_with_the_value_that_can() {
    let folder = tempfile::tempdir().unwrap();
    let audio = HardMix::TransientRich.render(48_000.0, 12.0);
    files::write_wav(&folder.path().join("mix.wav"), &audio, 48_000, 24);
    let args = ["master", "mix.wav", "-o", "m.wav", "--lufs", "-3", "--ceiling", "-3", "--json"];
    let result = &json_lines(folder.path(), &args)[0];
    assert_eq!(result["feasible"], false);
    assert!(result["reason"].as_str().unwrap().contains("LUFS"), "{}", result["reason"]);
    assert!(measure(&folder.path().join("m.wav")).true_peak_dbtp <= -3.0);
}

#[test]
fn the_mix_is_never_overwritten_and_silence_is_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let silence = balanced_dsp::PlanarBuffer::new(2, 48_000);
    files::write_wav(&folder.path().join("mix.wav"), &silence, 48_000, 24);
    let output = crate::command::balanced(folder.path(), &["master", "mix.wav", "-o", "mix.wav"]);
    assert_eq!(output.status.code(), Some(3));
    let result = &json_lines(folder.path(), &["master", "mix.wav", "-o", "m.wav", "--json"])[0];
    assert_eq!(result["feasible"], false);
    assert!(result["reason"].as_str().unwrap().contains("silent"));
    let (channels, _) = files::read_wav(&folder.path().join("m.wav"));
    assert!(channels.iter().flatten().all(|sample| *sample == 0.0), "silence did not stay silent");
}

#[test]
fn every_output_format_is_written_at_the_asked_rate_and_read_back_by_ffmpeg() {
    let folder = tempfile::tempdir().unwrap();
    let audio = HardMix::Quiet.render(44_100.0, 6.0);
    files::write_wav(&folder.path().join("mix.wav"), &audio, 44_100, 24);
    for (name, extra) in [
        ("a.wav", &["--bits", "16"][..]),
        ("b.wav", &["--bits", "32f"][..]),
        ("c.aiff", &[][..]),
        ("d.flac", &["--bits", "16"][..]),
        ("e.wav", &["--sample-rate", "48000"][..]),
    ] {
        stdout(folder.path(), &[&["master", "mix.wav", "-o", name], extra].concat());
        let back = folder.path().join("back.wav");
        files::ffmpeg(&folder.path().join(name), &["-c:a", "pcm_s24le"], &back);
        let (channels, spec) = files::read_wav(&back);
        let rate = if name == "e.wav" { 48_000 } else { 44_100 };
        assert_eq!((spec.sample_rate, channels[0].len()), (rate, 6 * rate as usize), "{name}");
    }
}

/// Checks the five fields of EBU Tech 3285 v2, and the hash of the file in the result.
#[test]
fn a_wav_master_carries_the_loudness_it_measures() {
    let folder = tempfile::tempdir().unwrap();
    let audio = HardMix::BassHeavy.render(44_100.0, 12.0);
    files::write_wav(&folder.path().join("mix.wav"), &audio, 44_100, 24);
    let result = &json_lines(folder.path(), &["master", "mix.wav", "-o", "master.wav", "--json"])[0];
    let bytes = std::fs::read(folder.path().join("master.wav")).unwrap();
    let at = bytes.windows(4).position(|window| window == b"bext").expect("a broadcast chunk") + 8;
    let field = |offset: usize| f64::from(i16::from_le_bytes(bytes[at + offset..][..2].try_into().unwrap())) / 100.0;
    // Measures the written file again.
    let again = &json_lines(folder.path(), &["analyze", "master.wav", "--json"])[0];
    let keys = ["integrated_lufs", "range_lu", "true_peak_dbtp", "max_momentary_lufs", "max_short_term_lufs"];
    for (offset, key) in [412, 414, 416, 418, 420].into_iter().zip(keys) {
        let measured = again["loudness"][key].as_f64().unwrap();
        assert!((field(offset) - measured).abs() <= 0.005 + 1e-9, "{key}: {} written, {measured}", field(offset));
    }
    assert_eq!(result["after"]["source"]["sha256"], again["source"]["sha256"]);
    assert!(again["source"]["notes"].as_array().unwrap().is_empty(), "{}", again["source"]["notes"]);
}

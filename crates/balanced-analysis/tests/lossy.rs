//! Lossy-transcode suspicion against real encodes by ffmpeg, and against music that is only band-limited.

mod support;

use std::path::Path;
use std::process::Command;

use balanced_analysis::model::{Defect, DefectKind};
use balanced_dsp::PlanarBuffer;
use balanced_testkit::defects::brick_wall;
use balanced_testkit::music::{Style, quantise, render};
use support::defects;

const RATE: f64 = 44_100.0;

fn suspicion(audio: &PlanarBuffer) -> Option<Defect> {
    defects(audio, RATE, 16).into_iter().find(|d| d.kind == DefectKind::LossyTranscode)
}

fn export(style: Style, wall_hz: Option<f64>) -> PlanarBuffer {
    let mut audio = render(style, RATE, 8.0, 21).audio;
    if let Some(hz) = wall_hz {
        brick_wall(&mut audio, RATE, hz);
    }
    quantise(&mut audio, 16, 5);
    audio
}

fn run(command: &mut Command) {
    let output = command.output().expect("ffmpeg is needed for this test: apt-get install ffmpeg");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Through a codec and back to 16 bits, 44.1 kHz.
fn transcode(audio: &PlanarBuffer, folder: &Path, codec: &str, extension: &str, kbps: u32) -> PlanarBuffer {
    let (raw, coded, back) = (folder.join("in.raw"), folder.join(format!("coded.{extension}")), folder.join("out.raw"));
    let mut bytes = Vec::new();
    for frame in 0..audio.frames() {
        for channel in 0..2 {
            bytes.extend(((audio.channel(channel)[frame] * 32_768.0).round() as i16).to_le_bytes());
        }
    }
    std::fs::write(&raw, bytes).unwrap();
    let pcm = ["-f", "s16le", "-ar", "44100", "-ac", "2"];
    let ffmpeg = || {
        let mut command = Command::new("ffmpeg");
        command.args(["-y", "-v", "error"]);
        command
    };
    run(ffmpeg().args(pcm).arg("-i").arg(&raw).args(["-c:a", codec, "-b:a", &format!("{kbps}k")]).arg(&coded));
    run(ffmpeg().arg("-i").arg(&coded).args(pcm).arg(&back));
    let samples: Vec<f64> = std::fs::read(&back)
        .unwrap()
        .chunks_exact(2)
        .map(|b| f64::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0)
        .collect();
    let channel = |c: usize| samples.iter().skip(c).step_by(2).copied().collect::<Vec<_>>();
    PlanarBuffer::from_channels(&[channel(0), channel(1)])
}

#[test]
fn suspects_real_transcodes() {
    let folder = tempfile::tempdir().unwrap();
    // Sustained programme at the rates that leave a wall in the spectrum. Solo drums (short blocks) and higher rates go unnoticed.
    let takes = [Style::Band, Style::Noise].map(|style| (style, export(style, None)));
    let (mut found, mut total, mut missed) = (0, 0, Vec::new());
    for (style, take) in &takes {
        for (codec, extension, rates) in [("aac", "m4a", [96, 128, 192]), ("libvorbis", "ogg", [96, 128, 160])] {
            for kbps in rates {
                total += 1;
                match suspicion(&transcode(take, folder.path(), codec, extension, kbps)) {
                    Some(defect) => {
                        found += 1;
                        assert!(defect.evidence["probability"] >= 0.6 && defect.evidence["probability"] < 1.0);
                    }
                    None => missed.push(format!("{codec} {kbps} {}", style.name())),
                }
            }
        }
    }
    assert!(f64::from(found) >= 0.95 * f64::from(total), "{found} of {total}, missed {missed:?}");
}

#[test]
fn does_not_suspect_what_is_only_band_limited() {
    for style in [Style::Band, Style::Drums, Style::Noise, Style::DistortedGuitar] {
        for wall_hz in [None, Some(16_000.0), Some(17_500.0), Some(19_500.0)] {
            let found = suspicion(&export(style, wall_hz));
            assert!(found.is_none(), "{} {wall_hz:?}: {found:?}", style.name());
        }
    }
}

//! Real encodes by ffmpeg, and material that is band-limited but was never coded.

// Each test takes its part of this.
#![allow(dead_code)]

use std::path::Path;
use std::process::Command;

use balanced_dsp::PlanarBuffer;
use balanced_testkit::corpus::Player;
use balanced_testkit::defects::brick_wall;
use balanced_testkit::music::{Style, Texture, quantise};

pub const RATE: f64 = 44_100.0;

/// Codecs, with file extension and the rate of the decoded file.
pub const CODECS: [(&str, &str, &str, f64); 4] = [
    ("MP3 (LAME)", "libmp3lame", "mp3", 44_100.0),
    ("AAC (ffmpeg)", "aac", "m4a", 44_100.0),
    ("Vorbis", "libvorbis", "ogg", 44_100.0),
    ("Opus", "libopus", "opus", 48_000.0),
];

/// Kinds of programme.
pub const PROGRAMMES: [Player; 6] = [
    Player::Style(Style::Band),
    Player::Style(Style::Drums),
    Player::Style(Style::Piano),
    Player::Style(Style::DistortedGuitar),
    Player::Style(Style::Noise),
    Player::Texture(Texture::BowedStrings),
];

/// A 16-bit export.
pub fn export(player: Player, seconds: f64, seed: u64) -> PlanarBuffer {
    let mut audio = player.render(RATE, seconds, seed);
    quantise(&mut audio, 16, seed);
    audio
}

/// Genuine material that ends early: brick walls as in low-passed masters and 32 kHz sources, and the roll-off of old machines.
pub fn band_limited(player: Player, seconds: f64, seed: u64) -> Vec<(String, PlanarBuffer)> {
    let clean = player.render(RATE, seconds, seed);
    let mut out = Vec::new();
    for wall_hz in [15_000.0, 15_900.0, 16_000.0, 17_500.0, 19_500.0, 20_000.0] {
        let mut audio = clean.clone();
        brick_wall(&mut audio, RATE, wall_hz);
        out.push((format!("wall at {wall_hz:.0} Hz"), audio));
    }
    let mut old = clean.clone();
    for channel in 0..2 {
        let (mut y1, mut y2) = (0.0, 0.0);
        for sample in old.channel_mut(channel) {
            y1 += 0.45 * (*sample - y1);
            y2 += 0.45 * (y1 - y2);
            *sample = y2;
        }
    }
    out.push(("rolled off from 5 kHz".to_owned(), old));
    out.push(("full band".to_owned(), clean));
    out.iter_mut().for_each(|(_, audio)| quantise(audio, 16, seed));
    out
}

/// Bit rates that a codec is asked for, as ffmpeg's arguments: libvorbis goes by quality above 240 kb/s.
fn rate_arguments(encoder: &str, kbps: u32) -> [String; 2] {
    match (encoder, kbps) {
        ("libvorbis", 256) => ["-q:a".to_owned(), "8".to_owned()],
        ("libvorbis", 320) => ["-q:a".to_owned(), "9".to_owned()],
        _ => ["-b:a".to_owned(), format!("{kbps}k")],
    }
}

fn run(command: &mut Command) {
    let output = command.output().expect("ffmpeg is needed for this test: apt-get install ffmpeg");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn ffmpeg() -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-y", "-v", "error"]);
    command
}

/// Through a codec and back to 16 bits at the rate the decoder gives.
pub fn transcode(audio: &PlanarBuffer, folder: &Path, encoder: &str, extension: &str, kbps: u32) -> PlanarBuffer {
    let (raw, coded) = (folder.join("in.raw"), folder.join(format!("coded.{extension}")));
    let mut bytes = Vec::new();
    for frame in 0..audio.frames() {
        for channel in 0..2 {
            bytes.extend(((audio.channel(channel)[frame] * 32_768.0).round() as i16).to_le_bytes());
        }
    }
    std::fs::write(&raw, bytes).unwrap();
    let pcm = ["-f", "s16le", "-ar", "44100", "-ac", "2"];
    run(ffmpeg().args(pcm).arg("-i").arg(&raw).args(["-c:a", encoder]).args(rate_arguments(encoder, kbps)).arg(&coded));
    decode(&coded, folder)
}

/// Any file as stereo, 16 bits, at its own rate.
pub fn decode(path: &Path, folder: &Path) -> PlanarBuffer {
    let back = folder.join("out.raw");
    run(ffmpeg().arg("-i").arg(path).args(["-f", "s16le", "-ac", "2"]).arg(&back));
    let samples: Vec<f64> = std::fs::read(&back)
        .unwrap()
        .chunks_exact(2)
        .map(|b| f64::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0)
        .collect();
    let channel = |c: usize| samples.iter().skip(c).step_by(2).copied().collect::<Vec<_>>();
    PlanarBuffer::from_channels(&[channel(0), channel(1)])
}

//! Test files, written and read by an independent implementation.

use std::path::Path;
use std::process::Command;

use balanced_dsp::PlanarBuffer;
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

/// Writes `audio` as an integer WAV with dither, like a careful export.
pub fn write_wav(path: &Path, audio: &PlanarBuffer, sample_rate_hz: u32, bits: u16) {
    let mut audio = audio.clone();
    balanced_testkit::music::quantise(&mut audio, u32::from(bits), 1);
    write_plain_wav(path, &audio, sample_rate_hz, bits);
}

/// Writes `audio` as an integer WAV without dither, so that silence stays silent.
pub fn write_plain_wav(path: &Path, audio: &PlanarBuffer, sample_rate_hz: u32, bits: u16) {
    let channels = audio.channels() as u16;
    let spec =
        WavSpec { channels, sample_rate: sample_rate_hz, bits_per_sample: bits, sample_format: SampleFormat::Int };
    let mut writer = WavWriter::create(path, spec).unwrap();
    let steps = f64::from(1u32 << (bits - 1));
    for frame in 0..audio.frames() {
        for channel in 0..audio.channels() {
            writer.write_sample((audio.channel(channel)[frame] * steps) as i32).unwrap();
        }
    }
    writer.finalize().unwrap();
}

/// Reads an integer WAV into one vector per channel.
pub fn read_wav(path: &Path) -> (Vec<Vec<f64>>, WavSpec) {
    let mut reader = WavReader::open(path).unwrap();
    let spec = reader.spec();
    let steps = f64::from(1u32 << (spec.bits_per_sample - 1));
    let mut channels = vec![Vec::new(); usize::from(spec.channels)];
    for (index, sample) in reader.samples::<i32>().enumerate() {
        channels[index % usize::from(spec.channels)].push(f64::from(sample.unwrap()) / steps);
    }
    (channels, spec)
}

/// Converts `from` to `to` with ffmpeg.
pub fn ffmpeg(from: &Path, options: &[&str], to: &Path) {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y", "-i"]).arg(from).args(options).arg(to);
    let output = command.output().expect("ffmpeg is needed by this test; `cargo xtask test` installs it");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

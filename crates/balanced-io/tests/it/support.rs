//! Test support: known samples, files built byte by byte, and external programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use balanced_dsp::PlanarBuffer;
use balanced_io::{AudioInfo, Decoder};
use tempfile::TempDir;

/// Samples, one vector per channel.
pub type Channels = Vec<Vec<f64>>;

/// The decoded contents of a file.
pub struct Decoded {
    pub info: AudioInfo,
    pub channels: Channels,
}

impl Decoded {
    pub fn frames(&self) -> usize {
        self.channels[0].len()
    }

    pub fn noted(&self, words: &str) -> bool {
        self.info.notes.iter().any(|note| note.contains(words))
    }
}

/// Decodes to the end in blocks of `block` frames.
pub fn drain(mut decoder: Decoder, block: usize) -> Decoded {
    let mut buffer = PlanarBuffer::new(decoder.format().channels(), block);
    let mut channels = vec![Vec::new(); decoder.format().channels()];
    loop {
        let frames = decoder.read(&mut buffer).unwrap();
        if frames == 0 {
            break;
        }
        assert_eq!(frames, buffer.frames());
        for (index, channel) in channels.iter_mut().enumerate() {
            channel.extend_from_slice(buffer.channel(index));
        }
    }
    assert_eq!(decoder.read(&mut buffer).unwrap(), 0, "the end stays the end");
    Decoded { info: decoder.info().clone(), channels }
}

pub fn decode(path: &Path) -> Decoded {
    drain(Decoder::open(path).unwrap_or_else(|error| panic!("{error}")), 4096)
}

pub fn decode_bytes(bytes: &[u8]) -> Decoded {
    drain(Decoder::from_bytes(bytes.to_vec()).unwrap_or_else(|error| panic!("{error}")), 1000)
}

/// Returns the error of opening these bytes.
pub fn refusal(bytes: &[u8]) -> String {
    match Decoder::from_bytes(bytes.to_vec()) {
        Ok(decoder) => panic!("opened as {:?}", decoder.info()),
        Err(error) => error.to_string(),
    }
}

pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs an external program to its end.
pub fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| {
        panic!("{program} is needed by this test but does not start ({error}); `apt-get install {program}` brings it")
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?} failed: {errors}");
    output.stdout
}

/// Decodes a file to `f64` with ffmpeg.
pub fn ffmpeg_decode(path: &Path, channels: usize) -> Channels {
    let raw = run("ffmpeg", &["-v", "error", "-i", text(path), "-f", "f64le", "-c:a", "pcm_f64le", "-"]);
    let samples: Vec<f64> = raw.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

/// Converts `input` to a file called `name` with ffmpeg.
pub fn ffmpeg_encode(folder: &TempDir, input: &Path, name: &str, options: &[&str]) -> PathBuf {
    let path = folder.path().join(name);
    let mut arguments = vec!["-v", "error", "-y", "-i", text(input)];
    arguments.extend_from_slice(options);
    arguments.push(text(&path));
    run("ffmpeg", &arguments);
    path
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Music-like samples in ±0.9: three tones, a slow envelope and a little noise, different in each channel.
pub fn programme(channels: usize, frames: usize) -> Channels {
    let mut seed = 1u32;
    let mut noise = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1 << 23) - 1.0
    };
    (0..channels)
        .map(|channel| {
            let pitch = 0.01 * (1.0 + channel as f64 * 0.37);
            (0..frames)
                .map(|i| {
                    let t = i as f64;
                    let tones = (t * pitch).sin() * 0.4 + (t * pitch * 3.1).sin() * 0.2 + (t * pitch * 7.3).sin() * 0.1;
                    tones * (0.7 + 0.3 * (t * 0.0007).cos()) + 0.05 * noise()
                })
                .collect()
        })
        .collect()
}

/// Interleaves the channels, encoding each sample with `code`.
pub fn interleave<const W: usize>(channels: &Channels, code: impl Fn(f64) -> [u8; W]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for frame in 0..channels[0].len() {
        for channel in channels {
            bytes.extend_from_slice(&code(channel[frame]));
        }
    }
    bytes
}

/// Rounds to the grid of `bits` bits.
pub fn on_grid(channels: &Channels, bits: i32) -> Channels {
    let scale = 2f64.powi(bits - 1);
    let round = |x: &f64| (x * scale).round().clamp(-scale, scale - 1.0) / scale;
    channels.iter().map(|channel| channel.iter().map(round).collect()).collect()
}

pub fn i16_le(x: f64) -> [u8; 2] {
    ((x * 32768.0) as i16).to_le_bytes()
}

pub fn i16_be(x: f64) -> [u8; 2] {
    ((x * 32768.0) as i16).to_be_bytes()
}

pub fn i24_le(x: f64) -> [u8; 3] {
    let [a, b, c, _] = ((x * 8_388_608.0) as i32).to_le_bytes();
    [a, b, c]
}

pub fn i24_be(x: f64) -> [u8; 3] {
    let [_, a, b, c] = ((x * 8_388_608.0) as i32).to_be_bytes();
    [a, b, c]
}

pub fn i32_le(x: f64) -> [u8; 4] {
    ((x * 2_147_483_648.0) as i32).to_le_bytes()
}

pub fn i32_be(x: f64) -> [u8; 4] {
    ((x * 2_147_483_648.0) as i32).to_be_bytes()
}

/// Builds a RIFF chunk with its pad byte.
pub fn chunk(tag: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut bytes = tag.to_vec();
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// Builds a `fmt ` chunk of 16 bytes.
pub fn fmt(tag: u16, channels: u16, rate_hz: u32, bytes: u16, bits: u16) -> Vec<u8> {
    let mut payload = Vec::new();
    payload.extend_from_slice(&tag.to_le_bytes());
    payload.extend_from_slice(&channels.to_le_bytes());
    payload.extend_from_slice(&rate_hz.to_le_bytes());
    payload.extend_from_slice(&(rate_hz.wrapping_mul(u32::from(channels) * u32::from(bytes))).to_le_bytes());
    payload.extend_from_slice(&channels.wrapping_mul(bytes).to_le_bytes());
    payload.extend_from_slice(&bits.to_le_bytes());
    chunk(b"fmt ", &payload)
}

/// Builds an extensible `fmt ` chunk with `bits` valid bits in a container of `8 * bytes`.
pub fn fmt_extensible(tag: u16, channels: u16, bytes: u16, bits: u16, mask: u32) -> Vec<u8> {
    let mut payload = fmt(0xfffe, channels, 48_000, bytes, 8 * bytes)[8..].to_vec();
    payload.extend_from_slice(&22u16.to_le_bytes());
    payload.extend_from_slice(&bits.to_le_bytes());
    payload.extend_from_slice(&mask.to_le_bytes());
    payload.extend_from_slice(&tag.to_le_bytes());
    payload.extend_from_slice(b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71");
    chunk(b"fmt ", &payload)
}

/// Builds a RIFF file of these chunks.
pub fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend_from_slice(&(body.len() as u32 + 4).to_le_bytes());
    bytes.extend_from_slice(b"WAVE");
    bytes.extend_from_slice(&body);
    bytes
}

/// Builds a 16-bit stereo WAV at 48 kHz; returns it with its samples.
pub fn plain_wav(frames: usize) -> (Vec<u8>, Channels) {
    let samples = on_grid(&programme(2, frames), 16);
    (riff(&[fmt(1, 2, 48_000, 2, 16), chunk(b"data", &interleave(&samples, i16_le))]), samples)
}

/// Returns the largest difference between two decodings of equal length.
pub fn difference(a: &Channels, b: &Channels) -> f64 {
    assert_eq!(a.len(), b.len(), "channels");
    let mut worst = 0f64;
    for (a, b) in a.iter().zip(b) {
        assert_eq!(a.len(), b.len(), "frames");
        worst = a.iter().zip(b).fold(worst, |worst, (a, b)| worst.max((a - b).abs()));
    }
    worst
}

//! Tests of Opus: lengths to the frame, and samples against opusdec, which decodes with libopus.

use std::path::{Path, PathBuf};

use balanced_dsp::ChannelLayout;
use tempfile::TempDir;

use crate::support::*;

const FRAMES: usize = 30_011;
/// Largest difference from libopus: its vector code adds in another order.
const TOLERANCE: f64 = 2e-6;

fn source(folder: &TempDir, channels: usize, frames: usize, gain: f64) -> PathBuf {
    let mut samples = programme(channels, frames);
    samples.iter_mut().flatten().for_each(|sample| *sample *= gain);
    let masks = [0x4, 0x3, 0x7, 0x33, 0x37, 0x3f, 0x70f, 0x63f];
    let format = fmt_extensible(3, channels as u16, 4, 32, masks[channels - 1]);
    let path = folder.path().join("source.wav");
    let data = interleave(&samples, |sample| (sample as f32).to_le_bytes());
    std::fs::write(&path, riff(&[format, chunk(b"data", &data)])).unwrap();
    path
}

fn encode(folder: &TempDir, input: &Path, options: &[&str]) -> PathBuf {
    let path = folder.path().join("x.opus");
    run("opusenc", &[&["--quiet"], options, &[text(input), text(&path)]].concat());
    path
}

/// Decodes with libopus; the channels come in the order of WAV.
fn opusdec(folder: &TempDir, file: &Path) -> Channels {
    let path = folder.path().join("decoded.wav");
    run("opusdec", &["--quiet", "--float", "--rate", "48000", text(file), text(&path)]);
    decode(&path).channels
}

fn assert_as_libopus(folder: &TempDir, file: &Path) -> Decoded {
    let ours = decode(file);
    let theirs = opusdec(folder, file);
    assert_eq!((ours.channels.len(), ours.frames()), (theirs.len(), theirs[0].len()));
    let worst = difference(&ours.channels, &theirs);
    assert!(worst < TOLERANCE, "differs by {worst}");
    ours
}

#[test]
fn every_mode_and_length_decodes_as_by_libopus() {
    let folder = folder();
    for (channels, frames, options) in [
        (2, FRAMES, &["--bitrate", "160"][..]),
        (1, FRAMES, &["--bitrate", "12", "--speech"]), // SILK
        (1, FRAMES, &["--bitrate", "28", "--speech"]), // SILK and CELT
        (2, FRAMES, &["--bitrate", "32", "--framesize", "60"]),
        (2, 1000, &["--framesize", "2.5"]),
        (2, 1, &[]),
    ] {
        let file = encode(&folder, &source(&folder, channels, frames, 1.0), options);
        let ours = assert_as_libopus(&folder, &file);
        assert_eq!(ours.frames(), frames, "{options:?}");
        let info = &ours.info;
        assert_eq!((info.container.as_str(), info.codec.as_str()), ("ogg", "opus"));
        assert_eq!((info.sample_rate_hz, info.bit_depth, info.lossless), (48_000.0, None, false));
        assert_eq!(info.frames, Some(frames as u64), "{options:?}");
        assert!(info.notes.is_empty(), "{:?}", info.notes);
    }
}

#[test]
fn surround_is_put_in_the_order_of_wav() {
    let folder = folder();
    for (channels, layout) in [(3, "3.0"), (4, "quad"), (5, "5.0(back)"), (6, "5.1(back)"), (7, "6.1"), (8, "7.1")] {
        let file = encode(&folder, &source(&folder, channels, FRAMES, 1.0), &["--bitrate", "400"]);
        let ours = assert_as_libopus(&folder, &file);
        assert_eq!(ours.frames(), FRAMES);
        if let Some(layout) = ChannelLayout::from_name(layout) {
            assert_eq!(ours.info.layout, layout, "{channels} channels");
        }
        assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
    }
}

#[test]
fn peaks_above_full_scale_stay() {
    let folder = folder();
    let file = encode(&folder, &source(&folder, 2, FRAMES, 2.5), &["--bitrate", "256"]);
    let ours = assert_as_libopus(&folder, &file);
    let peak = ours.channels.iter().flatten().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
    assert!(peak > 1.5, "the peak is {peak}");
}

/// Sets the gain in the identification header, in 256ths of a dB, and the checksum of its page.
fn set_gain(bytes: &mut [u8], gain: i16) {
    let head = bytes.windows(8).position(|window| window == b"OpusHead").unwrap();
    bytes[head + 16..head + 18].copy_from_slice(&gain.to_le_bytes());
    let end = head + 19;
    set_checksum(&mut bytes[..end]);
}

/// Sets the checksum of a page.
fn set_checksum(page: &mut [u8]) {
    page[22..26].fill(0);
    let sum = page.iter().fold(0u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn the_gain_of_the_header_is_applied() {
    let folder = folder();
    let file = encode(&folder, &source(&folder, 2, FRAMES, 1.0), &[]);
    let plain = decode(&file);
    let mut bytes = std::fs::read(&file).unwrap();
    set_gain(&mut bytes, -6 * 256);
    std::fs::write(&file, &bytes).unwrap();
    let quiet = assert_as_libopus(&folder, &file);
    let gain = 10f64.powf(-6.0 / 20.0);
    let scaled: Channels = plain.channels.iter().map(|channel| channel.iter().map(|x| x * gain).collect()).collect();
    assert!(difference(&quiet.channels, &scaled) < 1e-6);
}

#[test]
fn every_link_of_a_chain_is_trimmed() {
    let folder = folder();
    let first = std::fs::read(encode(&folder, &source(&folder, 2, FRAMES, 1.0), &["--serial", "1"])).unwrap();
    let second = std::fs::read(encode(&folder, &source(&folder, 2, 20_000, 0.5), &["--serial", "2"])).unwrap();
    let chain = decode_bytes(&[first.clone(), second.clone()].concat());
    assert_eq!(chain.frames(), FRAMES + 20_000);
    let (first, second) = (decode_bytes(&first), decode_bytes(&second));
    for channel in 0..2 {
        let parts = [&first.channels[channel][..], &second.channels[channel]].concat();
        assert_eq!(chain.channels[channel], parts);
    }
    assert!(chain.noted("chain of 2 streams"), "{:?}", chain.info.notes);
}

#[test]
fn a_link_whose_comments_cannot_be_read_is_missed() {
    let folder = folder();
    let first = std::fs::read(encode(&folder, &source(&folder, 2, FRAMES, 1.0), &["--serial", "1"])).unwrap();
    let mut second = std::fs::read(encode(&folder, &source(&folder, 2, 20_000, 0.5), &["--serial", "2"])).unwrap();
    let at = second.windows(8).position(|window| window == b"OpusTags").unwrap();
    second[at] = b'X';
    let page = second[..at].windows(4).rposition(|window| window == b"OggS").unwrap();
    let end = at + second[at..].windows(4).position(|window| window == b"OggS").unwrap();
    set_checksum(&mut second[page..end]);
    let chain = decode_bytes(&[first, second].concat());
    assert_eq!(chain.frames(), FRAMES);
    assert!(chain.noted("has bytes for"), "{:?}", chain.info.notes);
}

#[test]
fn opus_in_mp4_is_trimmed_by_its_edit_list() {
    let folder = folder();
    let input = source(&folder, 2, FRAMES, 1.0);
    let file = ffmpeg_encode(&folder, &input, "x.mp4", &["-c:a", "libopus", "-b:a", "160k"]);
    let ours = decode(&file);
    assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("mp4", "opus"));
    assert_eq!(ours.frames(), FRAMES);
    let raw = run("ffmpeg", &["-v", "error", "-c:a", "libopus", "-i", text(&file), "-f", "f64le", "-"]);
    let theirs: Vec<f64> = raw.chunks_exact(16).map(|b| f64::from_le_bytes(b[..8].try_into().unwrap())).collect();
    let worst = ours.channels[0].iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1.0 / 32768.0, "differs by {worst}");
}

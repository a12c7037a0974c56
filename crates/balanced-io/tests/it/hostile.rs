//! Tests of damaged files: never a panic, never more audio than the bytes can hold, always audio or a one-line error.

use std::sync::OnceLock;

use balanced_dsp::PlanarBuffer;
use balanced_io::{Decoder, IoErrorKind};
use proptest::prelude::*;

use crate::support::*;

/// Valid files for every reader, created once.
fn seeds() -> &'static [(String, Vec<u8>)] {
    static SEEDS: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let folder = folder();
        let (wav, samples) = plain_wav(3000);
        let input = folder.path().join("source.wav");
        std::fs::write(&input, &wav).unwrap();
        let listed = riff(&[
            fmt_extensible(1, 2, 2, 16, 3),
            chunk(b"LIST", b"INFOx"),
            chunk(b"data", &interleave(&samples, i16_le)),
        ]);
        let mut seeds = vec![("wav".to_owned(), wav), ("wav with list".to_owned(), listed)];
        for (name, options) in [
            ("x.w64", &["-c:a", "pcm_s16le"][..]),
            ("rf64.wav", &["-rf64", "always"]),
            ("x.aiff", &[]),
            ("f.aiff", &["-c:a", "pcm_f32be"]),
            ("adpcm.wav", &["-c:a", "adpcm_ms"]),
            ("ima.wav", &["-c:a", "adpcm_ima_wav"]),
            ("mp3.wav", &["-c:a", "libmp3lame"]),
            ("x.flac", &[]),
            ("x.mp3", &["-b:a", "96k"]),
            ("x.m4a", &["-c:a", "aac"]),
            ("alac.m4a", &["-c:a", "alac"]),
            ("x.aac", &["-c:a", "aac"]),
            ("x.ogg", &["-c:a", "libvorbis"]),
            ("surround.ogg", &["-c:a", "libvorbis", "-ac", "6"]),
            ("x.opus", &["-c:a", "libopus"]),
            ("surround.opus", &["-c:a", "libopus", "-ac", "6", "-mapping_family", "1"]),
            ("speech.opus", &["-c:a", "libopus", "-application", "voip", "-b:a", "20k"]),
            ("x.webm", &["-c:a", "libopus"]),
            ("vorbis.webm", &["-c:a", "libvorbis"]),
            ("flac.mkv", &["-c:a", "flac"]),
            ("aac.mkv", &["-c:a", "aac"]),
            ("x.mkv", &["-c:a", "pcm_s16le"]),
            ("x.au", &[]),
            ("x.caf", &["-c:a", "pcm_s16be"]),
            ("alac.caf", &["-c:a", "alac"]),
        ] {
            let file = ffmpeg_encode(&folder, &input, name, options);
            seeds.push((name.to_owned(), std::fs::read(file).unwrap()));
        }
        seeds
    })
}

/// A mutation of a file.
#[derive(Clone, Debug)]
enum Damage {
    Set { place: f64, value: u8 },
    Word { place: f64, value: u32 },
    Cut { place: f64 },
    Remove { place: f64, bytes: usize },
    Double { place: f64, bytes: usize },
}

/// Positions, denser towards the header, where the structure is.
fn place() -> impl Strategy<Value = f64> {
    prop_oneof![(0.0..1.0f64).prop_map(|x| x * x * x * x), 0.0..1.0f64]
}

fn damage() -> impl Strategy<Value = Damage> {
    let word = prop_oneof![Just(0), Just(1), Just(u32::MAX), Just(i32::MAX as u32), any::<u32>()];
    prop_oneof![
        4 => (place(), any::<u8>()).prop_map(|(place, value)| Damage::Set { place, value }),
        4 => (place(), word).prop_map(|(place, value)| Damage::Word { place, value }),
        1 => (0.0..1.0f64).prop_map(|place| Damage::Cut { place }),
        1 => (place(), 1..40usize).prop_map(|(place, bytes)| Damage::Remove { place, bytes }),
        1 => (place(), 1..40usize).prop_map(|(place, bytes)| Damage::Double { place, bytes }),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let at = |place: f64| ((place * bytes.len() as f64) as usize).min(bytes.len().saturating_sub(1));
    match *damage {
        _ if bytes.is_empty() => {}
        Damage::Set { place, value } => {
            let at = at(place);
            bytes[at] = value;
        }
        Damage::Word { place, value } => {
            let at = at(place);
            let count = 4.min(bytes.len() - at);
            bytes[at..at + count].copy_from_slice(&value.to_be_bytes()[..count]);
        }
        Damage::Cut { place } => bytes.truncate(at(place)),
        Damage::Remove { place, bytes: count } => {
            let at = at(place);
            bytes.drain(at..(at + count).min(bytes.len()));
        }
        Damage::Double { place, bytes: count } => {
            let at = at(place);
            let copy = bytes[at..(at + count).min(bytes.len())].to_vec();
            bytes.splice(at..at, copy);
        }
    }
}

/// Upper bound of frames per byte for all codecs here: a FLAC frame of constant subframes holds 65 535 frames in about
/// twelve bytes, everything else is far below.
const FRAMES_PER_BYTE: u64 = 6000;

fn read_all(name: &str, bytes: &[u8]) {
    let decoder = Decoder::from_bytes(bytes.to_vec());
    let mut decoder = match decoder {
        Ok(decoder) => decoder,
        Err(error) => {
            let line = error.to_string();
            assert!(line.starts_with("audio in memory: ") && !line.contains('\n'), "{name}: {line}");
            return;
        }
    };
    let channels = decoder.format().channels();
    assert!((1..=64).contains(&channels), "{name}");
    assert!((1e3..=768e3).contains(&decoder.format().sample_rate_hz), "{name}");
    let mut buffer = PlanarBuffer::new(channels, 8192);
    let mut frames = 0u64;
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => frames += read as u64,
            Err(error) => {
                assert!(!error.to_string().contains('\n'), "{name}");
                break;
            }
        }
        assert!(frames <= bytes.len() as u64 * FRAMES_PER_BYTE, "{name}: {frames} frames of {} bytes", bytes.len());
    }
    let lossless_pcm = decoder.info().codec.starts_with("pcm_") && decoder.info().container != "caf";
    assert!(!lossless_pcm || frames * channels as u64 <= bytes.len() as u64, "{name}: more samples than bytes");
}

proptest! {
    // PROPTEST_CASES in the environment sets another number.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(1000),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_files_never_panic(seed in any::<prop::sample::Index>(), damages in prop::collection::vec(damage(), 1..6)) {
        let (name, bytes) = seed.get(seeds());
        let mut bytes = bytes.clone();
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        read_all(name, &bytes);
    }
}

#[test]
fn every_seed_is_read_whole() {
    for (name, bytes) in seeds() {
        let ours = decode_bytes(bytes);
        assert!(ours.frames() >= 3000, "{name}: {} frames", ours.frames());
    }
}

#[test]
fn every_head_of_a_file_is_handled() {
    for (name, bytes) in seeds() {
        let head = bytes.len().min(600);
        for length in (0..head).chain((head..bytes.len()).step_by(997)) {
            read_all(name, &bytes[..length]);
        }
    }
}

/// A reader that fails in the middle of a file.
struct Failing(std::io::Cursor<Vec<u8>>, u64);

impl std::io::Read for Failing {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        if self.0.position() >= self.1 {
            return Err(std::io::Error::from(std::io::ErrorKind::TimedOut));
        }
        let wanted = bytes.len().min((self.1 - self.0.position()) as usize);
        self.0.read(&mut bytes[..wanted])
    }
}

impl std::io::Seek for Failing {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_failing_device_is_an_error_and_no_early_end() {
    let folder = folder();
    let samples = on_grid(&programme(2, 200_000), 16);
    let wav = riff(&[fmt(1, 2, 48_000, 2, 16), chunk(b"data", &interleave(&samples, i16_le))]);
    let input = folder.path().join("source.wav");
    std::fs::write(&input, &wav).unwrap();
    let flac = std::fs::read(ffmpeg_encode(&folder, &input, "x.flac", &[])).unwrap();
    for bytes in [wav, flac] {
        let good = bytes.len() as u64 * 3 / 4;
        let mut decoder = Decoder::from_reader(Failing(std::io::Cursor::new(bytes), good)).unwrap();
        let mut buffer = PlanarBuffer::new(2, 4096);
        let error = loop {
            match decoder.read(&mut buffer) {
                Ok(frames) => assert!(frames > 0, "the failure passed for the end"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), IoErrorKind::Read);
    }
}

#[test]
fn headers_that_promise_gigabytes_allocate_nothing() {
    let (wav, samples) = plain_wav(10);
    let mut big = wav.clone();
    let at = big.windows(4).position(|w| w == b"data").unwrap() + 4;
    big[at..at + 4].copy_from_slice(&0xffff_fff0u32.to_le_bytes());
    assert_eq!(decode_bytes(&big).channels, samples);
    let list = [&b"LIST"[..], &0xffff_ff00u32.to_le_bytes(), b"INFO"].concat();
    assert!(refusal(&riff(&[fmt(1, 2, 48_000, 2, 16), list])).contains("no data chunk"));
}

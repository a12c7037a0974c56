//! Tests that damage is told: whatever loses audio leaves a note, and what lies between the frames is not heard.

use std::path::PathBuf;
use std::sync::OnceLock;

use balanced_io::{Decoder, IoErrorKind};

use crate::support::*;

const RATE: u32 = 44_100;
const SECONDS: usize = 6;

/// A small generator of numbers (an LCG of Knuth's), so that every run tries the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.below(256) as u8).collect()
    }
}

/// A file of every container and codec that is decoded from packets, and those of the uncompressed ones.
fn seeds() -> &'static [(&'static str, Vec<u8>)] {
    static SEEDS: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let folder = folder();
        let input = source(&folder);
        let files: [(&'static str, &[&str]); 11] = [
            ("x.mp3", &["-b:a", "128k"]),
            ("x.mp2", &["-c:a", "mp2", "-b:a", "192k"]),
            ("x.aac", &["-c:a", "aac"]),
            ("x.ogg", &["-c:a", "libvorbis"]),
            ("x.oga", &["-c:a", "flac"]),
            ("x.flac", &[]),
            ("x.m4a", &["-c:a", "aac", "-movflags", "+faststart"]),
            ("alac.m4a", &["-c:a", "alac", "-movflags", "+faststart"]),
            ("x.aiff", &[]),
            ("x.w64", &["-c:a", "pcm_s16le"]),
            ("x.caf", &["-c:a", "pcm_s16be"]),
        ];
        files
            .map(|(name, options)| (name, std::fs::read(ffmpeg_encode(&folder, &input, name, options)).unwrap()))
            .into()
    })
}

fn source(folder: &tempfile::TempDir) -> PathBuf {
    let samples = on_grid(&programme(2, SECONDS * RATE as usize), 16);
    let path = folder.path().join("source.wav");
    let data = chunk(b"data", &interleave(&samples, i16_le));
    std::fs::write(&path, riff(&[fmt(1, 2, RATE, 2, 16), data])).unwrap();
    path
}

fn seed(name: &str) -> &'static [u8] {
    &seeds().iter().find(|(seed, _)| *seed == name).unwrap().1
}

/// Decodes what can be opened.
fn try_decode(bytes: &[u8]) -> Option<Decoded> {
    Decoder::from_bytes(bytes.to_vec()).ok().map(|decoder| drain(decoder, 4096))
}

/// Asserts that a damaged file gives all frames of the intact one, or says that it does not.
#[track_caller]
fn assert_told(name: &str, what: &str, whole: usize, bytes: &[u8]) {
    let Some(found) = try_decode(bytes) else { return };
    assert!(found.frames() >= whole || !found.info.notes.is_empty(), "{name}, {what}: {} of {whole}", found.frames());
}

/// Returns a number of bytes that is not one of whole frames of MP2, whose loss nothing in such a file tells.
fn within_a_frame(name: &str, bytes: usize) -> usize {
    let past = (bytes as f64 / (144.0 * 192_000.0 / 44_100.0)).fract();
    if name == "x.mp2" && !(0.02..0.98).contains(&past) { bytes + 300 } else { bytes }
}

#[test]
fn intact_files_have_no_notes() {
    for (name, bytes) in seeds() {
        let found = decode_bytes(bytes);
        assert!(found.info.notes.is_empty(), "{name}: {:?}", found.info.notes);
        assert!(found.frames() >= SECONDS * RATE as usize, "{name}: {}", found.frames());
    }
}

#[test]
fn lost_audio_is_told_in_every_container() {
    for (name, bytes) in seeds() {
        let whole = decode_bytes(bytes).frames();
        let mut random = Random(name.len() as u64 + 1);
        for round in 0..8 {
            // Behind the headers, whose damage is refused or changes the format.
            let at = within_a_frame(name, bytes.len() / 4 + random.below(bytes.len() / 2));
            let count = within_a_frame(name, 1 + random.below(6000));
            let cut = &bytes[..at];
            let removed = [&bytes[..at], &bytes[(at + count).min(bytes.len())..]].concat();
            let mut overwritten = bytes.clone();
            let end = (at + count).min(bytes.len());
            overwritten[at..end].copy_from_slice(&random.bytes(end - at));
            assert_told(name, &format!("cut at {at}"), whole, cut);
            assert_told(name, &format!("{count} bytes removed at {at}"), whole, &removed);
            assert_told(name, &format!("{count} bytes overwritten at {at}"), whole, &overwritten);
            if round < 4 {
                let mut zeroed = bytes.clone();
                zeroed[at..end].fill(0);
                assert_told(name, &format!("{count} bytes zeroed at {at}"), whole, &zeroed);
            }
        }
    }
}

#[test]
fn a_flipped_bit_in_ogg_is_told_with_its_place() {
    for name in ["x.ogg", "x.oga"] {
        let whole = decode_bytes(seed(name)).frames();
        let mut bytes = seed(name).to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        let found = decode_bytes(&bytes);
        assert!(found.frames() < whole);
        assert!(found.noted("damaged or missing") && found.noted("frames ("), "{name}: {:?}", found.info.notes);
        assert!(found.noted("the first damage is at"), "{name}: {:?}", found.info.notes);
    }
}

#[test]
fn a_lost_page_of_ogg_is_told() {
    let bytes = seed("x.ogg");
    let pages: Vec<usize> = (0..bytes.len() - 4).filter(|&at| bytes[at..].starts_with(b"OggS\0")).collect();
    let (from, to) = (pages[pages.len() / 2], pages[pages.len() / 2 + 1]);
    let found = decode_bytes(&[&bytes[..from], &bytes[to..]].concat());
    assert!(found.noted("1 pages are damaged or missing"), "{:?}", found.info.notes);
}

/// Random bytes between MPEG frames hold headers by chance, which must not be decoded.
#[test]
fn random_bytes_between_frames_are_not_heard() {
    for (name, frame) in [("x.mp3", 1152), ("x.mp2", 1152), ("x.aac", 1024)] {
        let bytes = seed(name);
        let whole = decode_bytes(bytes);
        let loudest = whole.channels.iter().flatten().fold(0f64, |peak, x| peak.max(x.abs()));
        let starts: Vec<usize> = frame_starts(name, bytes);
        let mut random = Random(11);
        for size in [300, 20_000, 200_000] {
            let at = starts[starts.len() / 3 + random.below(starts.len() / 3)];
            let found = decode_bytes(&[&bytes[..at], &random.bytes(size), &bytes[at..]].concat());
            let more = found.frames() as i64 - whole.frames() as i64;
            assert!((-2 * frame..=0).contains(&more), "{name}, {size} bytes at {at}: {more} frames more");
            let peak = found.channels.iter().flatten().fold(0f64, |peak, x| peak.max(x.abs()));
            assert!(peak < 1.3 * loudest, "{name}, {size} bytes: a peak of {peak}");
            assert!(found.noted("not audio and were skipped"), "{name}: {:?}", found.info.notes);
        }
    }
}

/// Returns where the frames of a stream of a constant form start: each header begins as the first one behind the tags.
fn frame_starts(name: &str, bytes: &[u8]) -> Vec<usize> {
    let first = bytes.windows(2).position(|head| head[0] == 0xff && head[1] & 0xf0 == 0xf0).unwrap();
    let mut starts = Vec::new();
    let mut at = first;
    while at + 7 <= bytes.len() && bytes[at] == 0xff {
        starts.push(at);
        let (third, padding) = (bytes[at + 2], usize::from((bytes[at + 2] >> 1) & 1));
        at += match name {
            "x.aac" => {
                usize::from(bytes[at + 3] & 3) << 11 | usize::from(bytes[at + 4]) << 3 | usize::from(bytes[at + 5] >> 5)
            }
            "x.mp3" if third >> 4 == 9 => 144 * 128_000 / 44_100 + padding,
            "x.mp3" => 144 * 64_000 / 44_100 + padding, // the frame of the Info tag
            _ => 144 * 192_000 / 44_100 + padding,
        };
    }
    assert!(starts.len() > 100, "{name}: {} frames", starts.len());
    starts
}

#[test]
fn a_table_of_positions_that_points_behind_the_data_is_told() {
    for name in ["x.m4a", "alac.m4a"] {
        let mut bytes = seed(name).to_vec();
        let table = bytes.windows(4).position(|tag| tag == b"stco").unwrap() + 8;
        let count = u32::from_be_bytes(bytes[table..table + 4].try_into().unwrap()) as usize;
        let entry = table + 4 + 4 * (count * 3 / 4);
        bytes[entry..entry + 4].copy_from_slice(&0x7fff_0000u32.to_be_bytes());
        let (found, whole) = (decode_bytes(&bytes), decode_bytes(seed(name)));
        assert!(found.frames() < whole.frames());
        assert!(found.noted("cut off"), "{name}: {:?}", found.info.notes);
        assert_eq!(found.channels[0], whole.channels[0][..found.frames()], "{name}");
    }
}

#[test]
fn nothing_and_less_than_half_is_an_error_and_more_is_a_note() {
    for (name, bytes) in seeds() {
        let check = |part: &[u8]| {
            let mut decoder = Decoder::from_bytes(part.to_vec()).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut buffer = balanced_dsp::PlanarBuffer::new(2, 4096);
            while decoder.read(&mut buffer).unwrap() > 0 {}
            (decoder.check_complete(), decoder.notes().to_vec())
        };
        assert!(check(bytes).0.is_ok(), "{name}");
        let (most, notes) = check(&bytes[..within_a_frame(name, bytes.len() * 8 / 10)]);
        assert!(most.is_ok() && !notes.is_empty(), "{name}: {most:?} {notes:?}");
        // Streams without headers do not tell what is missing behind their end.
        let is_told = !matches!(*name, "x.mp2" | "x.aac" | "x.ogg" | "x.oga");
        if is_told {
            let error = check(&bytes[..bytes.len() * 3 / 10]).0.expect_err(name);
            assert_eq!(error.kind(), IoErrorKind::Damaged, "{name}: {error}");
        }
        // Bytes promise too: a download that was laid out before it came.
        if !matches!(*name, "x.aiff" | "x.w64" | "x.caf") {
            let mut preallocated = bytes.clone();
            preallocated[bytes.len() * 3 / 10..].fill(0);
            let error = check(&preallocated).0.expect_err(name);
            assert!(error.problem().contains("could be read"), "{name}: {error}");
        }
    }
}

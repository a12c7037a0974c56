//! Tests that what a container says of its length never hides audio that is there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::*;

const RATE: usize = 44_100;
/// Frames that an MP3 encoder adds to a programme: its delay, and padding to whole frames.
const CODER_FRAMES: usize = 3 * 1152;

/// Writes `seconds` of a 16-bit WAV: noise first, then a tone, which a variable bit rate codes in far fewer bytes.
fn wav(folder: &TempDir, name: &str, channels: u16, seconds: f64) -> PathBuf {
    let frames = (seconds * RATE as f64) as usize;
    let loud = programme(usize::from(channels), frames);
    let quiet = loud.iter().map(|channel| {
        let tone = |i: usize| 0.3 * (i as f64 * 0.0627).sin();
        (0..channel.len()).map(|i| if i < frames / 10 { channel[i] } else { tone(i) }).collect()
    });
    let samples = on_grid(&quiet.collect::<Vec<_>>(), 16);
    let path = folder.path().join(name);
    let data = chunk(b"data", &interleave(&samples, i16_le));
    std::fs::write(&path, riff(&[fmt(1, channels, RATE as u32, 2, 16), data])).unwrap();
    path
}

/// Encodes without a header that tells the number of frames: into a pipe, where none can be filled in.
fn lame_into_a_pipe(input: &Path, options: &[&str]) -> Vec<u8> {
    let mut command = Command::new("lame");
    command.args(["--quiet", "-t"]).args(options).args([text(input), "-"]).stdin(Stdio::null());
    let output = command.output().expect("lame is needed by this test; `apt-get install lame` brings it");
    assert!(output.status.success());
    output.stdout
}

#[track_caller]
fn assert_frames(found: &Decoded, expected: usize) {
    let off = found.frames().abs_diff(expected);
    assert!(off <= CODER_FRAMES, "{} frames for {expected}: {:?}", found.frames(), found.info.notes);
    let declared = found.info.frames.expect("the frames are counted") as usize;
    assert_eq!(declared, found.frames(), "{:?}", found.info.notes);
}

#[test]
fn a_variable_bit_rate_without_a_header_is_read_to_its_end() {
    let folder = folder();
    let bytes = lame_into_a_pipe(&wav(&folder, "a.wav", 2, 44.0), &["-V2"]);
    assert_frames(&decode_bytes(&bytes), 44 * RATE);
}

#[test]
fn a_constant_bit_rate_without_a_header_is_read_to_its_end() {
    let folder = folder();
    let bytes = lame_into_a_pipe(&wav(&folder, "a.wav", 2, 5.0), &["-b", "192"]);
    let found = decode_bytes(&bytes);
    assert_frames(&found, 5 * RATE);
    assert!(found.info.notes.is_empty(), "{:?}", found.info.notes);
}

#[test]
fn joined_mp3s_are_read_to_the_end_of_the_last_with_a_note() {
    let folder = folder();
    let input = wav(&folder, "a.wav", 2, 10.0);
    let file = folder.path().join("a.mp3");
    run("lame", &["--quiet", "-b", "192", text(&input), text(&file)]);
    let part = std::fs::read(&file).unwrap();
    let found = decode_bytes(&[&part[..], &part].concat());
    assert_frames(&found, 20 * RATE);
    assert!(found.noted("the header declares"), "{:?}", found.info.notes);
}

#[test]
fn a_jingle_in_another_form_does_not_decide() {
    let folder = folder();
    let jingle = lame_into_a_pipe(&wav(&folder, "m.wav", 1, 0.2), &["-b", "128", "-m", "m"]);
    let programme = lame_into_a_pipe(&wav(&folder, "s.wav", 2, 10.0), &["-b", "128"]);
    for parts in [[&jingle[..], &programme].concat(), [&jingle[..], &programme, &jingle].concat()] {
        let found = decode_bytes(&parts);
        assert_eq!(found.channels.len(), 2);
        assert_frames(&found, 10 * RATE);
        assert!(found.noted("left out"), "{:?}", found.info.notes);
    }
}

#[test]
fn a_chain_of_ogg_streams_is_read_to_its_end() {
    let folder = folder();
    let mut chained = Vec::new();
    let mut alone = 0;
    for (name, seconds) in [("a", 2.0), ("b", 3.0), ("c", 1.0)] {
        let input = wav(&folder, &format!("{name}.wav"), 2, seconds);
        let file = ffmpeg_encode(&folder, &input, &format!("{name}.ogg"), &["-c:a", "libvorbis"]);
        let bytes = std::fs::read(file).unwrap();
        alone += decode_bytes(&bytes).frames();
        chained.extend(bytes);
    }
    let found = decode_bytes(&chained);
    assert_eq!((found.frames(), alone), (6 * RATE, 6 * RATE), "{:?}", found.info.notes);
    assert!(found.noted("a chain of 3 streams"), "{:?}", found.info.notes);
}

#[test]
fn a_chain_in_another_form_ends_with_a_note() {
    let folder = folder();
    let parts = [(1, "a"), (2, "b")].map(|(channels, name)| {
        let input = wav(&folder, &format!("{name}.wav"), channels, 1.0);
        std::fs::read(ffmpeg_encode(&folder, &input, &format!("{name}.ogg"), &["-c:a", "libvorbis"])).unwrap()
    });
    let found = decode_bytes(&parts.concat());
    assert_eq!((found.frames(), found.channels.len()), (RATE, 1));
    assert!(found.noted("change within the file"), "{:?}", found.info.notes);
}

#[test]
fn a_tag_behind_flac_costs_no_block() {
    let folder = folder();
    let input = wav(&folder, "a.wav", 2, 5.0);
    let file = folder.path().join("a.flac");
    run("flac", &["-s", "-f", "-o", text(&file), text(&input)]);
    let plain = std::fs::read(&file).unwrap();
    let found = decode_bytes(&[&plain[..], b"TAG", &[b' '; 125]].concat());
    assert_eq!(found.frames(), 5 * RATE);
    assert!(found.info.notes.is_empty(), "{:?}", found.info.notes);
    assert_eq!(found.channels, decode_bytes(&plain).channels);
}

#[test]
fn a_cut_mp4_is_read_up_to_the_cut() {
    let folder = folder();
    let input = wav(&folder, "a.wav", 2, 10.0);
    for codec in ["aac", "alac"] {
        let file = ffmpeg_encode(&folder, &input, "a.m4a", &["-c:a", codec, "-movflags", "+faststart"]);
        let bytes = std::fs::read(file).unwrap();
        let whole = decode_bytes(&bytes);
        let found = decode_bytes(&bytes[..bytes.len() * 6 / 10]);
        // The noise at the beginning takes more bytes a second than the tone.
        assert!((3 * RATE..7 * RATE).contains(&found.frames()), "{codec}: {} frames", found.frames());
        assert!(found.noted("cut off"), "{codec}: {:?}", found.info.notes);
        assert!(found.channels[0][..] == whole.channels[0][..found.frames()], "{codec}");
    }
}

#[test]
fn a_caf_with_packets_that_no_encoder_makes_is_refused() {
    let folder = folder();
    let input = wav(&folder, "a.wav", 2, 1.0);
    let file = ffmpeg_encode(&folder, &input, "a.caf", &["-c:a", "adpcm_ima_qt"]);
    let good = std::fs::read(file).unwrap();
    assert_frames_of_caf(&good);
    // Bytes and frames of a packet, bits of a sample: fields of the `desc` chunk, which begins at byte 20.
    for (at, value) in [(36, 0x7fff_ffff_u32), (36, 70), (40, 0x1000_0000)] {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
        assert!(refusal(&bytes).contains("declares packets of"), "{at}");
    }
}

fn assert_frames_of_caf(bytes: &[u8]) {
    let found = decode_bytes(bytes);
    assert!(found.frames().abs_diff(RATE) <= 64, "{} frames", found.frames());
}

#[test]
fn a_caf_whose_size_was_never_filled_in_is_read_from_disk_as_from_memory() {
    let folder = folder();
    let input = wav(&folder, "a.wav", 2, 1.0);
    let file = ffmpeg_encode(&folder, &input, "a.caf", &["-c:a", "pcm_s16be"]);
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.windows(4).position(|tag| tag == b"data").unwrap() + 4;
    bytes[at..at + 8].copy_from_slice(&[0xff; 8]);
    std::fs::write(&file, &bytes).unwrap();
    let (disk, memory) = (decode(&file), decode_bytes(&bytes));
    assert_eq!((disk.frames(), memory.frames()), (RATE, RATE));
    assert!(disk.noted("never filled in"), "{:?}", disk.info.notes);
}

#[test]
fn sizes_near_the_largest_number_lead_nowhere() {
    let folder = folder();
    let wide = |riff: u64, data: u64| [riff.to_le_bytes(), data.to_le_bytes(), [0; 8]].concat();
    let samples = on_grid(&programme(2, 1000), 16);
    let data = interleave(&samples, i16_le);
    for (riff_bytes, data_bytes) in [(u64::MAX, 4000), (u64::MAX - 3, u64::MAX - 1), (u64::MAX - 1, u64::MAX - 2)] {
        let mut bytes = [&b"RF64\xff\xff\xff\xffWAVE"[..], &chunk(b"ds64", &wide(riff_bytes, data_bytes))].concat();
        bytes.extend(chunk(b"odd!", &[1]));
        bytes.extend(fmt(1, 2, RATE as u32, 2, 16));
        bytes.extend(b"data\xff\xff\xff\xff");
        bytes.extend(&data);
        let path = folder.path().join("a.wav");
        std::fs::write(&path, &bytes).unwrap();
        assert!(decode(&path).channels == samples && decode_bytes(&bytes).channels == samples, "{data_bytes}");
    }
}

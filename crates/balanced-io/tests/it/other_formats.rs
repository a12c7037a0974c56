//! Tests of formats that are read rarely or refused in plain words: Sun AU, HE-AAC, AAC with more channels, WavPack.

use std::path::PathBuf;

use balanced_io::Decoder;
use tempfile::TempDir;

use crate::support::*;

const FRAMES: usize = 20_011;

fn source(folder: &TempDir, channels: u16, rate_hz: u32) -> (PathBuf, Channels) {
    let samples = on_grid(&programme(usize::from(channels), FRAMES), 16);
    let path = folder.path().join("source.wav");
    let format = match channels {
        6 => fmt_extensible(1, 6, 2, 16, 0x3f),
        _ => fmt(1, channels, rate_hz, 2, 16),
    };
    std::fs::write(&path, riff(&[format, chunk(b"data", &interleave(&samples, i16_le))])).unwrap();
    (path, samples)
}

fn told(file: &std::path::Path) -> String {
    Decoder::open(file).err().expect("refused").to_string()
}

#[test]
fn sun_au_is_exact() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 44_100);
    for codec in ["pcm_s16be", "pcm_s24be", "pcm_s32be", "pcm_f32be", "pcm_f64be"] {
        let ours = decode(&ffmpeg_encode(&folder, &input, "x.au", &["-c:a", codec]));
        assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("au", codec));
        assert_eq!((ours.info.frames, ours.info.sample_rate_hz), (Some(FRAMES as u64), 44_100.0));
        assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
        assert_eq!(ours.channels, samples, "{codec}");
    }
    for codec in ["pcm_s8", "pcm_mulaw", "pcm_alaw"] {
        let file = ffmpeg_encode(&folder, &input, "x.au", &["-c:a", codec]);
        assert_eq!(difference(&decode(&file).channels, &ffmpeg_decode(&file, 2)), 0.0, "{codec}");
    }
}

fn au(magic: &[u8], numbers: [u32; 5], code: fn(u32) -> [u8; 4], data: &[u8]) -> Vec<u8> {
    let header: Vec<u8> = numbers.iter().flat_map(|&number| code(number)).collect();
    [magic, &header, data].concat()
}

#[test]
fn sun_au_of_other_writers_is_read_and_damage_told() {
    let (_, samples) = plain_wav(500);
    let big: Vec<u8> = interleave(&samples, |sample| ((sample * 32768.0) as i16).to_be_bytes());
    let open = decode_bytes(&au(b".snd", [24, u32::MAX, 3, 48_000, 2], u32::to_be_bytes, &big));
    assert_eq!(open.channels, samples);
    assert!(open.noted("never filled in"));
    let cut = decode_bytes(&au(b".snd", [24, 2000, 3, 48_000, 2], u32::to_be_bytes, &big[..1002]));
    assert_eq!(cut.frames(), 250);
    assert!(cut.noted("declares 2000 bytes of audio but the file holds 1002"), "{:?}", cut.info.notes);
    let little = decode_bytes(&au(b"dns.", [24, 2000, 3, 48_000, 2], u32::to_le_bytes, &interleave(&samples, i16_le)));
    assert_eq!(little.channels, samples);
    assert!(refusal(&au(b".snd", [24, 9, 23, 8000, 1], u32::to_be_bytes, &[0; 9])).contains("Sun AU encoding 23"));
    assert!(refusal(b".snd\0\0").contains("ends within its header"));
}

/// Puts a fill element with band replication in front of the end mark of every ADTS frame, as HE-AAC without a
/// configuration does.
fn with_band_replication(adts: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at + 7 <= adts.len() {
        let size =
            usize::from(adts[at + 3] & 3) << 11 | usize::from(adts[at + 4]) << 3 | usize::from(adts[at + 5] >> 5);
        let frame = &adts[at..at + size];
        let mut bits: String = frame[7..].iter().map(|byte| format!("{byte:08b}")).collect();
        bits.truncate(bits.rfind("111").expect("an end mark"));
        bits += &format!("11010011101{}111", "0110".repeat(17)); // 9 bytes, the first half of one being the kind
        bits += &"0".repeat(bits.len().next_multiple_of(8) - bits.len());
        let body: Vec<u8> =
            (0..bits.len() / 8).map(|i| u8::from_str_radix(&bits[8 * i..8 * i + 8], 2).unwrap()).collect();
        let mut head = frame[..7].to_vec();
        let new = body.len() + 7;
        head[3] = head[3] & !3 | (new >> 11) as u8;
        head[4] = (new >> 3) as u8;
        head[5] = head[5] & 0x1f | (new << 5) as u8;
        out.extend(head);
        out.extend(body);
        at += size;
    }
    out
}

#[test]
fn band_replication_without_a_configuration_is_refused() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 24_000);
    let core = std::fs::read(ffmpeg_encode(&folder, &input, "x.aac", &["-c:a", "aac"])).unwrap();
    assert!(decode_bytes(&core).frames() >= FRAMES, "a plain AAC-LC stream at 24 kHz is read");
    let told = refusal(&with_band_replication(&core));
    assert!(
        told.contains("is HE-AAC, of which only the lower half of the spectrum could be decoded; convert it"),
        "{told}"
    );
    let in_mp4 = folder.path().join("he.aac");
    std::fs::write(&in_mp4, with_band_replication(&core)).unwrap();
    let file = ffmpeg_encode(&folder, &in_mp4, "x.m4a", &["-c:a", "copy"]);
    assert!(self::told(&file).contains("is HE-AAC"), "{}", self::told(&file));
}

#[test]
fn aac_with_more_channels_is_refused_by_its_name() {
    let folder = folder();
    let (input, _) = source(&folder, 6, 48_000);
    for name in ["x.m4a", "x.aac", "x.mkv"] {
        let told = told(&ffmpeg_encode(&folder, &input, name, &["-c:a", "aac"]));
        assert!(told.contains("is AAC with more than two channels, which is not supported"), "{name}: {told}");
    }
}

#[test]
fn wavpack_is_refused_by_its_name() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 44_100);
    let told = told(&ffmpeg_encode(&folder, &input, "x.wv", &[]));
    assert!(told.contains("is WavPack, which is not supported; convert it to WAV or FLAC first"), "{told}");
}

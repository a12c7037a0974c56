//! Tests of AIFF and AIFF-C: every uncompressed type, and irregular chunks.

use crate::support::*;

/// Builds an AIFF chunk with its pad byte.
fn be_chunk(tag: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut bytes = tag.to_vec();
    bytes.extend_from_slice(&(payload.len() as u32).to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// Encodes a rate as an 80-bit extended number.
fn extended(rate_hz: f64) -> [u8; 10] {
    let exponent = rate_hz.log2().floor() as i32;
    let mantissa = (rate_hz * 2f64.powi(63 - exponent)) as u64;
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&(16383 + exponent as u16).to_be_bytes());
    bytes[2..].copy_from_slice(&mantissa.to_be_bytes());
    bytes
}

fn comm(channels: u16, frames: u32, bits: u16, rate_hz: f64, compression: Option<&[u8; 4]>) -> Vec<u8> {
    let mut payload = channels.to_be_bytes().to_vec();
    payload.extend_from_slice(&frames.to_be_bytes());
    payload.extend_from_slice(&bits.to_be_bytes());
    payload.extend_from_slice(&extended(rate_hz));
    if let Some(compression) = compression {
        payload.extend_from_slice(compression);
        payload.extend_from_slice(b"\x00\x00");
    }
    be_chunk(b"COMM", &payload)
}

fn ssnd(data: &[u8], offset: usize, block: u32) -> Vec<u8> {
    let mut payload = (offset as u32).to_be_bytes().to_vec();
    payload.extend_from_slice(&block.to_be_bytes());
    payload.extend(std::iter::repeat_n(0x55, offset));
    payload.extend_from_slice(data);
    if block > 0 {
        payload.resize((payload.len() - 8).next_multiple_of(block as usize) + 8, 0x55);
    }
    be_chunk(b"SSND", &payload)
}

fn form(kind: &[u8; 4], chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let mut bytes = b"FORM".to_vec();
    bytes.extend_from_slice(&(4 + body.len() as u32).to_be_bytes());
    bytes.extend_from_slice(kind);
    bytes.extend_from_slice(&body);
    bytes
}

#[test]
fn integers_of_every_width_are_left_justified() {
    for bits in [8u16, 12, 16, 20, 24, 32] {
        let samples = on_grid(&programme(2, 200), i32::from(bits));
        let data = match bits.div_ceil(8) {
            1 => interleave(&samples, |x| [((x * 128.0) as i8) as u8]),
            2 => interleave(&samples, i16_be),
            3 => interleave(&samples, i24_be),
            _ => interleave(&samples, i32_be),
        };
        for (kind, compression) in [(b"AIFF", None), (b"AIFC", Some(b"NONE")), (b"AIFC", Some(b"twos"))] {
            let file = form(kind, &[comm(2, 200, bits, 44_100.0, compression), ssnd(&data, 0, 0)]);
            let ours = decode_bytes(&file);
            assert_eq!(ours.channels, samples, "{bits} bits");
            assert_eq!((ours.info.bit_depth, ours.info.sample_rate_hz), (Some(bits), 44_100.0));
            assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
        }
    }
}

#[test]
fn the_compression_type_decides_how_samples_are_stored() {
    let samples16 = on_grid(&programme(2, 200), 16);
    let samples24 = on_grid(&programme(2, 200), 24);
    let samples32 = on_grid(&programme(2, 200), 32);
    let samples_f32: Channels =
        programme(2, 200).iter().map(|c| c.iter().map(|x| f64::from(*x as f32)).collect()).collect();
    let samples8 = on_grid(&programme(2, 200), 8);
    let cases: Vec<(&[u8; 4], u16, Vec<u8>, &Channels)> = vec![
        (b"sowt", 16, interleave(&samples16, i16_le), &samples16),
        (b"sowt", 24, interleave(&samples24, i24_le), &samples24),
        (b"sowt", 32, interleave(&samples32, i32_le), &samples32),
        (b"in24", 24, interleave(&samples24, i24_be), &samples24),
        (b"in24", 16, interleave(&samples24, i24_be), &samples24),
        (b"in32", 32, interleave(&samples32, i32_be), &samples32),
        (b"42ni", 24, interleave(&samples24, i24_le), &samples24),
        (b"23ni", 16, interleave(&samples32, i32_le), &samples32),
        (b"fl32", 32, interleave(&samples_f32, |x| (x as f32).to_be_bytes()), &samples_f32),
        (b"FL32", 16, interleave(&samples_f32, |x| (x as f32).to_be_bytes()), &samples_f32),
        (b"fl64", 64, interleave(&samples32, f64::to_be_bytes), &samples32),
        (b"FL64", 16, interleave(&samples32, f64::to_be_bytes), &samples32),
        (b"raw ", 8, interleave(&samples8, |x| [(x * 128.0 + 128.0) as u8]), &samples8),
    ];
    for (compression, bits, data, expected) in cases {
        let file = form(b"AIFC", &[comm(2, 200, bits, 48_000.0, Some(compression)), ssnd(&data, 0, 0)]);
        let ours = decode_bytes(&file);
        let name = String::from_utf8_lossy(compression);
        assert_eq!(&ours.channels, expected, "{name} with {bits} bits declared");
        assert_eq!(ours.info.container, "aifc");
    }
}

#[test]
fn ffmpeg_agrees_where_it_reads_aiff() {
    let folder = folder();
    let (wav, _) = plain_wav(2000);
    let input = folder.path().join("source.wav");
    std::fs::write(&input, wav).unwrap();
    for codec in ["pcm_s8", "pcm_s16be", "pcm_s24be", "pcm_s32be", "pcm_f32be", "pcm_f64be", "pcm_alaw", "pcm_mulaw"] {
        let file = ffmpeg_encode(&folder, &input, "x.aiff", &["-c:a", codec]);
        let ours = decode(&file);
        assert_eq!(ours.info.codec, codec);
        assert_eq!(difference(&ours.channels, &ffmpeg_decode(&file, 2)), 0.0, "{codec}");
    }
}

#[test]
fn sound_before_common_with_offset_and_blocks_is_read() {
    let samples = on_grid(&programme(2, 300), 16);
    let data = interleave(&samples, i16_be);
    let file = form(b"AIFF", &[be_chunk(b"NAME", b"odd"), ssnd(&data, 500, 512), comm(2, 300, 16, 48_000.0, None)]);
    let ours = decode_bytes(&file);
    assert_eq!(ours.channels, samples);
    assert_eq!(ours.info.frames, Some(300));
}

#[test]
fn a_fractional_rate_is_kept() {
    let file = form(b"AIFF", &[comm(1, 1, 16, 47_952.05, None), ssnd(&[0, 1], 0, 0)]);
    assert!((decode_bytes(&file).info.sample_rate_hz - 47_952.05).abs() < 1e-6);
}

#[test]
fn wrong_counts_do_not_lose_audio() {
    let samples = on_grid(&programme(2, 300), 16);
    let data = interleave(&samples, i16_be);
    let unknown = form(b"AIFF", &[comm(2, 0, 16, 48_000.0, None), ssnd(&data, 0, 0)]);
    let ours = decode_bytes(&unknown);
    assert_eq!(ours.channels, samples);
    assert!(ours.noted("never filled in"));
    let mut cut = form(b"AIFF", &[comm(2, 300, 16, 48_000.0, None), ssnd(&data, 0, 0)]);
    cut.truncate(cut.len() - 5);
    let ours = decode_bytes(&cut);
    assert_eq!(ours.frames(), 298);
    assert!(ours.noted("declares 300 frames"));
}

#[test]
fn what_is_not_plain_samples_is_named() {
    let file = form(b"AIFC", &[comm(2, 64, 16, 48_000.0, Some(b"ima4")), ssnd(&[0; 68], 0, 0)]);
    assert!(refusal(&file).contains("'ima4'"));
    let file = form(b"AIFF", &[comm(2, 64, 16, 48_000.0, None)]);
    assert!(refusal(&file).contains("SSND"));
}

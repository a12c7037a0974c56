//! Seeds of a header and samples, or of silent frames, which need no encoder.

use crate::bytes::{samples, samples_le};
use crate::put;

const FRAMES: usize = 2000;
const RATE_HZ: u32 = 44_100;

pub fn write() {
    put("decode_wav", "sine.rifx", rifx());
    put("decode_w64", "sine.w64", wave64());
    put("decode_au", "sine.au", au());
    put("decode_au", "mulaw.au", [&au_head(1)[..], &[0xd5; FRAMES]].concat());
    put("decode_caf", "sine.caf", caf());
    put("decode_mp3", "silence.mp3", mpeg().repeat(4));
    put("decode_adts", "silence.aac", adts().repeat(4));
}

fn rifx() -> Vec<u8> {
    let data = samples(FRAMES);
    let head = [&1u16.to_be_bytes()[..], &1u16.to_be_bytes(), &RATE_HZ.to_be_bytes(), &(2 * RATE_HZ).to_be_bytes()];
    let format = [&head.concat()[..], &[0, 2, 0, 16]].concat();
    let size = |bytes: usize| (bytes as u32).to_be_bytes();
    let parts =
        [b"RIFX", &size(36 + data.len())[..], b"WAVEfmt ", &size(16), &format, b"data", &size(data.len()), &data];
    parts.concat()
}

/// Sony Wave64: GUIDs for tags, sizes of 64 bits that include the header.
fn wave64() -> Vec<u8> {
    const TAIL: [u8; 12] = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
    const FILE_TAIL: [u8; 12] = [0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00];
    let data = samples_le(FRAMES);
    let size = |bytes: usize| (bytes as u64).to_le_bytes();
    let head = [&1u16.to_le_bytes()[..], &1u16.to_le_bytes(), &RATE_HZ.to_le_bytes(), &(2 * RATE_HZ).to_le_bytes()];
    let format = [&head.concat()[..], &[2, 0, 16, 0]].concat();
    let body = [&b"wave"[..], &TAIL, b"fmt ", &TAIL, &size(40), &format, b"data", &TAIL, &size(24 + data.len()), &data];
    let body = body.concat();
    [&b"riff"[..], &FILE_TAIL, &size(24 + body.len()), &body].concat()
}

fn au() -> Vec<u8> {
    [au_head(3), samples(FRAMES)].concat()
}

fn au_head(encoding: u32) -> Vec<u8> {
    let words = [24, u32::MAX, encoding, RATE_HZ, 1].map(u32::to_be_bytes).concat();
    [&b".snd"[..], &words].concat()
}

fn caf() -> Vec<u8> {
    let data = samples(FRAMES);
    let size = |bytes: usize| (bytes as u64).to_be_bytes();
    let words = [0, 2, 1, 1, 16].map(u32::to_be_bytes).concat();
    let description = [&f64::from(RATE_HZ).to_be_bytes()[..], b"lpcm", &words].concat();
    let head = [&b"caff\0\x01\0\0desc"[..], &size(32), &description].concat();
    [&head[..], b"data", &size(4 + data.len()), &[0; 4], &data].concat()
}

/// A silent frame of MPEG-1 layer III: 128 kbit/s, 44.1 kHz, stereo.
fn mpeg() -> Vec<u8> {
    let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
    frame.resize(144 * 128_000 / RATE_HZ as usize, 0);
    frame
}

/// A silent frame of AAC-LC in ADTS: 44.1 kHz, mono.
fn adts() -> Vec<u8> {
    const SILENCE: [u8; 9] = [0x01, 0x40, 0x20, 0x07, 0x00, 0x00, 0x00, 0x00, 0x0e];
    let bytes = 7 + SILENCE.len();
    // Profile LC, rate index 4, one channel; then the length over three bytes, buffer fullness of variable rate, one block.
    let head = [0xff, 0xf1, 0x50, 0x40, (bytes >> 3) as u8, ((bytes & 7) << 5) as u8 | 0x1f, 0xfc];
    [&head[..], &SILENCE].concat()
}

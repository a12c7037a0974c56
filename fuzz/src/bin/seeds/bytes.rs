//! Samples and silent packets.

/// Sine of 16 bits, mono, most significant byte first.
pub fn samples(frames: usize) -> Vec<u8> {
    let sample = |index: usize| ((index as f64 * 0.1).sin() * 12_000.0) as i16;
    (0..frames).flat_map(|index| sample(index).to_be_bytes()).collect()
}

/// Sine of 16 bits, mono, least significant byte first.
pub fn samples_le(frames: usize) -> Vec<u8> {
    let mut bytes = samples(frames);
    bytes.chunks_exact_mut(2).for_each(|sample| sample.reverse());
    bytes
}

/// 20 ms of silence in Opus (CELT, full band, mono).
pub const OPUS_SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];
/// Frames in front of the audio of Opus.
pub const OPUS_DELAY: u16 = 312;

/// Identification header of Opus (RFC 7845, section 5.1).
pub fn opus_head() -> Vec<u8> {
    let rate_hz = 48_000u32.to_le_bytes();
    [&b"OpusHead\x01\x01"[..], &OPUS_DELAY.to_le_bytes(), &rate_hz, &[0, 0, 0]].concat()
}

/// The first frame of a FLAC file and its STREAMINFO, from the seed that was written.
pub fn flac() -> Option<(Vec<u8>, Vec<u8>)> {
    let file = std::fs::read(crate::place("decode_flac", "own.flac")).ok()?;
    let info = file.get(8..42)?.to_vec();
    let mut at = 4;
    loop {
        let head = file.get(at..at + 4)?;
        at += 4 + u32::from_be_bytes([0, head[1], head[2], head[3]]) as usize;
        if head[0] & 0x80 != 0 {
            break;
        }
    }
    let frames = file.get(at..)?;
    let next = frames.windows(2).skip(2).position(|sync| sync == [0xff, 0xf8]).map_or(frames.len(), |found| found + 2);
    Some((info, frames[..next].to_vec()))
}

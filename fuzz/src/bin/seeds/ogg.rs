//! Seeds of Ogg: silence in Opus, and the FLAC of the project's encoder.

use crate::bytes::{OPUS_DELAY, OPUS_SILENCE, flac, opus_head};
use crate::put;

pub fn write() {
    let tags = b"OpusTags\x02\0\0\0me\0\0\0\0".to_vec();
    let audio = (1..=5).map(|index| (OPUS_SILENCE.to_vec(), index * 960 + u64::from(OPUS_DELAY)));
    let opus: Vec<_> = [(opus_head(), 0), (tags, 0)].into_iter().chain(audio).collect();
    put("decode_ogg", "silence.opus", stream(1, &opus));
    put("decode_ogg", "chain.opus", [stream(1, &opus), stream(2, &opus)].concat());
    if let Some((info, frame)) = flac() {
        let head = [&b"\x7fFLAC\x01\0\0\x01fLaC\0\0\0\x22"[..], &info].concat();
        let tags = b"\x84\0\0\x08\0\0\0\0\0\0\0\0".to_vec();
        put("decode_ogg", "own.oga", stream(1, &[(head, 0), (tags, 0), (frame, 4096)]));
    }
}

/// Puts each packet on a page of its own, with the position at its end.
fn stream(serial: u32, packets: &[(Vec<u8>, u64)]) -> Vec<u8> {
    let last = packets.len() - 1;
    let flags = |index| if index == 0 { 2 } else { 4 * u8::from(index == last) };
    let pages = packets.iter().enumerate();
    pages.flat_map(|(index, (packet, end))| page(flags(index), *end, [serial, index as u32], packet)).collect()
}

fn page(flags: u8, end: u64, [serial, index]: [u32; 2], packet: &[u8]) -> Vec<u8> {
    let mut lacing = vec![255; packet.len() / 255];
    lacing.push((packet.len() % 255) as u8);
    let segments = u8::try_from(lacing.len()).expect("packets fit a page");
    let head = [&b"OggS\0"[..], &[flags], &end.to_le_bytes(), &serial.to_le_bytes(), &index.to_le_bytes()].concat();
    balanced_fuzz::with_checksums(&[&head[..], &[0; 4], &[segments], &lacing, packet].concat())
}

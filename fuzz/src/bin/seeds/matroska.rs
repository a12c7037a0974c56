//! Seeds of Matroska: samples, silence in Opus, and FLAC with laces.

use crate::bytes::{OPUS_SILENCE, flac, opus_head, samples_le};
use crate::put;

pub fn write() {
    put("decode_matroska", "sine.mka", file("A_PCM/INT/LIT", &[], 44_100.0, &[(0, samples_le(2000))]));
    let silence = vec![(0, OPUS_SILENCE.to_vec()); 4];
    put("decode_matroska", "silence.webm", file("A_OPUS", &opus_head(), 48_000.0, &silence));
    // A lace of two equal frames.
    let laced = [&[1][..], &OPUS_SILENCE, &OPUS_SILENCE].concat();
    put("decode_matroska", "laced.webm", file("A_OPUS", &opus_head(), 48_000.0, &[(0x04, laced)]));
    if let Some((info, frame)) = flac() {
        let private = [&b"fLaC\x80\0\0\x22"[..], &info].concat();
        put("decode_matroska", "own.mka", file("A_FLAC", &private, 44_100.0, &[(0, frame)]));
    }
}

/// An element with a size of four bytes.
fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (0x1000_0000 | content.len() as u32).to_be_bytes();
    [id, &size, content].concat()
}

/// A file of one track; blocks have flags and content.
fn file(codec: &str, private: &[u8], rate_hz: f64, blocks: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let head = element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"matroska"));
    let channels = if codec == "A_FLAC" { 2 } else { 1 };
    let shape = [element(b"\xb5", &rate_hz.to_be_bytes()), element(b"\x9f", &[channels]), element(b"\x62\x64", &[16])];
    let track = [
        element(b"\xd7", &[1]),
        element(b"\x73\xc5", &[1]),
        element(b"\x83", &[2]),
        element(b"\x86", codec.as_bytes()),
        element(b"\x63\xa2", private),
        element(b"\xe1", &shape.concat()),
    ];
    let tracks = element(b"\x16\x54\xae\x6b", &element(b"\xae", &track.concat()));
    let information = element(b"\x15\x49\xa9\x66", &element(b"\x2a\xd7\xb1", &1_000_000u32.to_be_bytes()));
    let mut cluster = element(b"\xe7", &[0]);
    for (index, (flags, content)) in blocks.iter().enumerate() {
        let time = (20 * index as u16).to_be_bytes();
        cluster.extend(element(b"\xa3", &[&[0x81][..], &time, &[*flags], content].concat()));
    }
    let segment = [information, tracks, element(b"\x1f\x43\xb6\x75", &cluster)].concat();
    [head, element(b"\x18\x53\x80\x67", &segment)].concat()
}

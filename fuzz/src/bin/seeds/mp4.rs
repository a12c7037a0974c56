//! Seeds of MP4: silence in Opus, and samples in QuickTime.

use crate::bytes::{OPUS_DELAY, OPUS_SILENCE, samples};
use crate::put;

pub fn write() {
    let words = [&OPUS_DELAY.to_be_bytes()[..], &48_000u32.to_be_bytes(), &[0, 0, 0]].concat();
    let opus = atom(b"dOps", &[&[0, 1][..], &words].concat());
    put("decode_mp4", "silence.mp4", file(&entry(b"Opus", &opus), &vec![OPUS_SILENCE.to_vec(); 4], 960));
    let sine: Vec<Vec<u8>> = samples(500).chunks(2).map(<[u8]>::to_vec).collect();
    put("decode_mp4", "sine.mov", file(&entry(b"twos", &[]), &sine, 1));
}

fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(8 + content.len() as u32).to_be_bytes()[..], kind, content].concat()
}

/// A box whose version and flags are zero.
fn table(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
    let words: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    atom(kind, &[&[0; 4][..], &words].concat())
}

/// Describes mono audio of 16 bits at 48 kHz.
fn entry(codec: &[u8; 4], inner: &[u8]) -> Vec<u8> {
    let shape = [0, 1, 16, 0, 0, 0xbb80, 0].map(u16::to_be_bytes).concat();
    // Reserved bytes, the index of the data reference, and a version.
    let head = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &[0; 6]].concat();
    atom(codec, &[&head[..], &shape, inner].concat())
}

/// A file of one track in one chunk; every packet lasts `frames`.
fn file(entry: &[u8], packets: &[Vec<u8>], frames: u32) -> Vec<u8> {
    let kind = atom(b"ftyp", b"isom\0\0\0\0isom");
    let data = atom(b"mdat", &packets.concat());
    let count = packets.len() as u32;
    let sizes: Vec<u32> = [0, count].into_iter().chain(packets.iter().map(|packet| packet.len() as u32)).collect();
    let samples = [
        atom(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], entry].concat()),
        table(b"stts", &[1, count, frames]),
        table(b"stsc", &[1, 1, count, 1]),
        table(b"stsz", &sizes),
        table(b"stco", &[1, kind.len() as u32 + 8]),
    ];
    let reference =
        atom(b"dinf", &atom(b"dref", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &[0, 0, 0, 12], b"url \0\0\0\x01"].concat()));
    let inner = [table(b"smhd", &[0]), reference, atom(b"stbl", &samples.concat())];
    let handler = atom(b"hdlr", &[&[0; 8][..], b"soun", &[0; 13]].concat());
    let media = [table(b"mdhd", &[0, 0, 48_000, count * frames, 0x55c4_0000]), handler, atom(b"minf", &inner.concat())];
    let mut head = vec![0; 20];
    head[1] = 1;
    let track_head = table(b"tkhd", &[&[0, 0, 1, 0, count * frames][..], &head].concat());
    let track = atom(b"trak", &[track_head, atom(b"mdia", &media.concat())].concat());
    let movie_head = table(b"mvhd", &[&[0, 0, 48_000, count * frames, 0x0001_0000][..], &[0; 19], &[2]].concat());
    [kind, data, atom(b"moov", &[movie_head, track].concat())].concat()
}

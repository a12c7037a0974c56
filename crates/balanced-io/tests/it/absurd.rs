//! Tests of fields with values that no encoder writes: refused, or read as what the bytes are; and of layouts that no field
//! names.

use balanced_dsp::ChannelLayout;

use crate::support::*;

/// Overwrites bytes at `at`.
fn with(bytes: &[u8], at: usize, value: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + value.len()].copy_from_slice(value);
    bytes
}

fn position(bytes: &[u8], tag: &[u8]) -> usize {
    bytes.windows(tag.len()).position(|window| window == tag).unwrap()
}

/// An intact file of two channels and 3000 frames, made by ffmpeg.
fn made(name: &str, options: &[&str]) -> Vec<u8> {
    let folder = folder();
    let input = folder.path().join("source.wav");
    std::fs::write(&input, plain_wav(3000).0).unwrap();
    std::fs::read(ffmpeg_encode(&folder, &input, name, options)).unwrap()
}

#[test]
fn bit_depths_that_no_sample_has_are_refused_or_corrected() {
    let data = chunk(b"data", &[0; 64]);
    for bits in [0, 65, 29_562, u16::MAX] {
        assert!(refusal(&riff(&[fmt(1, 2, 48_000, 2, bits), data.clone()])).contains("bits"), "wav, {bits}");
    }
    // Floats of four bytes, whatever number of bits is declared for them.
    let float = decode_bytes(&riff(&[fmt(3, 2, 48_000, 4, 29), data]));
    assert_eq!(float.info.bit_depth, Some(32));
    for codec in ["pcm_s16be", "pcm_f32be", "alac"] {
        let caf = made("x.caf", &["-c:a", codec]);
        let error = refusal(&with(&caf, 48, &29_562u32.to_be_bytes()));
        assert!(error.contains("29562 bits"), "{codec}: {error}");
    }
}

#[test]
fn rates_that_no_audio_has_are_refused() {
    let caf = made("x.caf", &["-c:a", "pcm_s16be"]);
    for rate_hz in [f64::NAN, f64::INFINITY, -48_000.0, 0.0, 1e30, 1e-300] {
        assert!(refusal(&with(&caf, 20, &rate_hz.to_be_bytes())).contains("sample rate"), "{rate_hz}");
    }
    let aiff = made("x.aiff", &["-c:a", "pcm_s16be"]);
    let at = position(&aiff, b"COMM") + 16;
    // 80-bit numbers: infinity, not a number, negative, zero, beyond all f64, the smallest.
    for (exponent, mantissa) in
        [(0x7fff, 0), (0x7fff, u64::MAX), (0xc00e, 0xac44 << 48), (0, 0), (0x7ffe, u64::MAX), (0, 1)]
    {
        let rate = [&u16::to_be_bytes(exponent)[..], &u64::to_be_bytes(mantissa)].concat();
        assert!(refusal(&with(&aiff, at, &rate)).contains("sample rate"), "{exponent:x} {mantissa:x}");
    }
    let w64 = made("x.w64", &["-c:a", "pcm_s16le"]);
    for rate_hz in [0, 999, u32::MAX] {
        assert!(refusal(&with(&w64, 68, &rate_hz.to_le_bytes())).contains("sample rate"), "{rate_hz}");
    }
}

#[test]
fn absurd_sizes_of_wave64_lead_nowhere() {
    let w64 = made("x.w64", &["-c:a", "pcm_s16le"]);
    let whole = decode_bytes(&w64).frames();
    for tag in [&b"riff"[..], b"fmt ", b"data"] {
        let at = position(&w64, tag) + 16;
        for size in [0, 1, 23, 25, u64::from(u32::MAX), i64::MAX as u64, u64::MAX - 7, u64::MAX] {
            let bytes = with(&w64, at, &size.to_le_bytes());
            let Ok(decoder) = balanced_io::Decoder::from_bytes(bytes) else { continue };
            let found = drain(decoder, 4096);
            assert!(found.frames() <= whole, "{size} in {}", String::from_utf8_lossy(tag));
        }
    }
}

#[test]
fn a_block_size_of_zero_is_ignored() {
    let samples = on_grid(&programme(2, 300), 16);
    let wav = riff(&[fmt(1, 2, 48_000, 2, 16), chunk(b"data", &interleave(&samples, i16_le))]);
    for block in [0u16, 1, 3, u16::MAX] {
        let found = decode_bytes(&with(&wav, 32, &block.to_le_bytes()));
        assert!(found.channels == samples && found.noted("block size"), "{block}: {:?}", found.info.notes);
    }
}

#[test]
fn layouts_that_are_not_named_are_guessed_with_a_note() {
    let folder = folder();
    for channels in [3usize, 4, 5, 6, 7, 8, 12] {
        let samples = on_grid(&programme(channels, 1000), 16);
        let data = chunk(b"data", &interleave(&samples, i16_le));
        let wav = riff(&[fmt(1, channels as u16, 48_000, 2, 16), data]);
        let input = folder.path().join("source.wav");
        std::fs::write(&input, &wav).unwrap();
        for name in ["x.wav", "x.w64", "x.aiff", "x.caf", "x.mov"] {
            let made = if name == "x.wav" { wav.clone() } else { unnamed(&folder, &input, name) };
            let Ok(decoder) = balanced_io::Decoder::from_bytes(made) else { continue };
            let found = drain(decoder, 4096);
            assert_eq!(found.channels, samples, "{name}, {channels} channels");
            assert_eq!(found.info.layout, ChannelLayout::default_for(channels), "{name}, {channels} channels");
            assert!(found.noted(balanced_io::UNNAMED_LAYOUT), "{name}, {channels} channels: {:?}", found.info.notes);
        }
    }
}

/// Converts to a file without the chunk that names the loudspeakers.
fn unnamed(folder: &tempfile::TempDir, input: &std::path::Path, name: &str) -> Vec<u8> {
    let codec = if name == "x.w64" { "pcm_s16le" } else { "pcm_s16be" };
    let mut bytes = std::fs::read(ffmpeg_encode(folder, input, name, &["-c:a", codec])).unwrap();
    for tag in [&b"chan"[..], b"CHAN"] {
        if let Some(at) = bytes.windows(4).position(|window| window == tag) {
            bytes[at] = b'x';
        }
    }
    if let (Some(at), "x.w64") = (bytes.windows(2).position(|tag| tag == [0xfe, 0xff]), name) {
        bytes[at + 20..at + 24].fill(0); // the mask of an extensible format
    }
    bytes
}

/// Replaces a box of an MP4 file whose media data lie in front of its tables, and corrects the sizes of those around it.
fn with_box(file: &[u8], path: &[&[u8; 4]], payload: &[u8]) -> Vec<u8> {
    let (mut parents, mut from, mut to) = (Vec::new(), 0, file.len());
    for kind in path {
        let mut at = from;
        let size = loop {
            let size = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
            if &file[at + 4..at + 8] == *kind {
                break size;
            }
            at += size;
            assert!(at < to, "no {}", String::from_utf8_lossy(*kind));
        };
        parents.push(at);
        (from, to) = (at + 8, at + size);
    }
    let mut made = [&file[..from], payload, &file[to..]].concat();
    for at in parents {
        let size = u32::from_be_bytes(made[at..at + 4].try_into().unwrap()) as usize;
        let size = size + payload.len() - (to - from);
        made[at..at + 4].copy_from_slice(&(size as u32).to_be_bytes());
    }
    made
}

const TIMES: [&[u8; 4]; 6] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts"];

fn times(entries: impl IntoIterator<Item = [u32; 2]>) -> Vec<u8> {
    let words: Vec<u8> = entries.into_iter().flatten().flat_map(u32::to_be_bytes).collect();
    [&[0; 4][..], &(words.len() as u32 / 8).to_be_bytes(), &words].concat()
}

/// Symphonia searches the table from its start for every packet; a million entries are told to it in few.
#[test]
fn a_table_of_times_with_a_million_entries_gives_the_same_audio() {
    for codec in ["aac", "alac"] {
        let file = made("x.m4a", &["-c:a", codec]);
        let whole = decode_bytes(&file);
        let packet = if codec == "aac" { 1024 } else { 4096 };
        let last = whole.frames() as u32 % packet;
        let packets = (whole.frames() as u32).div_ceil(packet) + u32::from(codec == "aac");
        // Entries for no samples, which change nothing.
        let idle = (0..1_000_000).map(|index| [0, index]);
        let real = (1..packets).map(|_| [1, packet]).chain([[1, if codec == "aac" { packet } else { last }]]);
        let found = decode_bytes(&with_box(&file, &TIMES, &times(idle.chain(real))));
        assert!(found.channels == whole.channels, "{codec}: {} of {} frames", found.frames(), whole.frames());
    }
}

#[test]
fn a_table_of_times_with_more_samples_than_fit_is_refused() {
    let file = made("x.m4a", &["-c:a", "aac"]);
    let error = refusal(&with_box(&file, &TIMES, &times((0..2000).map(|index| [u32::MAX, 1 + index % 2]))));
    assert!(error.contains("more samples than a track can hold"), "{error}");
}

/// A start that takes more than 64 bits in frames is behind the end, and not near the beginning.
#[test]
fn an_edit_that_starts_beyond_all_numbers_leaves_nothing() {
    let file = made("x.m4a", &["-c:a", "aac"]);
    let start = (1u64 << 57).to_be_bytes(); // 375 times 2^64 frames at 48 kHz
    let list = [&[1, 0, 0, 0, 0, 0, 0, 1][..], &[0; 8], &start, &[0, 1, 0, 0]].concat();
    let edited = with_box(&file, &[b"moov", b"trak", b"edts", b"elst"], &list);
    // One tick of the track is a second.
    let edited = with(&edited, position(&edited, b"mdhd") + 16, &1u32.to_be_bytes());
    let mut decoder = balanced_io::Decoder::from_bytes(edited).unwrap();
    let mut buffer = balanced_dsp::PlanarBuffer::new(2, 4096);
    assert_eq!(decoder.read(&mut buffer).unwrap(), 0);
    assert!(decoder.check_complete().is_err());
}

/// QuickTime files of the nineties begin with `moov`, `mdat` or `wide`, and do not name their type.
#[test]
fn a_movie_without_a_file_type_is_read() {
    let (_, samples) = plain_wav(3000);
    let file = made("x.mov", &["-c:a", "pcm_s16be"]);
    let size = u32::from_be_bytes(file[..4].try_into().unwrap()) as usize;
    assert_eq!(&file[4..8], b"ftyp");
    let mut old = file.clone();
    old[4..8].copy_from_slice(b"free");
    assert_eq!(decode_bytes(&old).channels, samples, "free first");
    // Without the box, all positions are lower.
    let mut bare = file[size..].to_vec();
    let at = position(&bare, b"stco") + 8;
    for entry in
        bare[at + 4..].chunks_exact_mut(4).take(u32::from_be_bytes(file[size + at..][..4].try_into().unwrap()) as usize)
    {
        let moved = u32::from_be_bytes(entry.try_into().unwrap()) - size as u32;
        entry.copy_from_slice(&moved.to_be_bytes());
    }
    let found = decode_bytes(&bare);
    assert_eq!((found.channels, found.info.container.as_str()), (samples, "mp4"));
}

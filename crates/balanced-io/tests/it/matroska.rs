//! Tests of Matroska and WebM: the same samples as in other containers, whatever wrote the file.

use std::path::PathBuf;

use balanced_dsp::ChannelLayout;
use tempfile::TempDir;

use crate::support::*;

const FRAMES: usize = 100_003;

fn source(folder: &TempDir, channels: usize, bits: u16) -> (PathBuf, Channels) {
    let samples = on_grid(&programme(channels, FRAMES), i32::from(bits));
    let data = if bits == 16 { interleave(&samples, i16_le) } else { interleave(&samples, i24_le) };
    let format = match channels {
        6 => fmt_extensible(1, 6, bits / 8, bits, 0x3f),
        _ => fmt(1, channels as u16, 48_000, bits / 8, bits),
    };
    let path = folder.path().join(format!("source{channels}_{bits}.wav"));
    std::fs::write(&path, riff(&[format, chunk(b"data", &data)])).unwrap();
    (path, samples)
}

#[test]
fn lossless_audio_is_exact() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 24);
    for codec in ["flac", "alac", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_f64le"] {
        let ours = decode(&ffmpeg_encode(&folder, &input, "x.mkv", &["-c:a", codec]));
        assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("matroska", codec));
        assert!(ours.info.lossless && ours.info.notes.is_empty(), "{codec}: {:?}", ours.info.notes);
        assert_eq!(ours.channels, samples, "{codec}");
    }
    let (input, samples) = source(&folder, 6, 16);
    let ours = decode(&ffmpeg_encode(&folder, &input, "x.mka", &["-c:a", "flac"]));
    assert_eq!(ours.channels, samples);
    assert_eq!(ours.info.layout, ChannelLayout::from_name("5.1(back)").unwrap());
    let ours = decode(&ffmpeg_encode(&folder, &input, "x.mka", &["-c:a", "pcm_s16le"]));
    assert_eq!(ours.channels, samples);
    assert!(ours.noted("does not say which loudspeaker"), "{:?}", ours.info.notes);
}

#[test]
fn opus_and_vorbis_are_as_in_ogg() {
    let folder = folder();
    for (channels, codec, name) in
        [(2, "libopus", "x.webm"), (1, "libopus", "x.mkv"), (6, "libopus", "x.mka"), (2, "libvorbis", "x.webm")]
    {
        let (input, _) = source(&folder, channels, 16);
        let in_ogg = ffmpeg_encode(&folder, &input, "x.ogg", &["-c:a", codec, "-b:a", "200k"]);
        let ours = decode(&ffmpeg_encode(&folder, &in_ogg, name, &["-c:a", "copy"]));
        let ogg = decode(&in_ogg);
        assert_eq!(ogg.frames(), FRAMES, "{codec}");
        // Only Opus states the padding at its end.
        let frames = if codec == "libopus" { FRAMES } else { ours.frames().min(FRAMES) };
        assert!(ours.frames() >= frames && ours.frames() < FRAMES + 2048, "{name}: {} frames", ours.frames());
        for (ours, ogg) in ours.channels.iter().zip(&ogg.channels) {
            assert_eq!(ours[..frames], ogg[..frames], "{name}");
        }
        assert_eq!((&ours.info.codec, &ours.info.layout), (&ogg.info.codec, &ogg.info.layout));
        assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
    }
}

#[test]
fn padding_at_the_end_of_opus_is_trimmed() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    let ours = decode(&ffmpeg_encode(&folder, &input, "x.webm", &["-c:a", "libopus"]));
    assert_eq!((ours.frames(), ours.info.sample_rate_hz), (FRAMES, 48_000.0));
    let declared = ours.info.frames.unwrap();
    assert!(declared.abs_diff(FRAMES as u64) <= 480, "{declared} frames to the millisecond");
}

#[test]
fn aac_and_mp3_agree_with_ffmpeg() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    for codec in ["aac", "libmp3lame", "mp2"] {
        let file = ffmpeg_encode(&folder, &input, "x.mkv", &["-c:a", codec, "-b:a", "256k"]);
        let (ours, theirs) = (decode(&file), ffmpeg_decode(&file, 2));
        let frames = ours.frames().min(theirs[0].len());
        assert!(ours.frames() >= FRAMES && frames >= FRAMES, "{codec}: {} and {}", ours.frames(), theirs[0].len());
        for channel in 0..2 {
            let pairs = ours.channels[channel].iter().zip(&theirs[channel]);
            let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(worst < 1e-3, "{codec} differs by {worst}");
        }
    }
}

#[test]
fn audio_beside_video_and_recordings_without_sizes_are_read() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 16);
    let video = ["-f", "lavfi", "-i", "testsrc=s=64x64:r=25:d=2", "-c:v", "mpeg4", "-c:a", "flac"];
    assert_eq!(decode(&ffmpeg_encode(&folder, &input, "x.mkv", &video)).channels, samples);
    let to_pipe = ["-v", "error", "-i", text(&input), "-c:a", "flac", "-f", "matroska", "-"];
    let recorded = run("ffmpeg", &to_pipe);
    let sizes = recorded.windows(12).any(|head| head == b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff");
    assert!(sizes, "the segment has a size");
    let ours = decode_bytes(&recorded);
    assert_eq!(ours.channels, samples);
    assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
}

#[test]
fn a_cut_file_is_read_to_the_cut_and_told() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 16);
    let whole = std::fs::read(ffmpeg_encode(&folder, &input, "x.mkv", &["-c:a", "flac"])).unwrap();
    let cut = decode_bytes(&whole[..whole.len() * 6 / 10]);
    assert!(cut.frames() > FRAMES / 2 && cut.frames() < FRAMES, "{} frames", cut.frames());
    assert_eq!(cut.channels[1][..], samples[1][..cut.frames()]);
    assert!(cut.noted("cut off"), "{:?}", cut.info.notes);
}

#[test]
fn damage_costs_what_it_hits() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    let whole = std::fs::read(ffmpeg_encode(&folder, &input, "x.mkv", &["-c:a", "flac", "-cluster_time_limit", "200"]))
        .unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x10;
    let mut zeroed = whole.clone();
    zeroed[whole.len() / 2..][..9000].fill(0);
    for (damaged, kept) in [(flipped, FRAMES - 5000), (zeroed, FRAMES / 2)] {
        let ours = decode_bytes(&damaged);
        assert!(ours.frames() >= kept && ours.frames() < FRAMES, "{} frames", ours.frames());
        assert!(ours.noted("damaged"), "{:?}", ours.info.notes);
    }
}

#[test]
fn what_is_not_decoded_is_named() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    let named = |name: &str, options: &[&str]| {
        let file = ffmpeg_encode(&folder, &input, name, options);
        balanced_io::Decoder::open(file).err().unwrap().to_string()
    };
    assert!(named("x.mkv", &["-c:a", "ac3"]).contains("holds A_AC3 in Matroska, which is not supported; convert it"));
    let video = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-map", "1:v", "-c:v", "mpeg4"];
    assert!(named("x.mkv", &video).contains("without an audio track"));
}

/// An element with a size of four bytes.
fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    [id, &(0x1000_0000 | content.len() as u32).to_be_bytes(), content].concat()
}

/// A file with a block of `packet`, from which `stripped` was taken away.
fn with_stripped(stripped: &[u8], packet: &[u8]) -> Vec<u8> {
    let compression = [element(b"\x42\x54", &[3]), element(b"\x42\x55", stripped)].concat();
    let encoding = element(b"\x62\x40", &element(b"\x50\x34", &compression));
    let shape = [element(b"\xb5", &48_000f64.to_be_bytes()), element(b"\x9f", &[1]), element(b"\x62\x64", &[16])];
    let track = [
        element(b"\xd7", &[1]),
        element(b"\x83", &[2]),
        element(b"\x86", b"A_PCM/INT/LIT"),
        element(b"\xe1", &shape.concat()),
        element(b"\x6d\x80", &encoding),
    ];
    let block = element(b"\xa3", &[&[0x81, 0, 0, 0x80], packet].concat());
    let tracks = element(b"\x16\x54\xae\x6b", &element(b"\xae", &track.concat()));
    let segment = [tracks, element(b"\x1f\x43\xb6\x75", &block)].concat();
    [element(b"\x1a\x45\xdf\xa3", &[]), element(b"\x18\x53\x80\x67", &segment)].concat()
}

#[test]
fn bytes_that_were_stripped_are_put_back_up_to_what_programs_strip() {
    let samples = interleave(&programme(1, 500), i16_le);
    let whole = decode_bytes(&with_stripped(&[], &samples));
    assert_eq!(whole.frames(), 500);
    assert_eq!(decode_bytes(&with_stripped(&samples[..4], &samples[4..])).channels, whole.channels);
    let error = refusal(&with_stripped(&samples[..800], &samples[800..]));
    assert!(error.contains("declares 800 bytes that every packet starts with"), "{error}");
}

//! Tests of compressed formats: exact lengths, and samples against ffmpeg (exact for lossless codecs).

use std::path::PathBuf;

use balanced_dsp::ChannelLayout;
use tempfile::TempDir;

use crate::support::*;

const FRAMES: usize = 10_007;

fn source(folder: &TempDir, channels: u16, bits: u16) -> (PathBuf, Channels) {
    let samples = on_grid(&programme(usize::from(channels), FRAMES), i32::from(bits));
    let data = match bits {
        16 => interleave(&samples, i16_le),
        _ => interleave(&samples, i24_le),
    };
    let format = match channels {
        6 => fmt_extensible(1, 6, bits / 8, bits, 0x60f),
        _ => fmt(1, channels, 48_000, bits / 8, bits),
    };
    let path = folder.path().join(format!("source{channels}_{bits}.wav"));
    std::fs::write(&path, riff(&[format, chunk(b"data", &data)])).unwrap();
    (path, samples)
}

#[test]
fn flac_is_exact() {
    let folder = folder();
    for (channels, bits) in [(1, 16), (2, 16), (2, 24), (6, 24)] {
        let (input, samples) = source(&folder, channels, bits);
        let file = folder.path().join("x.flac");
        run("flac", &["-s", "-f", "-o", text(&file), text(&input)]);
        let ours = decode(&file);
        assert_eq!(ours.channels, samples, "{channels} channels, {bits} bits");
        assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("flac", "flac"));
        assert_eq!((ours.info.bit_depth, ours.info.frames), (Some(bits), Some(FRAMES as u64)));
        assert!(ours.info.lossless && ours.info.notes.is_empty(), "{:?}", ours.info.notes);
        let layout = if channels == 6 { "5.1" } else { ["mono", "stereo"][usize::from(channels) - 1] };
        assert_eq!(ours.info.layout, ChannelLayout::from_name(layout).unwrap());
    }
}

#[test]
fn flac_with_tags_in_front_pictures_inside_and_a_cut_end() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 16);
    let file = folder.path().join("x.flac");
    let picture = folder.path().join("cover.png");
    run(
        "ffmpeg",
        &["-v", "error", "-y", "-f", "lavfi", "-i", "color=red:s=64x64:d=0.1", "-frames:v", "1", text(&picture)],
    );
    run("flac", &["-s", "-f", "--picture", text(&picture), "-o", text(&file), text(&input)]);
    let flac = std::fs::read(&file).unwrap();
    let tagged = [&b"ID3\x04\x00\x00\x00\x00\x00\x05abcde"[..], &flac].concat();
    assert_eq!(decode_bytes(&tagged).channels, samples);
    let cut = decode_bytes(&flac[..flac.len() - 3000]);
    assert!(cut.frames() > 1000 && cut.frames() < FRAMES);
    assert_eq!(cut.channels[0][..], samples[0][..cut.frames()]);
    assert!(cut.noted("cut off"), "{:?}", cut.info.notes);
}

#[test]
fn mp3_of_lame_has_exactly_the_frames_that_went_in() {
    let folder = folder();
    for (frames, options) in
        [(1000, &["-b", "128"][..]), (FRAMES, &["-V", "2"]), (48_000, &["-b", "320"]), (1, &["-b", "128"])]
    {
        let samples = on_grid(&programme(2, frames), 16);
        let input = folder.path().join("in.wav");
        std::fs::write(&input, riff(&[fmt(1, 2, 44_100, 2, 16), chunk(b"data", &interleave(&samples, i16_le))]))
            .unwrap();
        let file = folder.path().join("x.mp3");
        run("lame", &[&["--quiet"], options, &[text(&input), text(&file)]].concat());
        let ours = decode(&file);
        assert_eq!(ours.frames(), frames);
        assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("mp3", "mp3"));
        assert_eq!((ours.info.bit_depth, ours.info.lossless), (None, false));
        // Aligned with the original: an offset of one frame would fail by far.
        if frames > 5000 {
            let error: f64 = ours.channels[0].iter().zip(&samples[0]).map(|(a, b)| (a - b) * (a - b)).sum();
            let power: f64 = samples[0].iter().map(|x| x * x).sum();
            assert!(error / power < 0.02, "{} of the power is error", error / power);
        }
    }
}

#[test]
fn mp3_agrees_with_ffmpeg_and_survives_tags_and_junk() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    let file = folder.path().join("x.mp3");
    run("lame", &["--quiet", "-b", "192", "--tt", "Title", text(&input), text(&file)]);
    let ours = decode(&file);
    assert!(difference(&ours.channels, &ffmpeg_decode(&file, 2)) < 1e-4);
    let bytes = std::fs::read(&file).unwrap();
    let id3v1 = [&bytes[..], b"TAG", &[b' '; 125]].concat();
    assert_eq!(decode_bytes(&id3v1).channels, ours.channels);
    let headless = [&vec![0; 3000], &bytes[bytes.iter().position(|&b| b == 0xff).unwrap()..]].concat();
    let decoded = decode_bytes(&headless);
    assert_eq!(decoded.channels, ours.channels);
    assert!(decoded.noted("not audio"));
}

#[test]
fn mp3_inside_wav_is_read() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    let file = ffmpeg_encode(&folder, &input, "x.wav", &["-c:a", "libmp3lame", "-b:a", "192k"]);
    let ours = decode(&file);
    assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("wav", "mp3"));
    assert!(ours.frames() >= FRAMES);
}

#[test]
fn adpcm_in_wav_agrees_with_ffmpeg() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    for codec in ["adpcm_ms", "adpcm_ima_wav"] {
        let file = ffmpeg_encode(&folder, &input, "x.wav", &["-c:a", codec]);
        let ours = decode(&file);
        assert_eq!(ours.info.container, "wav");
        assert!(ours.info.codec.contains("adpcm"), "{}", ours.info.codec);
        let theirs = ffmpeg_decode(&file, 2);
        let frames = ours.frames().min(theirs[0].len());
        assert!(frames >= FRAMES - 1, "{codec}: {} frames, ffmpeg {}", ours.frames(), theirs[0].len());
        for channel in 0..2 {
            for frame in 0..frames {
                let error = (ours.channels[channel][frame] - theirs[channel][frame]).abs();
                assert!(error <= 2.0 / 32768.0, "{codec} at {frame}: {error}");
            }
        }
    }
}

#[test]
fn vorbis_has_exactly_the_frames_that_went_in() {
    let folder = folder();
    for channels in [1, 2] {
        let (input, _) = source(&folder, channels, 16);
        let file = folder.path().join("x.ogg");
        run("oggenc", &["-Q", "-q", "6", "-o", text(&file), text(&input)]);
        let ours = decode(&file);
        assert_eq!(ours.frames(), FRAMES, "{channels} channels");
        assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("ogg", "vorbis"));
        // ffmpeg does not trim the last page to its granule position.
        let mut theirs = ffmpeg_decode(&file, usize::from(channels));
        theirs.iter_mut().for_each(|channel| channel.truncate(FRAMES));
        let worst = difference(&ours.channels, &theirs);
        assert!(worst < 1e-4, "{channels} channels: {worst}");
    }
}

#[test]
fn alac_is_exact_in_mp4_and_caf() {
    let folder = folder();
    for bits in [16, 24] {
        let (input, samples) = source(&folder, 2, bits);
        let format = if bits == 16 { "s16p" } else { "s32p" };
        for name in ["x.m4a", "x.caf"] {
            let file = ffmpeg_encode(&folder, &input, name, &["-c:a", "alac", "-sample_fmt", format]);
            let ours = decode(&file);
            assert_eq!(ours.channels, samples, "{name}, {bits} bits");
            assert_eq!(ours.info.codec, "alac");
            assert_eq!(ours.info.bit_depth, Some(bits), "{name}");
            assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
        }
    }
}

#[test]
fn aac_in_mp4_is_trimmed_by_its_edit_list() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 16);
    let file = ffmpeg_encode(&folder, &input, "x.m4a", &["-c:a", "aac", "-b:a", "256k"]);
    let ours = decode(&file);
    assert_eq!(ours.frames(), FRAMES);
    assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("mp4", "aac"));
    assert_eq!(ours.info.frames, Some(FRAMES as u64));
    let error: f64 = ours.channels[1].iter().zip(&samples[1]).map(|(a, b)| (a - b) * (a - b)).sum();
    let power: f64 = samples[1].iter().map(|x| x * x).sum();
    assert!(error / power < 0.02, "{} of the power is error", error / power);
}

#[test]
fn aac_alone_is_read() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    let file = ffmpeg_encode(&folder, &input, "x.aac", &["-c:a", "aac", "-b:a", "192k"]);
    let ours = decode(&file);
    assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("adts", "aac"));
    assert!(difference(&ours.channels, &ffmpeg_decode(&file, 2)) < 1e-3);
}

#[test]
fn pcm_in_caf_is_exact() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 24);
    for codec in ["pcm_s24be", "pcm_s24le", "pcm_s32be", "pcm_s32le", "pcm_f32le", "pcm_f64be"] {
        let file = ffmpeg_encode(&folder, &input, "x.caf", &["-c:a", codec]);
        let ours = decode(&file);
        assert_eq!(ours.info.container, "caf");
        assert_eq!(ours.info.codec, codec);
        assert_eq!(ours.channels, samples, "{codec}");
        assert_eq!(ours.info.frames, Some(FRAMES as u64));
    }
    let file = ffmpeg_encode(&folder, &input, "x.caf", &["-c:a", "pcm_mulaw"]);
    assert_eq!(difference(&decode(&file).channels, &ffmpeg_decode(&file, 2)), 0.0);
    let (input, samples) = source(&folder, 6, 16);
    let ours = decode(&ffmpeg_encode(&folder, &input, "x.caf", &["-c:a", "pcm_s16le"]));
    assert_eq!(ours.channels, samples);
    assert_eq!(ours.info.layout, ChannelLayout::from_name("5.1").unwrap(), "the side layout of the source");
}

#[test]
fn vorbis_with_more_channels_agrees_with_ffmpeg() {
    let folder = folder();
    let (input, _) = source(&folder, 6, 16);
    let file = folder.path().join("x.ogg");
    run("oggenc", &["-Q", "-q", "6", "-o", text(&file), text(&input)]);
    let ours = decode(&file);
    assert_eq!((ours.frames(), ours.info.codec.as_str()), (FRAMES, "vorbis"));
    assert_eq!(ours.info.layout, ChannelLayout::from_name("5.1(back)").unwrap());
    assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
    let mut theirs = ffmpeg_decode(&file, 6);
    theirs.iter_mut().for_each(|channel| channel.truncate(FRAMES));
    let worst = difference(&ours.channels, &theirs);
    assert!(worst < 1e-4, "differs by {worst}");
    let in_matroska = decode(&ffmpeg_encode(&folder, &file, "x.mka", &["-c:a", "copy"]));
    assert_eq!(in_matroska.channels[5][..FRAMES], ours.channels[5][..]);
    assert_eq!(in_matroska.info.layout, ours.info.layout);
}

#[test]
fn pcm_in_quicktime_keeps_its_byte_order() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 24);
    for codec in ["s24be", "s24le", "s32be", "s32le", "f32be", "f32le", "f64be", "f64le"] {
        let codec = format!("pcm_{codec}");
        let file = ffmpeg_encode(&folder, &input, "x.mov", &["-c:a", &codec]);
        let ours = decode(&file);
        assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("mp4", codec.as_str()));
        assert_eq!(ours.channels, samples, "{codec}");
    }
}

#[test]
fn lossless_codecs_are_exact_in_other_containers_and_layouts() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 24);
    for (name, options) in [("x.oga", &["-c:a", "flac"][..]), ("x.mp4", &["-c:a", "flac", "-strict", "-2"])] {
        let ours = decode(&ffmpeg_encode(&folder, &input, name, options));
        assert_eq!((ours.channels, ours.info.codec.as_str()), (samples.clone(), "flac"), "{name}");
    }
    let (input, samples) = source(&folder, 6, 16);
    let back = ["-af", "channelmap=channel_layout=5.1", "-c:a", "alac"];
    let ours = decode(&ffmpeg_encode(&folder, &input, "x.m4a", &back));
    assert_eq!(ours.channels, samples);
    assert_eq!(ours.info.layout, ChannelLayout::from_name("5.1(back)").unwrap());
}

#[test]
fn an_interrupted_caf_is_read_to_its_end() {
    let folder = folder();
    let (input, samples) = source(&folder, 2, 16);
    let file = ffmpeg_encode(&folder, &input, "x.caf", &["-c:a", "pcm_s16be"]);
    let mut bytes = std::fs::read(file).unwrap();
    let at = bytes.windows(4).position(|window| window == b"data").unwrap() + 4;
    bytes[at..at + 8].copy_from_slice(&[0xff; 8]); // the size of a recording that goes on
    let ours = decode_bytes(&bytes);
    assert_eq!(ours.channels, samples);
    assert!(ours.noted("never filled in"));
    let cut = decode_bytes(&bytes[..bytes.len() - 401]);
    assert_eq!(cut.frames(), FRAMES - 101);
}

#[test]
fn mp2_is_read_alone_and_in_wav() {
    let folder = folder();
    let (input, _) = source(&folder, 2, 16);
    for (name, container) in [("x.mp2", "mp2"), ("x.wav", "wav")] {
        let file = ffmpeg_encode(&folder, &input, name, &["-c:a", "mp2", "-b:a", "256k"]);
        let ours = decode(&file);
        assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), (container, "mp2"));
        assert!(difference(&ours.channels, &ffmpeg_decode(&file, 2)) < 1e-4);
    }
}

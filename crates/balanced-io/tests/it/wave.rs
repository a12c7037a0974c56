//! Tests of WAVE and its relatives: every sample format against ffmpeg and known samples, and irregular headers.

use balanced_dsp::{ChannelLayout, Speaker};

use crate::support::*;

/// Writes a source for ffmpeg: `f64` with values that no narrower format holds.
fn source(folder: &tempfile::TempDir, channels: u16) -> std::path::PathBuf {
    let samples = programme(usize::from(channels), 3001);
    let wav = riff(&[fmt(3, channels, 44_100, 8, 64), chunk(b"data", &interleave(&samples, f64::to_le_bytes))]);
    let path = folder.path().join(format!("source{channels}.wav"));
    std::fs::write(&path, wav).unwrap();
    path
}

#[test]
fn every_sample_format_of_wav_and_w64_agrees_with_ffmpeg() {
    let folder = folder();
    for channels in [1u16, 2, 5] {
        let input = source(&folder, channels);
        for container in ["wav", "w64"] {
            for codec in ["u8", "s16le", "s24le", "s32le", "s64le", "f32le", "f64le", "alaw", "mulaw"] {
                if container == "w64" && codec == "s64le" {
                    continue;
                }
                let codec = format!("pcm_{codec}");
                let file = ffmpeg_encode(&folder, &input, &format!("x.{container}"), &["-c:a", &codec]);
                let ours = decode(&file);
                assert_eq!(ours.info.container, container);
                assert_eq!(ours.info.codec, codec);
                assert_eq!(ours.info.sample_rate_hz, 44_100.0);
                // ffmpeg's Wave64 counts the padding to 8 bytes as data.
                let padding = if container == "w64" { 8 } else { 1 };
                assert!((3001..3001 + padding).contains(&ours.frames()), "{}", ours.frames());
                assert_eq!(ours.info.frames, Some(ours.frames() as u64));
                let mut theirs = ffmpeg_decode(&file, usize::from(channels));
                theirs.iter_mut().for_each(|channel| channel.truncate(ours.frames()));
                let worst = difference(&ours.channels, &theirs);
                assert_eq!(worst, 0.0, "{codec} in {container}, {channels} channels");
            }
        }
    }
}

#[test]
fn ffmpeg_rf64_is_read() {
    let folder = folder();
    let input = source(&folder, 2);
    let file = ffmpeg_encode(&folder, &input, "x.wav", &["-c:a", "pcm_s24le", "-rf64", "always"]);
    let ours = decode(&file);
    assert_eq!((ours.info.container.as_str(), ours.info.bit_depth), ("rf64", Some(24)));
    assert_eq!(difference(&ours.channels, &ffmpeg_decode(&file, 2)), 0.0);
}

#[test]
fn bw64_with_64_bit_sizes_is_read() {
    let samples = on_grid(&programme(2, 700), 24);
    let data = interleave(&samples, i24_le);
    let mut ds64 = Vec::new();
    ds64.extend_from_slice(&0u64.to_le_bytes());
    ds64.extend_from_slice(&(data.len() as u64).to_le_bytes());
    ds64.extend_from_slice(&700u64.to_le_bytes());
    ds64.extend_from_slice(&0u32.to_le_bytes());
    let mut bytes = riff(&[chunk(b"ds64", &ds64), fmt(1, 2, 48_000, 3, 24), chunk(b"data", &data)]);
    bytes[..8].copy_from_slice(b"BW64\xff\xff\xff\xff");
    let size_at = bytes.windows(4).position(|w| w == b"data").unwrap() + 4;
    bytes[size_at..size_at + 4].copy_from_slice(&[0xff; 4]);
    bytes.extend_from_slice(&chunk(b"axml", b"<adm/>"));
    let ours = decode_bytes(&bytes);
    assert_eq!(ours.info.container, "bw64");
    assert_eq!(ours.channels, samples);
    assert!(ours.info.notes.is_empty(), "{:?}", ours.info.notes);
}

#[test]
fn rifx_is_big_endian_throughout() {
    let samples = on_grid(&programme(2, 500), 16);
    let data = interleave(&samples, i16_be);
    let mut bytes = b"RIFX".to_vec();
    bytes.extend_from_slice(&(36 + data.len() as u32).to_be_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16u32.to_be_bytes());
    for field in [1u16, 2] {
        bytes.extend_from_slice(&field.to_be_bytes());
    }
    bytes.extend_from_slice(&48_000u32.to_be_bytes());
    bytes.extend_from_slice(&192_000u32.to_be_bytes());
    for field in [4u16, 16] {
        bytes.extend_from_slice(&field.to_be_bytes());
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&(data.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&data);
    let ours = decode_bytes(&bytes);
    assert_eq!((ours.info.container.as_str(), ours.info.codec.as_str()), ("rifx", "pcm_s16be"));
    assert_eq!(ours.channels, samples);
}

#[test]
fn valid_bits_sit_at_the_top_of_the_container() {
    let cases: [(u16, u16, i32); 3] = [(2, 12, 12), (3, 20, 20), (4, 24, 24)];
    for (bytes, bits, grid) in cases {
        let samples = on_grid(&programme(2, 400), grid);
        let data = match bytes {
            2 => interleave(&samples, i16_le),
            3 => interleave(&samples, i24_le),
            _ => interleave(&samples, i32_le),
        };
        for format in [fmt_extensible(1, 2, bytes, bits, 3), fmt(1, 2, 48_000, bytes, bits)] {
            let ours = decode_bytes(&riff(&[format, chunk(b"data", &data)]));
            assert_eq!(ours.channels, samples, "{bits} bits in {bytes} bytes");
            assert_eq!(ours.info.bit_depth, Some(bits));
        }
    }
}

#[test]
fn the_channel_mask_becomes_the_layout() {
    let layout = |channels: u16, mask: u32| {
        let samples = on_grid(&programme(usize::from(channels), 10), 16);
        let format = fmt_extensible(1, channels, 2, 16, mask);
        decode_bytes(&riff(&[format, chunk(b"data", &interleave(&samples, i16_le))])).info
    };
    assert_eq!(layout(6, 0x60f).layout, ChannelLayout::from_name("5.1").unwrap());
    assert_eq!(layout(6, 0x3f).layout, ChannelLayout::from_name("5.1(back)").unwrap());
    assert_eq!(layout(2, 0).layout, ChannelLayout::stereo());
    let unnamed = layout(6, 0);
    assert_eq!(unnamed.layout, ChannelLayout::from_name("5.1").unwrap());
    assert!(unnamed.notes[0].contains("loudspeaker"));
    assert_eq!(layout(3, 0x3).layout.speakers(), [Speaker::FrontLeft, Speaker::FrontRight, Speaker::Discrete]);
}

#[test]
fn thirty_two_channels_of_plain_pcm_are_read() {
    let samples = on_grid(&programme(32, 100), 16);
    let ours = decode_bytes(&riff(&[fmt(1, 32, 48_000, 2, 16), chunk(b"data", &interleave(&samples, i16_le))]));
    assert_eq!(ours.channels, samples);
}

#[test]
fn chunks_of_odd_size_are_passed_with_and_without_pad() {
    let samples = on_grid(&programme(2, 300), 16);
    let data = chunk(b"data", &interleave(&samples, i16_le));
    let odd = chunk(b"LIST", b"INFOx");
    let padded = riff(&[fmt(1, 2, 48_000, 2, 16), odd.clone(), data.clone()]);
    let ours = decode_bytes(&padded);
    assert_eq!(ours.channels, samples);
    assert!(ours.info.notes.is_empty());
    let unpadded = riff(&[fmt(1, 2, 48_000, 2, 16), odd[..odd.len() - 1].to_vec(), data]);
    let ours = decode_bytes(&unpadded);
    assert_eq!(ours.channels, samples);
    assert!(ours.noted("no pad byte"));
}

/// Overwrites the size field that follows `tag`.
fn with_size(bytes: &[u8], tag: &[u8; 4], size: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = bytes.windows(4).position(|window| window == tag).unwrap() + 4;
    bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
    bytes
}

#[test]
fn wrong_sizes_do_not_lose_audio() {
    let (wav, samples) = plain_wav(749);
    let cases = [
        ("both zero", with_size(&with_size(&wav, b"data", 0), b"RIFF", 0), "never filled in"),
        ("both all ones", with_size(&with_size(&wav, b"data", u32::MAX), b"RIFF", u32::MAX), "never filled in"),
        ("data too large", with_size(&wav, b"data", 1 << 30), "declares"),
        ("RIFF too small", with_size(&wav, b"RIFF", 100), "RIFF size"),
    ];
    for (name, bytes, note) in cases {
        let ours = decode_bytes(&bytes);
        assert_eq!(ours.channels, samples, "{name}");
        assert!(ours.noted(note), "{name}: {:?}", ours.info.notes);
        assert_eq!(ours.info.frames, Some(749), "{name}");
    }
    let ours = decode_bytes(&with_size(&wav, b"RIFF", 1 << 30));
    assert_eq!(ours.channels, samples, "RIFF too large");
}

#[test]
fn a_piped_wav_of_ffmpeg_is_read_to_its_end() {
    let folder = folder();
    let input = source(&folder, 2);
    let piped = run("ffmpeg", &["-v", "error", "-i", text(&input), "-c:a", "pcm_s16le", "-f", "wav", "-"]);
    let ours = decode_bytes(&piped);
    assert_eq!(ours.frames(), 3001);
    assert!(ours.noted("never filled in"));
}

#[test]
fn a_file_that_is_truly_empty_of_audio_has_no_frames() {
    let ours = decode_bytes(&riff(&[fmt(1, 2, 48_000, 2, 16), chunk(b"data", &[]), chunk(b"LIST", b"INFOabcd")]));
    assert_eq!((ours.frames(), ours.info.frames), (0, Some(0)));
}

#[test]
fn a_cut_off_file_gives_its_whole_frames_and_says_so() {
    let (wav, samples) = plain_wav(750);
    let ours = decode_bytes(&wav[..wav.len() - 1]);
    assert_eq!(ours.frames(), 749);
    assert_eq!(ours.channels[1][..], samples[1][..749]);
    assert!(ours.noted("declares") && ours.noted("incomplete"), "{:?}", ours.info.notes);
}

#[test]
fn only_the_first_data_chunk_counts() {
    let (_, samples) = plain_wav(64);
    let data = chunk(b"data", &interleave(&samples, i16_le));
    let ours = decode_bytes(&riff(&[fmt(1, 2, 48_000, 2, 16), data.clone(), data]));
    assert_eq!(ours.channels, samples);
    assert!(ours.noted("second data chunk"));
}

#[test]
fn data_before_format_and_junk_behind_are_no_obstacle() {
    let (_, samples) = plain_wav(64);
    let data = chunk(b"data", &interleave(&samples, i16_le));
    let mut bytes = riff(&[data, fmt(1, 2, 48_000, 2, 16)]);
    bytes.extend_from_slice(&[0xfe; 333]);
    assert_eq!(decode_bytes(&bytes).channels, samples);
}

#[test]
fn floats_pass_through_untouched() {
    let samples = vec![vec![f64::NAN, f64::INFINITY, -3.5, 1e-310]];
    let bytes = riff(&[fmt(3, 1, 48_000, 8, 64), chunk(b"data", &interleave(&samples, f64::to_le_bytes))]);
    let ours = decode_bytes(&bytes);
    assert!(ours.channels[0][0].is_nan());
    assert_eq!(ours.channels[0][1..], samples[0][1..]);
    assert_eq!(ours.info.bit_depth, Some(64));
}

#[test]
fn extensible_floats_are_read() {
    let samples = programme(2, 100);
    let data = interleave(&samples, f64::to_le_bytes);
    let ours = decode_bytes(&riff(&[fmt_extensible(3, 2, 8, 64, 3), chunk(b"data", &data)]));
    assert_eq!(ours.channels, samples);
}

#[test]
fn tags_in_front_of_a_wav_are_passed() {
    let (wav, samples) = plain_wav(50);
    assert_eq!(decode_bytes(&[&b"ID3\x04\x00\x00\x00\x00\x00\x05abcde"[..], &wav].concat()).channels, samples);
}

#[test]
fn a_decoder_may_move_to_another_thread() {
    fn assert_send<T: Send>() {}
    assert_send::<balanced_io::Decoder>();
    assert_send::<balanced_io::Encoder>();
    assert_send::<balanced_io::Resampler>();
}

#[test]
fn blocks_of_any_size_give_the_same_samples() {
    let (wav, samples) = plain_wav(20_000);
    for block in [1, 7, 4096, 16_384, 50_000] {
        let decoder = balanced_io::Decoder::from_bytes(wav.clone()).unwrap();
        assert_eq!(drain(decoder, block).channels, samples, "{block}");
    }
}

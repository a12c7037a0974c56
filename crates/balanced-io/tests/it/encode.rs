//! Tests of encoding: this crate, ffmpeg and flac read files back bit-exactly; files appear complete or not at all.

use std::path::Path;

use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_io::{
    BroadcastLoudness, EncodeSpec, Encoder, FileFormat, IoErrorKind, SampleFormat, cleanup_temporaries,
    write_broadcast_loudness,
};

use crate::support::*;

fn spec(format: FileFormat, sample_format: SampleFormat) -> EncodeSpec {
    EncodeSpec { format, sample_format }
}

fn encode(path: &Path, spec: &EncodeSpec, format: &StreamFormat, samples: &Channels, block: usize) {
    let audio = PlanarBuffer::from_channels(samples);
    let mut encoder = Encoder::create(path, spec, format).unwrap();
    for start in (0..audio.frames()).step_by(block) {
        encoder.write(&audio.block().slice(start..(start + block).min(audio.frames()))).unwrap();
    }
    assert_eq!(encoder.clipped_samples(), 0);
    assert_eq!(encoder.frames(), audio.frames() as u64);
    encoder.finish().unwrap();
}

/// Returns samples that the format holds exactly, including its extremes.
fn exact_samples(format: SampleFormat, channels: usize, frames: usize) -> Channels {
    let mut samples = match format {
        SampleFormat::F64 => programme(channels, frames),
        SampleFormat::F32 => {
            programme(channels, frames).iter().map(|c| c.iter().map(|x| f64::from(*x as f32)).collect()).collect()
        }
        _ => on_grid(&programme(channels, frames), i32::from(format.bits())),
    };
    let step = if format.is_float() { 2f64.powi(-23) } else { 2f64.powi(1 - i32::from(format.bits())) };
    for channel in &mut samples {
        channel[..5].copy_from_slice(&[-1.0, 1.0 - step, step, -step, 0.0]);
    }
    samples
}

const ALL: [(FileFormat, &[SampleFormat]); 3] = {
    use SampleFormat::{F32, F64, I16, I24, I32};
    [
        (FileFormat::Wav, &[I16, I24, I32, F32, F64]),
        (FileFormat::Aiff, &[I16, I24, I32, F32, F64]),
        (FileFormat::Flac, &[I16, I24]),
    ]
};

#[test]
fn every_format_comes_back_bit_exact_to_us_and_to_ffmpeg() {
    let folder = folder();
    for (file_format, sample_formats) in ALL {
        for &sample_format in sample_formats {
            for layout in ["mono", "stereo", "5.1"] {
                let layout = ChannelLayout::from_name(layout).unwrap();
                let format = StreamFormat { sample_rate_hz: 96_000.0, layout };
                let samples = exact_samples(sample_format, format.channels(), 9001);
                let path = folder.path().join("x").with_extension(file_format.extension());
                encode(&path, &spec(file_format, sample_format), &format, &samples, 1000);
                let what = format!("{file_format:?} {sample_format:?} {}", format.layout.name());
                let ours = decode(&path);
                assert_eq!(ours.channels, samples, "{what}");
                assert_eq!(ours.info.format(), format, "{what}");
                assert_eq!((ours.info.bit_depth, ours.info.frames), (Some(sample_format.bits()), Some(9001)), "{what}");
                assert!(ours.info.notes.is_empty(), "{what}: {:?}", ours.info.notes);
                assert_eq!(ffmpeg_decode(&path, format.channels()), samples, "{what} by ffmpeg");
            }
        }
    }
}

#[test]
fn flac_passes_the_reference_decoder_with_its_checksum() {
    let folder = folder();
    let path = folder.path().join("x.flac");
    for (sample_format, rate_hz, frames) in [
        (SampleFormat::I16, 44_100.0, 1),
        (SampleFormat::I24, 192_000.0, 20_011),
        (SampleFormat::I16, 48_000.0, 4096),
        (SampleFormat::I24, 352_800.0, 0),
    ] {
        let format = StreamFormat::new(rate_hz, 2);
        let samples = on_grid(&programme(2, frames), i32::from(sample_format.bits()));
        encode(&path, &spec(FileFormat::Flac, sample_format), &format, &samples, 777);
        // -w makes warnings errors; a length of 0, which means "unknown" in FLAC, always causes one.
        let strict = if frames > 0 { &["-t", "-s", "-w"][..] } else { &["-t", "-s"] };
        run("flac", &[strict, &[text(&path)]].concat());
        let ours = decode(&path);
        assert_eq!((ours.channels, ours.info.sample_rate_hz), (samples, rate_hz), "{frames} frames");
    }
}

#[test]
fn flac_is_smaller_than_pcm() {
    let folder = folder();
    let path = folder.path().join("x.flac");
    let mut samples = programme(1, 100_000);
    samples[0] = samples[0].iter().enumerate().map(|(i, _)| (i as f64 * 0.01).sin() * 0.5).collect();
    encode(&path, &spec(FileFormat::Flac, SampleFormat::I16), &StreamFormat::new(44_100.0, 1), &samples, 4096);
    assert!(std::fs::metadata(&path).unwrap().len() < 120_000);
}

#[test]
fn layouts_survive_where_the_format_can_name_them() {
    let folder = folder();
    for name in ["mono", "stereo", "quad", "5.0", "5.1", "5.1(back)", "7.1"] {
        let layout = ChannelLayout::from_name(name).unwrap();
        let format = StreamFormat { sample_rate_hz: 48_000.0, layout };
        let samples = on_grid(&programme(format.channels(), 100), 16);
        for file_format in [FileFormat::Wav, FileFormat::Aiff, FileFormat::Flac] {
            let path = folder.path().join("x");
            encode(&path, &spec(file_format, SampleFormat::I16), &format, &samples, 100);
            assert_eq!(decode(&path).info.layout.name(), name, "{file_format:?}");
        }
    }
}

#[test]
fn what_is_beyond_full_scale_is_clamped_and_counted() {
    let folder = folder();
    let path = folder.path().join("x.wav");
    let format = StreamFormat::new(48_000.0, 1);
    let audio = PlanarBuffer::from_channels(&[[1.5, -1.5, 0.25, f64::NAN]]);
    let mut encoder = Encoder::create(&path, &spec(FileFormat::Wav, SampleFormat::I16), &format).unwrap();
    encoder.write(&audio.block()).unwrap();
    assert_eq!(encoder.clipped_samples(), 2);
    encoder.finish().unwrap();
    assert_eq!(decode(&path).channels, [[32767.0 / 32768.0, -1.0, 0.25, 0.0]]);
}

#[test]
fn nothing_is_left_of_an_encoder_that_was_dropped() {
    let folder = folder();
    let path = folder.path().join("x.wav");
    let audio = PlanarBuffer::from_channels(&programme(2, 100));
    let mut encoder = Encoder::create(&path, &EncodeSpec::default(), &StreamFormat::new(48_000.0, 2)).unwrap();
    encoder.write(&audio.block()).unwrap();
    drop(encoder);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Runs in a separate process, because the cleanup would remove the files of other tests.
#[test]
fn cleaning_up_takes_partial_files_away_and_the_encoder_fails() {
    const FLAG: &str = "BALANCED_IO_CLEANUP_TEST";
    if std::env::var_os(FLAG).is_none() {
        let name = "encode::cleaning_up_takes_partial_files_away_and_the_encoder_fails";
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env(FLAG, "1")
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        return;
    }
    let folder = folder();
    let path = folder.path().join("x.wav");
    let encoder = Encoder::create(&path, &EncodeSpec::default(), &StreamFormat::new(48_000.0, 2)).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    std::thread::spawn(cleanup_temporaries).join().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(encoder.finish().err().unwrap().kind(), IoErrorKind::Write);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_a_format_cannot_hold_is_refused_with_the_way_out() {
    let folder = folder();
    let path = folder.path().join("x.flac");
    let refusal = |sample_format, channels, rate_hz| {
        let format = StreamFormat::new(rate_hz, channels);
        Encoder::create(&path, &spec(FileFormat::Flac, sample_format), &format).err().unwrap().to_string()
    };
    assert!(refusal(SampleFormat::F32, 2, 48_000.0).contains("choose 16 or 24 bits"));
    assert!(refusal(SampleFormat::I24, 12, 48_000.0).contains("at most 8 channels"));
    assert!(refusal(SampleFormat::I24, 0, 48_000.0).contains("0 channels"));
    assert!(refusal(SampleFormat::I24, 2, 0.0).contains("sample rate of 0 Hz"));
    assert!(refusal(SampleFormat::I24, 2, f64::NAN).contains("sample rate"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Offsets of EBU Tech 3285 v2: version at 346, loudness fields from 412, each hundredths in 16 bits.
#[test]
fn loudness_goes_into_a_broadcast_chunk_and_can_be_replaced() {
    let folder = folder();
    let path = folder.path().join("x.wav");
    let samples = on_grid(&programme(1, 333), 24); // an odd number of data bytes
    encode(&path, &EncodeSpec::default(), &StreamFormat::new(48_000.0, 1), &samples, 100);
    let before = std::fs::metadata(&path).unwrap().len();
    let read = || {
        let bytes = std::fs::read(&path).unwrap();
        let riff_bytes = u32::from_le_bytes(bytes[4..8].try_into().unwrap());
        assert_eq!(riff_bytes as usize, bytes.len() - 8);
        let at = bytes.windows(4).position(|window| window == b"bext").unwrap();
        assert_eq!(bytes[at + 4..at + 8], 602u32.to_le_bytes());
        let field = |offset: usize| i16::from_le_bytes(bytes[at + 8 + offset..][..2].try_into().unwrap());
        [346, 412, 414, 416, 418, 420].map(field)
    };
    let mut loudness = BroadcastLoudness {
        integrated_lufs: Some(-14.004),
        range_lu: Some(5.126),
        max_true_peak_dbtp: Some(-1.0),
        max_momentary_lufs: None,
        max_short_term_lufs: Some(f64::NAN),
    };
    write_broadcast_loudness(&path, &loudness).unwrap();
    assert_eq!(read(), [2, -1400, 513, -100, 0x7fff, 0x7fff]);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), before + 610);
    loudness.max_momentary_lufs = Some(-9.5);
    write_broadcast_loudness(&path, &loudness).unwrap();
    assert_eq!(read(), [2, -1400, 513, -100, -950, 0x7fff]);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), before + 610);
    let ours = decode(&path);
    assert_eq!((&ours.channels, ours.info.notes.len()), (&samples, 0));
    assert_eq!(ffmpeg_decode(&path, 1), samples);
}

#[test]
fn only_a_wav_takes_a_broadcast_chunk() {
    let folder = folder();
    let path = folder.path().join("x.flac");
    let samples = on_grid(&programme(1, 100), 16);
    encode(&path, &spec(FileFormat::Flac, SampleFormat::I16), &StreamFormat::new(48_000.0, 1), &samples, 100);
    let error = write_broadcast_loudness(&path, &BroadcastLoudness::default()).err().unwrap();
    assert_eq!(error.kind(), IoErrorKind::Unsupported);
    assert_eq!(decode(&path).channels, samples);
}

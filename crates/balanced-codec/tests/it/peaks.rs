//! Peaks and clipped samples against those that ffmpeg's decoders give for finished files.

use balanced_codec::{Codec, FileEncoder};
use balanced_dsp::{PlanarBuffer, StreamFormat};

use crate::support::{ffmpeg_decode, noise, peaks, round_trip};

/// Noise that a hard clipper flattened: its corners overshoot in every codec.
fn square_ish(frames: usize, ceiling: f64) -> PlanarBuffer {
    let mut audio = noise(frames, 2, 3.0);
    for channel in 0..2 {
        audio.channel_mut(channel).iter_mut().for_each(|sample| *sample = sample.clamp(-ceiling, ceiling));
    }
    audio
}

#[test]
fn peaks_are_those_of_another_decoder() {
    let folder = tempfile::tempdir().unwrap();
    let audio = square_ish(88_200, 0.95);
    for codec in Codec::COMMON {
        let (heard, rate_hz) = round_trip(codec, &audio, 44_100.0, 4096);
        let path = folder.path().join(format!("x.{}", codec.extension()));
        let mut encoder = FileEncoder::create(codec, &StreamFormat::new(44_100.0, 2), &path).unwrap();
        encoder.write(&audio.block()).unwrap();
        assert_eq!(encoder.finish().unwrap(), heard.frames() as u64);
        let theirs = ffmpeg_decode(&path, 2);
        let ((our_peak, our_clipped), (their_peak, their_clipped)) = (peaks(&heard, rate_hz), peaks(&theirs, rate_hz));
        println!("{codec}: {our_peak:.3} dBTP, {our_clipped} clipped; ffmpeg {their_peak:.3} dBTP, {their_clipped}");
        assert!((our_peak - their_peak).abs() < 0.1, "{codec}: {our_peak} and {their_peak} dBTP");
        assert!(our_clipped > 0, "{codec} does not clip what is flat at 0.95");
        let most = our_clipped.max(their_clipped) / 50 + 2;
        assert!(our_clipped.abs_diff(their_clipped) <= most, "{codec}: {our_clipped} and {their_clipped} samples");
    }
}

#[test]
fn what_lies_low_enough_does_not_clip() {
    for codec in Codec::COMMON {
        let (heard, rate_hz) = round_trip(codec, &noise(44_100, 2, 0.2), 44_100.0, 4096);
        let (peak, clipped) = peaks(&heard, rate_hz);
        assert!(peak < 0.0 && clipped == 0, "{codec}: {peak} dBTP, {clipped} samples");
    }
}

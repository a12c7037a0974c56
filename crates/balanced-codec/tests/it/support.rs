//! Signals, round trips, and ffmpeg's decoders.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use balanced_codec::{Codec, DecodedPeaks, RoundTrip};
use balanced_dsp::{PlanarBuffer, Random, StreamFormat};
use balanced_io::Resampler;

/// Codecs of every encoder.
pub const ONE_OF_EACH: [Codec; 4] =
    [Codec::Aac { kbps: 128 }, Codec::Mp3 { kbps: 128 }, Codec::Opus { kbps: 96 }, Codec::Vorbis { quality: 5 }];

/// Noise that falls with frequency, as music does, so that codecs keep its wave: different in every channel.
pub fn noise(frames: usize, channels: usize, peak: f64) -> PlanarBuffer {
    let planes: Vec<Vec<f64>> = (0..channels)
        .map(|channel| {
            let (mut source, mut low) = (Random::new(77, channel as u64), 0.0);
            (0..frames)
                .map(|_| {
                    low += 0.05 * (2.0 * source.centred() - low);
                    low * 4.0 * peak
                })
                .collect()
        })
        .collect();
    PlanarBuffer::from_channels(&planes)
}

/// Sends `audio` through a codec in blocks of `block_frames`; returns what comes back, joined, and its rate.
pub fn round_trip(codec: Codec, audio: &PlanarBuffer, rate_hz: f64, block_frames: usize) -> (PlanarBuffer, f64) {
    let format = StreamFormat::new(rate_hz, audio.channels());
    let mut trip = RoundTrip::new(codec, &format, Box::new(Cursor::new(Vec::new()))).unwrap();
    for start in (0..audio.frames()).step_by(block_frames) {
        trip.push(&audio.block().slice(start..(start + block_frames).min(audio.frames()))).unwrap();
    }
    let mut decoded = trip.finish().unwrap();
    let mut planes = vec![Vec::new(); audio.channels()];
    let mut buffer = PlanarBuffer::new(audio.channels(), 1000);
    while decoded.read(&mut buffer).unwrap() > 0 {
        planes.iter_mut().enumerate().for_each(|(channel, plane)| plane.extend_from_slice(buffer.channel(channel)));
    }
    assert_eq!(planes[0].len() as u64, decoded.frames());
    (PlanarBuffer::from_channels(&planes), decoded.format().sample_rate_hz)
}

/// Converts audio to another rate.
pub fn at_rate(audio: &PlanarBuffer, from_hz: f64, to_hz: f64) -> PlanarBuffer {
    let mut resampler = Resampler::new(from_hz, to_hz, audio.channels()).unwrap();
    let (mut head, mut rest) = (PlanarBuffer::new(audio.channels(), 0), PlanarBuffer::new(audio.channels(), 0));
    resampler.process(&audio.block(), &mut head);
    resampler.finish(&mut rest);
    let planes: Vec<Vec<f64>> =
        (0..audio.channels()).map(|channel| [head.channel(channel), rest.channel(channel)].concat()).collect();
    PlanarBuffer::from_channels(&planes)
}

/// Returns the lag in frames, within 200, at which `b` is most like `a`, and the correlation there.
pub fn lag(a: &[f64], b: &[f64]) -> (isize, f64) {
    let likeness = |lag: isize| {
        let pairs = (200..a.len() - 200).map(|frame| (a[frame], b[(frame as isize + lag) as usize]));
        let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
        pairs.for_each(|(a, b)| {
            ab += a * b;
            aa += a * a;
            bb += b * b;
        });
        ab / (aa * bb).sqrt()
    };
    let lags = (-200..=200).map(|lag| (lag, likeness(lag)));
    lags.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

/// Decodes a file with ffmpeg, in floating point.
pub fn ffmpeg_decode(file: &Path, channels: usize) -> PlanarBuffer {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(["-f", "f64le", "-"])
        .output()
        .expect("ffmpeg is needed by this test; `apt-get install ffmpeg` brings it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let samples: Vec<f64> = output.stdout.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    let plane = |channel| samples.iter().skip(channel).step_by(channels).copied().collect();
    PlanarBuffer::from_channels(&(0..channels).map(plane).collect::<Vec<Vec<f64>>>())
}

/// Returns true peak and clipped samples.
pub fn peaks(audio: &PlanarBuffer, rate_hz: f64) -> (f64, u64) {
    let mut peaks = DecodedPeaks::new(&StreamFormat::new(rate_hz, audio.channels()));
    peaks.push(audio.block());
    (peaks.true_peak_dbtp().unwrap(), peaks.clipped_samples())
}

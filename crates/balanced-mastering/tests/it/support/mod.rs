//! Signals and helpers shared by the integration tests.
#![allow(dead_code)]

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{Processor, ProcessorSpec};

/// Uniform noise in -1..1 from a seed (xorshift64*, Vigna 2016).
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// Noise that swells and falls between silence and `peak`, different in every channel.
pub fn programme(format: &StreamFormat, frames: usize, peak: f64) -> PlanarBuffer {
    let channels: Vec<Vec<f64>> = (0..format.channels())
        .map(|channel| {
            let mut noise = Noise::new(channel as u64 + 1);
            (0..frames)
                .map(|frame| {
                    let phase = frame as f64 / 1500.0 + channel as f64;
                    peak * noise.next() * phase.sin().max(0.0)
                })
                .collect()
        })
        .collect();
    PlanarBuffer::from_channels(&channels)
}

/// A sine, alike in every channel.
pub fn sine(format: &StreamFormat, frames: usize, frequency_hz: f64, peak: f64) -> PlanarBuffer {
    let step = std::f64::consts::TAU * frequency_hz / format.sample_rate_hz;
    let tone: Vec<f64> = (0..frames).map(|frame| peak * (step * frame as f64).sin()).collect();
    PlanarBuffer::from_channels(&vec![tone; format.channels()])
}

/// Process all of `audio` in blocks of `block_frames`.
pub fn process(processor: &mut dyn Processor, audio: &mut PlanarBuffer, block_frames: usize) {
    let frames = audio.frames();
    let mut block = audio.block_mut();
    let mut start = 0;
    while start < frames {
        let end = (start + block_frames).min(frames);
        processor.process(&mut block.slice_mut(start..end));
        start = end;
    }
}

/// A fresh processor's output.
pub fn run(spec: &ProcessorSpec, format: &StreamFormat, input: &PlanarBuffer, block_frames: usize) -> PlanarBuffer {
    let mut audio = input.clone();
    process(build(spec, format).as_mut(), &mut audio, block_frames);
    audio
}

pub fn build(spec: &ProcessorSpec, format: &StreamFormat) -> Box<dyn Processor> {
    spec.build(format).unwrap_or_else(|error| panic!("{spec:?}: {error}"))
}

/// Panics at the first sample whose bits differ.
pub fn assert_same(a: &PlanarBuffer, b: &PlanarBuffer, what: &str) {
    assert_eq!((a.channels(), a.frames()), (b.channels(), b.frames()), "{what}");
    for channel in 0..a.channels() {
        let pairs = a.channel(channel).iter().zip(b.channel(channel));
        if let Some((frame, (x, y))) = pairs.enumerate().find(|(_, (x, y))| x.to_bits() != y.to_bits()) {
            panic!("{what}: channel {channel} frame {frame}: {x:e} is not {y:e}");
        }
    }
}

pub fn is_finite(audio: &PlanarBuffer) -> bool {
    (0..audio.channels()).all(|channel| audio.channel(channel).iter().all(|s| s.is_finite()))
}

pub fn rms(samples: &[f64]) -> f64 {
    (samples.iter().map(|s| s * s).sum::<f64>() / samples.len() as f64).sqrt()
}

//! A mono copy of the stream at a low rate: what rhythm, key and tags listen to.

use std::f64::consts::PI;

use balanced_dsp::{Block, ChannelLayout, VectorLoop, lanes, vectorize, window};

/// Attenuation of what would fold back (Kaiser window design).
const STOP_DB: f64 = 70.0;
/// Frames mixed to mono at a time.
const CHUNK_FRAMES: usize = 4096;

/// Rational resampler with linear phase and no delay: output `n` is centred on input time `n * m / l`.
pub(crate) struct Resample {
    /// `l` phases of `taps` coefficients each, oldest input first.
    phases: Vec<f32>,
    taps: usize,
    l: usize,
    m: usize,
    /// Input that some output still needs, oldest first.
    line: Vec<f32>,
    /// Of the next output: `phase` and where its window begins in `line`.
    phase: usize,
    at: usize,
}

impl Resample {
    /// From `input_hz` to `output_hz` (whole numbers of hertz after rounding), flat up to `pass_hz`. What folds onto
    /// frequencies above `pass_hz` is not suppressed: nobody may look there.
    pub fn new(input_hz: f64, output_hz: f64, pass_hz: f64) -> Self {
        let (input, output) = (input_hz.round().max(1.0) as usize, output_hz.round().max(1.0) as usize);
        let common = gcd(input, output);
        let (l, m) = (output / common, input / common);
        let lower = input.min(output) as f64;
        let pass = pass_hz.min(0.46 * lower);
        let (cutoff, width) = (0.5 * lower, lower - 2.0 * pass);
        let beta = window::kaiser_beta(STOP_DB);
        let half = ((STOP_DB - 8.0) / (2.285 * 2.0 * PI * width / input as f64) / 2.0).ceil();
        let half = (half as usize).next_multiple_of(4).max(4);
        let mut phases = Vec::with_capacity(2 * half * l);
        for phase in 0..l {
            let t = |k: usize| phase as f64 / l as f64 + half as f64 - 1.0 - k as f64;
            let taps: Vec<f64> =
                (0..2 * half).map(|k| kernel(t(k), half as f64, cutoff / input as f64, beta)).collect();
            let gain: f64 = taps.iter().sum();
            phases.extend(taps.iter().map(|tap| (tap / gain) as f32));
        }
        Self { phases, taps: 2 * half, l, m, line: vec![0.0; half - 1], phase: 0, at: 0 }
    }

    /// Append to `out` what `input` completes.
    pub fn push(&mut self, input: &[f32], out: &mut Vec<f32>) {
        self.line.extend_from_slice(input);
        vectorize(Convolve { resample: self, out });
        let used = self.at.min(self.line.len());
        self.line.drain(..used);
        self.at -= used;
    }

    /// Append the outputs that the end of the input had held back.
    pub fn flush(&mut self, out: &mut Vec<f32>) {
        self.push(&vec![0.0; self.taps / 2], out);
    }
}

/// All outputs for which the line has enough.
struct Convolve<'a> {
    resample: &'a mut Resample,
    out: &'a mut Vec<f32>,
}

impl VectorLoop for Convolve<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { resample: r, out } = self;
        while r.at + r.taps <= r.line.len() {
            let taps = &r.phases[r.phase * r.taps..][..r.taps];
            out.push(lanes::dot(taps, &r.line[r.at..r.at + r.taps]));
            r.phase += r.m;
            r.at += r.phase / r.l;
            r.phase %= r.l;
        }
    }
}

/// Kaiser-windowed sinc of half-length `half` at `t` input samples from its centre.
fn kernel(t: f64, half: f64, cutoff: f64, beta: f64) -> f64 {
    let x = 2.0 * PI * cutoff * t;
    let sinc = if t == 0.0 { 1.0 } else { x.sin() / x };
    sinc * window::kaiser(t / half, beta)
}

/// Cuts a mono stream into overlapping frames; frame `k` is centred on sample `k * hop`.
pub struct Frames {
    line: Vec<f32>,
    size: usize,
    hop: usize,
}

impl Frames {
    /// Makes frames of `size` (even) samples every `hop` samples.
    pub fn new(size: usize, hop: usize) -> Self {
        Self { line: vec![0.0; size / 2], size, hop }
    }

    /// Calls `full` with each frame that `input` completes.
    pub fn push(&mut self, input: &[f32], mut full: impl FnMut(&[f32])) {
        self.line.extend_from_slice(input);
        let mut at = 0;
        while at + self.size <= self.line.len() {
            full(&self.line[at..at + self.size]);
            at += self.hop;
        }
        // A hop may be longer than a frame; what it skips has not all come yet then.
        let used = at.min(self.line.len());
        self.line.drain(..used);
    }

    /// Calls `full` with the last frames, whose centre is inside the audio but whose end is not.
    pub fn finish(&mut self, full: impl FnMut(&[f32])) {
        let rest = vec![0.0; self.size / 2];
        self.push(&rest, full);
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Mixes all channels except the LFE to mono at a low sample rate.
pub struct LowRate {
    channels: Vec<usize>,
    resample: Resample,
    mono: Vec<f32>,
    out: Vec<f32>,
    rate_hz: f64,
}

impl LowRate {
    /// Resamples to exactly `rate_hz`, flat to `pass_hz`.
    pub fn exactly(layout: &ChannelLayout, input_hz: f64, rate_hz: f64, pass_hz: f64) -> Self {
        Self {
            channels: layout.full_range_channels(),
            resample: Resample::new(input_hz, rate_hz, pass_hz),
            mono: Vec::with_capacity(CHUNK_FRAMES),
            out: Vec::new(),
            rate_hz,
        }
    }

    /// Resamples to the input's rate divided by a whole number, as near above `rate_hz` as possible.
    pub fn near(layout: &ChannelLayout, input_hz: f64, rate_hz: f64, pass_hz: f64) -> Self {
        let input_hz = input_hz.round();
        let factor = (1..=(input_hz / rate_hz * 1.001) as usize).rev().find(|f| (input_hz as usize).is_multiple_of(*f));
        Self::exactly(layout, input_hz, input_hz / factor.unwrap_or(1) as f64, pass_hz)
    }

    /// Returns the sample rate of the output.
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// Passes the low-rate samples that `block` completes to `take`.
    pub fn push(&mut self, block: Block<'_>, mut take: impl FnMut(&[f32])) {
        let scale = 1.0 / self.channels.len().max(1) as f32;
        let mut at = 0;
        while at < block.frames() {
            let frames = CHUNK_FRAMES.min(block.frames() - at);
            self.mono.clear();
            self.mono.resize(frames, 0.0);
            for channel in &self.channels {
                let samples = &block.channel(*channel)[at..at + frames];
                self.mono.iter_mut().zip(samples).for_each(|(m, s)| *m += scale * *s as f32);
            }
            self.out.clear();
            self.resample.push(&self.mono, &mut self.out);
            take(&self.out);
            at += frames;
        }
    }

    /// Passes the last samples to `take`.
    pub fn finish(&mut self, mut take: impl FnMut(&[f32])) {
        self.out.clear();
        self.resample.flush(&mut self.out);
        take(&self.out);
    }
}

/// The even number nearest to `target` with no prime factor above five: a size the FFT likes.
pub(crate) fn fft_size(target: f64) -> usize {
    let smooth = |n: usize| {
        let mut rest = n;
        for prime in [2, 3, 5] {
            while rest.is_multiple_of(prime) {
                rest /= prime;
            }
        }
        rest == 1
    };
    let target = target.max(2.0);
    (1..=target as usize)
        .map(|half| 2 * half)
        .filter(|n| smooth(*n))
        .min_by(|a, b| (*a as f64 - target).abs().total_cmp(&(*b as f64 - target).abs()))
        .unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hz: f64, rate: f64, frames: usize) -> Vec<f32> {
        (0..frames).map(|i| (2.0 * PI * hz * i as f64 / rate).sin() as f32).collect()
    }

    fn resampled(from: f64, to: f64, pass: f64, input: &[f32], block: usize) -> Vec<f32> {
        let mut resample = Resample::new(from, to, pass);
        let mut out = Vec::new();
        input.chunks(block).for_each(|part| resample.push(part, &mut out));
        resample.flush(&mut out);
        out
    }

    #[test]
    fn a_tone_keeps_its_level_its_time_and_its_frequency() {
        for (from, to) in [(44_100.0, 16_000.0), (44_100.0, 22_050.0), (48_000.0, 12_000.0), (8000.0, 16_000.0)] {
            let out = resampled(from, to, 7000.0, &sine(1000.0, from, from as usize), 1000);
            let expected = sine(1000.0, to, to as usize);
            assert!(out.len().abs_diff(expected.len()) <= 1, "{from} {to} {}", out.len());
            let middle = 200..expected.len() - 200;
            let worst = middle.map(|i| (out[i] - expected[i]).abs()).fold(0.0, f32::max);
            assert!(worst < 2e-3, "{from} {to} {worst}");
        }
    }

    #[test]
    fn what_would_fold_onto_the_pass_band_is_gone() {
        for hz in [14_000.0, 17_000.0, 21_000.0] {
            let out = resampled(44_100.0, 22_050.0, 8000.0, &sine(hz, 44_100.0, 44_100), 44_100);
            let peak = out[500..out.len() - 500].iter().fold(0f32, |p, s| p.max(s.abs()));
            assert!(peak < 1e-3, "{hz} {peak}");
        }
    }

    #[test]
    fn blocks_do_not_matter() {
        let input = sine(440.0, 44_100.0, 5000);
        let whole = resampled(44_100.0, 16_000.0, 7000.0, &input, 5000);
        for block in [1, 7, 441] {
            assert_eq!(resampled(44_100.0, 16_000.0, 7000.0, &input, block), whole);
        }
    }

    #[test]
    fn sizes_are_even_smooth_and_near() {
        assert_eq!([8191.0, 8918.0, 1023.0, 1114.0].map(fft_size), [8192, 9000, 1024, 1080]);
    }

    #[test]
    fn near_rates_are_whole_fractions_of_the_input() {
        let rate = |hz| LowRate::near(&ChannelLayout::stereo(), hz, 22_050.0, 9000.0).rate_hz();
        assert_eq!(
            [44_100.0, 48_000.0, 96_000.0, 192_000.0, 16_000.0].map(rate),
            [22_050.0, 24_000.0, 24_000.0, 24_000.0, 16_000.0]
        );
    }
}

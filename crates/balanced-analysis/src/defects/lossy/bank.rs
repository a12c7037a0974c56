//! The lines of a codec's transform, evaluated at every position of an excerpt at once.
//!
//! A line is a narrow band-pass filter, so its output is a slow complex envelope on a carrier at the line's frequency: the
//! envelope comes from a short inverse FFT over the few bins around the line, is interpolated between its points, and is turned
//! by the carrier. The real part is the codec's coefficient at that position, the magnitude says how large it could have been.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex;

use super::hybrid::{self, Hybrid};
use super::windows::{Shape, window};

/// Noise that rounding to 16 bits leaves in a line, times four (-103 dBFS).
const FLOOR: f32 = 4.0 / 12.0 / (32_768.0 * 32_768.0);
/// Lines with less power say nothing about zeros.
const WEAKEST: f32 = 20.0 * FLOOR;
/// A coefficient whose square is this share of its envelope's (-23 dB) counts half as a zero.
const ZERO: f32 = 0.005;
/// Fewer speaking lines are chance.
const FEWEST_LINES: usize = 30;
/// CELT codes the signal filtered by `1 - 0.85 z^-1` (RFC 6716, 4.3.7.2).
const PRE_EMPHASIS: f32 = 0.85;

/// A transform, and which lines of it to look at.
pub(super) struct Bank {
    /// Lines of a frame, and positions of its grid.
    pub size: usize,
    /// Samples of an excerpt that are read; they last as long as `4 * size` samples of the codec.
    reads: usize,
    /// Bins around a line that shape its envelope.
    bins: usize,
    /// Frequency response of the codec's filter before its transform.
    emphasis: Option<Vec<Complex<f32>>>,
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    lines: Vec<Line>,
    /// Spread of the lines over the bins around them, conjugated: correlation, not convolution.
    responses: Vec<Vec<Complex<f32>>>,
    /// `exp(i TAU n / (4 size))`.
    roots: Vec<Complex<f32>>,
    work: Work,
}

struct Line {
    /// Bin of its centre, of a transform of `4 * size` points.
    bin: usize,
    response: usize,
    phase: Complex<f32>,
}

struct Work {
    spectrum: Vec<Complex<f32>>,
    envelope: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

fn unit(angle: f64) -> Complex<f32> {
    let (sin, cos) = angle.sin_cos();
    Complex::new(cos as f32, sin as f32)
}

impl Bank {
    /// An MDCT of `size` lines at the file's own rate.
    pub fn mdct(shape: Shape, size: usize, lines: impl Iterator<Item = usize>) -> Self {
        // Flat windows leak further than round ones.
        let bins = if shape == Shape::FlatPowerSine { size / 4 } else { size / 16 };
        let scale = (2.0 / size as f64).sqrt();
        let weights: Vec<f64> = window(shape, size).iter().map(|w| scale * w).collect();
        let line = |k: usize| {
            let phase = PI / size as f64 * (0.5 + size as f64 / 2.0) * (k as f64 + 0.5);
            Line { bin: 2 * k + 1, response: 0, phase: unit(-phase) }
        };
        Self::new(size, bins, lines.map(line).collect(), vec![response(&weights, 4 * size, 0, bins)])
    }

    /// The hybrid filter bank of MP3 at the file's own rate.
    pub fn hybrid(lines: impl Iterator<Item = usize>) -> Self {
        let (size, bins) = (hybrid::LINES, hybrid::LINES / 4);
        let filters = Hybrid::new();
        let (mut list, mut responses) = (Vec::new(), Vec::new());
        for k in lines {
            // Twice, for the half of the spectrum that is left out.
            let kernel: Vec<f64> = filters.kernel(k).iter().map(|v| 2.0 * v).collect();
            list.push(Line { bin: 2 * k + 1, response: responses.len(), phase: unit(0.0) });
            responses.push(response(&kernel, 4 * size, 2 * k + 1, bins));
        }
        Self::new(size, bins, list, responses)
    }

    /// CELT's long frame, which runs at 48 kHz whatever the file's rate. `None` for rates that it cannot be reached from here.
    pub fn celt(rate: f64, lines: impl Iterator<Item = usize>) -> Option<Self> {
        const SIZE: usize = 960;
        // As many seconds, hence the same distance between bins: changing the rate is leaving bins out or filling them with zeros.
        let reads = (4 * SIZE) as f64 * rate / 48_000.0;
        if reads.fract() != 0.0 || reads < 3500.0 || reads > super::excerpts::LENGTH as f64 {
            return None;
        }
        let mut bank = Self::mdct(Shape::FlatPowerSine, SIZE, lines);
        bank.reads = reads as usize;
        bank.forward = balanced_fft::forward_f32(bank.reads);
        let filter = |root: &Complex<f32>| Complex::new(1.0, 0.0) - root.conj() * PRE_EMPHASIS;
        bank.emphasis = Some(bank.roots[..2 * SIZE].iter().map(filter).collect());
        bank.work = Work::new(&*bank.forward, &*bank.inverse);
        Some(bank)
    }

    fn new(size: usize, bins: usize, lines: Vec<Line>, responses: Vec<Vec<Complex<f32>>>) -> Self {
        let (forward, inverse) = (balanced_fft::forward_f32(4 * size), balanced_fft::inverse_f32(bins));
        let roots = (0..4 * size).map(|n| unit(TAU * n as f64 / (4 * size) as f64)).collect();
        let work = Work::new(&*forward, &*inverse);
        Self { size, reads: 4 * size, bins, emphasis: None, forward, inverse, lines, responses, roots, work }
    }

    /// Position, in samples of the codec, of the frame `start` of the file: whole part and the fraction up to the next whole.
    fn aligned(&self, start: u64) -> (usize, f64) {
        let codec = 4 * self.size as u64 * start;
        let reads = self.reads as u64;
        let whole = codec.div_ceil(reads);
        ((whole % self.size as u64) as usize, (whole * reads - codec) as f64 / reads as f64)
    }

    /// How many lines are nearly zero at each position, summed softly and less when more lines speak; positions count from
    /// the start of the stream. `false` when too little speaks.
    pub fn score(&mut self, samples: &[f32], start: u64, scores: &mut Vec<f32>) -> bool {
        let (origin, delay) = self.aligned(start);
        self.transform(&samples[..self.reads], delay);
        scores.clear();
        scores.resize(self.size, 0.0);
        let mut speaking = 0;
        for index in 0..self.lines.len() {
            speaking += usize::from(self.add_line(index, scores));
        }
        let scale = 1.0 / (speaking.max(1) as f32).sqrt();
        scores.iter_mut().for_each(|s| *s *= scale);
        scores.rotate_right(origin);
        speaking >= FEWEST_LINES
    }

    /// Spectrum as the codec would see it, `delay` of its samples later.
    fn transform(&mut self, samples: &[f32], delay: f64) {
        let work = &mut self.work;
        let scale = 1.0 / self.reads as f32;
        work.spectrum.clear();
        work.spectrum.extend(samples.iter().map(|s| Complex::new(s * scale, 0.0)));
        self.forward.process_with_scratch(&mut work.spectrum, &mut work.scratch);
        // What lies above half the file's rate is not there.
        work.spectrum.truncate(self.reads.min(4 * self.size) / 2);
        work.spectrum.resize(2 * self.size, Complex::default());
        if let Some(emphasis) = &self.emphasis {
            work.spectrum.iter_mut().zip(emphasis).for_each(|(s, e)| *s *= e);
        }
        if delay > 0.0 {
            let turn = TAU * delay / (4 * self.size) as f64;
            work.spectrum.iter_mut().enumerate().for_each(|(b, s)| *s *= unit(turn * b as f64));
        }
    }

    fn add_line(&mut self, index: usize, scores: &mut [f32]) -> bool {
        let (line, half) = (&self.lines[index], self.bins / 2);
        let Some(first) = line.bin.checked_sub(half) else { return false };
        let work = &mut self.work;
        work.envelope.clear();
        work.envelope.resize(self.bins, Complex::default());
        let around = &work.spectrum[first..(first + self.bins).min(work.spectrum.len())];
        for (j, (s, r)) in around.iter().zip(&self.responses[line.response]).enumerate() {
            // The line's own bin becomes bin 0.
            work.envelope[(j + half) % self.bins] = s * r * line.phase;
        }
        self.inverse.process_with_scratch(&mut work.envelope, &mut work.scratch);
        let points = self.bins / 4;
        let power = work.envelope[..=points].iter().map(Complex::norm_sqr).sum::<f32>() / (points + 1) as f32;
        if power < WEAKEST {
            return false;
        }
        let hop = 4 * self.size / self.bins;
        let carrier = Carrier::new(&self.roots, line.bin, hop);
        for (m, scores) in scores.chunks_exact_mut(hop).enumerate() {
            let turn = self.roots[line.bin * m * hop % self.roots.len()];
            carrier.add(scores, work.envelope[m] * turn, work.envelope[m + 1] * turn);
        }
        true
    }
}

impl Work {
    fn new(forward: &dyn Fft<f32>, inverse: &dyn Fft<f32>) -> Self {
        let longest = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        Self { spectrum: Vec::new(), envelope: Vec::new(), scratch: vec![Complex::default(); longest] }
    }
}

/// The bins `centre - bins / 2 ..` of a kernel's spectrum of `points` points, conjugated.
fn response(kernel: &[f64], points: usize, centre: usize, bins: usize) -> Vec<Complex<f32>> {
    let mut spectrum: Vec<Complex<f64>> = kernel.iter().map(|k| Complex::new(*k, 0.0)).collect();
    spectrum.resize(points, Complex::default());
    balanced_fft::forward_f64(points).process(&mut spectrum);
    (0..bins)
        .map(|j| {
            let value = spectrum[(points + centre + j - bins / 2) % points].conj();
            Complex::new(value.re as f32, value.im as f32)
        })
        .collect()
}

/// Longest hop between points of an envelope.
const LONGEST_HOP: usize = 64;

/// A line's oscillation from one point of its envelope to the next.
struct Carrier {
    re: [f32; LONGEST_HOP],
    im: [f32; LONGEST_HOP],
    step: f32,
}

impl Carrier {
    fn new(roots: &[Complex<f32>], bin: usize, hop: usize) -> Self {
        let mut carrier = Self { re: [0.0; LONGEST_HOP], im: [0.0; LONGEST_HOP], step: 1.0 / hop as f32 };
        for j in 0..hop.min(LONGEST_HOP) {
            let root = roots[bin * j % roots.len()];
            (carrier.re[j], carrier.im[j]) = (root.re, root.im);
        }
        carrier
    }

    /// Add the softly counted zeros between two points of the envelope.
    #[inline]
    fn add(&self, scores: &mut [f32], from: Complex<f32>, to: Complex<f32>) {
        let change = (to - from) * self.step;
        let (power, power_change) = (from.norm_sqr(), (to.norm_sqr() - from.norm_sqr()) * self.step);
        for (j, ((score, cos), sin)) in scores.iter_mut().zip(&self.re).zip(&self.im).enumerate() {
            let at = j as f32;
            let value = (from.re + at * change.re) * cos - (from.im + at * change.im) * sin;
            let near = ZERO * (power + at * power_change) + FLOOR;
            *score += near / (near + value * value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_testkit::music::Rng;

    fn noise(length: usize) -> Vec<f32> {
        let mut rng = Rng::new(4);
        (0..length).map(|_| 0.3 * rng.bipolar() as f32).collect()
    }

    /// Scores of one line against the definition of its transform.
    fn check(bank: &mut Bank, kernel: &[f64]) {
        let samples = noise(4096);
        let mut scores = Vec::new();
        bank.score(&samples, 0, &mut scores);
        let value = |at: usize| -> f64 { kernel.iter().zip(&samples[at..]).map(|(k, s)| k * f64::from(*s)).sum() };
        let values: Vec<f64> = (0..bank.size).map(value).collect();
        // Where the score is highest the coefficient crosses zero.
        let typical = (values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64).sqrt();
        for (at, score) in scores.iter().enumerate() {
            assert!(*score < 0.9 || values[at].abs() < 0.12 * typical, "{at}: {score} {}", values[at]);
            assert!(*score > 0.05 || values[at].abs() > 0.1 * typical, "{at}: {score} {}", values[at]);
        }
    }

    #[test]
    fn envelopes_give_the_transform_at_every_position() {
        for (shape, size, line) in [(Shape::KaiserBessel, 1024, 300), (Shape::PowerSine, 1024, 301)] {
            let w = window(shape, size);
            let n = size as f64;
            let cosine = |i: usize| (PI / n * (i as f64 + 0.5 + n / 2.0) * (line as f64 + 0.5)).cos();
            let kernel: Vec<f64> = w.iter().enumerate().map(|(i, w)| (2.0 / n).sqrt() * w * cosine(i)).collect();
            check(&mut Bank::mdct(shape, size, std::iter::once(line)), &kernel);
        }
        for line in [100, 144, 255] {
            check(&mut Bank::hybrid(std::iter::once(line)), &Hybrid::new().kernel(line));
        }
    }
}

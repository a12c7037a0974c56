//! Measurements that the charts show.

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::ProcessorSpec;
use rustfft::num_complex::Complex64;

pub const RATE_HZ: f64 = 44_100.0;

/// Output for `input`, lined up with it and as long.
pub fn run(spec: impl Into<ProcessorSpec>, input: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let format = StreamFormat::new(RATE_HZ, input.len());
    let mut processor = spec.into().build(&format).expect("settings are in range");
    let latency = processor.latency_frames();
    let padded: Vec<Vec<f64>> = input
        .iter()
        .map(|channel| channel.iter().copied().chain(std::iter::repeat_n(0.0, latency)).collect())
        .collect();
    let mut audio = PlanarBuffer::from_channels(&padded);
    processor.process(&mut audio.block_mut());
    (0..input.len()).map(|channel| audio.channel(channel)[latency..].to_vec()).collect()
}

pub fn sine(frequency_hz: f64, level_db: f64, seconds: f64) -> Vec<f64> {
    let (step, peak) = (std::f64::consts::TAU * frequency_hz / RATE_HZ, 10f64.powf(level_db / 20.0));
    (0..(seconds * RATE_HZ) as usize).map(|n| peak * (step * n as f64).sin()).collect()
}

/// `count` frequencies from 20 Hz to 20 kHz.
pub fn frequencies(count: usize) -> Vec<f64> {
    (0..count).map(|step| 20.0 * 1000f64.powf(step as f64 / (count - 1) as f64)).collect()
}

/// Magnitude in dB of the response to a small impulse in all channels, seen in the first.
pub fn response_db(spec: impl Into<ProcessorSpec>, channels: usize, at_hz: &[f64]) -> Vec<(f64, f64)> {
    // The impulse stands in the middle: linear phase rings before it.
    const FRAMES: usize = 32_768;
    let mut impulse = vec![0.0; FRAMES];
    impulse[FRAMES / 2] = 1e-3;
    let output = run(spec, &vec![impulse; channels]).swap_remove(0);
    let first = output.iter().position(|x| x.abs() > 1e-13).unwrap_or(0);
    at_hz
        .iter()
        .map(|&hz| {
            let omega = std::f64::consts::TAU * hz / RATE_HZ;
            let taps = output[first..].iter().enumerate();
            let sum: Complex64 = taps.map(|(n, h)| Complex64::from_polar(*h, -omega * n as f64)).sum();
            (hz, 20.0 * (sum.norm() / 1e-3).log10())
        })
        .collect()
}

/// Peak level in dB of the second half.
pub fn level_db(samples: &[f64]) -> f64 {
    20.0 * samples[samples.len() / 2..].iter().fold(0.0f64, |peak, x| peak.max(x.abs())).log10()
}

/// Averaged power spectrum in dB (a full-scale sine reads 0), by bins of a Blackman-Harris window of `size`.
pub fn spectrum_db(samples: &[f64], size: usize) -> Vec<(f64, f64)> {
    let window: Vec<f64> = (0..size)
        .map(|n| {
            let phase = std::f64::consts::TAU * n as f64 / size as f64;
            0.35875 - 0.48829 * phase.cos() + 0.14128 * (2.0 * phase).cos() - 0.01168 * (3.0 * phase).cos()
        })
        .collect();
    let fft = balanced_fft::forward_f64(size);
    let mut power = vec![0.0; size / 2];
    let parts = samples.chunks_exact(size).count();
    for part in samples.chunks_exact(size) {
        let mut bins: Vec<Complex64> = part.iter().zip(&window).map(|(x, w)| Complex64::new(x * w, 0.0)).collect();
        fft.process(&mut bins);
        power.iter_mut().zip(&bins).for_each(|(sum, bin)| *sum += bin.norm_sqr() / parts as f64);
    }
    let full = 0.5 * window.iter().sum::<f64>();
    let level = |p: &f64| 10.0 * (p / (full * full) + 1e-30).log10();
    power.iter().enumerate().map(|(bin, p)| (bin as f64 * RATE_HZ / size as f64, level(p))).collect()
}

/// At most `count` points on a logarithmic or linear axis, each the highest of those it stands for.
pub fn thinned(points: &[(f64, f64)], count: usize, from: f64, to: f64, logarithmic: bool) -> Vec<(f64, f64)> {
    let scale = |x: f64| if logarithmic { x.ln() } else { x };
    let slot = |x: f64| ((scale(x) - scale(from)) / (scale(to) - scale(from)) * count as f64) as usize;
    let mut kept: Vec<(f64, f64)> = Vec::new();
    let mut last = usize::MAX;
    for &(x, y) in points.iter().filter(|(x, _)| (from..=to).contains(x)) {
        if slot(x) == last {
            let top = kept.last_mut().expect("a slot has begun");
            if y > top.1 {
                *top = (x, y);
            }
        } else {
            last = slot(x);
            kept.push((x, y));
        }
    }
    kept
}

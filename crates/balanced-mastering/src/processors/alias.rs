//! Test helper: what a non-linear processor adds that is no harmonic.

use balanced_dsp::decibel::gain_to_db;
use balanced_dsp::{PlanarBuffer, StreamFormat};

use crate::{BuildOptions, Latency, Processor, ProcessorSpec, Settings};

/// Options of the forms with low latency.
pub(super) const LOW_LATENCY: BuildOptions<'_> = BuildOptions { latency: Latency::Low, externals: None };

/// Highest spectral line below 20 kHz that is no multiple of the tone, in dB against the tone's own line.
///
/// A 5 kHz sine of full scale (rounded to a whole number of periods in the window, an odd one, so that no alias can
/// fall on a harmonic), without a window: everything that comes out is periodic in it.
pub(super) fn worst_alias_dbc<S: Settings>(spec: &S, wrap: fn(S) -> ProcessorSpec, rate_hz: f64) -> f64 {
    let processor = wrap(spec.clone()).build(&StreamFormat::new(rate_hz, 1)).unwrap();
    worst_alias_below(20_000.0, processor, rate_hz)
}

/// Highest spectral line below `top_hz` that is no multiple of the tone, in dB against the tone's own line.
pub(super) fn worst_alias_below(top_hz: f64, mut processor: Box<dyn Processor>, rate_hz: f64) -> f64 {
    const FRAMES: usize = 16_384;
    let periods = (5000.0 * FRAMES as f64 / rate_hz).round() as usize | 1;
    let step = std::f64::consts::TAU * periods as f64 / FRAMES as f64;
    // Long enough for the slowest filter around a curve, 5 Hz, at any rate.
    let settle = ((rate_hz * 1.5) as usize).next_multiple_of(FRAMES);
    let tone: Vec<f64> = (0..settle + FRAMES).map(|n| (step * n as f64).sin()).collect();
    let mut audio = PlanarBuffer::from_channels(&[tone]);
    processor.process(&mut audio.block_mut());
    let periodic = &audio.channel(0)[settle..];
    let top = (top_hz * FRAMES as f64 / rate_hz) as usize;
    let magnitudes: Vec<f64> = spectrum(periodic).into_iter().take(top).collect();
    let alias = (1..top).filter(|bin| bin % periods != 0).map(|bin| magnitudes[bin]).fold(0.0, f64::max);
    gain_to_db(alias / magnitudes[periods])
}

/// Magnitudes of a DFT of a power-of-two length: plain radix-2, for tests.
fn spectrum(samples: &[f64]) -> Vec<f64> {
    let (re, im) = transform(samples.to_vec(), vec![0.0; samples.len()]);
    re.iter().zip(&im).map(|(a, b)| a.hypot(*b)).collect()
}

fn transform(re: Vec<f64>, im: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
    let n = re.len();
    if n == 1 {
        return (re, im);
    }
    let half = |offset: usize| {
        let pick = |x: &[f64]| x.iter().skip(offset).step_by(2).copied().collect();
        transform(pick(&re), pick(&im))
    };
    let ((ere, eim), (ore, oim)) = (half(0), half(1));
    let (mut re, mut im) = (vec![0.0; n], vec![0.0; n]);
    for k in 0..n / 2 {
        let (s, c) = (-std::f64::consts::TAU * k as f64 / n as f64).sin_cos();
        let (tr, ti) = (c * ore[k] - s * oim[k], c * oim[k] + s * ore[k]);
        (re[k], im[k]) = (ere[k] + tr, eim[k] + ti);
        (re[k + n / 2], im[k + n / 2]) = (ere[k] - tr, eim[k] - ti);
    }
    (re, im)
}

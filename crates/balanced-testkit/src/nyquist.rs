//! Signals that are full up to half the sample rate, where interpolators differ most, and neighbours that are not.

use std::f64::consts::TAU;

use crate::music::{Rng, Style, render};
use crate::named::Signal;

/// Returns noises, hats, tones, squares and alternations of `frames` frames that reach up to half the sample rate.
#[must_use]
pub fn signals(sample_rate_hz: f64, frames: usize, seed: u64) -> Vec<Signal> {
    let mut all = noises(frames, seed);
    all.extend(hats(sample_rate_hz, frames, seed));
    all.extend(tones(frames));
    all.extend(squares(frames));
    all.extend(alternations(frames));
    all
}

fn signal(name: impl Into<String>, samples: impl IntoIterator<Item = f64>) -> Signal {
    Signal { name: name.into(), samples: samples.into_iter().collect() }
}

fn noises(frames: usize, seed: u64) -> Vec<Signal> {
    let mut rng = Rng::new(seed);
    let mut all = vec![
        signal("white noise, uniform", (0..frames).map(|_| rng.bipolar())),
        signal("white noise, normal", (0..frames).map(|_| 0.35 * rng.normal())),
        signal("random ±1", (0..frames).map(|_| rng.bipolar().signum())),
    ];
    for level_db in [0.0, 3.0, 6.0, 12.0, 24.0] {
        let name = format!("noise clipped by {level_db} dB");
        all.push(signal(name, clipped_noise(frames, level_db, seed ^ level_db as u64)));
    }
    all
}

/// Returns normal noise of an effective value `level_db` above -4.4 dBFS, clipped at full scale.
#[must_use]
pub fn clipped_noise(frames: usize, level_db: f64, seed: u64) -> Vec<f64> {
    let (mut rng, level) = (Rng::new(seed), 0.6 * 10f64.powf(level_db / 20.0));
    (0..frames).map(|_| (level * rng.normal()).clamp(-1.0, 1.0)).collect()
}

/// Hits of noise above a third of half the rate with sharp attacks, alone and over music.
fn hats(sample_rate_hz: f64, frames: usize, seed: u64) -> Vec<Signal> {
    let mut rng = Rng::new(seed ^ 0x4A75);
    let spacing = (0.09 * sample_rate_hz) as usize;
    let hits = |rng: &mut Rng, clipped: bool| -> Vec<f64> {
        let mut before = 0.0;
        let hit = |n: usize| {
            let age = (n % spacing) as f64 / sample_rate_hz;
            let (noise, level) = (rng.normal(), 0.8 * (-age / 0.025).exp());
            let bright = level * (noise - 0.6 * before);
            before = noise;
            if clipped { (3.0 * bright).clamp(-1.0, 1.0) } else { bright }
        };
        (0..frames).map(hit).collect()
    };
    let (plain, clipped) = (hits(&mut rng, false), hits(&mut rng, true));
    let band = render(Style::Band, sample_rate_hz, frames as f64 / sample_rate_hz + 0.1, seed).audio;
    let mixed = plain.iter().zip(band.channel(0)).map(|(hat, music)| 0.6 * hat + music).collect::<Vec<_>>();
    vec![signal("hats", plain), signal("clipped hats", clipped), signal("hats over music", mixed)]
}

/// Tones just below half the rate, steady and in hits, whose beat with the sample grid is slow.
fn tones(frames: usize) -> Vec<Signal> {
    let mut all = Vec::new();
    for frequency in [0.45, 0.47, 0.48, 0.49, 0.495, 0.499, 0.4999] {
        let tone = move |n: usize| (TAU * frequency * n as f64 + 0.7).sin();
        all.push(signal(format!("tone at {frequency} fs"), (0..frames).map(tone)));
        let hit = move |n: usize| if n % 2000 < 700 { tone(n) } else { 0.0 };
        all.push(signal(format!("hits of a tone at {frequency} fs"), (0..frames).map(hit)));
    }
    all
}

fn squares(frames: usize) -> Vec<Signal> {
    let square = |period: f64| move |n: usize| if (n as f64 / period).fract() < 0.5 { 1.0 } else { -1.0 };
    [2.03, 3.7, 5.0, 12.1, 61.3]
        .map(|period| signal(format!("square of {period} frames"), (0..frames).map(square(period))))
        .into()
}

/// Runs of +1, -1, with the sign turned in the middle (all tails of a sinc add up there) and without.
fn alternations(frames: usize) -> Vec<Signal> {
    let mut all = Vec::new();
    for length in [8usize, 32, 64, 128, 256, 512, 1024] {
        for turned in [false, true] {
            let run = move |n: usize| {
                let at = n % (length + 1500);
                let sign = if at.is_multiple_of(2) { 1.0 } else { -1.0 };
                if at >= length {
                    0.0
                } else if turned && at >= length / 2 {
                    -sign
                } else {
                    sign
                }
            };
            let name = if turned { "turned alternation" } else { "alternation" };
            all.push(signal(format!("{name} of {length}"), (0..frames).map(run)));
        }
    }
    all
}

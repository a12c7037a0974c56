//! Signals that make a meter of true peaks work hard: plateaus, tones, squares, noise, and values that are no sound.

use std::f64::consts::{PI, TAU};

use crate::music::Rng;
use crate::named::Signal;

/// Returns signals of finite samples whose maxima are many, flat, or both, each of `frames` frames.
#[must_use]
pub fn hard_signals(frames: usize) -> Vec<Signal> {
    let fade = |i: usize| 0.5 - 0.5 * (PI * (i.min(frames - 1 - i) as f64 / 2000.0).min(1.0)).cos();
    let sine = |cycles: f64, i: usize| (TAU * cycles * i as f64 + 0.3).sin();
    let sign = |i: usize, half: usize| if (i / half).is_multiple_of(2) { 1.0 } else { -1.0 };
    let seeded = |seed: u64| {
        let mut rng = Rng::new(seed);
        move || rng.bipolar()
    };
    let (mut white, mut dither, mut clipped) = (seeded(1), seeded(2), seeded(3));
    let mut signals = Vec::new();
    let mut add = |name: &'static str, wave: &mut dyn FnMut(usize) -> f64| {
        signals.push(Signal { name: name.to_owned(), samples: (0..frames).map(wave).collect() });
    };
    add("silence", &mut |_| 0.0);
    add("constant", &mut |_| 1.0);
    add("faded constant", &mut |i| fade(i));
    add("dithered constant", &mut |i| fade(i) + dither() / 65_536.0);
    add("rising plateau", &mut |i| fade(i) * (1.0 + 1e-7 * i as f64));
    add("clipped sine", &mut |i| (8.0 * sine(0.001, i)).clamp(-1.0, 1.0));
    add("faded clipped sine", &mut |i| fade(i) * (8.0 * sine(0.0021, i)).clamp(-1.0, 1.0));
    add("slow sine", &mut |i| sine(0.0002, i));
    add("sine 0.01 fs", &mut |i| sine(0.01, i));
    add("sine 0.11 fs", &mut |i| fade(i) * sine(0.11, i));
    add("sine 0.24 fs", &mut |i| fade(i) * sine(0.24, i));
    add("sine 0.25 fs", &mut |i| fade(i) * sine(0.25, i));
    add("sine 0.45 fs", &mut |i| fade(i) * sine(0.45, i));
    add("sine 0.49 fs", &mut |i| fade(i) * sine(0.49, i));
    add("rising sine", &mut |i| (1.0 + 1e-7 * i as f64) * fade(i) * sine(0.2403, i));
    add("square of 6 frames", &mut |i| sign(i, 3));
    add("square of 64 frames", &mut |i| sign(i, 32));
    add("square of 1000 frames", &mut |i| sign(i, 500));
    add("faded square", &mut |i| fade(i) * sign(i, 7));
    add("Nyquist alternation", &mut |i| sign(i, 1));
    add("faded alternation", &mut |i| fade(i) * sign(i, 1));
    add("white noise", &mut |_| white());
    add("clipped noise", &mut |_| (9.0 * clipped()).clamp(-1.0, 1.0));
    add("denormals", &mut |i| 1e-40 * sine(0.01, i));
    add("tiny constant", &mut |_| 1e-38);
    add("huge sine", &mut |i| 1e30 * fade(i) * sine(0.24, i));
    signals
}

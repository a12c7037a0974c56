//! Arrangement: one function a style, all reading the same score.

use std::f64::consts::TAU;

use super::score::Score;
use super::space::Stem;
use super::voices::{self, LowPass, Resonator, Saw};
use super::{Rng, Style};

/// Play `style` into `mix`.
pub(super) fn play(style: Style, score: &Score, mix: &mut Stem) {
    match style {
        Style::Drums => drums(score, mix),
        Style::Piano => piano(score, mix),
        Style::Bass => bass(score, mix),
        Style::Pads => pads(score, mix),
        Style::DistortedGuitar => guitar(score, mix),
        Style::Vocals => vocals(score, mix),
        Style::Noise => noise(score, mix),
        Style::Acoustic => acoustic(score, mix),
        Style::Electronic => electronic(score, mix),
        Style::Band => band(score, mix),
    }
    if style != Style::Electronic {
        mix.remove_offset();
    }
}

type Player = fn(&Score, &mut Stem);

fn band(score: &Score, mix: &mut Stem) {
    let players: [(Player, f64); 6] =
        [(drums, 0.9), (bass, 0.5), (guitar, 0.3), (piano, 0.35), (pads, 0.2), (vocals, 0.6)];
    for (player, gain) in players {
        let mut stem = Stem::silent(score.rate, score.frames);
        player(score, &mut stem);
        stem.normalise(1.0);
        mix.mix(&stem, gain);
    }
}

fn drums(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(1));
    for beat in score.beats() {
        let (at, half) = (beat.at_s, beat.at_s + 0.5 * score.beat_s());
        let bar = beat.index / 4;
        if beat.index % 2 == 0 || rng.chance(0.2) {
            mix.add(at, 0.5, 0.0, scaled(rng.range(0.8, 1.0), voices::kick(rate, 48.0, 0.3, rng.bits())));
        }
        if beat.index % 2 == 1 {
            mix.add(at, 0.4, 0.05, scaled(rng.range(0.6, 0.9), voices::snare(rate, 1.0, 0.22, rng.bits())));
        }
        for when in [at, half] {
            let level = rng.range(0.15, 0.4);
            let open = if rng.chance(0.1) { 0.4 } else { 0.07 };
            mix.add(when, open, 0.35, scaled(level, voices::cymbal(rate, open, rng.bits())));
        }
        if rng.chance(0.25) {
            mix.add(half, 0.2, -0.4, scaled(rng.range(0.1, 0.6), voices::rim(rate, rng.range(1500.0, 2600.0))));
        }
        if beat.index % 16 == 0 {
            mix.add(at, 2.5, -0.3, scaled(0.5, voices::cymbal(rate, 2.2, rng.bits())));
        }
        if bar % 4 == 3 && beat.index % 4 == 3 {
            for (k, hz) in [180.0, 140.0, 105.0].into_iter().enumerate() {
                let when = at + k as f64 * score.beat_s() / 3.0;
                mix.add(when, 0.8, 0.5 - 0.5 * k as f64, scaled(0.6, voices::tom(rate, hz)));
            }
        }
    }
    mix.reverberate(0.12, 0.6);
}

pub(super) fn piano(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(2));
    let bar_s = 4.0 * score.beat_s();
    for beat in score.beats() {
        if beat.index % 4 == 0 {
            for (k, step) in [0, 2, 4].into_iter().enumerate() {
                let (hz, velocity) = (score.hz(beat.degree + step, -1), rng.range(0.35, 0.6));
                let roll_s = 0.012 * k as f64;
                mix.add(beat.at_s + roll_s, bar_s, pan(hz), voices::piano(rate, hz, velocity, bar_s, rng.bits()));
            }
            let hz = score.hz(beat.degree, -2);
            mix.add(beat.at_s, bar_s, pan(hz), voices::piano(rate, hz, 0.6, bar_s, rng.bits()));
        }
        let count = if rng.chance(0.4) { 2 } else { 1 };
        for k in 0..count {
            let length_s = score.beat_s() / f64::from(count);
            let hz = score.hz(beat.degree + [0, 2, 4, 1, 7][rng.below(5)], 0);
            let voice = voices::piano(rate, hz, rng.range(0.4, 0.9), 1.3 * length_s, rng.bits());
            mix.add(beat.at_s + f64::from(k) * length_s, 1.5 * length_s, pan(hz), voice);
        }
    }
    mix.reverberate(0.2, 1.4);
}

fn bass(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(3));
    for beat in score.beats() {
        let root = score.bass_hz(beat.degree);
        let count = if rng.chance(0.5) { 2 } else { 1 };
        for k in 0..count {
            let length_s = score.beat_s() / f64::from(count);
            let hz = if rng.chance(0.2) { 2.0 * root } else { root };
            let slap = if rng.chance(0.2) { 1.0 } else { rng.range(0.0, 0.4) };
            let voice = voices::bass(rate, hz, slap, 0.95 * length_s, rng.bits());
            mix.add(beat.at_s + f64::from(k) * length_s, length_s, 0.0, scaled(rng.range(0.6, 1.0), voice));
        }
    }
}

fn pads(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(4));
    let bar_s = 4.0 * score.beat_s();
    for beat in score.beats().filter(|beat| beat.index % 4 == 0) {
        for (step, pan) in [(0, 0.0), (2, -0.7), (4, 0.7), (7, 0.3)] {
            let hz = score.hz(beat.degree + step, -1);
            mix.add(beat.at_s, 1.4 * bar_s, pan, voices::pad(rate, hz, 1.4 * bar_s, rng.bits()));
        }
    }
    mix.reverberate(0.5, 2.5);
}

/// Two takes, left and right: power chords, palm mutes, `tanh` at high gain, then the cabinet.
fn guitar(score: &Score, mix: &mut Stem) {
    for (side, player) in [(-0.8, 5), (0.8, 6)] {
        let mut dry = Stem::silent(score.rate, score.frames);
        let mut rng = score.rng(player);
        for beat in score.beats() {
            let count = [1, 2, 4][rng.below(3)];
            let length_s = score.beat_s() / count as f64;
            for k in 0..count {
                let mute = count > 1 && rng.chance(0.6);
                let root = score.bass_hz(beat.degree) * 2.0;
                for ratio in [1.0, 1.5, 2.0] {
                    let ring_s = if mute { 0.08 } else { 0.97 * length_s };
                    let voice = voices::pluck(score.rate, root * ratio, 0.8, ring_s, rng.bits());
                    dry.add(beat.at_s + k as f64 * length_s + rng.range(0.0, 0.006), length_s, -1.0, voice);
                }
            }
        }
        mix.add(0.0, f64::MAX, side, amplifier(score.rate, dry.left));
    }
    mix.reverberate(0.08, 0.8);
}

fn amplifier(rate: f64, dry: Vec<f64>) -> impl FnMut() -> f64 {
    let mut input = dry.into_iter();
    let mut tight = LowPass::new(rate, 120.0);
    let mut cabinet = [4200.0, 4800.0, 5200.0].map(|hz| LowPass::new(rate, hz));
    let mut thump = Resonator::new(rate, 110.0, 90.0);
    move || {
        let raw = input.next().unwrap_or(0.0);
        let driven = (40.0 * (raw - 0.8 * tight.next(raw))).tanh();
        let speaker = cabinet.iter_mut().fold(driven, |s, stage| stage.next(s));
        0.6 * speaker + 0.4 * thump.next(driven)
    }
}

fn vocals(score: &Score, mix: &mut Stem) {
    let mut rng = score.rng(7);
    let mut sung = Stem::silent(score.rate, score.frames);
    for beat in score.beats() {
        if beat.index % 8 == 7 {
            let breath = scaled(0.05, breath(score.rate, 0.35, rng.bits()));
            sung.add(beat.at_s + 0.3 * score.beat_s(), 0.4, 0.0, breath);
            continue;
        }
        if rng.chance(0.35) {
            let hiss = scaled(0.25, sibilant(score.rate, 0.09, rng.bits()));
            sung.add(beat.at_s - 0.08, 0.1, 0.0, hiss);
        }
        let hz = score.hz(beat.degree + [0, 2, 4, 1][rng.below(4)], 0) * 0.75;
        let length_s = 0.92 * score.beat_s();
        sung.add(beat.at_s, length_s + 0.05, 0.0, vowel(score.rate, hz, length_s, rng.below(4), rng.bits()));
    }
    mix.mix(&sung, 1.0);
    mix.reverberate(0.15, 1.2);
}

/// Formants of a, e, i, o (Peterson and Barney 1952, men, rounded).
const FORMANTS_HZ: [[f64; 4]; 4] = [
    [730.0, 1090.0, 2440.0, 3400.0],
    [530.0, 1840.0, 2480.0, 3500.0],
    [270.0, 2290.0, 3010.0, 3600.0],
    [570.0, 840.0, 2410.0, 3300.0],
];

pub(super) fn vowel(rate: f64, hz: f64, length_s: f64, which: usize, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let mut glottis = Saw::new(rate, hz, 0.0);
    let mut tract: Vec<(f64, Resonator)> = FORMANTS_HZ[which]
        .iter()
        .zip([1.0, 0.6, 0.3, 0.2])
        .map(|(f, level)| (level, Resonator::new(rate, *f, 60.0 + 0.04 * f)))
        .collect();
    let (mut at, mut flow) = (0.0, LowPass::new(rate, 900.0));
    move || {
        at += 1.0 / rate;
        let depth = 0.006 * (at / 0.3).min(1.0);
        glottis.step = hz * (1.0 + depth * (TAU * 5.5 * at).sin()) / rate;
        let air = 0.04 * rng.bipolar();
        let source = flow.next(glottis.next()) + air;
        let level = (at / 0.03).min((length_s - at) / 0.06).clamp(0.0, 1.0);
        level * tract.iter_mut().map(|(gain, formant)| *gain * formant.next(source)).sum::<f64>()
    }
}

pub(super) fn sibilant(rate: f64, length_s: f64, seed: u64) -> impl FnMut() -> f64 {
    shaped_noise(rate, Resonator::new(rate, 7200.0, 2500.0), length_s, seed)
}

pub(super) fn breath(rate: f64, length_s: f64, seed: u64) -> impl FnMut() -> f64 {
    shaped_noise(rate, Resonator::new(rate, 2500.0, 4000.0), length_s, seed)
}

fn shaped_noise(rate: f64, mut band: Resonator, length_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let (mut rng, mut at) = (Rng::new(seed), 0.0);
    move || {
        at += 1.0 / rate;
        let level = (std::f64::consts::PI * (at / length_s).min(1.0)).sin();
        level * band.next(rng.bipolar())
    }
}

/// Pink noise (sum of one-poles an octave or two apart) with a slow swell.
fn noise(score: &Score, mix: &mut Stem) {
    for side in [-1.0, 1.0] {
        let mut rng = score.rng(if side < 0.0 { 8 } else { 9 });
        let mut stages = [(20.0, 1.0), (90.0, 0.5), (400.0, 0.25), (1800.0, 0.125), (8000.0, 0.0625)]
            .map(|(hz, level)| (level / (TAU * hz / score.rate).sqrt(), LowPass::new(score.rate, hz)));
        let (rate, length_s) = (score.rate, score.frames as f64 / score.rate);
        let mut at = 0.0;
        mix.add(0.0, f64::MAX, side, move || {
            at += 1.0 / rate;
            let swell = 0.6 + 0.4 * (TAU * at / 11.0).sin();
            let ends = (at / 0.5).min((length_s - at) / 1.5).clamp(0.0, 1.0);
            let white = rng.normal();
            ends * swell * stages.iter_mut().map(|(level, stage)| *level * stage.next(white)).sum::<f64>()
        });
    }
}

fn acoustic(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(10));
    for beat in score.beats() {
        for k in 0..2 {
            let at = beat.at_s + 0.5 * f64::from(k) * score.beat_s();
            let hz = score.hz(beat.degree + [0, 4, 7, 9, 2][(beat.index * 2 + k as usize) % 5], -1);
            let length_s = 2.5 * score.beat_s();
            let voice = voices::pluck(rate, hz, rng.range(0.2, 0.9), length_s, rng.bits());
            mix.add(at, length_s, rng.range(-0.3, 0.1), scaled(rng.range(0.5, 1.0), voice));
        }
    }
    for (side, player) in [(-1.0, 11), (1.0, 12)] {
        let mut hiss = score.rng(player);
        mix.add(0.0, f64::MAX, side, move || 3e-4 * hiss.normal());
    }
}

fn electronic(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(13));
    for beat in score.beats() {
        // The last beat of every eighth bar is a break: nothing sounds, not even a tail.
        if beat.index % 32 == 31 {
            continue;
        }
        let step_s = score.beat_s() / 4.0;
        let before_break = beat.index % 32 == 30;
        if beat.index % 4 == 0 {
            mix.add(beat.at_s, 0.9, 0.0, voices::kick(rate, 46.0, 0.6, rng.bits()));
        } else {
            mix.add(beat.at_s, step_s, 0.0, voices::kick(rate, 52.0, 0.1, rng.bits()));
        }
        if beat.index % 2 == 1 {
            mix.add(beat.at_s, 0.2, 0.1, scaled(0.7, voices::snare(rate, 0.0, 0.16, rng.bits())));
        }
        for k in 0..4 {
            let at = beat.at_s + f64::from(k) * step_s;
            let hz = 2.0 * score.bass_hz(beat.degree) * if rng.chance(0.2) { 2.0 } else { 1.0 };
            mix.add(at, 0.7 * step_s, 0.0, scaled(0.4, voices::square(rate, hz, 0.65 * step_s)));
            mix.add(at, 0.06, 0.3, scaled(0.2, voices::cymbal(rate, 0.05, rng.bits())));
        }
        if !before_break && beat.index % 4 == 2 {
            let hz = score.hz(beat.degree + 4, 0);
            mix.add(beat.at_s, score.beat_s(), -0.3, scaled(0.3, voices::square(rate, hz, 0.9 * score.beat_s())));
        }
    }
}

fn pan(hz: f64) -> f64 {
    (0.25 * (hz / 262.0).log2()).clamp(-0.7, 0.7)
}

pub(super) fn scaled(level: f64, mut voice: impl FnMut() -> f64) -> impl FnMut() -> f64 {
    move || level * voice()
}

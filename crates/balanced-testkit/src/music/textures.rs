//! Clean music that is easily mistaken for faults: abrupt, sparse, square, gated or very soft on purpose.

use std::f64::consts::{PI, TAU};

use balanced_dsp::PlanarBuffer;

use super::arrange::{breath, piano, scaled, sibilant, vowel};
use super::score::Score;
use super::space::Stem;
use super::voices::{self, LowPass, Resonator, Saw};
use super::{PEAK_DBFS, Rng};

/// A texture of music.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Texture {
    /// Single dry drum hits far apart, some very soft: nothing hides them.
    SparseDrums,
    /// Sixteenth notes at 180 to 240 beats a minute.
    FastDrums,
    /// Sampled drums that start and stop within one sample, on a grid.
    DrumMachine,
    /// Four bowed voices with vibrato and bow noise.
    BowedStrings,
    /// Saws and squares with the edges that a naive oscillator has, gated.
    SynthBass,
    /// Pulse waves, a triangle of sixteen steps and shift-register noise, their volumes in sixteen steps.
    Chiptune,
    /// Vowels, plosives, sibilants and breaths over a room tone, with pauses.
    Speech,
    /// A piano behind a gate: digital silence between phrases.
    Rests,
    /// Strings, piano and drums in the distance: peak -30 dBFS, over hall noise of -78 dBFS.
    Orchestra,
}

impl Texture {
    /// All textures.
    pub const ALL: [Self; 9] = [
        Self::SparseDrums,
        Self::FastDrums,
        Self::DrumMachine,
        Self::BowedStrings,
        Self::SynthBass,
        Self::Chiptune,
        Self::Speech,
        Self::Rests,
        Self::Orchestra,
    ];

    /// Returns the name for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SparseDrums => "sparse drums",
            Self::FastDrums => "fast drums",
            Self::DrumMachine => "drum machine",
            Self::BowedStrings => "bowed strings",
            Self::SynthBass => "synth bass",
            Self::Chiptune => "chiptune",
            Self::Speech => "speech",
            Self::Rests => "rests",
            Self::Orchestra => "orchestra",
        }
    }
}

/// Renders `duration_s` seconds of `texture` in stereo.
///
/// The sample peak is -3 dBFS ([`Texture::Orchestra`] -30 dBFS), unquantised; the last second fades. The same arguments give the same samples.
#[must_use]
pub fn render_texture(texture: Texture, sample_rate_hz: f64, duration_s: f64, seed: u64) -> PlanarBuffer {
    let score = Score::new(sample_rate_hz, duration_s, seed);
    let mut mix = Stem::silent(sample_rate_hz, score.frames);
    match texture {
        Texture::SparseDrums => sparse_drums(&score, &mut mix),
        Texture::FastDrums => fast_drums(&score, &mut mix),
        Texture::DrumMachine => drum_machine(&score, &mut mix),
        Texture::BowedStrings => bowed_strings(&score, &mut mix),
        Texture::SynthBass => synth_bass(&score, &mut mix),
        Texture::Chiptune => chiptune(&score, &mut mix),
        Texture::Speech => speech(&score, &mut mix),
        Texture::Rests => rests(&score, &mut mix),
        Texture::Orchestra => orchestra(&score, &mut mix),
    }
    mix.fade_out(1.0_f64.min(0.2 * duration_s));
    let peak_dbfs = if texture == Texture::Orchestra { -30.0 } else { PEAK_DBFS };
    mix.normalise(10f64.powf(peak_dbfs / 20.0));
    PlanarBuffer::from_channels(&[mix.left, mix.right])
}

fn hit(rate: f64, which: usize, mix: &mut Stem, at_s: f64, level: f64, rng: &mut Rng) {
    let pan = rng.range(-0.6, 0.6);
    match which {
        0 => mix.add(at_s, 0.6, 0.0, scaled(level, voices::kick(rate, rng.range(42.0, 60.0), 0.3, rng.bits()))),
        1 => mix.add(at_s, 0.4, pan, scaled(level, voices::snare(rate, 1.0, rng.range(0.08, 0.25), rng.bits()))),
        2 => mix.add(at_s, 0.2, pan, scaled(level, voices::rim(rate, rng.range(1200.0, 3200.0)))),
        3 => mix.add(at_s, 0.8, pan, scaled(level, voices::tom(rate, rng.range(80.0, 240.0)))),
        4 => mix.add(at_s, 0.1, pan, scaled(level, voices::cymbal(rate, 0.06, rng.bits()))),
        _ => mix.add(at_s, 1.6, pan, scaled(level, voices::cymbal(rate, 1.5, rng.bits()))),
    }
}

fn sparse_drums(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(20));
    let mut at_s = 0.2;
    while at_s < score.last_onset_s {
        let which = rng.below(6);
        hit(rate, which, mix, at_s, rng.range(0.02, 1.0), &mut rng);
        at_s += rng.range(0.15, 2.0);
    }
    mix.remove_offset();
}

fn fast_drums(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(21));
    let step_s = 15.0 / rng.range(180.0, 240.0);
    let steps = (score.last_onset_s / step_s) as usize;
    for step in 0..steps {
        let at_s = 0.1 + step as f64 * step_s + rng.range(-0.002, 0.002);
        hit(rate, 0, mix, at_s, rng.range(0.6, 0.9), &mut rng);
        if step % 2 == 1 {
            hit(rate, 1, mix, at_s, rng.range(0.4, 0.8), &mut rng);
        }
        if step % 2 == 0 {
            hit(rate, 4, mix, at_s, rng.range(0.2, 0.5), &mut rng);
        }
        if rng.chance(0.05) {
            hit(rate, 2, mix, at_s, rng.range(0.1, 0.5), &mut rng);
        }
    }
    mix.remove_offset();
}

fn drum_machine(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(22));
    let step_s = score.beat_s() / 4.0;
    let pattern: Vec<[bool; 3]> =
        (0..16).map(|i| [i % 4 == 0 || rng.chance(0.15), i % 8 == 4, i % 2 == 0 || rng.chance(0.4)]).collect();
    for step in 0..(score.last_onset_s / step_s) as usize {
        let at_s = 0.1 + step as f64 * step_s;
        let [kick, clap, hat] = pattern[step % 16];
        if kick {
            // A cosine: the first sample is at full level.
            mix.add(at_s, 0.35, 0.0, decaying(rate, rng.range(48.0, 55.0), PI / 2.0, 0.25, 0.9));
        }
        if clap {
            mix.add(at_s, 0.12, 0.1, burst(rate, 1800.0, 0.12, 0.6, rng.bits()));
        }
        if hat {
            let length_s = if rng.chance(0.15) { 0.11 } else { 0.03 };
            mix.add(at_s, length_s, 0.3, burst(rate, 8000.0, length_s, rng.range(0.15, 0.3), rng.bits()));
        }
    }
    mix.remove_offset();
}

fn decaying(rate: f64, hz: f64, phase: f64, decay_s: f64, level: f64) -> impl FnMut() -> f64 {
    let (mut n, shrink) = (0.0, -1.0 / (decay_s / 3.0 * rate));
    move || {
        let value = level * (n * shrink).exp() * (TAU * hz * n / rate + phase).sin();
        n += 1.0;
        value
    }
}

/// Noise above `hz` that begins and ends within a sample.
fn burst(rate: f64, hz: f64, length_s: f64, level: f64, seed: u64) -> impl FnMut() -> f64 {
    let (mut rng, mut low, mut n) = (Rng::new(seed), LowPass::new(rate, hz), 0.0);
    move || {
        let noise = rng.bipolar();
        n += 1.0;
        level * (-2.0 * n / (length_s * rate)).exp() * (noise - low.next(noise))
    }
}

fn bowed_strings(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(23));
    for beat in score.beats() {
        for (part, (step, octave, pan)) in
            [(0, -2, 0.5), (4, -1, 0.2), (2, 0, -0.2), (7, 0, -0.5)].into_iter().enumerate()
        {
            if beat.index % [4, 4, 2, 1][part] != 0 {
                continue;
            }
            let length_s = score.beat_s() * [4.0, 4.0, 2.0, 1.0][part];
            let hz = score.hz(beat.degree + step, octave);
            mix.add(beat.at_s, length_s + 0.2, pan, bowed(rate, hz, length_s, rng.range(0.3, 0.9), rng.bits()));
        }
    }
    mix.reverberate(0.3, 1.8);
    mix.remove_offset();
}

fn bowed(rate: f64, hz: f64, length_s: f64, level: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let (attack_s, vibrato_hz) = (rng.range(0.05, 0.2), rng.range(4.8, 6.2));
    let mut string = Saw::new(rate, hz, rng.uniform());
    let mut bow = Resonator::new(rate, 3500.0, 4000.0);
    let mut body: Vec<Resonator> =
        [(280.0, 60.0), (460.0, 90.0), (800.0, 200.0), (2600.0, 900.0)].map(|(f, w)| Resonator::new(rate, f, w)).into();
    let mut at = 0.0;
    move || {
        at += 1.0 / rate;
        let depth = 0.004 * ((at - 0.15) / 0.3).clamp(0.0, 1.0);
        string.step = hz * (1.0 + depth * (TAU * vibrato_hz * at).sin()) / rate;
        let envelope = (at / attack_s).min((length_s + 0.15 - at) / 0.15).clamp(0.0, 1.0);
        let source = string.next() + 0.15 * bow.next(rng.bipolar());
        level * envelope * (0.25 * source + body.iter_mut().map(|r| r.next(source)).sum::<f64>())
    }
}

fn synth_bass(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(24));
    let (square, step_s) = (rng.chance(0.5), score.beat_s() / 4.0);
    for beat in score.beats() {
        for k in 0..4 {
            if rng.chance(0.25) {
                continue;
            }
            let hz = score.bass_hz(beat.degree) * if rng.chance(0.2) { 2.0 } else { 1.0 };
            let length_s = step_s * rng.range(0.4, 0.95);
            let voice = naive(rate, hz, square, rng.range(300.0, 6000.0), length_s);
            mix.add(beat.at_s + f64::from(k) * step_s, length_s, 0.0, scaled(0.7, voice));
        }
    }
    // A little width, so that it is a stereo track.
    mix.reverberate(0.06, 0.4);
    mix.remove_offset();
}

/// An oscillator that jumps between two samples, through a filter that closes; it starts at once and is gated in 1 ms.
fn naive(rate: f64, hz: f64, square: bool, cutoff_hz: f64, length_s: f64) -> impl FnMut() -> f64 {
    let (mut phase, mut n) = (0.0f64, 0.0);
    let mut filter = [LowPass::new(rate, cutoff_hz), LowPass::new(rate, 2.0 * cutoff_hz)];
    move || {
        phase = (phase + hz / rate).fract();
        n += 1.0;
        let raw = if square { if phase < 0.5 { 1.0 } else { -1.0 } } else { 2.0 * phase - 1.0 };
        let gate = ((length_s - n / rate) / 0.001).clamp(0.0, 1.0);
        let [first, second] = &mut filter;
        gate * (0.3 * raw + 0.7 * second.next(first.next(raw)))
    }
}

fn chiptune(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(25));
    let step_s = score.beat_s() / 4.0;
    for beat in score.beats() {
        for k in 0..4 {
            let at_s = beat.at_s + f64::from(k) * step_s;
            let chord = [0, 2, 4, 7];
            let lead = score.hz(beat.degree + chord[rng.below(4)], 1);
            let width = [0.125, 0.25, 0.5][rng.below(3)];
            mix.add(at_s, step_s, -0.4, stepped(rate, move |phase| if phase < width { 1.0 } else { -1.0 }, lead, 0.2));
            let arpeggio = score.hz(beat.degree + chord[k as usize], 0);
            mix.add(at_s, step_s, 0.4, stepped(rate, |phase| if phase < 0.5 { 1.0 } else { -1.0 }, arpeggio, 0.15));
            let root = 2.0 * score.bass_hz(beat.degree);
            let stairs = |phase: f64| (16.0 * (2.0 * (phase - 0.5).abs())).floor() / 8.0 - 1.0;
            mix.add(at_s, step_s, 0.0, stepped(rate, stairs, root, 0.25));
            if rng.chance(0.6) {
                mix.add(at_s, 0.05, 0.1, register(rate, rng.range(4000.0, 14_000.0), 0.05, 0.15));
            }
        }
    }
    mix.remove_offset();
}

/// A naive waveform whose volume falls in sixteenths, sixty times a second.
fn stepped(rate: f64, wave: impl Fn(f64) -> f64, hz: f64, level: f64) -> impl FnMut() -> f64 {
    let (mut phase, mut n) = (0.0f64, 0.0);
    move || {
        phase = (phase + hz / rate).fract();
        n += 1.0;
        let volume = (15.0 - (60.0 * n / rate).floor() / 2.0).max(6.0).floor() / 15.0;
        level * volume * wave(phase)
    }
}

/// A 15-bit shift register, clocked at `hz`.
fn register(rate: f64, hz: f64, length_s: f64, level: f64) -> impl FnMut() -> f64 {
    let (mut state, mut phase, mut n) = (1u32, 0.0, 0.0);
    move || {
        phase += hz / rate;
        n += 1.0;
        while phase >= 1.0 {
            phase -= 1.0;
            state = state >> 1 | ((state ^ state >> 1) & 1) << 14;
        }
        let volume = (15.0 * (1.0 - n / (length_s * rate))).ceil().max(0.0) / 15.0;
        level * volume * if state & 1 == 0 { 1.0 } else { -1.0 }
    }
}

fn speech(score: &Score, mix: &mut Stem) {
    let (rate, mut rng) = (score.rate, score.rng(26));
    let mut at_s = 0.4;
    while at_s < score.last_onset_s {
        match rng.below(7) {
            0 => at_s += rng.range(0.3, 1.2),
            1 => {
                mix.add(at_s, 0.4, 0.0, scaled(0.06, breath(rate, 0.35, rng.bits())));
                at_s += 0.4;
            }
            2 => {
                mix.add(at_s, 0.12, 0.0, scaled(rng.range(0.1, 0.4), sibilant(rate, 0.11, rng.bits())));
                at_s += 0.1;
            }
            _ => {
                // A closed mouth, a burst, a vowel.
                mix.add(at_s, 0.012, 0.0, plosive(rate, rng.range(800.0, 4500.0), rng.range(0.1, 0.8), rng.bits()));
                let (hz, length_s) = (rng.range(85.0, 220.0), rng.range(0.06, 0.3));
                let vowel = scaled(rng.range(0.5, 1.0), vowel(rate, hz, length_s, rng.below(4), rng.bits()));
                mix.add(at_s + 0.01, length_s + 0.02, 0.0, vowel);
                at_s += length_s + rng.range(0.02, 0.08);
            }
        }
    }
    mix.reverberate(0.03, 0.3);
    room_tone(score, mix, 7e-4);
    mix.remove_offset();
}

fn plosive(rate: f64, hz: f64, level: f64, seed: u64) -> impl FnMut() -> f64 {
    let (mut rng, mut mouth, mut n) = (Rng::new(seed), Resonator::new(rate, hz, 0.8 * hz), 0.0);
    move || {
        n += 1.0;
        level * (-n / (0.003 * rate)).exp() * mouth.next(2.0 * rng.bipolar())
    }
}

fn room_tone(score: &Score, mix: &mut Stem, level: f64) {
    for (side, player) in [(-1.0, 27), (1.0, 28)] {
        let mut air = score.rng(player);
        let mut dull = LowPass::new(score.rate, 3000.0);
        mix.add(0.0, f64::MAX, side, move || level * (0.3 * air.normal() + 2.0 * dull.next(air.normal())));
    }
}

/// A gate with 1 ms attack and 30 ms release, shut to exact zeros every other bar or so.
fn rests(score: &Score, mix: &mut Stem) {
    piano(score, mix);
    let (rate, mut rng) = (score.rate, score.rng(29));
    let bar_s = 4.0 * score.beat_s();
    let mut at_s = bar_s * rng.range(0.6, 1.0);
    while at_s < score.last_onset_s {
        let rest_s = rng.range(0.2, 0.8) * bar_s;
        let (shut, open) = ((at_s * rate) as usize, ((at_s + rest_s) * rate) as usize);
        for channel in [&mut mix.left, &mut mix.right] {
            for (i, sample) in channel.iter_mut().enumerate().take(open).skip(shut) {
                let closing = 1.0 - (i - shut) as f64 / (0.03 * rate);
                let opening = 1.0 - (open - i) as f64 / (0.001 * rate);
                *sample *= closing.max(opening).clamp(0.0, 1.0).powi(2);
            }
        }
        at_s += rest_s + bar_s * rng.range(0.5, 1.5);
    }
}

fn orchestra(score: &Score, mix: &mut Stem) {
    let mut strings = Stem::silent(score.rate, score.frames);
    bowed_strings(score, &mut strings);
    strings.normalise(1.0);
    mix.mix(&strings, 0.8);
    let mut keys = Stem::silent(score.rate, score.frames);
    piano(score, &mut keys);
    keys.normalise(1.0);
    mix.mix(&keys, 0.3);
    let mut rng = score.rng(30);
    for beat in score.beats().filter(|beat| beat.index % 8 == 0) {
        hit(score.rate, [3, 5][rng.below(2)], mix, beat.at_s, rng.range(0.1, 0.5), &mut rng);
    }
    mix.reverberate(0.4, 2.2);
    mix.normalise(1.0);
    // -78 dBFS when the whole is turned down by 30 dB.
    room_tone(score, mix, 2.5e-3);
    mix.remove_offset();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_texture_sounds_and_is_repeatable() {
        for texture in Texture::ALL {
            let take = render_texture(texture, 44_100.0, 5.0, 7);
            let again = render_texture(texture, 44_100.0, 5.0, 7);
            for channel in 0..2 {
                let samples = take.channel(channel);
                assert_eq!(samples, again.channel(channel), "{texture:?} is not repeatable");
                let power = samples.iter().map(|s| s * s).sum::<f64>() / samples.len() as f64;
                assert!(power > 1e-8, "{texture:?} is almost silent");
                let mean = samples.iter().sum::<f64>() / samples.len() as f64;
                assert!(mean.abs() < 1e-3, "{texture:?} has an offset of {mean}");
            }
        }
    }
}

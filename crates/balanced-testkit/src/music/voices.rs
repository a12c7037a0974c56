//! Instruments: each function gives a closure that returns one sample after another.

use std::f64::consts::TAU;

use super::Rng;

/// A decaying sinusoid by complex rotation.
#[derive(Clone, Copy)]
struct Partial {
    re: f64,
    im: f64,
    step_re: f64,
    step_im: f64,
}

impl Partial {
    /// `decay_s` is the time to fall by 60 dB.
    fn new(rate: f64, hz: f64, level: f64, phase: f64, decay_s: f64) -> Self {
        let shrink = 10f64.powf(-3.0 / (decay_s * rate));
        let (sin, cos) = (TAU * hz / rate).sin_cos();
        let (im, re) = phase.sin_cos();
        Self { re: level * re, im: level * im, step_re: shrink * cos, step_im: shrink * sin }
    }

    #[inline]
    fn next(&mut self) -> f64 {
        let re = self.re * self.step_re - self.im * self.step_im;
        self.im = self.re * self.step_im + self.im * self.step_re;
        self.re = re;
        self.im
    }
}

/// One-pole low-pass.
pub(super) struct LowPass {
    pole: f64,
    state: f64,
}

impl LowPass {
    pub fn new(rate: f64, hz: f64) -> Self {
        Self { pole: (-TAU * hz / rate).exp(), state: 0.0 }
    }

    #[inline]
    pub fn next(&mut self, input: f64) -> f64 {
        self.state = input + self.pole * (self.state - input);
        self.state
    }
}

/// Two-pole resonator with unit gain at its centre.
pub(super) struct Resonator {
    a1: f64,
    a2: f64,
    gain: f64,
    y1: f64,
    y2: f64,
}

impl Resonator {
    pub fn new(rate: f64, hz: f64, width_hz: f64) -> Self {
        let r = (-std::f64::consts::PI * width_hz / rate).exp();
        let angle = TAU * (hz / rate).min(0.49);
        let gain = (1.0 - r) * (1.0 - 2.0 * r * (2.0 * angle).cos() + r * r).sqrt();
        Self { a1: 2.0 * r * angle.cos(), a2: -r * r, gain, y1: 0.0, y2: 0.0 }
    }

    #[inline]
    pub fn next(&mut self, input: f64) -> f64 {
        let y = self.gain * input + self.a1 * self.y1 + self.a2 * self.y2;
        self.y2 = self.y1;
        self.y1 = y;
        y
    }
}

/// Linear attack, then exponential decay (60 dB in `decay_s`), then a 5 ms release at `length_s`.
struct Envelope {
    at: f64,
    step: f64,
    attack_s: f64,
    level: f64,
    shrink: f64,
    length_s: f64,
    release_s: f64,
}

impl Envelope {
    fn new(rate: f64, attack_s: f64, decay_s: f64, length_s: f64, release_s: f64) -> Self {
        let shrink = 10f64.powf(-3.0 / (decay_s * rate));
        Self { at: 0.0, step: 1.0 / rate, attack_s, level: 1.0, shrink, length_s, release_s }
    }

    #[inline]
    fn next(&mut self) -> f64 {
        self.at += self.step;
        if self.at < self.attack_s {
            return self.at / self.attack_s;
        }
        self.level *= self.shrink;
        let left = ((self.length_s - self.at) / self.release_s).clamp(0.0, 1.0);
        self.level * left
    }
}

/// Kick drum: a sine falling from 180 Hz to `hz`, with a beater click of filtered noise.
pub(super) fn kick(rate: f64, hz: f64, decay_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let mut body = Envelope::new(rate, 0.001, decay_s, 1.5 * decay_s, 0.02);
    let mut beater = Envelope::new(rate, 0.0003, 0.015, 0.03, 0.005);
    let mut colour = LowPass::new(rate, 4000.0);
    let (mut phase, mut sweep) = (0.0, 1.0);
    let fall = (-1.0 / (0.022 * rate)).exp();
    move || {
        sweep *= fall;
        phase += TAU * (hz + 130.0 * sweep) / rate;
        body.next() * phase.sin() + 0.5 * beater.next() * colour.next(rng.bipolar())
    }
}

/// Snare or clap: two drum modes and a band of noise.
pub(super) fn snare(rate: f64, tone: f64, decay_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let mut modes = [(185.0, 0.5), (331.0, 0.3)].map(|(hz, level)| Partial::new(rate, hz, level * tone, 0.0, 0.15));
    let mut wires = Envelope::new(rate, 0.0005, decay_s, 1.2 * decay_s, 0.02);
    let (mut low, mut high) = (LowPass::new(rate, 900.0), LowPass::new(rate, 9000.0));
    move || {
        let noise = high.next(rng.bipolar());
        let band = noise - low.next(noise);
        modes.iter_mut().map(Partial::next).sum::<f64>() + wires.next() * band
    }
}

/// Hi-hat, ride or crash: noise above about 6 kHz and six inharmonic tones.
pub(super) fn cymbal(rate: f64, decay_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let mut metal = [2370.0, 3480.0, 4410.0, 5890.0, 7230.0, 8510.0].map(|hz: f64| {
        let hz = hz * rng.range(0.97, 1.03);
        Partial::new(rate, hz.min(0.45 * rate), 0.06, rng.range(0.0, TAU), decay_s)
    });
    let mut body = Envelope::new(rate, 0.0004, decay_s, decay_s, 0.3 * decay_s);
    let mut low = LowPass::new(rate, 6500.0);
    move || {
        let noise = rng.bipolar();
        let band = noise - low.next(noise);
        body.next() * (band + metal.iter_mut().map(Partial::next).sum::<f64>())
    }
}

/// Rim shot or clave: a click-like burst of two modes lasting a few milliseconds.
pub(super) fn rim(rate: f64, hz: f64) -> impl FnMut() -> f64 {
    let mut modes = [(hz, 0.7, 0.03), (2.76 * hz, 0.4, 0.012)]
        .map(|(hz, level, decay_s)| Partial::new(rate, f64::min(hz, 0.4 * rate), level, 0.0, decay_s));
    let mut attack = Envelope::new(rate, 0.0002, 10.0, 0.2, 0.01);
    move || attack.next() * modes.iter_mut().map(Partial::next).sum::<f64>()
}

/// Tom: one mode that falls a little.
pub(super) fn tom(rate: f64, hz: f64) -> impl FnMut() -> f64 {
    let mut body = Envelope::new(rate, 0.001, 0.6, 0.8, 0.05);
    let (mut phase, mut sweep) = (0.0, 1.0);
    let fall = (-1.0 / (0.05 * rate)).exp();
    move || {
        sweep *= fall;
        phase += TAU * hz * (1.0 + 0.4 * sweep) / rate;
        body.next() * phase.sin()
    }
}

/// Struck string: inharmonic partials (Fletcher, JASA 1964), higher ones shorter, and a thump of the hammer.
pub(super) fn piano(rate: f64, hz: f64, velocity: f64, length_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let bright = 0.55 + 0.35 * velocity;
    let mut partials: Vec<Partial> = (1..=16)
        .map(f64::from)
        .map(|n| (n, n * hz * (1.0 + 0.0004 * n * n).sqrt()))
        .take_while(|(_, f)| *f < 0.45 * rate)
        .map(|(n, f)| {
            let decay_s = 14.0 * (110.0 / hz).powf(0.6) / (1.0 + 0.25 * n);
            Partial::new(rate, f, bright.powf(n - 1.0) * velocity, rng.range(0.0, TAU), decay_s)
        })
        .collect();
    let mut damper = Envelope::new(rate, 0.002, 100.0, length_s, 0.12);
    let mut hammer = Envelope::new(rate, 0.001, 0.03, 0.05, 0.01);
    let mut felt = LowPass::new(rate, 1800.0);
    move || {
        let strings = partials.iter_mut().map(Partial::next).sum::<f64>();
        damper.next() * strings + 0.15 * velocity * hammer.next() * felt.next(rng.bipolar())
    }
}

/// Bass string: harmonics of one note, plucked softly (`slap` 0) to slapped (`slap` 1).
pub(super) fn bass(rate: f64, hz: f64, slap: f64, length_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let mut partials: Vec<Partial> = (1..=20)
        .map(f64::from)
        .map(|n| {
            let level = 1.0 / n.powf(1.9 - 0.9 * slap);
            Partial::new(rate, n * hz, level, rng.range(0.0, TAU), 7.0 / (1.0 + 0.3 * n))
        })
        .collect();
    let mut finger = Envelope::new(rate, 0.004 - 0.0035 * slap, 60.0, length_s, 0.03);
    move || finger.next() * partials.iter_mut().map(Partial::next).sum::<f64>()
}

/// Three detuned saws (PolyBLEP: Välimäki and Huovilainen, 2007) through a slow low-pass, soft attack and release.
pub(super) fn pad(rate: f64, hz: f64, length_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let mut saws = [-0.004, 0.0, 0.005].map(|d| Saw::new(rate, hz * (1.0 + d), rng.uniform()));
    let mut filters = [LowPass::new(rate, 1400.0), LowPass::new(rate, 2600.0)];
    let step = 1.0 / rate;
    let mut at = 0.0;
    let rise = 0.3 * length_s;
    move || {
        at += step;
        let level = (at / rise).min((length_s - at) / rise).clamp(0.0, 1.0);
        let raw = saws.iter_mut().map(Saw::next).sum::<f64>();
        let [first, second] = &mut filters;
        level * level * (3.0 - 2.0 * level) * second.next(first.next(raw))
    }
}

/// A band-limited saw.
pub(super) struct Saw {
    phase: f64,
    /// Periods a frame; may be moved while it sounds.
    pub step: f64,
}

impl Saw {
    pub fn new(rate: f64, hz: f64, phase: f64) -> Self {
        Self { phase, step: hz / rate }
    }

    #[inline]
    pub fn next(&mut self) -> f64 {
        self.phase += self.step;
        self.phase -= self.phase.floor();
        2.0 * self.phase - 1.0 - residual(self.phase, self.step)
    }
}

/// What PolyBLEP takes from a step of height 2 at phase 0.
fn residual(phase: f64, step: f64) -> f64 {
    if phase < step {
        let t = phase / step;
        2.0 * t - t * t - 1.0
    } else if phase > 1.0 - step {
        let t = (phase - 1.0) / step;
        t * t + 2.0 * t + 1.0
    } else {
        0.0
    }
}

/// A gated square bass: two saws half a period apart, low-passed, with a 2 ms gate.
pub(super) fn square(rate: f64, hz: f64, length_s: f64) -> impl FnMut() -> f64 {
    let (mut up, mut down) = (Saw::new(rate, hz, 0.0), Saw::new(rate, hz, 0.5));
    let mut filter = LowPass::new(rate, 12.0 * hz);
    let mut gate = Envelope::new(rate, 0.002, 20.0, length_s, 0.004);
    move || gate.next() * filter.next(up.next() - down.next())
}

/// A plucked string (Karplus and Strong 1983) of `hz`, bright by `colour` (0 dull to 1).
pub(super) fn pluck(rate: f64, hz: f64, colour: f64, length_s: f64, seed: u64) -> impl FnMut() -> f64 {
    let mut rng = Rng::new(seed);
    let length = ((rate / hz - 0.5).round() as usize).max(2);
    let mut pick = LowPass::new(rate, 1500.0 + 6000.0 * colour);
    let mut line: Vec<f64> = (0..length).map(|_| pick.next(rng.bipolar())).collect();
    let mean = line.iter().sum::<f64>() / length as f64;
    line.iter_mut().for_each(|s| *s -= mean);
    let mut at = 0;
    let mut hand = Envelope::new(rate, 0.001, 100.0, length_s, 0.02);
    move || {
        let next = if at + 1 == length { 0 } else { at + 1 };
        let out = line[at];
        line[at] = 0.498 * (line[at] + line[next]);
        at = next;
        hand.next() * out
    }
}

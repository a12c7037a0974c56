//! Biquads, second-order IIR sections, and cascades of them, in transposed direct form II.

use rustfft::num_complex::Complex64;

use crate::one_pole::SILENCE;

/// The most sections a [`Cascade`] holds: a 96 dB/octave cut of eight analogue sections, each matched by two.
pub const MAX_SECTIONS: usize = 16;

/// Coefficients of a biquad, `(b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Biquad {
    /// Coefficients of the numerator.
    pub b: [f64; 3],
    /// Coefficients of the denominator after the leading 1.
    pub a: [f64; 2],
}

impl Biquad {
    /// The section that passes everything unchanged.
    pub const IDENTITY: Self = Self { b: [1.0, 0.0, 0.0], a: [0.0, 0.0] };

    /// Returns the complex frequency response at `omega` radians a frame (pi is half the sample rate).
    #[must_use]
    pub fn response(&self, omega: f64) -> Complex64 {
        let z1 = Complex64::from_polar(1.0, -omega);
        let z2 = z1 * z1;
        (self.b[0] + z1 * self.b[1] + z2 * self.b[2]) / (1.0 + z1 * self.a[0] + z2 * self.a[1])
    }
}

/// The state of a [`Biquad`] on one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BiquadState {
    s1: f64,
    s2: f64,
}

impl BiquadState {
    /// Filters one sample.
    #[inline]
    pub fn next(&mut self, filter: &Biquad, input: f64) -> f64 {
        let output = filter.b[0] * input + self.s1;
        // The output's share last: the next output waits for nothing else.
        self.s1 = (filter.b[1] * input + self.s2) - filter.a[0] * output;
        self.s2 = filter.b[2] * input - filter.a[1] * output;
        output
    }

    /// Filters `samples` in place.
    pub fn process(&mut self, filter: &Biquad, samples: &mut [f64]) {
        let (filter, mut state) = (*filter, *self);
        samples.iter_mut().for_each(|sample| *sample = state.next(&filter, *sample));
        *self = state;
    }

    /// Sets a state below -600 dBFS to zero, so that a tail does not linger in slow denormal numbers.
    ///
    /// To be called at regular times, not at block ends, which would make the output depend on block sizes.
    pub fn flush(&mut self) {
        if self.s1.abs() < SILENCE && self.s2.abs() < SILENCE {
            *self = Self::default();
        }
    }
}

/// Up to [`MAX_SECTIONS`] biquads in series; coefficients only, the state is [`CascadeState`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cascade {
    sections: [Biquad; MAX_SECTIONS],
    length: usize,
}

impl Default for Cascade {
    fn default() -> Self {
        Self { sections: [Biquad::IDENTITY; MAX_SECTIONS], length: 0 }
    }
}

impl Cascade {
    /// Appends a section; beyond [`MAX_SECTIONS`] it is dropped.
    pub fn push(&mut self, section: Biquad) {
        debug_assert!(self.length < MAX_SECTIONS);
        if let Some(slot) = self.sections.get_mut(self.length) {
            *slot = section;
            self.length += 1;
        }
    }

    /// Returns the sections in order.
    #[must_use]
    pub fn sections(&self) -> &[Biquad] {
        &self.sections[..self.length]
    }

    /// Tells whether there are no sections, so that everything passes unchanged.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.length == 0
    }

    /// Returns the complex frequency response at `omega` radians a frame.
    #[must_use]
    pub fn response(&self, omega: f64) -> Complex64 {
        self.sections().iter().map(|section| section.response(omega)).product()
    }
}

/// The state of a [`Cascade`] on one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CascadeState {
    states: [BiquadState; MAX_SECTIONS],
}

impl CascadeState {
    /// Filters `samples` in place.
    pub fn process(&mut self, cascade: &Cascade, samples: &mut [f64]) {
        for (state, section) in self.states.iter_mut().zip(cascade.sections()) {
            state.process(section, samples);
        }
    }

    /// Filters two channels in place, side by side in a vector register.
    pub fn process_pair(&mut self, other: &mut Self, cascade: &Cascade, samples: &mut [f64], others: &mut [f64]) {
        process_sections(self.pair_with(other, cascade), [samples, others]);
    }

    /// Returns the sections of `cascade` with their states on two channels, for [`process_sections`].
    pub fn pair_with<'a>(
        &'a mut self,
        other: &'a mut Self,
        cascade: &'a Cascade,
    ) -> impl Iterator<Item = SectionPair<'a>> {
        let states = self.states.iter_mut().zip(&mut other.states);
        cascade
            .sections()
            .iter()
            .zip(states)
            .map(|(filter, (first, second))| SectionPair { filter, states: [first, second] })
    }

    /// Filters one sample.
    #[inline]
    pub fn next(&mut self, cascade: &Cascade, input: f64) -> f64 {
        self.states
            .iter_mut()
            .zip(cascade.sections())
            .fold(input, |sample, (state, section)| state.next(section, sample))
    }

    /// Sets states below -600 dBFS to zero; see [`BiquadState::flush`].
    pub fn flush(&mut self) {
        self.states.iter_mut().for_each(BiquadState::flush);
    }
}

/// A biquad with its states on two channels.
pub struct SectionPair<'a> {
    filter: &'a Biquad,
    states: [&'a mut BiquadState; 2],
}

/// Filters two channels in place by all `sections` in series, several sections at a time.
pub fn process_sections<'a>(mut sections: impl Iterator<Item = SectionPair<'a>>, samples: [&mut [f64]; 2]) {
    let [samples, others] = samples;
    loop {
        let mut next = || sections.next();
        match [next(), next(), next(), next()] {
            [Some(a), Some(b), Some(c), Some(d)] => run([a, b, c, d], [samples, others]),
            [Some(a), Some(b), Some(c), None] => return run([a, b, c], [samples, others]),
            [Some(a), Some(b), ..] => return run([a, b], [samples, others]),
            [Some(a), ..] => return run([a], [samples, others]),
            [None, ..] => return,
        }
    }
}

/// `S` sections, sample by sample: each waits for its own last output only, so that some take hardly longer than one.
fn run<const S: usize>(mut pairs: [SectionPair<'_>; S], [samples, others]: [&mut [f64]; 2]) {
    let filters: [Biquad; S] = std::array::from_fn(|index| *pairs[index].filter);
    let mut s1: [[f64; 2]; S] = std::array::from_fn(|index| pairs[index].states.each_ref().map(|state| state.s1));
    let mut s2: [[f64; 2]; S] = std::array::from_fn(|index| pairs[index].states.each_ref().map(|state| state.s2));
    for (sample, other) in samples.iter_mut().zip(others) {
        let mut pair = [*sample, *other];
        for (filter, (s1, s2)) in filters.iter().zip(s1.iter_mut().zip(&mut s2)) {
            let Biquad { b, a } = filter;
            for lane in 0..2 {
                let input = pair[lane];
                pair[lane] = b[0] * input + s1[lane];
                s1[lane] = (b[1] * input + s2[lane]) - a[0] * pair[lane];
                s2[lane] = b[2] * input - a[1] * pair[lane];
            }
        }
        [*sample, *other] = pair;
    }
    for (pair, (s1, s2)) in pairs.iter_mut().zip(s1.into_iter().zip(s2)) {
        for (lane, state) in pair.states.iter_mut().enumerate() {
            **state = BiquadState { s1: s1[lane], s2: s2[lane] };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_impulse_response_has_the_computed_spectrum() {
        let filter = Biquad { b: [0.4, -0.1, 0.2], a: [-1.2, 0.5] };
        let mut cascade = Cascade::default();
        cascade.push(filter);
        cascade.push(filter);
        let mut impulse = vec![0.0; 400];
        impulse[0] = 1.0;
        CascadeState::default().process(&cascade, &mut impulse);
        for omega in [0.0, 0.3, 1.7, 3.0] {
            let taps = impulse.iter().enumerate();
            let sum: Complex64 = taps.map(|(n, h)| Complex64::from_polar(*h, -omega * n as f64)).sum();
            assert!((sum - cascade.response(omega)).norm() < 1e-12);
        }
    }

    #[test]
    fn a_pair_is_two_channels() {
        (1..10).for_each(a_pair_of_cascades_is_two_channels);
    }

    fn a_pair_of_cascades_is_two_channels(sections: u32) {
        let mut cascade = Cascade::default();
        for section in 0..sections {
            let bend = 0.1 * f64::from(section);
            cascade.push(Biquad { b: [0.4 + bend, -0.1, 0.2], a: [-1.2 + bend, 0.5] });
        }
        let signal = |scale: f64| (0..100).map(|n| (f64::from(n) * scale).sin()).collect::<Vec<_>>();
        let (mut left, mut right) = (signal(0.3), signal(1.1));
        let (mut a, mut b) = (CascadeState::default(), CascadeState::default());
        a.process_pair(&mut b, &cascade, &mut left, &mut right);
        let (mut alone, mut other) = (signal(0.3), signal(1.1));
        let (mut c, mut d) = (CascadeState::default(), CascadeState::default());
        c.process(&cascade, &mut alone);
        d.process(&cascade, &mut other);
        assert_eq!((left, right, a, b), (alone, other, c, d));
    }

    #[test]
    fn a_flushed_tail_is_silence() {
        let filter = Biquad { b: [1.0, 0.0, 0.0], a: [-1.8, 0.81] };
        let mut state = BiquadState::default();
        state.next(&filter, 1.0);
        (0..2000).for_each(|_| _ = state.next(&filter, 0.0));
        state.flush();
        assert_eq!(state, BiquadState::default());
    }
}

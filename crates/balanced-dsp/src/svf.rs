//! A state-variable filter (SVF) whose corner may move at every sample.
//!
//! Trapezoidal integration solved for the loop without delay: Zavalishin, "The Art of VA Filter Design", chapter 4, in
//! the form of Simper, "Solving the continuous SVF equations using trapezoidal integration and equivalent currents", 2013.

use crate::one_pole::SILENCE;

/// Corners beyond this share of the sample rate are held there.
const HIGHEST: f64 = 0.49;

/// Coefficients of an [`Svf`] for one corner and quality factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SvfCoefficients {
    a1: f64,
    a2: f64,
    a3: f64,
    /// The damping, 1/q.
    pub damping: f64,
}

impl SvfCoefficients {
    /// Creates coefficients for a corner at `frequency_hz` with quality factor `q`.
    #[must_use]
    pub fn new(frequency_hz: f64, q: f64, sample_rate_hz: f64) -> Self {
        let g = (std::f64::consts::PI * (frequency_hz / sample_rate_hz).min(HIGHEST)).tan();
        let damping = 1.0 / q;
        let a1 = 1.0 / (1.0 + g * (g + damping));
        Self { a1, a2: g * a1, a3: g * g * a1, damping }
    }
}

/// The outputs of an [`Svf`] for one sample of each channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SvfOutput<const N: usize> {
    /// The low-pass output, 12 dB per octave.
    pub low: [f64; N],
    /// The band-pass output; times the damping it has 0 dB at the centre.
    pub band: [f64; N],
    /// The high-pass output, 12 dB per octave.
    pub high: [f64; N],
}

/// The state of a state-variable filter on `N` channels side by side, which share a vector register.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Svf<const N: usize> {
    first: [f64; N],
    second: [f64; N],
}

impl<const N: usize> Default for Svf<N> {
    fn default() -> Self {
        Self { first: [0.0; N], second: [0.0; N] }
    }
}

impl<const N: usize> Svf<N> {
    /// Filters one sample of each channel.
    #[inline(always)]
    pub fn next(&mut self, input: [f64; N], c: &SvfCoefficients) -> SvfOutput<N> {
        let (mut low, mut band, mut high) = ([0.0; N], [0.0; N], [0.0; N]);
        for lane in 0..N {
            let (first, second) = (self.first[lane], self.second[lane]);
            let rest = input[lane] - second;
            band[lane] = c.a1 * first + c.a2 * rest;
            low[lane] = second + c.a2 * first + c.a3 * rest;
            self.first[lane] = 2.0 * band[lane] - first;
            self.second[lane] = 2.0 * low[lane] - second;
            high[lane] = input[lane] - c.damping * band[lane] - low[lane];
        }
        SvfOutput { low, band, high }
    }

    /// Sets a state below -600 dBFS to zero, so that a tail does not linger in slow denormal numbers; to be called at regular
    /// times.
    pub fn flush(&mut self) {
        if self.first.iter().chain(&self.second).all(|state| state.abs() < SILENCE) {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gains_db(frequency_hz: f64) -> [f64; 3] {
        let c = SvfCoefficients::new(1000.0, 2.0, 48_000.0);
        let mut filter = Svf::<1>::default();
        let mut peaks = [0.0f64; 3];
        for n in 0..48_000 {
            let out = filter.next([(std::f64::consts::TAU * frequency_hz * f64::from(n) / 48_000.0).sin()], &c);
            if n > 24_000 {
                for (peak, value) in peaks.iter_mut().zip([out.low[0], out.band[0] * c.damping, out.high[0]]) {
                    *peak = peak.max(value.abs());
                }
            }
        }
        peaks.map(|peak| 20.0 * peak.log10())
    }

    #[test]
    fn the_three_outputs_are_what_they_are_called() {
        let [low, band, high] = gains_db(1000.0);
        assert!((low - 6.02).abs() < 0.01 && band.abs() < 0.01 && (high - 6.02).abs() < 0.01);
        let [low, _, high] = gains_db(20.0);
        assert!(low.abs() < 0.01 && (high + 67.96).abs() < 0.1, "{low} {high}");
    }
}

//! First-order (one-pole) smoothing, the impulse-invariant form of an RC low-pass.

/// Below this (-600 dBFS) a state is silence; it keeps filters out of the slow denormal numbers.
pub(crate) const SILENCE: f64 = 1e-30;

/// A one-pole low-pass: it covers 1 - 1/e of a step in one time constant, at any sample rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OnePole {
    state: f64,
}

impl OnePole {
    /// Returns the coefficient for a time constant of `time_s` seconds; 1 (no smoothing) for 0.
    #[must_use]
    pub fn coefficient_for_time(time_s: f64, sample_rate_hz: f64) -> f64 {
        if time_s <= 0.0 { 1.0 } else { -(-1.0 / (time_s * sample_rate_hz)).exp_m1() }
    }

    /// Returns the coefficient for a -3 dB corner at `frequency_hz`.
    #[must_use]
    pub fn coefficient_for_frequency(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
        -(-std::f64::consts::TAU * frequency_hz / sample_rate_hz).exp_m1()
    }

    /// Creates a filter that has settled at `value`.
    #[must_use]
    pub fn at(value: f64) -> Self {
        Self { state: value }
    }

    /// Moves towards `input` by `coefficient` of the way and returns the new state.
    #[inline]
    pub fn next(&mut self, input: f64, coefficient: f64) -> f64 {
        self.state += coefficient * (input - self.state);
        if self.state.abs() < SILENCE {
            self.state = 0.0;
        }
        self.state
    }

    /// Returns the present state.
    #[inline]
    #[must_use]
    pub fn value(&self) -> f64 {
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_time_constant_covers_63_percent_at_any_rate() {
        for sample_rate_hz in [8_000.0, 44_100.0, 192_000.0] {
            let coefficient = OnePole::coefficient_for_time(0.1, sample_rate_hz);
            let mut filter = OnePole::default();
            let frames = (0.1 * sample_rate_hz) as usize;
            let last = (0..frames).map(|_| filter.next(1.0, coefficient)).last().unwrap();
            assert!((last - (1.0 - (-1f64).exp())).abs() < 1e-9, "{last} at {sample_rate_hz}");
        }
        assert_eq!(OnePole::coefficient_for_time(0.0, 48_000.0), 1.0);
    }

    #[test]
    fn a_tail_ends_in_true_silence() {
        let mut filter = OnePole::at(1.0);
        assert_eq!((0..2000).map(|_| filter.next(0.0, 0.1)).last(), Some(0.0));
    }
}

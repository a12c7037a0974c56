//! First-order shelves and their exact inverses: emphasis before the curve, de-emphasis behind.

use super::SILENCE;

/// One-pole one-zero filter `(b0 + b1 z⁻¹) / (1 + a1 z⁻¹)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shelf {
    b0: f64,
    b1: f64,
    a1: f64,
}

impl Shelf {
    pub const NONE: Self = Self { b0: 1.0, b1: 0.0, a1: 0.0 };

    /// `gain` (linear) far above `frequency_hz`, 1 far below: the bilinear image of `(1 + g s/w) / (1 + s/w)`.
    pub fn high(frequency_hz: f64, gain: f64, sample_rate_hz: f64) -> Self {
        let k = (std::f64::consts::PI * (frequency_hz / sample_rate_hz).min(0.45)).tan();
        Self::normalised([k + gain, k - gain], [k + 1.0, k - 1.0])
    }

    /// `gain` (linear) far below `frequency_hz`, 1 far above.
    pub fn low(frequency_hz: f64, gain: f64, sample_rate_hz: f64) -> Self {
        let k = (std::f64::consts::PI * (frequency_hz / sample_rate_hz).min(0.45)).tan();
        Self::normalised([1.0 + gain * k, gain * k - 1.0], [1.0 + k, k - 1.0])
    }

    fn normalised(b: [f64; 2], a: [f64; 2]) -> Self {
        Self { b0: b[0] / a[0], b1: b[1] / a[0], a1: a[1] / a[0] }
    }

    /// The filter that undoes this one; stable, since the zero lies inside the circle.
    pub fn inverse(&self) -> Self {
        Self { b0: 1.0 / self.b0, b1: self.a1 / self.b0, a1: self.b1 / self.b0 }
    }
}

/// A shelf on two channels side by side, with its memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShelfPair {
    shelf: Shelf,
    states: [f64; 2],
}

impl ShelfPair {
    pub fn new(shelf: Shelf) -> Self {
        Self { shelf, states: [0.0; 2] }
    }

    /// Filter two channels in place.
    pub fn process(&mut self, [left, right]: [&mut [f64]; 2]) {
        if self.shelf == Shelf::NONE {
            return;
        }
        let Shelf { b0, b1, a1 } = self.shelf;
        // The next state by the present one directly, not by way of the output: it waits for less.
        let (through, mut states) = (b1 - a1 * b0, self.states);
        for (left, right) in left.iter_mut().zip(right) {
            let mut pair = [*left, *right];
            for (sample, state) in pair.iter_mut().zip(&mut states) {
                let input = *sample;
                *sample = b0 * input + *state;
                *state = through * input - a1 * *state;
            }
            [*left, *right] = pair;
        }
        self.states = states;
    }

    /// Call at regular times: a tail below -600 dBFS becomes silence instead of lingering in slow denormal numbers.
    pub fn flush(&mut self) {
        self.states.iter_mut().for_each(|state| *state = if state.abs() < SILENCE { 0.0 } else { *state });
    }

    pub fn reset(&mut self) {
        self.states = [0.0; 2];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes_it() {
        for shelf in
            [Shelf::high(3000.0, 2.8, 44_100.0), Shelf::low(120.0, 2.8, 192_000.0), Shelf::high(3000.0, 2.8, 8_000.0)]
        {
            let input = |lane: u32| (0..2000).map(move |n| f64::from(n * n % (37 + lane)) - 18.0).collect::<Vec<_>>();
            let (mut left, mut right) = (input(0), input(4));
            for filter in [shelf, shelf.inverse()] {
                ShelfPair::new(filter).process([&mut left, &mut right]);
            }
            for (output, input) in [(left, input(0)), (right, input(4))] {
                assert!(output.iter().zip(&input).all(|(output, input)| (output - input).abs() < 1e-10));
            }
        }
    }

    #[test]
    fn shelves_have_their_gains_at_the_ends() {
        let dc = |s: Shelf| (s.b0 + s.b1) / (1.0 + s.a1);
        let top = |s: Shelf| (s.b0 - s.b1) / (1.0 - s.a1);
        let (high, low) = (Shelf::high(2000.0, 3.0, 48_000.0), Shelf::low(200.0, 3.0, 48_000.0));
        for (value, wanted) in [(dc(high), 1.0), (top(high), 3.0), (dc(low), 3.0), (top(low), 1.0)] {
            assert!((value - wanted).abs() < 1e-12, "{value}");
        }
    }
}

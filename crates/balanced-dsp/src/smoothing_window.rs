//! A smoothing filter of three moving averages in series, computed by running sums.

use crate::vector_loop;

/// Fixed-point unit of the running sums: 2⁻⁴⁰.
const UNITS: f64 = (1u64 << 40) as f64;
const STAGES: usize = 3;
const CHUNK: usize = 64;

/// A smoothing FIR filter: the mean of the last [`taps`](Self::taps) values under a bell of three convolved boxes.
///
/// The bell is a piecewise quadratic, once continuously differentiable; its spectrum falls by 18 dB per octave. The sums are integers (2⁻⁴⁰ a unit), so they never drift: a run of zeros longer than the window gives exactly
/// `0.0`, however long the stream. Each rounding goes up; the result is never less than the exact mean by more than
/// 10⁻¹² and never more by more than 4·10⁻¹².
#[derive(Clone, Debug)]
pub struct SmoothingWindow {
    boxes: [MovingSum; STAGES],
}

#[derive(Clone, Debug)]
struct MovingSum {
    ring: Vec<i64>,
    position: usize,
    sum: i64,
    reciprocal: f64,
}

impl SmoothingWindow {
    /// The largest value that may be pushed: sums of 2¹⁶ of them still fit.
    pub const MAX_VALUE: f64 = 64.0;

    /// Creates a filter over `taps` values (1 to 65 536). Allocates.
    #[must_use]
    pub fn new(taps: usize) -> Self {
        assert!(taps <= 1 << 16, "window too long for its integer sums");
        let span = taps.max(1) - 1;
        let (first, second) = (span / 2, span / 3);
        Self { boxes: [first, second, span - first - second].map(|extra| MovingSum::new(extra + 1)) }
    }

    /// Returns the number of values that the mean covers.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.boxes.iter().map(|b| b.ring.len() - 1).sum::<usize>() + 1
    }

    /// Takes the next value (`0.0` to [`MAX_VALUE`](Self::MAX_VALUE)) and returns the mean that ends with it.
    #[inline]
    pub fn push(&mut self, value: f64) -> f64 {
        let mut values = [value];
        self.process(&mut values);
        values[0]
    }

    /// Replaces `values` by their means, as [`push`](Self::push) does one by one, in less time.
    pub fn process(&mut self, values: &mut [f64]) {
        let mut units = [0; CHUNK];
        for values in values.chunks_mut(CHUNK) {
            let units = &mut units[..values.len()];
            to_units(values, units);
            for moving in &mut self.boxes {
                moving.process(units);
            }
            from_units(units, values);
        }
    }

    /// Tells whether all values within the window are exactly zero.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.boxes.iter().all(|moving| moving.sum == 0)
    }

    /// Copies the history of `other`, which has as many taps; does not allocate.
    pub fn copy_from(&mut self, other: &Self) {
        for (mine, theirs) in self.boxes.iter_mut().zip(&other.boxes) {
            mine.ring.copy_from_slice(&theirs.ring);
            (mine.position, mine.sum) = (theirs.position, theirs.sum);
        }
    }

    /// Fills the window with zeros.
    pub fn reset(&mut self) {
        for moving in &mut self.boxes {
            moving.ring.fill(0);
            (moving.position, moving.sum) = (0, 0);
        }
    }
}

impl MovingSum {
    fn new(length: usize) -> Self {
        Self { ring: vec![0; length], position: 0, sum: 0, reciprocal: 1.0 / length as f64 }
    }

    /// Replace values by means of the box that ends with each, in runs that do not meet the end of the ring.
    fn process(&mut self, units: &mut [i64]) {
        let mut rest = &mut *units;
        while !rest.is_empty() {
            let run = rest.len().min(self.ring.len() - self.position);
            let (now, later) = rest.split_at_mut(run);
            let mut sum = self.sum;
            for (unit, slot) in now.iter_mut().zip(&mut self.ring[self.position..]) {
                sum += *unit - std::mem::replace(slot, *unit);
                *unit = sum;
            }
            self.sum = sum;
            self.position = if self.position + run == self.ring.len() { 0 } else { self.position + run };
            rest = later;
        }
        to_means(units, self.reciprocal);
    }
}

vector_loop! {
    fn to_units<'a>(values: &'a [f64], units: &'a mut [i64]) {
        units.iter_mut().zip(values).for_each(|(unit, value)| *unit = round_up(value * UNITS));
    }
}

vector_loop! {
    fn to_means<'a>(sums: &'a mut [i64], reciprocal: f64) {
        sums.iter_mut().for_each(|sum| *sum = round_up(to_float(*sum) * reciprocal));
    }
}

vector_loop! {
    fn from_units<'a>(units: &'a [i64], values: &'a mut [f64]) {
        values.iter_mut().zip(units).for_each(|(value, unit)| *value = to_float(*unit) * (1.0 / UNITS));
    }
}

/// Up to the next integer or one more, for values from 0 to 2⁵¹; zero stays zero.
#[inline(always)]
fn round_up(units: f64) -> i64 {
    // Added to 2⁵², a number leaves its nearest integer in the lowest bits: no conversion, which vectors of AVX2 do not have.
    const INTEGERS: f64 = (1u64 << 52) as f64;
    let nearest = (units + INTEGERS).to_bits().wrapping_sub(INTEGERS.to_bits());
    nearest as i64 + i64::from(units > 0.0)
}

/// The float nearest to an integer ≥ 0: its halves are put into the lowest bits of 2⁵² and 2⁸⁴, exactly, and rounded once
/// as they are added.
#[inline(always)]
fn to_float(integer: i64) -> f64 {
    const LOW: u64 = 0x4330_0000_0000_0000;
    const HIGH: u64 = 0x4530_0000_0000_0000;
    let bits = integer as u64;
    let low = f64::from_bits((bits & 0xffff_ffff) | LOW);
    let high = f64::from_bits((bits >> 32) | HIGH);
    (high - (f64::from_bits(HIGH) + f64::from_bits(LOW))) + low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_a_bell_of_the_asked_length() {
        for taps in [1, 2, 3, 7, 50, 241] {
            let mut window = SmoothingWindow::new(taps);
            assert_eq!(window.taps(), taps);
            let response: Vec<f64> = (0..taps + 5).map(|i| window.push(if i == 0 { 1.0 } else { 0.0 })).collect();
            assert!((response.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{taps}");
            assert!(response[..taps].iter().all(|&w| w > 0.0), "{taps}");
            assert!(response[taps..].iter().all(|&w| w == 0.0), "{taps}");
            for i in 0..taps {
                assert!((response[i] - response[taps - 1 - i]).abs() < 1e-11, "{taps} is symmetric");
            }
            assert!(window.is_idle());
        }
    }

    #[test]
    fn integers_become_the_nearest_floats_and_floats_never_less() {
        let mut random = crate::Random::new(8, 0);
        for bits in 1..63 {
            for _ in 0..100 {
                let integer = (random.bits() >> (64 - bits)) as i64;
                assert_eq!(to_float(integer), integer as f64);
            }
        }
        for value in [0.0, 1e-300, 0.3, 0.5, 1.0, 1.5, 2.5, 70_368_744_177_664.0] {
            let up = round_up(value);
            assert!(up as f64 >= value && up as f64 <= value.ceil() + 1.0 && (value > 0.0 || up == 0), "{value}: {up}");
        }
    }

    #[test]
    fn many_at_once_are_one_after_another() {
        for taps in [1, 2, 40, 300] {
            let (mut single, mut many) = (SmoothingWindow::new(taps), SmoothingWindow::new(taps));
            let mut values: Vec<f64> = (0..999).map(|i| f64::from(i * i % 37)).collect();
            let expected: Vec<f64> = values.iter().map(|&value| single.push(value)).collect();
            values.chunks_mut(170).for_each(|values| many.process(values));
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn a_long_stream_does_not_drift_and_the_mean_is_never_short() {
        let mut window = SmoothingWindow::new(97);
        let mut state = 1u32;
        for _ in 0..300_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            window.push(f64::from(state >> 8) / 1e6);
        }
        let constant = 0.3;
        let last = (0..97).map(|_| window.push(constant)).last().unwrap();
        assert!(last >= constant && last < constant + 1e-11, "{last}");
        let tail: Vec<f64> = (0..98).map(|_| window.push(0.0)).collect();
        assert_eq!(tail[96..], [0.0, 0.0]);
    }
}

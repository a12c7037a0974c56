//! A smooth, finite, all-positive window by running sums: three moving averages in a row.

/// Fixed-point unit of the running sums: 2⁻⁴⁰.
const UNITS: f64 = (1u64 << 40) as f64;
const STAGES: usize = 3;
const CHUNK: usize = 64;

/// Weighted mean of the last [`taps`](Self::taps) values under a bell of three convolved boxes (a piecewise quadratic,
/// once continuously differentiable: its spectrum falls with 18 dB an octave).
///
/// The sums are integers (2⁻⁴⁰ a unit), so they never drift: a run of zeros longer than the window gives exactly
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
    /// Largest value that may be pushed: sums of 2¹⁶ of them still fit.
    pub const MAX_VALUE: f64 = 64.0;

    /// A window of `taps` values (1 to 65 536).
    #[must_use]
    pub fn new(taps: usize) -> Self {
        assert!(taps <= 1 << 16, "window too long for its integer sums");
        let span = taps.max(1) - 1;
        let (first, second) = (span / 2, span / 3);
        Self { boxes: [first, second, span - first - second].map(|extra| MovingSum::new(extra + 1)) }
    }

    /// Number of values the mean reaches over.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.boxes.iter().map(|b| b.ring.len() - 1).sum::<usize>() + 1
    }

    /// Take the next value (`0.0` to [`MAX_VALUE`](Self::MAX_VALUE)) and return the weighted mean of the window that ends with it.
    #[inline]
    pub fn push(&mut self, value: f64) -> f64 {
        let mut units = round_up(value * UNITS);
        for moving in &mut self.boxes {
            units = moving.push(units);
        }
        units as f64 * (1.0 / UNITS)
    }

    /// Replace `values` by their weighted means: what [`push`](Self::push) gives one by one, in less time.
    pub fn process(&mut self, values: &mut [f64]) {
        let mut units = [0; CHUNK];
        for values in values.chunks_mut(CHUNK) {
            let units = &mut units[..values.len()];
            units.iter_mut().zip(&*values).for_each(|(unit, value)| *unit = round_up(value * UNITS));
            for moving in &mut self.boxes {
                moving.process(units);
            }
            values.iter_mut().zip(&*units).for_each(|(value, unit)| *value = *unit as f64 * (1.0 / UNITS));
        }
    }

    /// Whether everything within the window is exactly zero.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.boxes.iter().all(|moving| moving.sum == 0)
    }

    /// Take over the history of `other`, which has as many taps; does not allocate.
    pub fn copy_from(&mut self, other: &Self) {
        for (mine, theirs) in self.boxes.iter_mut().zip(&other.boxes) {
            mine.ring.copy_from_slice(&theirs.ring);
            (mine.position, mine.sum) = (theirs.position, theirs.sum);
        }
    }

    /// Fill the window with zeros.
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

    #[inline]
    fn push(&mut self, units: i64) -> i64 {
        let oldest = std::mem::replace(&mut self.ring[self.position], units);
        self.position += 1;
        if self.position == self.ring.len() {
            self.position = 0;
        }
        self.sum += units - oldest;
        round_up(self.sum as f64 * self.reciprocal)
    }

    /// [`push`](Self::push) for many, in runs that do not meet the end of the ring.
    fn process(&mut self, mut units: &mut [i64]) {
        while !units.is_empty() {
            let run = units.len().min(self.ring.len() - self.position);
            let (now, later) = units.split_at_mut(run);
            let mut sum = self.sum;
            for (unit, slot) in now.iter_mut().zip(&mut self.ring[self.position..]) {
                sum += *unit - std::mem::replace(slot, *unit);
                *unit = round_up(sum as f64 * self.reciprocal);
            }
            self.sum = sum;
            self.position = (self.position + run) % self.ring.len();
            units = later;
        }
    }
}

/// Up to the next integer or one more, for values ≥ 0; zero stays zero.
#[inline]
fn round_up(units: f64) -> i64 {
    units as i64 + i64::from(units > 0.0)
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

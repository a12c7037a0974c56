//! The sum of the last `n` values in constant time, without drift.

/// A sliding sum: the sum over a window that ends with the newest value.
///
/// Nothing is ever subtracted, so no rounding error builds up however long it runs: the window is the tail of one bucket of N values (kept as suffix sums) and the head of the next (kept as one running sum).
#[derive(Clone, Debug)]
pub struct SlidingSum {
    bucket: Vec<f64>,
    /// `tail[i]` is the sum of values `i..` of the bucket before.
    tail: Vec<f64>,
    head: f64,
    filled: usize,
}

impl SlidingSum {
    /// Creates a window of `length` values (at least 1), all zero. Allocates.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { bucket: vec![0.0; length], tail: vec![0.0; length + 1], head: 0.0, filled: 0 }
    }

    /// Sets all values to zero.
    pub fn reset(&mut self) {
        self.tail.fill(0.0);
        (self.head, self.filled) = (0.0, 0);
    }

    /// Takes the next value and returns the sum of the window that ends with it.
    #[inline]
    pub fn push(&mut self, value: f64) -> f64 {
        self.bucket[self.filled] = value;
        self.filled += 1;
        self.head += value;
        let sum = self.tail[self.filled] + self.head;
        if self.filled == self.bucket.len() {
            let mut suffix = 0.0;
            for index in (0..self.bucket.len()).rev() {
                suffix += self.bucket[index];
                self.tail[index] = suffix;
            }
            (self.head, self.filled) = (0.0, 0);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_naive_sum() {
        for length in [1, 2, 7, 40] {
            let mut sliding = SlidingSum::new(length);
            let values: Vec<f64> = (0..200).map(|i| f64::from((i * 7919) % 101)).collect();
            for end in 1..=values.len() {
                let naive: f64 = values[end.saturating_sub(length)..end].iter().sum();
                assert_eq!(sliding.push(values[end - 1]), naive);
            }
        }
    }
}

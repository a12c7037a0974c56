//! The maximum over the last `n` values (peak hold), in amortised constant time.

/// A sliding maximum: a peak hold over a window that ends with the newest value.
///
/// A monotonic queue: values that can no longer be the maximum are dropped as soon as a larger one arrives
/// (D. Lemire, "Streaming Maximum-Minimum Filter Using No More than Three Comparisons per Element", 2006).
#[derive(Clone, Debug)]
pub struct SlidingMax {
    values: Vec<f64>,
    times: Vec<u64>,
    head: usize,
    len: usize,
    now: u64,
    window: u64,
}

impl SlidingMax {
    /// Creates an empty window of `window` values (at least 1). Allocates.
    ///
    /// Until it is full, the maximum is over what was pushed.
    #[must_use]
    pub fn new(window: usize) -> Self {
        let window = window.max(1);
        let capacity = (window + 1).next_power_of_two();
        Self { values: vec![0.0; capacity], times: vec![0; capacity], head: 0, len: 0, now: 0, window: window as u64 }
    }

    /// Takes the next value (not NaN) and returns the maximum of the window that ends with it.
    #[inline]
    pub fn push(&mut self, value: f64) -> f64 {
        let mask = self.values.len() - 1;
        while self.len > 0 && self.values[(self.head + self.len - 1) & mask] <= value {
            self.len -= 1;
        }
        let tail = (self.head + self.len) & mask;
        self.values[tail] = value;
        self.times[tail] = self.now;
        self.len += 1;
        while self.times[self.head] + self.window <= self.now {
            self.head = (self.head + 1) & mask;
            self.len -= 1;
        }
        self.now += 1;
        self.values[self.head]
    }

    /// Changes the window to `window` values, at most what it was created for; a longer one fills as values arrive.
    pub fn set_window(&mut self, window: usize) {
        self.window = window.clamp(1, self.values.len() - 1) as u64;
    }

    /// Copies history and window of `other`, which was created for as long a window; does not allocate.
    pub fn copy_from(&mut self, other: &Self) {
        self.values.copy_from_slice(&other.values);
        self.times.copy_from_slice(&other.times);
        (self.head, self.len, self.now, self.window) = (other.head, other.len, other.now, other.window);
    }

    /// Returns the maximum of the current window; `0.0` before the first value.
    #[must_use]
    pub fn current(&self) -> f64 {
        if self.len == 0 { 0.0 } else { self.values[self.head] }
    }

    /// Empties the window.
    pub fn reset(&mut self) {
        (self.head, self.len, self.now) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_naive_maximum(values in prop::collection::vec(-4i32..9, 1..200), window in 1usize..40) {
            let mut sliding = SlidingMax::new(window);
            for end in 0..values.len() {
                let expected = values[end.saturating_sub(window - 1)..=end].iter().copied().max().unwrap();
                prop_assert_eq!(sliding.push(f64::from(values[end])), f64::from(expected));
                prop_assert_eq!(sliding.current(), f64::from(expected));
            }
        }
    }
}

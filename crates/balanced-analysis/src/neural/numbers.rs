//! Trained numbers in the order in which the layers are made.

use super::kernel::Matrix;

/// Deals out little-endian `f32`: for each layer its matrix (inputs by outputs), then its bias.
pub(crate) struct Numbers {
    rest: &'static [u8],
}

impl Numbers {
    /// Begins at the first of `bytes`.
    pub fn new(bytes: &'static [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next layer.
    pub fn matrix(&mut self, inputs: usize, outputs: usize) -> Matrix {
        let (weights, bias) = (self.take(inputs * outputs), self.take(outputs));
        Matrix::new(inputs, outputs, &weights, &bias)
    }

    fn take(&mut self, count: usize) -> Vec<f32> {
        let (now, rest) = self.rest.split_at(4 * count);
        self.rest = rest;
        floats(now)
    }
}

/// Little-endian `f32` as numbers.
pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// Turns log odds into probabilities that add up to 1.
pub(crate) fn softmax(odds: &mut [f64]) {
    let top = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    odds.iter_mut().for_each(|odds| *odds = (*odds - top).exp());
    let total: f64 = odds.iter().sum();
    odds.iter_mut().for_each(|share| *share /= total);
}

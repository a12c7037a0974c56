//! Circular convolution over the pitch classes.

use crate::neural::{Matrix, Numbers};

/// A layer whose every output sees all twelve classes, counted from its own, in `taps` steps centred on its own; beyond
/// both ends of the piece there are zeros, as in training.
pub(super) struct Turn {
    matrix: Matrix,
    channels: usize,
    taps: usize,
}

impl Turn {
    pub fn new(numbers: &mut Numbers, channels: usize, outputs: usize, taps: usize) -> Self {
        Self { matrix: numbers.matrix(taps * 12 * channels, outputs), channels, taps }
    }

    /// Steps of twelve classes of channels in, as many steps of twelve classes of outputs out.
    pub fn run(&self, flow: &[f32]) -> Vec<f32> {
        let (width, steps) = (12 * self.channels, flow.len() / (12 * self.channels));
        let silent = vec![0.0; width];
        let mut out = vec![0.0; steps * 12 * self.matrix.outputs()];
        let mut rows = Vec::with_capacity(12 * self.taps * width);
        for (step, out) in out.chunks_exact_mut(12 * self.matrix.outputs()).enumerate() {
            rows.clear();
            for class in 0..12 {
                for tap in 0..self.taps {
                    let at = (step + tap).checked_sub(self.taps / 2).filter(|at| *at < steps);
                    let seen = at.map_or(&silent[..], |at| &flow[at * width..(at + 1) * width]);
                    let (below, from_here) = seen.split_at(class * self.channels);
                    rows.extend_from_slice(from_here);
                    rows.extend_from_slice(below);
                }
            }
            self.matrix.run(&rows, 12, out);
        }
        out
    }
}

//! Convolutions over a stream: steps go in as they come, results come out late by half the kernel.

use crate::neural::{Matrix, rectify};

/// A convolution over time whose kernel has `taps` steps, `dilation` apart, centred: beyond both ends of the stream there
/// are zeros, as in training.
pub(super) struct Convolution {
    matrix: Matrix,
    channels: usize,
    taps: usize,
    dilation: usize,
    /// Steps that later results need, oldest first.
    line: Vec<f32>,
    gathered: Vec<f32>,
}

impl Convolution {
    /// `matrix` has `taps * channels` inputs, tap by tap.
    pub fn new(matrix: Matrix, channels: usize, taps: usize, dilation: usize) -> Self {
        let line = vec![0.0; taps / 2 * dilation * channels];
        Self { matrix, channels, taps, dilation, line, gathered: Vec::new() }
    }

    /// Steps between what goes in and what it causes.
    pub fn delay(&self) -> usize {
        self.taps / 2 * self.dilation
    }

    /// Append the results that `steps` completes to `out`. `centres` receives the step in the middle of each.
    pub fn push(&mut self, steps: &[f32], out: &mut Vec<f32>, centres: &mut Vec<f32>) {
        self.line.extend_from_slice(steps);
        let (channels, reach) = (self.channels, 2 * self.delay());
        let count = (self.line.len() / channels).saturating_sub(reach);
        self.gathered.clear();
        for step in 0..count {
            for tap in 0..self.taps {
                let at = (step + tap * self.dilation) * channels;
                self.gathered.extend_from_slice(&self.line[at..at + channels]);
            }
        }
        let from = out.len();
        out.resize(from + count * self.matrix.outputs(), 0.0);
        self.matrix.run(&self.gathered, count, &mut out[from..]);
        let middle = self.delay() * channels;
        centres.extend_from_slice(&self.line[middle..middle + count * channels]);
        self.line.drain(..count * channels);
    }
}

/// Dilated convolution, rectified, mixed and added to what came in.
pub(super) struct Residual {
    wide: Convolution,
    mix: Matrix,
    inner: Vec<f32>,
}

impl Residual {
    pub fn new(wide: Convolution, mix: Matrix) -> Self {
        Self { wide, mix, inner: Vec::new() }
    }

    /// Steps between what goes in and what it causes.
    pub fn delay(&self) -> usize {
        self.wide.delay()
    }

    /// Append the results that `steps` completes to `out`.
    pub fn push(&mut self, steps: &[f32], out: &mut Vec<f32>) {
        self.inner.clear();
        let from = out.len();
        self.wide.push(steps, &mut self.inner, out);
        rectify(&mut self.inner);
        let (inner, width) = (&self.inner, self.wide.matrix.outputs());
        self.mix.run(inner, inner.len() / width, &mut out[from..]);
    }
}

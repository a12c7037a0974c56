//! Symmetric impulse responses with any magnitude, by frequency sampling and a window.

use std::sync::Arc;

use realfft::ComplexToReal;
use realfft::num_complex::Complex64;

/// The outer share of the impulse response that the window fades.
const FADED: f64 = 0.5;

/// Shortest time between two designs: a design costs several transforms, which automation of every frame must not ask for.
pub(crate) const REDESIGN_FRAMES: usize = 512;

/// When a filter is designed anew for changed settings: on a grid counted from the reset, so that the output does not depend on
/// the caller's blocks, and with that at most once in [`REDESIGN_FRAMES`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Redesign {
    is_due: bool,
    position: usize,
}

impl Redesign {
    /// Asks for a design at the next place of the grid.
    pub(crate) fn ask(&mut self) {
        self.is_due = true;
    }

    /// Whether a design was asked for and is not begun.
    pub(crate) fn is_due(&self) -> bool {
        self.is_due
    }

    /// Whether to design now; it is then no longer due.
    pub(crate) fn begins(&mut self) -> bool {
        self.position == 0 && std::mem::take(&mut self.is_due)
    }

    /// Frames up to the next place of the grid.
    pub(crate) fn left(&self) -> usize {
        REDESIGN_FRAMES - self.position
    }

    /// Goes on by `frames`, at most [`left`](Self::left).
    pub(crate) fn advance(&mut self, frames: usize) {
        self.position = (self.position + frames) % REDESIGN_FRAMES;
    }

    /// Begins the grid anew; nothing is due.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

/// Designs without allocating: everything it needs is there from the start.
pub(crate) struct ZeroPhaseDesigner {
    half_frames: usize,
    inverse: Arc<dyn ComplexToReal<f64>>,
    spectrum: Vec<Complex64>,
    time: Vec<f64>,
    scratch: Vec<Complex64>,
    taps: Vec<f64>,
}

impl ZeroPhaseDesigner {
    /// For `2 half_frames + 1` taps.
    pub(crate) fn new(half_frames: usize) -> Self {
        // Twice the taps keep what frequency sampling folds back in time far below the response itself.
        let size = (4 * half_frames).next_power_of_two().max(4096);
        let inverse = balanced_fft::real_inverse_f64(size);
        Self {
            half_frames,
            spectrum: vec![Complex64::default(); size / 2 + 1],
            time: vec![0.0; size],
            scratch: vec![Complex64::default(); inverse.get_scratch_len()],
            taps: vec![0.0; 2 * half_frames + 1],
            inverse,
        }
    }

    /// Number of frequencies from 0 to half the sample rate at which the magnitude is sampled.
    pub(crate) fn bins(&self) -> usize {
        self.spectrum.len()
    }

    /// Width of a bin as a fraction of the sample rate.
    pub(crate) fn bin_width(&self) -> f64 {
        1.0 / self.time.len() as f64
    }

    /// The taps for the magnitude (it may be negative) of every bin: centred, faded towards both ends.
    pub(crate) fn design(&mut self, magnitude: impl Fn(usize) -> f64) -> &[f64] {
        let size = self.time.len();
        for (bin, slot) in self.spectrum.iter_mut().enumerate() {
            *slot = Complex64::new(magnitude(bin), 0.0);
        }
        let done = self.inverse.process_with_scratch(&mut self.spectrum, &mut self.time, &mut self.scratch);
        debug_assert!(done.is_ok());
        let faded_frames = FADED * self.half_frames as f64;
        for offset in 0..=self.half_frames {
            let into_fade = (offset as f64 - (self.half_frames as f64 - faded_frames)) / (faded_frames + 1.0);
            let window = 0.5 + 0.5 * (std::f64::consts::PI * into_fade.clamp(0.0, 1.0)).cos();
            let tap = self.time[offset] / size as f64 * window;
            self.taps[self.half_frames + offset] = tap;
            self.taps[self.half_frames - offset] = tap;
        }
        &self.taps
    }
}

/// How a latency is shared between the convolver's partition, a quarter of it rounded down to a power of two, and the
/// impulse response's half, which gets the rest: `(partition_frames, half_frames)`.
pub(crate) fn share_latency(latency_frames: usize) -> (usize, usize) {
    let quarter = (latency_frames / 4).max(1);
    let partition_frames = (1 << quarter.ilog2()).min(crate::MAX_BLOCK_FRAMES);
    (partition_frames, latency_frames - partition_frames)
}

//! Symmetric impulse responses with the prototypes' magnitudes, by frequency sampling and a window.

use std::sync::Arc;

use balanced_dsp::AnalogSection;
use realfft::ComplexToReal;
use realfft::num_complex::Complex64;

use super::design;
use super::params::{EqBand, EqChannels};

/// Numbers of the filters: those of the front pair's matrix, and the one of every other channel.
pub(super) const LEFT_TO_LEFT: usize = 0;
pub(super) const LEFT_TO_RIGHT: usize = 1;
pub(super) const RIGHT_TO_LEFT: usize = 2;
pub(super) const RIGHT_TO_RIGHT: usize = 3;
pub(super) const COMMON: usize = 4;
/// How many filters there are.
pub(super) const FILTERS: usize = 5;

/// The outer share of the impulse response that the window fades.
const FADED: f64 = 0.5;

/// Designs without allocating: everything it needs is there from the start.
pub(super) struct KernelDesigner {
    half_frames: usize,
    sample_rate_hz: f64,
    /// There is no front pair: mid is everything.
    common_is_everything: bool,
    inverse: Arc<dyn ComplexToReal<f64>>,
    /// Magnitudes (they may be negative across the pair) of every filter at every bin.
    magnitudes: [Vec<f64>; FILTERS],
    band: Vec<f64>,
    spectrum: Vec<Complex64>,
    time: Vec<f64>,
    scratch: Vec<Complex64>,
    taps: Vec<f64>,
}

impl KernelDesigner {
    /// For `2 half_frames + 1` taps.
    pub(super) fn new(half_frames: usize, sample_rate_hz: f64, common_is_everything: bool) -> Self {
        // Twice the taps keep what frequency sampling folds back in time far below the response itself.
        let size = (4 * half_frames).next_power_of_two().max(4096);
        let inverse = balanced_fft::real_inverse_f64(size);
        let bins = size / 2 + 1;
        Self {
            half_frames,
            sample_rate_hz,
            common_is_everything,
            magnitudes: std::array::from_fn(|_| vec![0.0; bins]),
            band: vec![0.0; bins],
            spectrum: vec![Complex64::default(); bins],
            time: vec![0.0; size],
            scratch: vec![Complex64::default(); inverse.get_scratch_len()],
            taps: vec![0.0; 2 * half_frames + 1],
            inverse,
        }
    }

    /// Hand every filter's taps to `each`, by its number.
    pub(super) fn design(&mut self, bands: &[EqBand], mut each: impl FnMut(usize, &[f64])) {
        for (filter, magnitudes) in self.magnitudes.iter_mut().enumerate() {
            magnitudes.fill(if matches!(filter, LEFT_TO_RIGHT | RIGHT_TO_LEFT) { 0.0 } else { 1.0 });
        }
        for band in bands.iter().filter(|band| band.enabled) {
            self.apply(band);
        }
        for filter in 0..FILTERS {
            self.transform(filter);
            each(filter, &self.taps);
        }
    }

    /// Multiply the matrices of all bins by the band's.
    fn apply(&mut self, band: &EqBand) {
        self.band.fill(1.0);
        let bin_hz = self.sample_rate_hz / self.time.len() as f64;
        design::for_each_section(band, |section: AnalogSection| {
            for (bin, power) in self.band.iter_mut().enumerate() {
                *power *= section.response(bin as f64 * bin_hz).norm_sqr();
            }
        });
        for bin in 0..self.band.len() {
            let gain = self.band[bin].sqrt();
            let (same, cross) = (0.5 * (gain + 1.0), 0.5 * (gain - 1.0));
            // Rows: what becomes of left and right.
            let [to_left, to_right] = match band.channels {
                EqChannels::Stereo => [(gain, 0.0), (0.0, gain)],
                EqChannels::Left => [(gain, 0.0), (0.0, 1.0)],
                EqChannels::Right => [(1.0, 0.0), (0.0, gain)],
                EqChannels::Mid => [(same, cross), (cross, same)],
                EqChannels::Side => [(same, -cross), (-cross, same)],
            };
            let m = &mut self.magnitudes;
            for (left, right) in [(LEFT_TO_LEFT, LEFT_TO_RIGHT), (RIGHT_TO_LEFT, RIGHT_TO_RIGHT)] {
                let (l, r) = (m[left][bin], m[right][bin]);
                m[left][bin] = to_left.0 * l + to_left.1 * r;
                m[right][bin] = to_right.0 * l + to_right.1 * r;
            }
            if band.channels == EqChannels::Stereo || band.channels == EqChannels::Mid && self.common_is_everything {
                m[COMMON][bin] *= gain;
            }
        }
    }

    /// The taps of one filter: its zero-phase spectrum in time, centred, faded towards both ends.
    fn transform(&mut self, filter: usize) {
        let size = self.time.len();
        for (slot, magnitude) in self.spectrum.iter_mut().zip(&self.magnitudes[filter]) {
            *slot = Complex64::new(*magnitude, 0.0);
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
    }
}

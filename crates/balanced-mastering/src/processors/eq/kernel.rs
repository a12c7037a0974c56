//! Symmetric impulse responses with the prototypes' magnitudes.

use balanced_dsp::AnalogSection;

use super::design;
use super::params::{EqBand, EqChannels};
use crate::zero_phase::ZeroPhaseDesigner;

/// Numbers of the filters: those of the front pair's matrix, and the one of every other channel.
pub(super) const LEFT_TO_LEFT: usize = 0;
pub(super) const LEFT_TO_RIGHT: usize = 1;
pub(super) const RIGHT_TO_LEFT: usize = 2;
pub(super) const RIGHT_TO_RIGHT: usize = 3;
pub(super) const COMMON: usize = 4;
/// How many filters there are.
pub(super) const FILTERS: usize = 5;

/// Designs without allocating: everything it needs is there from the start.
pub(super) struct KernelDesigner {
    sample_rate_hz: f64,
    /// There is no front pair: mid is everything.
    common_is_everything: bool,
    designer: ZeroPhaseDesigner,
    /// Magnitudes (they may be negative across the pair) of every filter at every bin.
    magnitudes: [Vec<f64>; FILTERS],
    band: Vec<f64>,
}

impl KernelDesigner {
    /// For `2 half_frames + 1` taps.
    pub(super) fn new(half_frames: usize, sample_rate_hz: f64, common_is_everything: bool) -> Self {
        let designer = ZeroPhaseDesigner::new(half_frames);
        let bins = designer.bins();
        Self {
            sample_rate_hz,
            common_is_everything,
            designer,
            magnitudes: std::array::from_fn(|_| vec![0.0; bins]),
            band: vec![0.0; bins],
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
        for (filter, magnitudes) in self.magnitudes.iter().enumerate() {
            each(filter, self.designer.design(|bin| magnitudes[bin]));
        }
    }

    /// Multiply the matrices of all bins by the band's.
    fn apply(&mut self, band: &EqBand) {
        self.band.fill(1.0);
        let bin_hz = self.sample_rate_hz * self.designer.bin_width();
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
}

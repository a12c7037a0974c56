//! Peaks of the magnitude spectrum, between bins.

use balanced_dsp::interpolate::{self, Vertex};

use crate::windowed_fft::WindowedFft;

/// Lowest and highest frequency of a peak.
const RANGE_HZ: (f64, f64) = (55.0, 2000.0);
/// Peaks this far below the strongest of their frame are not heard.
const RELATIVE_FLOOR: f32 = 0.01;

/// A partial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Peak {
    pub hz: f64,
    /// Amplitude of the sine; 1 is full scale.
    pub amplitude: f64,
}

/// Finds the peaks of Hann-windowed frames.
pub(super) struct PeakFinder {
    fft: WindowedFft,
    magnitude: Vec<f32>,
    first_bin: usize,
    bin_hz: f64,
}

impl PeakFinder {
    pub fn new(rate_hz: f64, size: usize) -> Self {
        let bin_hz = rate_hz / size as f64;
        let last = ((RANGE_HZ.1 / bin_hz).ceil() as usize + 1).min(size / 2 + 1);
        Self {
            fft: WindowedFft::new(size, 4.0 / size as f64),
            magnitude: vec![0.0; last],
            first_bin: ((RANGE_HZ.0 / bin_hz) as usize).max(1),
            bin_hz,
        }
    }

    /// The peaks of `frame`, low to high, into `peaks`.
    pub fn find(&mut self, frame: &[f32], peaks: &mut Vec<Peak>) {
        peaks.clear();
        self.fft.magnitudes(frame, &mut self.magnitude);
        let loudest = self.magnitude[self.first_bin..].iter().copied().fold(0.0, f32::max);
        let floor = (loudest * RELATIVE_FLOOR).max(1e-6);
        for bin in self.first_bin..self.magnitude.len().saturating_sub(1) {
            let (a, b, c) = (self.magnitude[bin - 1], self.magnitude[bin], self.magnitude[bin + 1]);
            if b > floor && b > a && b >= c {
                let peak = between_bins([a, b, c].map(f64::from), bin, self.bin_hz);
                if (RANGE_HZ.0..RANGE_HZ.1).contains(&peak.hz) {
                    peaks.push(peak);
                }
            }
        }
    }
}

/// The peak of the parabola through three log magnitudes around `bin`.
fn between_bins(magnitudes: [f64; 3], bin: usize, bin_hz: f64) -> Peak {
    let Vertex { offset, value } = interpolate::maximum(magnitudes.map(|m| (m + 1e-12).ln()));
    Peak { hz: (bin as f64 + offset) * bin_hz, amplitude: value.exp() }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn a_sine_is_found_between_bins() {
        let (rate, size) = (11_025.0, 8192);
        let mut finder = PeakFinder::new(rate, size);
        let mut peaks = Vec::new();
        for hz in [82.41, 440.3, 1001.7] {
            let frame: Vec<f32> = (0..size).map(|i| (0.25 * (TAU * hz * i as f64 / rate).sin()) as f32).collect();
            finder.find(&frame, &mut peaks);
            let [peak] = peaks[..] else { panic!("{peaks:?}") };
            assert!((peak.hz - hz).abs() < 0.1, "{hz}: {}", peak.hz);
            assert!((peak.amplitude - 0.25).abs() < 0.01, "{}", peak.amplitude);
        }
        finder.find(&vec![0.0; size], &mut peaks);
        assert!(peaks.is_empty());
    }
}

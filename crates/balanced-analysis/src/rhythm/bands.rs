//! The feature everything rhythmic starts from: log magnitudes of narrow bands, a hundred frames a second.

use balanced_dsp::{lanes, vector_loop};

use crate::lowrate::fft_size;
use crate::windowed_fft::WindowedFft;

/// Frames a second, nearly: the hop is a whole number of samples.
pub(super) const FRAMES_PER_S: f64 = 100.0;
/// Length of a frame.
const WINDOW_S: f64 = 0.046_44;
/// First centre, least distance and ratio (eight an octave) of two neighbouring centres.
const LOWEST_HZ: f64 = 40.0;
const LEAST_SPACING_HZ: f64 = 30.0;
const SPACING_RATIO: f64 = 1.090_507_732_665_257_7;
/// Magnitudes enter as `ln(1 + GAIN * m)`, where a full-scale sine has `m` near 1.
const GAIN: f32 = 1000.0;
/// Number of bands.
pub(super) const BANDS: usize = 48;

/// Log magnitudes of one frame, low to high.
pub(super) type Frame = [f32; BANDS];

/// Turns frames of samples into band magnitudes.
pub(super) struct BandAnalyser {
    fft: WindowedFft,
    magnitude: Vec<f32>,
    /// First bin and weights of each triangle; the weights of a triangle add up to one.
    filters: Vec<(usize, Vec<f32>)>,
    hop: usize,
}

impl BandAnalyser {
    pub fn new(rate_hz: f64) -> Self {
        let size = fft_size(WINDOW_S * rate_hz);
        Self {
            fft: WindowedFft::new(size, 4.0 / size as f64),
            magnitude: vec![0.0; size / 2 + 1],
            filters: filters(rate_hz / size as f64, size / 2 + 1),
            hop: ((rate_hz / FRAMES_PER_S).round() as usize).max(1),
        }
    }

    /// Samples in a frame.
    pub fn size(&self) -> usize {
        self.fft.size()
    }

    /// Samples from frame to frame.
    pub fn hop(&self) -> usize {
        self.hop
    }

    /// Band magnitudes of one frame of samples.
    pub fn run(&mut self, frame: &[f32]) -> Frame {
        self.fft.magnitudes(frame, &mut self.magnitude);
        let mut bands = [0.0; BANDS];
        weigh(&self.filters, &self.magnitude, &mut bands);
        bands.map(|magnitude| (GAIN * magnitude).ln_1p())
    }
}

vector_loop! {
    fn weigh<'a>(filters: &'a [(usize, Vec<f32>)], magnitude: &'a [f32], out: &'a mut [f32]) {
        for ((first, weights), out) in filters.iter().zip(out) {
            *out = lanes::dot(&magnitude[*first..*first + weights.len()], weights);
        }
    }
}

/// Centre frequencies of the bands and of one more on either side.
fn centres_hz() -> [f64; BANDS + 2] {
    let mut hz = LOWEST_HZ - LEAST_SPACING_HZ;
    std::array::from_fn(|_| {
        let centre = hz;
        hz = (hz * SPACING_RATIO).max(hz + LEAST_SPACING_HZ);
        centre
    })
}

fn filters(bin_hz: f64, bins: usize) -> Vec<(usize, Vec<f32>)> {
    let centres = centres_hz();
    (1..=BANDS)
        .map(|band| {
            let (low, centre, high) = (centres[band - 1], centres[band], centres[band + 1]);
            let weight = |bin: usize| {
                let hz = bin as f64 * bin_hz;
                ((hz - low) / (centre - low)).min((high - hz) / (high - centre)).max(0.0)
            };
            let inside: Vec<usize> = (0..bins).filter(|bin| weight(*bin) > 0.0).collect();
            let total: f64 = inside.iter().map(|bin| weight(*bin)).sum();
            (inside.first().copied().unwrap_or(0), inside.iter().map(|bin| (weight(*bin) / total) as f32).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn the_bands_reach_from_the_first_to_the_last_centre() {
        let centres = centres_hz();
        assert_eq!(centres[1], LOWEST_HZ);
        assert!((8389.0..8390.0).contains(&centres[BANDS]), "{centres:?}");
    }

    #[test]
    fn a_tone_is_loudest_in_its_band_and_silence_is_zero() {
        let mut analyser = BandAnalyser::new(22_050.0);
        assert_eq!((analyser.size(), analyser.hop()), (1024, 221));
        let tone: Vec<f32> = (0..1024).map(|i| (TAU * 1000.0 * f64::from(i) / 22_050.0).sin() as f32).collect();
        let frame = analyser.run(&tone);
        let loudest = (0..BANDS).max_by(|a, b| frame[*a].total_cmp(&frame[*b])).expect("bands");
        assert!((centres_hz()[loudest + 1] / 1000.0).log2().abs() < 1.0 / 16.0 + 0.01);
        assert_eq!(analyser.run(&vec![0.0; 1024]), [0.0; BANDS]);
    }
}

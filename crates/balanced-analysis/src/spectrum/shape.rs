//! Frame-wise measures of spectral shape, and their means over the frames that sound.

use std::f32::consts::SQRT_2;

use balanced_dsp::{VectorLoop, lanes, vectorize};

/// Share of the magnitude below the roll-off frequency.
const ROLLOFF: f32 = 0.85;
/// Floor of power inside the flatness, as in librosa (`amin` of an unscaled Hann frame).
const FLATNESS_FLOOR: f64 = 1e-10;

/// Sums of the frame-wise measures.
///
/// Definitions follow librosa 0.11 (`spectral_centroid`, `spectral_rolloff` at 0.85, `spectral_bandwidth` with p = 2, all on
/// the magnitude spectrum; `spectral_flatness` on power). Essentia's centroid is a magnitude centroid too, but its roll-off
/// is taken on energy and reads lower; Peeters (2004) takes power for all of them.
///
/// Flux is the Euclidean distance of successive magnitude spectra scaled to unit length: 0 for a steady tone, at most
/// the square root of 2, and independent of level (librosa's onset strength and Essentia's flux are not).
pub(crate) struct Shape {
    bin_hz: f64,
    /// Factor from scaled power to the power of an unscaled Hann frame.
    unscale: f64,
    magnitude: Vec<f32>,
    previous: Vec<f32>,
    previous_norm: f32,
    frames: u64,
    flux_frames: u64,
    centroid: f64,
    rolloff: f64,
    bandwidth: f64,
    flatness: f64,
    flux: f64,
}

/// Means over the frames.
pub(crate) struct ShapeMeans {
    pub centroid_hz: Option<f64>,
    pub rolloff85_hz: Option<f64>,
    pub bandwidth_hz: Option<f64>,
    pub flatness: Option<f64>,
    pub flux: Option<f64>,
}

impl Shape {
    pub fn new(rate: f64, size: usize, scale: f64) -> Self {
        let bins = size / 2 + 1;
        Self {
            bin_hz: rate / size as f64,
            unscale: 1.0 / scale,
            magnitude: vec![0.0; bins],
            previous: vec![0.0; bins],
            previous_norm: 0.0,
            frames: 0,
            flux_frames: 0,
            centroid: 0.0,
            rolloff: 0.0,
            bandwidth: 0.0,
            flatness: 0.0,
            flux: 0.0,
        }
    }

    /// Magnitudes of the frame pushed last.
    pub fn magnitude(&self) -> &[f32] {
        &self.magnitude
    }

    /// A frame that is too quiet to measure: the next one has no neighbour to differ from.
    pub fn skip(&mut self) {
        self.previous_norm = 0.0;
    }

    /// One frame's power spectrum (mean over channels).
    pub fn push(&mut self, power: &[f32]) {
        std::mem::swap(&mut self.magnitude, &mut self.previous);
        vectorize(Push { shape: self, power });
    }

    pub fn finish(&self) -> ShapeMeans {
        let mean = |sum: f64, frames: u64| (frames > 0).then(|| sum / frames as f64);
        ShapeMeans {
            centroid_hz: mean(self.centroid * self.bin_hz, self.frames),
            rolloff85_hz: mean(self.rolloff * self.bin_hz, self.frames),
            bandwidth_hz: mean(self.bandwidth * self.bin_hz, self.frames),
            flatness: mean(self.flatness, self.frames),
            flux: mean(self.flux, self.flux_frames),
        }
    }
}

struct Push<'a> {
    shape: &'a mut Shape,
    power: &'a [f32],
}

impl VectorLoop for Push<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { shape, power } = self;
        for (m, p) in shape.magnitude.iter_mut().zip(power) {
            *m = p.sqrt();
        }
        // The one-sided power halves the bins that have no mirror image; librosa's magnitudes do not.
        if let [first, .., last] = shape.magnitude.as_mut_slice() {
            *first *= SQRT_2;
            *last *= SQRT_2;
        }
        let sum = lanes::sum(&shape.magnitude);
        let (centroid, bandwidth) = moments(&shape.magnitude, sum);
        shape.centroid += centroid;
        shape.bandwidth += bandwidth;
        shape.rolloff += rolloff(&shape.magnitude, ROLLOFF * sum) as f64;
        shape.flatness += flatness(power, FLATNESS_FLOOR / shape.unscale);
        let norm = lanes::dot(&shape.magnitude, &shape.magnitude).sqrt();
        if let Some(flux) = flux((&shape.previous, shape.previous_norm), (&shape.magnitude, norm)) {
            shape.flux += flux;
            shape.flux_frames += 1;
        }
        shape.previous_norm = norm;
        shape.frames += 1;
    }
}

/// Distance of two magnitude spectra scaled to unit length; each comes with its length. `None` beside silence.
#[inline(always)]
pub(crate) fn flux(previous: (&[f32], f32), current: (&[f32], f32)) -> Option<f64> {
    let norms = previous.1 * current.1;
    let cosine = lanes::dot(previous.0, current.0) / norms;
    (norms > 0.0).then(|| f64::from(2.0 - 2.0 * cosine).max(0.0).sqrt())
}

/// Centroid and standard deviation, in bins; `sum` is that of the magnitudes and not zero.
#[inline(always)]
pub(crate) fn moments(magnitude: &[f32], sum: f32) -> (f64, f64) {
    // Sections of 64 bins keep the index small, so that f32 loses nothing that f64 could not restore.
    let (mut first, mut second) = (0f64, 0f64);
    for (section, bins) in magnitude.chunks(64).enumerate() {
        let origin = 64.0 * section as f64;
        let (s0, s1, s2) = (
            f64::from(lanes::sum(bins)),
            f64::from(lanes::dot(bins, &INDEX)),
            f64::from(lanes::dot(bins, &INDEX_SQUARED)),
        );
        first += s1 + origin * s0;
        second += s2 + 2.0 * origin * s1 + origin * origin * s0;
    }
    let sum = f64::from(sum);
    let centroid = first / sum;
    (centroid, (second / sum - centroid * centroid).max(0.0).sqrt())
}

const INDEX: [f32; 64] = powers(false);
const INDEX_SQUARED: [f32; 64] = powers(true);

const fn powers(squared: bool) -> [f32; 64] {
    let mut table = [0.0; 64];
    let mut i = 0;
    while i < 64 {
        table[i] = (if squared { i * i } else { i }) as f32;
        i += 1;
    }
    table
}

/// First bin at which the running sum reaches `target`.
#[inline(always)]
pub(crate) fn rolloff(magnitude: &[f32], target: f32) -> usize {
    let mut before = 0.0;
    for (section, bins) in magnitude.chunks(64).enumerate() {
        let sum = lanes::sum(bins);
        if before + sum >= target {
            for (i, m) in bins.iter().enumerate() {
                before += m;
                if before >= target {
                    return 64 * section + i;
                }
            }
        }
        before = if before > target { target } else { before + sum };
    }
    magnitude.len() - 1
}

/// Geometric over arithmetic mean. Logarithms are taken of products of sixteen bins, which for audio stay in range; where one
/// does not, bin by bin.
#[inline(always)]
pub(crate) fn flatness(power: &[f32], floor: f64) -> f64 {
    let mut log_sum = 0.0;
    let floor = floor as f32;
    for bins in power.chunks(16) {
        let floored = || bins.iter().map(|p| f64::from(p.max(floor)));
        let product: f64 = floored().product();
        log_sum += if product.is_normal() { product.ln() } else { floored().map(f64::ln).sum() };
    }
    let mean = lanes::sum_by(power.len(), |i| power[i].max(floor));
    let count = power.len() as f64;
    (log_sum / count).exp() / (f64::from(mean) / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_two_lines() {
        let mut magnitude = vec![0.0; 2049];
        magnitude[100] = 1.0;
        magnitude[1900] = 1.0;
        let (centroid, bandwidth) = moments(&magnitude, 2.0);
        assert!((centroid - 1000.0).abs() < 1e-9 && (bandwidth - 900.0).abs() < 1e-9);
        assert_eq!(rolloff(&magnitude, 1.7), 1900);
        assert_eq!(rolloff(&magnitude, 0.9), 100);
    }

    #[test]
    fn flatness_of_a_constant_is_one() {
        assert!((flatness(&[0.3; 2049], 1e-20) - 1.0).abs() < 1e-6);
        let mut line = [0.0; 2049];
        line[7] = 1.0;
        assert!(flatness(&line, 1e-20) < 1e-10);
    }

    #[test]
    fn a_steady_tone_has_no_flux() {
        let mut shape = Shape::new(44_100.0, 4096, 1.0);
        let tone: Vec<f32> = (0..2049).map(|i| if i == 40 { 1.0 } else { 0.0 }).collect();
        let other: Vec<f32> = (0..2049).map(|i| if i == 80 { 0.2 } else { 0.0 }).collect();
        shape.push(&tone);
        shape.push(&tone);
        assert_eq!(shape.finish().flux, Some(0.0));
        shape.push(&other);
        assert!((shape.finish().flux.unwrap() - 2f64.sqrt() / 2.0).abs() < 1e-6);
    }
}

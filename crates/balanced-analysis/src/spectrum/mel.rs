//! Mel filters on the scale of Slaney's Auditory Toolbox (1998), and the cosine transform of MFCCs.

use std::f64::consts::PI;

/// Mel of a frequency: linear below 1 kHz (200/3 Hz a mel), logarithmic above (27 mels for a factor of 6.4).
#[must_use]
pub(crate) fn hz_to_mel(hz: f64) -> f64 {
    if hz < 1000.0 { hz * 3.0 / 200.0 } else { 15.0 + 27.0 * (hz / 1000.0).ln() / 6.4f64.ln() }
}

/// Inverse of [`hz_to_mel`].
#[must_use]
pub(crate) fn mel_to_hz(mel: f64) -> f64 {
    if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * 6.4f64.powf((mel - 15.0) / 27.0) }
}

/// A bank of triangular filters of unit area (Slaney normalisation), stored sparse.
pub(crate) struct MelBank {
    filters: Vec<(usize, Vec<f32>)>,
}

impl MelBank {
    /// `count` filters from `low_hz` to `high_hz` over the bins of an FFT of `size`; weights are multiplied by `gain`.
    pub fn new(rate: f64, size: usize, count: usize, low_hz: f64, high_hz: f64, gain: f64) -> Self {
        let (low, high) = (hz_to_mel(low_hz), hz_to_mel(high_hz));
        let edge = |i: usize| mel_to_hz(low + (high - low) * i as f64 / (count + 1) as f64);
        let filters = (0..count)
            .map(|i| {
                let (left, centre, right) = (edge(i), edge(i + 1), edge(i + 2));
                let weight = |bin: usize| {
                    let hz = bin as f64 * rate / size as f64;
                    let slope = ((hz - left) / (centre - left)).min((right - hz) / (right - centre));
                    gain * slope.max(0.0) * 2.0 / (right - left)
                };
                let inside: Vec<usize> = (0..=size / 2).filter(|bin| weight(*bin) > 0.0).collect();
                let first = inside.first().copied().unwrap_or(0);
                (first, inside.iter().map(|bin| weight(*bin) as f32).collect())
            })
            .collect();
        Self { filters }
    }

    /// Number of filters.
    pub fn len(&self) -> usize {
        self.filters.len()
    }

    /// Energy in each filter.
    pub fn apply(&self, power: &[f32], out: &mut [f32]) {
        for ((first, weights), energy) in self.filters.iter().zip(out) {
            *energy = super::lanes::dot(&power[*first..*first + weights.len()], weights);
        }
    }
}

/// The first `count` coefficients of the orthonormal DCT-II of `values`.
pub(crate) fn dct(values: &[f64], count: usize) -> Vec<f64> {
    let n = values.len() as f64;
    (0..count.min(values.len()))
        .map(|k| {
            let norm = if k == 0 { (1.0 / n).sqrt() } else { (2.0 / n).sqrt() };
            let angle = |i: usize| PI * k as f64 * (i as f64 + 0.5) / n;
            norm * values.iter().enumerate().map(|(i, v)| v * angle(i).cos()).sum::<f64>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mel_scale_round_trips() {
        for hz in [0.0, 440.0, 1000.0, 6400.0, 20_000.0] {
            assert!((mel_to_hz(hz_to_mel(hz)) - hz).abs() < 1e-9 * hz.max(1.0));
        }
        assert!((hz_to_mel(6400.0) - 42.0).abs() < 1e-12);
    }

    #[test]
    fn the_dct_is_orthonormal() {
        let values = [1.0, -2.0, 0.5, 4.0];
        let energy = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
        assert!((energy(&dct(&values, 4)) - energy(&values)).abs() < 1e-12);
    }
}

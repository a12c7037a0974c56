//! Mel filters on the scale of Slaney's Auditory Toolbox (1998), and the cosine transform of MFCCs.

use std::f64::consts::PI;
use std::ops::Range;

use balanced_dsp::lanes;

/// Mel of a frequency: linear below 1 kHz (200/3 Hz a mel), logarithmic above (27 mels for a factor of 6.4).
#[must_use]
fn hz_to_mel(hz: f64) -> f64 {
    if hz < 1000.0 { hz * 3.0 / 200.0 } else { 15.0 + 27.0 * (hz / 1000.0).ln() / 6.4f64.ln() }
}

/// Inverse of [`hz_to_mel`].
#[must_use]
fn mel_to_hz(mel: f64) -> f64 {
    if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * 6.4f64.powf((mel - 15.0) / 27.0) }
}

/// Definition of the mel: Slaney's, or HTK's `2595 log10(1 + f/700)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MelScale {
    /// That of Slaney's Auditory Toolbox.
    Slaney,
    /// That of the Hidden Markov Model Toolkit.
    Htk,
}

impl MelScale {
    /// Mels of a frequency in hertz.
    #[must_use]
    pub fn mel(self, hz: f64) -> f64 {
        if self == Self::Slaney { hz_to_mel(hz) } else { 2595.0 * (1.0 + hz / 700.0).log10() }
    }

    /// Hertz of a value in mels.
    #[must_use]
    pub fn hz(self, mel: f64) -> f64 {
        if self == Self::Slaney { mel_to_hz(mel) } else { 700.0 * (10f64.powf(mel / 2595.0) - 1.0) }
    }
}

/// Bank of triangular mel filters, stored sparse.
pub struct MelBank {
    /// First bin and weights of each.
    filters: Vec<(usize, Vec<f32>)>,
    /// Edges, two more than filters.
    edges_hz: Vec<f64>,
}

impl MelBank {
    /// Makes `count` filters of unit height over `range_hz` for the bins of an FFT of `size`.
    pub fn new(rate: f64, size: usize, count: usize, scale: MelScale, range_hz: Range<f64>) -> Self {
        let (low, high) = (scale.mel(range_hz.start), scale.mel(range_hz.end));
        let edges_hz: Vec<f64> =
            (0..count + 2).map(|i| scale.hz(low + (high - low) * i as f64 / (count + 1) as f64)).collect();
        let filter = |edges: &[f64]| {
            let weight = |bin: usize| {
                let hz = bin as f64 * rate / size as f64;
                ((hz - edges[0]) / (edges[1] - edges[0])).min((edges[2] - hz) / (edges[2] - edges[1]))
            };
            let first = (edges[0] * size as f64 / rate) as usize;
            let inside: Vec<usize> = (first..=size / 2)
                .take_while(|bin| *bin as f64 * rate / size as f64 <= edges[2])
                .filter(|bin| weight(*bin) > 0.0)
                .collect();
            (inside.first().copied().unwrap_or(0), inside.iter().map(|bin| weight(*bin) as f32).collect())
        };
        Self { filters: edges_hz.windows(3).map(filter).collect(), edges_hz }
    }

    /// Scales each filter to unit area over hertz (Slaney normalisation).
    pub fn with_unit_area(self) -> Self {
        let areas: Vec<f64> = self.edges_hz.windows(3).map(|edges| 0.5 * (edges[2] - edges[0])).collect();
        self.scaled(|filter| 1.0 / areas[filter])
    }

    /// Multiplies each filter by `gain` of its index.
    pub fn scaled(mut self, gain: impl Fn(usize) -> f64) -> Self {
        for (index, (_, weights)) in self.filters.iter_mut().enumerate() {
            weights.iter_mut().for_each(|w| *w = (f64::from(*w) * gain(index)) as f32);
        }
        self
    }

    /// Returns the number of filters.
    pub fn bands(&self) -> usize {
        self.filters.len()
    }

    /// Returns the first bin and the weights of each filter.
    pub fn filters(&self) -> &[(usize, Vec<f32>)] {
        &self.filters
    }

    /// Computes the energy in each filter.
    pub fn apply(&self, power: &[f32], out: &mut [f32]) {
        for ((first, weights), energy) in self.filters.iter().zip(out) {
            *energy = lanes::dot(&power[*first..*first + weights.len()], weights);
        }
    }
}

/// The orthonormal DCT-II of a fixed length.
pub(crate) struct Dct {
    length: usize,
    rows: Vec<f64>,
}

impl Dct {
    /// The first `count` coefficients of `length` values.
    pub fn new(length: usize, count: usize) -> Self {
        let n = length as f64;
        let norm = |k: usize| if k == 0 { (1.0 / n).sqrt() } else { (2.0 / n).sqrt() };
        let row = |k: usize| (0..length).map(move |i| norm(k) * (PI * k as f64 * (i as f64 + 0.5) / n).cos());
        Self { length, rows: (0..count.min(length)).flat_map(row).collect() }
    }

    /// Coefficient `k` of `values`.
    pub fn coefficient(&self, k: usize, values: &[f64]) -> f64 {
        let row = &self.rows[k * self.length..][..self.length];
        lanes::dot_f64(row, values)
    }

    /// All coefficients of `values`.
    pub fn apply(&self, values: &[f64]) -> Vec<f64> {
        (0..self.rows.len() / self.length.max(1)).map(|k| self.coefficient(k, values)).collect()
    }
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
        assert!((energy(&Dct::new(4, 4).apply(&values)) - energy(&values)).abs() < 1e-12);
    }
}

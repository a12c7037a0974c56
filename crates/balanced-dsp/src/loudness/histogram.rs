//! Gating blocks in fixed memory: a histogram of loudness that keeps each bin's power.

use super::{
    ABSOLUTE_GATE_LUFS, INTEGRATED_RELATIVE_GATE_LU, RANGE_PERCENTILES, RANGE_RELATIVE_GATE_LU, lufs_to_power,
    power_to_lufs,
};

/// Width of a bin. The power of a bin's blocks is kept exactly, so only the relative gate is quantised by it.
const BIN_LU: f64 = 0.01;
/// Bins from the absolute gate up to +30 LUFS; louder blocks share the last one.
pub(super) const BINS: usize = 10_000;

/// Histogram of block powers above the absolute gate.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    counts: Vec<u32>,
    powers: Vec<f64>,
    absolute_gate: f64,
}

impl Histogram {
    pub fn new() -> Self {
        Self { counts: vec![0; BINS], powers: vec![0.0; BINS], absolute_gate: lufs_to_power(ABSOLUTE_GATE_LUFS) }
    }

    /// Creates a histogram from the number of blocks in every bin, each taken at the middle of its bin.
    pub fn from_counts(counts: impl Iterator<Item = u32>) -> Self {
        let mut histogram = Self::new();
        for (bin, count) in counts.enumerate().take(BINS).filter(|(_, count)| *count > 0) {
            histogram.counts[bin] = count;
            histogram.powers[bin] = f64::from(count) * lufs_to_power(ABSOLUTE_GATE_LUFS + (bin as f64 + 0.5) * BIN_LU);
        }
        histogram
    }

    pub fn reset(&mut self) {
        self.counts.fill(0);
        self.powers.fill(0.0);
    }

    /// Counts one block.
    pub fn add(&mut self, power: f64) {
        if let Some(bin) = gated_bin(power, self.absolute_gate) {
            self.counts[bin] = self.counts[bin].saturating_add(1);
            self.powers[bin] += power;
        }
    }

    /// Returns the integrated loudness of 400 ms blocks (BS.1770-5).
    pub fn integrated_lufs(&self) -> Option<f64> {
        self.gated_power(INTEGRATED_RELATIVE_GATE_LU).map(power_to_lufs).filter(|lufs| lufs.is_finite())
    }

    /// Returns the loudness range of 3 s blocks (Tech 3342).
    pub fn range_lu(&self) -> Option<f64> {
        let [low, high] = self.percentiles(RANGE_RELATIVE_GATE_LU, RANGE_PERCENTILES)?;
        Some(high - low)
    }

    /// Returns the mean power of the blocks within `relative_gate_lu` of the mean of all.
    pub fn gated_power(&self, relative_gate_lu: f64) -> Option<f64> {
        self.mean_power(self.first_bin(relative_gate_lu)?)
    }

    /// Returns the loudness at each of `percentiles` (0 to 1) among the blocks within `relative_gate_lu` of the mean of all.
    pub fn percentiles<const N: usize>(&self, relative_gate_lu: f64, percentiles: [f64; N]) -> Option<[f64; N]> {
        let first = self.first_bin(relative_gate_lu)?;
        let total: u64 = self.counts[first..].iter().map(|c| u64::from(*c)).sum();
        let last = total.checked_sub(1)?;
        Some(percentiles.map(|p| self.loudness_at(first, (last as f64 * p).round() as u64)))
    }

    fn loudness_at(&self, first: usize, rank: u64) -> f64 {
        let mut seen = 0;
        let reaches = |bin: &usize| {
            seen += u64::from(self.counts[*bin]);
            seen > rank
        };
        let bin = (first..BINS).find(reaches).expect("the rank is below the number of blocks");
        power_to_lufs(self.powers[bin] / f64::from(self.counts[bin]))
    }

    fn first_bin(&self, relative_gate_lu: f64) -> Option<usize> {
        Some(bin_of(self.mean_power(0)? * 10f64.powf(relative_gate_lu / 10.0)))
    }

    fn mean_power(&self, first: usize) -> Option<f64> {
        let count: u64 = self.counts[first..].iter().map(|c| u64::from(*c)).sum();
        (count > 0).then(|| self.powers[first..].iter().sum::<f64>() / count as f64)
    }
}

/// Bin of a block that is above the absolute gate (a power).
pub(super) fn gated_bin(power: f64, absolute_gate: f64) -> Option<usize> {
    (power > absolute_gate && power.is_finite()).then(|| bin_of(power))
}

fn bin_of(power: f64) -> usize {
    // A negative or NaN bin saturates to 0.
    (((power_to_lufs(power) - ABSOLUTE_GATE_LUFS) / BIN_LU) as usize).min(BINS - 1)
}

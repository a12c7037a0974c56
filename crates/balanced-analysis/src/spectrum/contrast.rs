//! Spectral contrast (Jiang, Lu, Zhang, Tao, Cai, ICME 2002): peaks over valleys in octave bands.

/// Share of a band's bins that count as its peak and as its valley.
const QUANTILE: f64 = 0.02;
/// Upper edge of the lowest band; each next one is an octave wider, the last reaches the Nyquist frequency.
const FIRST_EDGE_HZ: f64 = 200.0;
const OCTAVES: i32 = 6;

/// The octave bands, and means of their strongest and weakest magnitudes. Band edges, rounding and magnitude spectrum as in
/// librosa 0.11 `spectral_contrast`.
pub(crate) struct BandContrast {
    /// Bins of each band, and how many of them count.
    bands: Vec<(std::ops::Range<usize>, usize)>,
    extremes: Extremes,
}

impl BandContrast {
    pub fn new(rate: f64, size: usize) -> Self {
        let bins = size / 2 + 1;
        let bin_hz = rate / size as f64;
        let mut bands = Vec::new();
        let mut low_hz = 0.0;
        for octave in 0..=OCTAVES {
            let high_hz = FIRST_EDGE_HZ * 2f64.powi(octave);
            if low_hz >= rate / 2.0 {
                break;
            }
            // A band starts one bin below its edge so that neighbours share it; all but the last give up their top bin.
            let first = ((low_hz / bin_hz).ceil() as usize).saturating_sub(usize::from(octave > 0));
            let last = if octave == OCTAVES { bins } else { ((high_hz / bin_hz).floor() as usize + 1).min(bins) };
            let counted = (QUANTILE * last.saturating_sub(first) as f64).round_ties_even().max(1.0) as usize;
            let end = if octave == OCTAVES { last } else { last - 1 };
            if end > first {
                bands.push((first..end, counted.min(end - first)));
            }
            low_hz = high_hz;
        }
        Self { bands, extremes: Extremes::new() }
    }

    /// Number of bands.
    pub fn len(&self) -> usize {
        self.bands.len()
    }

    /// Mean of the strongest and of the weakest 2 % of a band's bins.
    pub fn peak_and_valley(&mut self, band: usize, magnitude: &[f32]) -> (f64, f64) {
        let (bins, counted) = &self.bands[band];
        self.extremes.means(&magnitude[bins.clone()], *counted)
    }
}

/// Mean of the strongest 2 % of bins over the mean of the weakest 2 %, in dB, for seven bands (0-200 Hz, then octaves), averaged
/// over frames.
pub(crate) struct Contrast {
    bands: BandContrast,
    sums_db: Vec<f64>,
    frames: u64,
}

impl Contrast {
    pub fn new(rate: f64, size: usize) -> Self {
        let bands = BandContrast::new(rate, size);
        Self { sums_db: vec![0.0; bands.len()], bands, frames: 0 }
    }

    pub fn push(&mut self, magnitude: &[f32]) {
        for (band, sum_db) in self.sums_db.iter_mut().enumerate() {
            let (peak, valley) = self.bands.peak_and_valley(band, magnitude);
            *sum_db += 10.0 * (peak.max(1e-10) / valley.max(1e-10)).log10();
        }
        self.frames += 1;
    }

    /// Mean over the frames; empty if there were none.
    pub fn finish(&self) -> Vec<f64> {
        if self.frames == 0 {
            return Vec::new();
        }
        self.sums_db.iter().map(|sum| sum / self.frames as f64).collect()
    }
}

/// Bits of a magnitude that name its cell: all of the exponent and three of the fraction.
const CELL_SHIFT: u32 = 20;
const CELLS: usize = 1 << (31 - CELL_SHIFT);

/// Means of the largest and smallest of many numbers from zero up, without sorting them: they are counted by size in cells an eighth
/// of an octave wide, which tells the cell that the last of the counted lies in; only that one's numbers are put in order.
struct Extremes {
    cells: Vec<u32>,
    border: Vec<f32>,
}

impl Extremes {
    fn new() -> Self {
        Self { cells: vec![0; CELLS], border: Vec::new() }
    }

    /// Means of the `count` largest and of the `count` smallest; `count` is from 1 to the number of values.
    fn means(&mut self, values: &[f32], count: usize) -> (f64, f64) {
        let (mut lowest, mut highest) = (CELLS - 1, 0);
        for value in values {
            let cell = cell_of(*value);
            self.cells[cell] += 1;
            (lowest, highest) = (lowest.min(cell), highest.max(cell));
        }
        let peak = self.mean(values, count, (lowest..=highest).rev(), |cell, border| cell > border);
        let valley = self.mean(values, count, lowest..=highest, |cell, border| cell < border);
        self.cells[lowest..=highest].fill(0);
        (peak, valley)
    }

    /// Mean of the first `count` values, cell by cell in the order of `cells`; `beyond` tells which cells come before the last.
    fn mean(
        &mut self,
        values: &[f32],
        count: usize,
        mut cells: impl Iterator<Item = usize>,
        beyond: impl Fn(usize, usize) -> bool,
    ) -> f64 {
        let (mut before, mut border) = (0, 0);
        let mut seen = 0;
        while seen < count {
            let Some(cell) = cells.next() else { break };
            (before, border) = (seen, cell);
            seen += self.cells[cell] as usize;
        }
        self.border.clear();
        let mut sum = 0.0;
        for value in values {
            let cell = cell_of(*value);
            if beyond(cell, border) {
                sum += f64::from(*value);
            } else if cell == border {
                self.border.push(*value);
            }
        }
        self.border.sort_unstable_by(f32::total_cmp);
        let (wanted, all) = (count - before, self.border.len());
        // In a peak the largest of the last cell count, in a valley the smallest.
        let from = if beyond(border + 1, border) { all - wanted.min(all) } else { 0 };
        sum += self.border[from..].iter().take(wanted).map(|value| f64::from(*value)).sum::<f64>();
        sum / count as f64
    }
}

/// The cell of a number from zero up: the order of their bits is their order.
fn cell_of(value: f32) -> usize {
    ((value.to_bits() >> CELL_SHIFT) as usize).min(CELLS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_are_those_of_the_sorted_row() {
        let mut random = balanced_dsp::Random::new(5, 0);
        let mut extremes = Extremes::new();
        for length in [1, 2, 9, 100, 1001] {
            for spread in [0.0, 0.3, 30.0] {
                let values: Vec<f32> = (0..length).map(|_| (spread * random.centred()).exp() as f32).collect();
                let mut sorted = values.clone();
                sorted.sort_by(f32::total_cmp);
                for count in [1, 1 + length / 50, length] {
                    let mean = |part: &[f32]| part.iter().map(|v| f64::from(*v)).sum::<f64>() / count as f64;
                    let expected = (mean(&sorted[length - count..]), mean(&sorted[..count]));
                    let found = extremes.means(&values, count);
                    assert!((found.0 / expected.0 - 1.0).abs() < 1e-12 && (found.1 / expected.1 - 1.0).abs() < 1e-12);
                }
            }
        }
        assert_eq!(extremes.means(&[0.0; 40], 2), (0.0, 0.0));
    }
}

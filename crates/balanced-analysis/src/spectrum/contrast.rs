//! Spectral contrast (Jiang, Lu, Zhang, Tao, Cai, ICME 2002): peaks over valleys in octave bands.

use std::cmp::Ordering;
use std::ops::Range;

use balanced_dsp::vector_loop;

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
const CELLS: usize = 1 << (32 - CELL_SHIFT);

/// Means of the largest and smallest of many numbers from zero up, without sorting them: they are counted by size in cells an eighth
/// of an octave wide, which tells the cell that the last of the counted lies in; only what lies in that one or beyond is looked at
/// closely.
struct Extremes {
    /// Neighbours are counted in turn in two tables, so that no count waits for the one before.
    cells: Box<[[u32; CELLS]; 2]>,
    taken: Vec<f32>,
}

impl Extremes {
    fn new() -> Self {
        Self { cells: Box::new([[0; CELLS]; 2]), taken: Vec::new() }
    }

    /// Means of the `count` largest and of the `count` smallest; `count` is from 1 to the number of values.
    fn means(&mut self, values: &[f32], count: usize) -> (f64, f64) {
        let [even, odd] = &mut *self.cells;
        let (pairs, rest) = values.as_chunks::<2>();
        for [first, second] in pairs {
            even[cell_of(*first)] += 1;
            odd[cell_of(*second)] += 1;
        }
        rest.iter().for_each(|value| even[cell_of(*value)] += 1);
        let (smallest, largest) = range(values);
        let cells = cell_of(smallest)..=cell_of(largest);
        let peak_from = value_of(self.border(cells.clone().rev(), count));
        let valley_to = value_of(self.border(cells.clone(), count) + 1);
        self.cells.iter_mut().for_each(|table| table[cells.clone()].fill(0));

        self.take(values, peak_from..f32::INFINITY);
        let peak = self.mean_of_first(count, |a, b| b.total_cmp(a));
        self.take(values, 0.0..valley_to);
        let valley = self.mean_of_first(count, f32::total_cmp);
        (peak, valley)
    }

    /// The cell that holds the last of the first `count` values, cell by cell in the order of `cells`.
    fn border(&self, cells: impl Iterator<Item = usize>, count: usize) -> usize {
        let [even, odd] = &*self.cells;
        let (mut border, mut seen) = (0, 0);
        for cell in cells {
            border = cell;
            seen += (even[cell] + odd[cell]) as usize;
            if seen >= count {
                break;
            }
        }
        border
    }

    /// The values in a range; they are few, so eight are passed over at a time.
    fn take(&mut self, values: &[f32], range: Range<f32>) {
        self.taken.clear();
        gather(values, range, &mut self.taken);
    }

    /// Mean of the first `count` of what was taken, in an order.
    fn mean_of_first(&mut self, count: usize, order: impl Fn(&f32, &f32) -> Ordering) -> f64 {
        if count < self.taken.len() {
            self.taken.select_nth_unstable_by(count, order);
        }
        self.taken.iter().take(count).map(|value| f64::from(*value)).sum::<f64>() / count as f64
    }
}

/// The cell of a number from zero up: the order of their bits is their order.
#[inline(always)]
fn cell_of(value: f32) -> usize {
    (value.to_bits() >> CELL_SHIFT) as usize
}

/// The smallest value of a cell.
fn value_of(cell: usize) -> f32 {
    f32::from_bits((cell as u32) << CELL_SHIFT)
}

vector_loop! {
    /// Smallest and largest.
    fn range<'a>(values: &'a [f32]) -> (f32, f32) {
        let (chunks, rest) = values.as_chunks::<8>();
        let (mut smallest, mut largest) = ([f32::INFINITY; 8], [0f32; 8]);
        let mut widen = |lane: usize, value: f32| {
            smallest[lane] = if value < smallest[lane] { value } else { smallest[lane] };
            largest[lane] = if value > largest[lane] { value } else { largest[lane] };
        };
        for chunk in chunks {
            for lane in 0..8 {
                widen(lane, chunk[lane]);
            }
        }
        rest.iter().for_each(|value| widen(0, *value));
        (smallest.into_iter().fold(f32::INFINITY, f32::min), largest.into_iter().fold(0.0, f32::max))
    }
}

vector_loop! {
    fn gather<'a>(values: &'a [f32], range: Range<f32>, taken: &'a mut Vec<f32>) {
        let within = |value: f32| (value >= range.start) & (value < range.end);
        let (chunks, rest) = values.as_chunks::<8>();
        for chunk in chunks {
            if chunk.iter().fold(false, |any, value| any | within(*value)) {
                taken.extend(chunk.iter().copied().filter(|value| within(*value)));
            }
        }
        taken.extend(rest.iter().copied().filter(|value| within(*value)));
    }
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

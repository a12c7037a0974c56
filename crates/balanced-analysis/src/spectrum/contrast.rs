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
    /// Magnitudes as bits: those of numbers from zero up have the numbers' order, and integers are compared faster.
    sorted: Vec<u32>,
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
        Self { bands, sorted: Vec::with_capacity(bins) }
    }

    /// Number of bands.
    pub fn len(&self) -> usize {
        self.bands.len()
    }

    /// Mean of the strongest and of the weakest 2 % of a band's bins.
    pub fn peak_and_valley(&mut self, band: usize, magnitude: &[f32]) -> (f64, f64) {
        let (bins, counted) = &self.bands[band];
        self.sorted.clear();
        self.sorted.extend(magnitude[bins.clone()].iter().map(|m| m.to_bits()));
        let valley = mean_of_lowest(&mut self.sorted, *counted);
        (mean_of_highest(&mut self.sorted, *counted), valley)
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

fn mean_of_lowest(bits: &mut [u32], count: usize) -> f64 {
    bits.select_nth_unstable(count - 1);
    mean(&bits[..count])
}

fn mean_of_highest(bits: &mut [u32], count: usize) -> f64 {
    let from = bits.len() - count;
    bits.select_nth_unstable(from);
    mean(&bits[from..])
}

fn mean(bits: &[u32]) -> f64 {
    // The order that selection leaves is the library's affair: sum in f64, where it cannot show.
    bits.iter().map(|bits| f64::from(f32::from_bits(*bits))).sum::<f64>() / bits.len() as f64
}

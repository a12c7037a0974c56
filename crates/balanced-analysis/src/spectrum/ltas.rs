//! Long-term average spectrum: power by bin in, levels of fractional octaves and regions out.

use balanced_dsp::decibel::power_to_db;
use balanced_model::{Bands, Ltas, finite};

/// Below this the fine low spectrum is read, above it the ordinary one.
const JOIN_HZ: f64 = 400.0;
/// Edges of the regions of [`Bands`].
pub(crate) const REGION_EDGES_HZ: [f64; 8] = [20.0, 60.0, 200.0, 500.0, 2000.0, 5000.0, 10_000.0, 20_000.0];
/// Range of the tilt.
const TILT_HZ: (f64, f64) = (100.0, 10_000.0);
/// Level below which a band is digital silence: 24-bit dither has -147 dBFS over all bands together.
const SILENCE_DBFS: f64 = -180.0;

/// Mean power of each bin, in f64, with the weight of the frames it came from.
#[derive(Clone, Debug)]
pub(crate) struct MeanPower {
    bin_hz: f64,
    sums: Vec<f64>,
    weight: f64,
}

impl MeanPower {
    pub fn new(rate: f64, size: usize) -> Self {
        Self { bin_hz: rate / size as f64, sums: vec![0.0; size / 2 + 1], weight: 0.0 }
    }

    /// Add a frame; `weight` is the share of it that is audio.
    pub fn push(&mut self, power: &[f32], weight: f64) {
        for (sum, p) in self.sums.iter_mut().zip(power) {
            *sum += f64::from(*p);
        }
        self.weight += weight;
    }

    /// Width of a bin.
    pub fn bin_hz(&self) -> f64 {
        self.bin_hz
    }

    /// Mean power by bin; zeros if nothing was pushed.
    pub fn bins(&self) -> Vec<f64> {
        let scale = if self.weight > 0.0 { 1.0 / self.weight } else { 0.0 };
        self.sums.iter().map(|s| s * scale).collect()
    }

    /// Power up to each bin's lower edge: differences of its interpolation are band powers.
    fn cumulative(&self) -> Cumulative {
        let mut total = 0.0;
        let mut sums = vec![0.0];
        for power in self.bins() {
            total += power;
            sums.push(total);
        }
        Cumulative { bin_hz: self.bin_hz, sums }
    }
}

struct Cumulative {
    bin_hz: f64,
    sums: Vec<f64>,
}

impl Cumulative {
    fn at(&self, hz: f64) -> f64 {
        let position = (hz / self.bin_hz + 0.5).clamp(0.0, (self.sums.len() - 1) as f64);
        let below = (position as usize).min(self.sums.len() - 2);
        let share = position - below as f64;
        self.sums[below] * (1.0 - share) + self.sums[below + 1] * share
    }
}

/// Both spectra, ready for questions about bands.
pub(crate) struct LongTerm {
    low: Cumulative,
    high: Cumulative,
    nyquist_hz: f64,
}

impl LongTerm {
    pub fn new(low: &MeanPower, high: &MeanPower, nyquist_hz: f64) -> Self {
        Self { low: low.cumulative(), high: high.cumulative(), nyquist_hz }
    }

    /// Mean square between two frequencies.
    pub fn power(&self, from_hz: f64, to_hz: f64) -> f64 {
        self.cross_power(from_hz, to_hz).max(0.0)
    }

    /// Mean of cross-spectra, which may be negative.
    pub fn cross_power(&self, from_hz: f64, to_hz: f64) -> f64 {
        let low = self.low.at(to_hz.min(JOIN_HZ)) - self.low.at(from_hz.min(JOIN_HZ));
        let high = self.high.at(to_hz.max(JOIN_HZ)) - self.high.at(from_hz.max(JOIN_HZ));
        low + high
    }

    /// Highest frequency of the stream.
    pub fn nyquist_hz(&self) -> f64 {
        self.nyquist_hz
    }

    /// Levels of the bands with `per_octave` of them from 20 Hz to 20 kHz; see [`fractional_octaves`].
    pub fn fractional_octaves(&self, per_octave: u32) -> Ltas {
        fractional_octaves(per_octave, self.nyquist_hz, |from_hz, to_hz| self.power(from_hz, to_hz))
    }

    /// Level of each region relative to 20 Hz-20 kHz.
    pub fn regions(&self) -> Bands {
        let [first, .., last] = REGION_EDGES_HZ;
        let total = self.power(first, last);
        let share = |i: usize| {
            let power = self.power(REGION_EDGES_HZ[i], REGION_EDGES_HZ[i + 1]);
            level(total).and_then(|_| level(power)).map(|_| power_to_db(power / total))
        };
        Bands {
            sub: share(0),
            low: share(1),
            low_mid: share(2),
            mid: share(3),
            high_mid: share(4),
            high: share(5),
            air: share(6),
        }
    }

    /// Slope of the power density over third octaves, dB an octave, by least squares: white noise 0, pink noise -3.01.
    pub fn tilt_db_per_octave(&self) -> Option<f64> {
        let ltas = self.fractional_octaves(3);
        let points: Vec<(f64, f64)> = ltas
            .center_hz
            .iter()
            .zip(&ltas.level_db)
            .filter(|(hz, _)| (TILT_HZ.0 * 0.99..=TILT_HZ.1 * 1.01).contains(*hz))
            .filter_map(|(hz, level)| Some((hz.log2(), (*level)? - 10.0 * hz.log10())))
            .collect();
        if points.len() < 10 {
            return None;
        }
        let count = points.len() as f64;
        let (mx, my) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / count, y + p.1 / count));
        let (sxy, sxx) =
            points.iter().fold((0.0, 0.0), |(xy, xx), (x, y)| (xy + (x - mx) * (y - my), xx + (x - mx) * (x - mx)));
        finite(sxy / sxx)
    }
}

/// Levels of bands with `per_octave` of them from 20 Hz to 20 kHz, after IEC 61260-1:2014 (base ten: an octave is `10^0.3`; bands of
/// an even fraction lie either side of 1 kHz), from the `power` between two frequencies. A band whose centre lies within 5 % of the
/// Nyquist frequency or above is left out; the 20 kHz band ends there at 44.1 kHz.
pub(crate) fn fractional_octaves(per_octave: u32, nyquist_hz: f64, power: impl Fn(f64, f64) -> f64) -> Ltas {
    let step = 0.3 / f64::from(per_octave);
    let offset = if per_octave.is_multiple_of(2) { 0.5 } else { 0.0 };
    let decades = |hz: f64| (hz / 1000.0).log10() / step - offset;
    let half = 10f64.powf(step / 2.0);
    let mut ltas = Ltas::default();
    for n in decades(19.9).ceil() as i32..=decades(20_100.0).floor() as i32 {
        let center_hz = 1000.0 * 10f64.powf(step * (f64::from(n) + offset));
        if center_hz * 1.05 > nyquist_hz {
            break;
        }
        ltas.center_hz.push(center_hz);
        ltas.level_db.push(level(power(center_hz / half, center_hz * half)));
    }
    ltas
}

fn level(power: f64) -> Option<f64> {
    finite(power_to_db(power)).filter(|db| *db > SILENCE_DBFS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn white() -> LongTerm {
        let mut low = MeanPower::new(2756.25, 4096);
        let mut high = MeanPower::new(44_100.0, 4096);
        // One unit of power a hertz in both.
        low.push(&[(2756.25 / 4096.0) as f32; 2049], 1.0);
        high.push(&[(44_100.0 / 4096.0) as f32; 2049], 1.0);
        LongTerm::new(&low, &high, 22_050.0)
    }

    #[test]
    fn white_noise_rises_three_decibels_an_octave_in_bands_and_has_no_tilt() {
        let spectrum = white();
        let thirds = spectrum.fractional_octaves(3);
        assert_eq!(thirds.center_hz.len(), 31);
        assert!((thirds.center_hz[17] - 1000.0).abs() < 1e-9);
        assert_eq!(spectrum.fractional_octaves(12).center_hz.len(), 120);
        // The last band is cut short by the Nyquist frequency.
        for pair in thirds.level_db[..30].windows(2) {
            assert!((pair[1].unwrap() - pair[0].unwrap() - 1.0).abs() < 1e-3);
        }
        assert!(spectrum.tilt_db_per_octave().unwrap().abs() < 1e-3);
    }

    #[test]
    fn regions_add_up_to_the_whole() {
        let b = white().regions();
        let shares = [b.sub, b.low, b.low_mid, b.mid, b.high_mid, b.high, b.air];
        let sum: f64 = shares.iter().map(|s| 10f64.powf(s.unwrap() / 10.0)).sum();
        assert!((sum - 1.0).abs() < 1e-6);
        assert!((b.air.unwrap() - 10.0 * (10.0f64 / 19.98).log10()).abs() < 1e-3);
    }
}

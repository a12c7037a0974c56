//! K-weighting, the loudness pre-filter of ITU-R BS.1770-5 Annex 1, at any sample rate.
//!
//! The standard prints coefficients for 48 kHz and asks other rates for "the same frequency response". These are the
//! analogue prototypes behind that table, bilinear-transformed; at 48 kHz they give the printed digits.

use std::f64::consts::PI;

/// Prototype of the head-effect shelf: corner, gain, Q, and the exponent that places its mid-gain.
const SHELF_HZ: f64 = 1681.974450955533;
const SHELF_GAIN_DB: f64 = 3.999843853973347;
const SHELF_Q: f64 = 0.7071752369554196;
const SHELF_MID_EXPONENT: f64 = 0.4996667741545416;
/// Prototype of the revised low-frequency B curve (RLB).
const HIGH_PASS_HZ: f64 = 38.13547087602444;
const HIGH_PASS_Q: f64 = 0.5003270373238773;
/// The rate of the printed table, where the high-pass numerator is exactly 1, -2, 1.
const TABLE_HZ: f64 = 48_000.0;

/// Returns the gain of the standard's filter at `frequency_hz`, in dB: the curve that its tables for 48 kHz give.
///
/// Above 24 kHz, where the tables end, it stays at its value there. For the filter of another rate: [`KWeighting::gain_db`].
/// ```
/// let at_1_khz = balanced_dsp::k_weighting::gain_db(997.0);
/// assert!((at_1_khz - 0.691).abs() < 0.001);
/// ```
#[must_use]
pub fn gain_db(frequency_hz: f64) -> f64 {
    KWeighting::new(TABLE_HZ).gain_db(frequency_hz.min(0.5 * TABLE_HZ), TABLE_HZ)
}

/// The K-weighting filter at one sample rate: coefficients of its two second-order sections, `a0 = 1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KWeighting {
    /// Numerator of the shelf.
    pub shelf_b: [f64; 3],
    /// Denominator of the shelf without its leading one.
    pub shelf_a: [f64; 2],
    /// Gain of the high-pass, whose numerator is this times `1, -2, 1`.
    ///
    /// It is 1 at 48 kHz; elsewhere it undoes the level shift (up to 0.03 dB at 192 kHz, 0.2 dB at 8 kHz) that a bare `1, -2, 1` would bring.
    pub high_pass_gain: f64,
    /// Denominator of the high-pass without its leading one.
    pub high_pass_a: [f64; 2],
}

impl KWeighting {
    /// Creates the filter for `sample_rate_hz`.
    ///
    /// Below 4 kHz, where the shelf does not fit under the Nyquist frequency, its corner is held at 0.42 of the rate.
    #[must_use]
    pub fn new(sample_rate_hz: f64) -> Self {
        let gain = 10f64.powf(SHELF_GAIN_DB / 20.0);
        let mid_gain = gain.powf(SHELF_MID_EXPONENT);
        let k = warp(SHELF_HZ, sample_rate_hz);
        let a0 = 1.0 + k / SHELF_Q + k * k;
        let shelf_b = [
            (gain + mid_gain * k / SHELF_Q + k * k) / a0,
            2.0 * (k * k - gain) / a0,
            (gain - mid_gain * k / SHELF_Q + k * k) / a0,
        ];
        let shelf_a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / SHELF_Q + k * k) / a0];
        let k = warp(HIGH_PASS_HZ, sample_rate_hz);
        let a0 = high_pass_a0(k);
        let high_pass_a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / HIGH_PASS_Q + k * k) / a0];
        let high_pass_gain = high_pass_a0(warp(HIGH_PASS_HZ, TABLE_HZ)) / a0;
        Self { shelf_b, shelf_a, high_pass_gain, high_pass_a }
    }

    /// Returns the gain at `frequency_hz` of the filter run at `sample_rate_hz`, in dB.
    #[must_use]
    pub fn gain_db(&self, frequency_hz: f64, sample_rate_hz: f64) -> f64 {
        let w = 2.0 * PI * frequency_hz / sample_rate_hz;
        let power = |c: [f64; 3]| {
            let re = c[0] + c[1] * w.cos() + c[2] * (2.0 * w).cos();
            let im = c[1] * w.sin() + c[2] * (2.0 * w).sin();
            re * re + im * im
        };
        let shelf = power(self.shelf_b) / power([1.0, self.shelf_a[0], self.shelf_a[1]]);
        let numerator = [self.high_pass_gain, -2.0 * self.high_pass_gain, self.high_pass_gain];
        let high_pass = power(numerator) / power([1.0, self.high_pass_a[0], self.high_pass_a[1]]);
        10.0 * (shelf * high_pass).log10()
    }
}

fn warp(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    (PI * (frequency_hz / sample_rate_hz).min(0.42)).tan()
}

fn high_pass_a0(k: f64) -> f64 {
    1.0 + k / HIGH_PASS_Q + k * k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reproduces_the_tables_of_the_standard_at_48_khz() {
        let k = KWeighting::new(48_000.0);
        let got = [k.shelf_b.as_slice(), &k.shelf_a, &[k.high_pass_gain], &k.high_pass_a].concat();
        // ITU-R BS.1770-5, Annex 1, tables 1 and 2.
        let table = [
            1.53512485958697,
            -2.69169618940638,
            1.19839281085285,
            -1.69065929318241,
            0.73248077421585,
            1.0,
            -1.99004745483398,
            0.99007225036621,
        ];
        for (got, table) in got.iter().zip(table) {
            assert!((got - table).abs() < 1e-13, "{got} is not {table}");
        }
    }

    #[test]
    fn response_is_the_same_at_every_rate() {
        // Levels at 48 kHz to 3 decimals, computed from the standard's tables; the bilinear map bends the top octave.
        let table = [(25.0, -10.393), (100.0, -1.134), (500.0, 0.043), (1000.0, 0.698), (2000.0, 3.071)];
        for rate_hz in [16_000.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0, 768_000.0] {
            let k = KWeighting::new(rate_hz);
            for (frequency_hz, level_db) in table {
                let got = k.gain_db(frequency_hz, rate_hz);
                let tolerance = if rate_hz < 44_100.0 { 0.2 } else { 0.02 };
                assert!((got - level_db).abs() < tolerance, "{rate_hz} {frequency_hz}: {got}");
            }
        }
    }

    #[test]
    fn the_curve_rises_from_the_bass_to_the_shelf() {
        assert_eq!(gain_db(1000.0), KWeighting::new(48_000.0).gain_db(1000.0, 48_000.0));
        assert!(gain_db(20.0) < -13.0 && (gain_db(20_000.0) - 4.0).abs() < 0.05);
        assert_eq!(gain_db(30_000.0), gain_db(24_000.0));
    }

    #[test]
    fn stable_at_absurdly_low_rates() {
        for rate_hz in [1.0, 100.0, 1000.0, 3000.0] {
            let k = KWeighting::new(rate_hz);
            for [a1, a2] in [k.shelf_a, k.high_pass_a] {
                assert!(a2.abs() < 1.0 && a1.abs() < 1.0 + a2, "{rate_hz}: {a1} {a2}");
            }
        }
    }
}

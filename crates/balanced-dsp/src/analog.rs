//! Analogue filter prototypes: the curves that equalisers are to follow.

use rustfft::num_complex::Complex64;

/// An analogue filter section of second order.
///
/// Its transfer function is `(n[0] + n[1] p + n[2] p^2) / (d[0] + d[1] p + d[2] p^2)` with `p = j f / frequency_hz`. Shapes follow R. Bristow-Johnson's "Audio EQ Cookbook" (its analogue column).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnalogSection {
    /// Coefficients of the numerator, constant first.
    pub numerator: [f64; 3],
    /// Coefficients of the denominator, constant first.
    pub denominator: [f64; 3],
    /// The corner or centre frequency, to which `p` is normalised.
    pub frequency_hz: f64,
}

impl AnalogSection {
    fn new(frequency_hz: f64, numerator: [f64; 3], denominator: [f64; 3]) -> Self {
        Self { numerator, denominator, frequency_hz }
    }

    /// Creates a bell (peaking filter) of `gain_db` at `frequency_hz`; boost and cut of one gain cancel.
    #[must_use]
    pub fn bell(frequency_hz: f64, gain_db: f64, q: f64) -> Self {
        let a = 10f64.powf(gain_db / 40.0);
        Self::new(frequency_hz, [1.0, a / q, 1.0], [1.0, 1.0 / (a * q), 1.0])
    }

    /// Creates a low shelf of second order: `gain_db` far below `frequency_hz`, half of it there; no overshoot up to q = 0.707.
    #[must_use]
    pub fn low_shelf(frequency_hz: f64, gain_db: f64, q: f64) -> Self {
        let a = 10f64.powf(gain_db / 40.0);
        let middle = a.sqrt() / q;
        Self::new(frequency_hz, [a * a, a * middle, a], [1.0, middle, a])
    }

    /// Creates a high shelf of second order: `gain_db` far above `frequency_hz`, half of it there; no overshoot up to q = 0.707.
    #[must_use]
    pub fn high_shelf(frequency_hz: f64, gain_db: f64, q: f64) -> Self {
        let a = 10f64.powf(gain_db / 40.0);
        let middle = a.sqrt() / q;
        Self::new(frequency_hz, [a, a * middle, a * a], [a, middle, 1.0])
    }

    /// Creates a low shelf of first order, 6 dB per octave.
    #[must_use]
    pub fn low_shelf_first_order(frequency_hz: f64, gain_db: f64) -> Self {
        let a = 10f64.powf(gain_db / 40.0);
        Self::new(frequency_hz, [a * a, a, 0.0], [1.0, a, 0.0])
    }

    /// Creates a high shelf of first order, 6 dB per octave.
    #[must_use]
    pub fn high_shelf_first_order(frequency_hz: f64, gain_db: f64) -> Self {
        let a = 10f64.powf(gain_db / 40.0);
        Self::new(frequency_hz, [a, a * a, 0.0], [a, 1.0, 0.0])
    }

    /// Creates a tilt filter: `-gain_db` far below `frequency_hz`, 0 dB there, `+gain_db` far above.
    #[must_use]
    pub fn tilt(frequency_hz: f64, gain_db: f64) -> Self {
        let a = 10f64.powf(gain_db / 20.0);
        Self::new(frequency_hz, [1.0, a, 0.0], [a, 1.0, 0.0])
    }

    /// Creates a low-pass of second order, 12 dB per octave.
    #[must_use]
    pub fn low_pass(frequency_hz: f64, q: f64) -> Self {
        Self::new(frequency_hz, [1.0, 0.0, 0.0], [1.0, 1.0 / q, 1.0])
    }

    /// Creates a high-pass of second order, 12 dB per octave.
    #[must_use]
    pub fn high_pass(frequency_hz: f64, q: f64) -> Self {
        Self::new(frequency_hz, [0.0, 0.0, 1.0], [1.0, 1.0 / q, 1.0])
    }

    /// Creates a low-pass of first order, 6 dB per octave.
    #[must_use]
    pub fn low_pass_first_order(frequency_hz: f64) -> Self {
        Self::new(frequency_hz, [1.0, 0.0, 0.0], [1.0, 1.0, 0.0])
    }

    /// Creates a high-pass of first order, 6 dB per octave.
    #[must_use]
    pub fn high_pass_first_order(frequency_hz: f64) -> Self {
        Self::new(frequency_hz, [0.0, 1.0, 0.0], [1.0, 1.0, 0.0])
    }

    /// Creates a band-pass with 0 dB at `frequency_hz`.
    #[must_use]
    pub fn band_pass(frequency_hz: f64, q: f64) -> Self {
        Self::new(frequency_hz, [0.0, 1.0 / q, 0.0], [1.0, 1.0 / q, 1.0])
    }

    /// Creates a notch: nothing passes at `frequency_hz`, 0 dB far from it.
    #[must_use]
    pub fn notch(frequency_hz: f64, q: f64) -> Self {
        Self::new(frequency_hz, [1.0, 0.0, 1.0], [1.0, 1.0 / q, 1.0])
    }

    /// Returns the complex frequency response at `at_hz`.
    #[must_use]
    pub fn response(&self, at_hz: f64) -> Complex64 {
        let p = Complex64::new(0.0, at_hz / self.frequency_hz);
        let polynomial = |c: &[f64; 3]| c[0] + p * c[1] + p * p * c[2];
        polynomial(&self.numerator) / polynomial(&self.denominator)
    }

    /// Returns the magnitude response at `at_hz`, in dB.
    #[must_use]
    pub fn level_db(&self, at_hz: f64) -> f64 {
        10.0 * self.response(at_hz).norm_sqr().log10()
    }
}

/// Returns the quality factor of section `index` of a Butterworth filter, `None` for the first-order section of an odd order.
///
/// Sections count from the sharpest; there are `order.div_ceil(2)`, the first-order one last.
#[must_use]
pub fn butterworth_q(order: usize, index: usize) -> Option<f64> {
    let pairs = order / 2;
    (index < pairs).then(|| {
        let angle = std::f64::consts::PI * (2 * index + 1) as f64 / (2 * order) as f64;
        1.0 / (2.0 * angle.sin())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn shapes_have_their_defining_levels() {
        near(AnalogSection::bell(1000.0, 7.0, 3.0).level_db(1000.0), 7.0);
        for (shelf, low, high) in [
            (AnalogSection::low_shelf(100.0, 6.0, 0.7), 6.0, 0.0),
            (AnalogSection::low_shelf_first_order(100.0, 6.0), 6.0, 0.0),
            (AnalogSection::high_shelf(100.0, 6.0, 0.7), 0.0, 6.0),
            (AnalogSection::high_shelf_first_order(100.0, 6.0), 0.0, 6.0),
        ] {
            near(shelf.level_db(100.0), 3.0);
            assert!((shelf.level_db(1e-3) - low).abs() < 1e-6 && (shelf.level_db(1e7) - high).abs() < 1e-6);
        }
        let tilt = AnalogSection::tilt(500.0, 3.0);
        near(tilt.level_db(500.0), 0.0);
        near(tilt.level_db(50.0), -tilt.level_db(5000.0));
        near(AnalogSection::band_pass(700.0, 2.0).level_db(700.0), 0.0);
        assert!(AnalogSection::notch(700.0, 2.0).level_db(700.0) < -200.0);
    }

    #[test]
    fn butterworth_sections_multiply_to_the_butterworth_power() {
        for order in 1..=16 {
            for at_hz in [300.0, 1000.0, 2500.0] {
                let level_db: f64 = (0..usize::div_ceil(order, 2))
                    .map(|index| match butterworth_q(order, index) {
                        Some(q) => AnalogSection::low_pass(1000.0, q).level_db(at_hz),
                        None => AnalogSection::low_pass_first_order(1000.0).level_db(at_hz),
                    })
                    .sum();
                near(level_db, -10.0 * (1.0 + (at_hz / 1000.0).powi(2 * order as i32)).log10());
            }
        }
    }
}

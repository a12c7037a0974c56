//! Window functions of spectra and filters.

use std::f64::consts::{PI, TAU};

/// Returns sample `index` of a periodic Hann window of `size` samples: 0 first, 1 in the middle.
#[inline]
#[must_use]
pub fn hann(index: usize, size: usize) -> f64 {
    cosine_sum([0.5, 0.5, 0.0], index, size)
}

/// Returns sample `index` of a periodic window of `size` samples, the cosine sum `a - b cos φ + c cos 2φ`.
///
/// Hann is `[0.5, 0.5, 0.0]`, Hamming `[0.54, 0.46, 0.0]`, Blackman `[0.42, 0.5, 0.08]`.
#[inline]
#[must_use]
pub fn cosine_sum([a, b, c]: [f64; 3], index: usize, size: usize) -> f64 {
    let angle = TAU * index as f64 / size as f64;
    a - b * angle.cos() + c * (2.0 * angle).cos()
}

/// Returns the Kaiser window of shape `beta` at `t`, from -1 to 1: 1 in the middle, 0 outside.
///
/// J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974.
#[must_use]
pub fn kaiser(t: f64, beta: f64) -> f64 {
    let inside = 1.0 - t * t;
    if inside < 0.0 { 0.0 } else { bessel_i0(beta * inside.sqrt()) / bessel_i0(beta) }
}

/// Returns the shape of the Kaiser window whose filters attenuate their stop band by `attenuation_db` (above 50 dB).
#[must_use]
pub fn kaiser_beta(attenuation_db: f64) -> f64 {
    0.1102 * (attenuation_db - 8.7)
}

/// Returns the rising half, `size` samples, of a Kaiser-Bessel derived window: with its mirror image it reconstructs an
/// MDCT (J. P. Princen, A. W. Johnson, A. B. Bradley, 1987). `alpha` is the shape over π; AAC uses 4.
#[must_use]
pub fn kaiser_bessel_derived(size: usize, alpha: f64) -> Vec<f64> {
    let beta = alpha * PI;
    let kaiser = |i: usize| bessel_i0(beta * (1.0 - (2.0 * i as f64 / size as f64 - 1.0).powi(2)).max(0.0).sqrt());
    let total: f64 = (0..=size).map(kaiser).sum();
    let mut sum = 0.0;
    let mut rise = |i: usize| {
        sum += kaiser(i);
        (sum / total).sqrt()
    };
    (0..size).map(&mut rise).collect()
}

/// Returns the impulse response of the ideal low-pass at half the rate, `sin(πt) / πt`, `t` in samples.
#[inline]
#[must_use]
pub fn sinc(t: f64) -> f64 {
    if t == 0.0 { 1.0 } else { (PI * t).sin() / (PI * t) }
}

/// Returns the modified Bessel function of the first kind, order zero, by its power series.
#[must_use]
pub fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= (x / (2.0 * k)).powi(2);
        sum += term;
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bessel_agrees_with_the_tables() {
        // Abramowitz and Stegun, table 9.8.
        for (x, value) in [(0.0, 1.0), (1.0, 1.266_065_877_752_009), (5.0, 27.239_871_823_604_442)] {
            assert!((bessel_i0(x) / value - 1.0f64).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn kaiser_ends_where_its_definition_says() {
        assert_eq!((kaiser(0.0, 9.0), kaiser(1.0, 9.0), kaiser(-1.01, 9.0)), (1.0, 1.0 / bessel_i0(9.0), 0.0));
        assert!((kaiser_beta(120.0) - 12.27).abs() < 0.01);
    }

    #[test]
    fn hann_windows_overlap_to_a_constant() {
        for i in 0..8 {
            assert!((hann(i, 16) + hann(i + 8, 16) - 1.0).abs() < 1e-15);
        }
        assert_eq!((hann(0, 16), hann(8, 16)), (0.0, 1.0));
    }

    #[test]
    fn the_derived_window_reconstructs() {
        let rise = kaiser_bessel_derived(128, 4.0);
        for i in 0..128 {
            assert!((rise[i].powi(2) + rise[127 - i].powi(2) - 1.0).abs() < 1e-12, "Princen-Bradley");
        }
    }
}

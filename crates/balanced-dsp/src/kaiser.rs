//! Kaiser's window (J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974).

/// Kaiser window of shape `beta` at `t` (−1 to 1; zero outside).
pub(crate) fn kaiser(t: f64, beta: f64) -> f64 {
    let inside = 1.0 - t * t;
    if inside <= 0.0 { 0.0 } else { bessel_i0(beta * inside.sqrt()) / bessel_i0(beta) }
}

/// Modified Bessel function of the first kind, order zero, by its power series.
fn bessel_i0(x: f64) -> f64 {
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
        assert_eq!((kaiser(0.0, 9.0), kaiser(1.0, 9.0)), (1.0, 0.0));
    }
}

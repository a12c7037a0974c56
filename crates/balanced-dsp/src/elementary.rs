//! Exponential, logarithm and inverse square root that vectorise and give the same bits on every platform.
//!
//! Argument reduction to a narrow interval by the binary exponent, then a polynomial (the textbook scheme: J.-M. Muller,
//! "Elementary Functions", chapters 3 and 11). No table, no branch: a loop over samples runs in vector registers. Relative
//! error below 2⁻⁵⁰ (exponential) and absolute error below 10⁻¹⁵ of the larger of 1 and the result (logarithm).

use std::f64::consts::LOG2_E;

/// Adding it rounds to an integer, which then stands in the lowest bits (1.5 · 2⁵²).
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first with room for an exact product with small integers.
const LN_2_HIGH: f64 = 0.6931471675634384;
const LN_2_LOW: f64 = 1.2996506893889889e-08;

/// Inverse factorials from 13 down to 2.
const EXP: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
];

/// Returns e to the power of `x`, which is held within ±700; `exp(0.0)` is exactly 1.
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    let x = if x < -700.0 { -700.0 } else { x };
    let x = if x > 700.0 { 700.0 } else { x };
    let shifted = x * LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let mut sum = EXP[0];
    for coefficient in &EXP[1..] {
        sum = sum * rest + coefficient;
    }
    let mantissa = (sum * rest) * rest + rest + 1.0;
    // The integer is in the low bits of `shifted`; as an exponent it multiplies by a power of two.
    f64::from_bits(mantissa.to_bits().wrapping_add(shifted.to_bits() << 52))
}

crate::vector_loop! {
    /// Replaces every value by the exponential of its negative.
    pub fn decay<'a>(values: &'a mut [f64]) {
        values.iter_mut().for_each(|value| *value = exp(-*value));
    }
}

/// Reciprocals of odd numbers from 21 down to 3.
const LN: [f64; 10] = [
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
];

/// Returns the natural logarithm of a positive, finite, normal `x`; `ln(1.0)` is exactly 0.
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    // Mantissa from sqrt(1/2) to sqrt(2): subtracting the pattern of sqrt(1/2) carries into the exponent just there.
    const HALF_ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
    const BIAS: u64 = 0x3ff0_0000_0000_0000;
    let offset = x.to_bits().wrapping_sub(HALF_ROOT).wrapping_add(BIAS);
    let exponent = (offset >> 52) as i64 - 1023;
    let mantissa = f64::from_bits(x.to_bits().wrapping_sub((exponent as u64) << 52));
    // A small integer to floating point by way of its bits, which needs no conversion instruction.
    let exponent = f64::from_bits(ROUND.to_bits().wrapping_add(exponent as u64)) - ROUND;
    // ln m = 2 artanh((m - 1) / (m + 1)).
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let square = z * z;
    let mut sum = LN[0];
    for coefficient in &LN[1..] {
        sum = sum * square + coefficient;
    }
    let tail = 2.0 * z * square * sum;
    exponent * LN_2_HIGH + (2.0 * z + (tail + exponent * LN_2_LOW))
}

/// Returns 1 / √x of a positive, finite, normal `x`, to 10⁻¹⁵ of the result.
///
/// Halving and negating the exponent by integer arithmetic on the bits is right to 3.5 % (C. Lomont, "Fast inverse square
/// root", 2003). Two steps of the series `y (1 + e/2 + 3e²/8 + …)` of the root in the error `e = 1 − x y²` follow, the first to the
/// cube, the second to the square.
#[inline(always)]
#[must_use]
pub fn inverse_root(x: f64) -> f64 {
    let y = f64::from_bits(0x5fe6_eb50_c7b5_37a9 - (x.to_bits() >> 1));
    let error = 1.0 - x * y * y;
    let y = y + y * (error * (0.5 + error * (0.375 + error * 0.3125)));
    let error = 1.0 - x * y * y;
    y + y * (error * (0.5 + error * 0.375))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_root_agrees_with_the_library() {
        let mut worst = 0.0f64;
        for i in 0..1_000_000 {
            let x = f64::from(i) * 3.1e-6 + 1.0;
            for x in [x, x * 1e16, x * 1e-300] {
                worst = worst.max((inverse_root(x) * x.sqrt() - 1.0).abs());
            }
        }
        println!("inverse root: {worst:.1e}");
        assert!(worst < 1e-15, "{worst}");
    }

    #[test]
    fn the_exponential_agrees_with_the_library() {
        let mut worst = 0.0f64;
        for i in -699_999..700_000 {
            let x = f64::from(i) * 1e-3 + 1e-7;
            worst = worst.max((exp(x) / x.exp() - 1.0).abs());
        }
        println!("exponential: relative error {worst:e}");
        assert!(worst < 1e-15, "{worst:e}");
        assert_eq!((exp(0.0), exp(-0.0)), (1.0, 1.0));
        assert!(exp(-1e9) > 0.0 && exp(1e9).is_finite());
    }

    #[test]
    fn the_logarithm_agrees_with_the_library() {
        let mut worst = 0.0f64;
        for i in 1..1_000_000 {
            for x in [f64::from(i) * 1e-6, f64::from(i) * 3.7, 1e-12 * f64::from(i)] {
                worst = worst.max((ln(x) - x.ln()).abs() / x.ln().abs().max(1.0));
            }
        }
        println!("logarithm: error {worst:e}");
        assert!(worst < 1e-15, "{worst:e}");
        assert_eq!(ln(1.0), 0.0);
    }

    crate::vector_loop! {
        fn powers<'a>(values: &'a mut [f64]) {
            values.iter_mut().for_each(|x| *x = exp(ln(*x) * 1.1));
        }
    }

    #[test]
    fn loops_give_the_same_bits_in_vectors_and_alone() {
        let arguments: Vec<f64> = (0..1003).map(|i| f64::from(i) * 0.01 + 0.003).collect();
        let mut wide = arguments.clone();
        powers(&mut wide);
        for (x, y) in arguments.iter().zip(&wide) {
            assert_eq!(exp(ln(*x) * 1.1).to_bits(), y.to_bits());
        }
    }
}

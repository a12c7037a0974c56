//! Reductions in as many lanes as an AVX2 register has: a fixed order of additions, hence the same bits on every processor.
//!
//! Called inside [`vectorize`](crate::vectorize) they fill whole registers.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul};

/// Lanes of single precision.
const SINGLES: usize = 8;
/// Lanes of double precision.
const DOUBLES: usize = 4;

/// Returns the sum of `f(index)` over `0..len`, where `f` reads slices of that length.
#[inline(always)]
pub fn sum_by(len: usize, f: impl Fn(usize) -> f32) -> f32 {
    let mut lanes = [0f32; SINGLES];
    let whole = len / SINGLES * SINGLES;
    for start in (0..whole).step_by(SINGLES) {
        for (lane, total) in lanes.iter_mut().enumerate() {
            *total += f(start + lane);
        }
    }
    let tail: f32 = (whole..len).map(&f).sum();
    lanes.iter().sum::<f32>() + tail
}

/// Returns the sum of `values`.
#[inline(always)]
#[must_use]
pub fn sum(values: &[f32]) -> f32 {
    sum_by(values.len(), |i| values[i])
}

/// Returns the inner product of two slices, as long as the shorter.
#[inline(always)]
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    dot_in_lanes::<f32, SINGLES>(a, b)
}

/// Returns the inner product of two slices in double precision, as long as the shorter.
#[inline(always)]
#[must_use]
pub fn dot_f64(a: &[f64], b: &[f64]) -> f64 {
    dot_in_lanes::<f64, DOUBLES>(a, b)
}

#[inline(always)]
fn dot_in_lanes<T, const N: usize>(a: &[T], b: &[T]) -> T
where
    T: Copy + Default + Add<Output = T> + AddAssign + Mul<Output = T> + Sum<T>,
{
    let len = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..len].as_chunks::<N>(), b[..len].as_chunks::<N>());
    let mut lanes = [T::default(); N];
    let tail: T = a_rest.iter().zip(b_rest).map(|(x, y)| *x * *y).sum();
    for (x, y) in a.iter().zip(b) {
        for lane in 0..N {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.into_iter().sum::<T>() + tail
}

/// Returns the largest absolute value of `samples`, NaN passed over; 0 if there are none.
#[inline(always)]
#[must_use]
pub fn largest(samples: &[f32]) -> f32 {
    largest_in_lanes::<f32, SINGLES>(samples, f32::abs)
}

/// Returns the largest absolute value of `samples` in double precision, NaN passed over; 0 if there are none.
#[inline(always)]
#[must_use]
pub fn largest_f64(samples: &[f64]) -> f64 {
    largest_in_lanes::<f64, SINGLES>(samples, f64::abs)
}

#[inline(always)]
fn largest_in_lanes<T: Copy + Default + PartialOrd, const N: usize>(samples: &[T], absolute: impl Fn(T) -> T) -> T {
    let larger = |largest: T, value: T| if value > largest { value } else { largest };
    let (chunks, rest) = samples.as_chunks::<N>();
    let mut lanes = [T::default(); N];
    for chunk in chunks {
        for lane in 0..N {
            lanes[lane] = larger(lanes[lane], absolute(chunk[lane]));
        }
    }
    let largest = lanes.into_iter().fold(T::default(), larger);
    rest.iter().fold(largest, |largest, value| larger(largest, absolute(*value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_summed_whole() {
        for len in 0..40 {
            let values: Vec<f32> = (0..len).map(|i| i as f32).collect();
            let doubles: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            let expected = values.iter().sum::<f32>();
            assert_eq!(sum(&values), expected);
            assert_eq!(sum_by(len, |i| values[i]), expected);
            assert_eq!(dot(&values, &values), values.iter().map(|v| v * v).sum::<f32>());
            assert_eq!(dot_f64(&doubles, &doubles), doubles.iter().map(|v| v * v).sum::<f64>());
        }
    }

    #[test]
    fn the_largest_is_found_wherever_it_is() {
        for len in 1..40 {
            for at in 0..len {
                let mut values = vec![-0.5f32; len];
                values[at] = -1.5;
                values.push(f32::NAN);
                assert_eq!(largest(&values), 1.5);
                assert_eq!(largest_f64(&values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>()), 1.5);
            }
        }
        assert_eq!((largest(&[]), largest_f64(&[f64::NAN])), (0.0, 0.0));
    }
}

//! Generalised least squares: one shape at a time, against the covariance of real music.

use super::numbers::{COVARIANCE, FREEDOM, LEVEL_VARIANCE, SHAPES};
use super::remainder::Remainder;

/// Amplitude of a shape and its standard error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub amount: f64,
    pub error: f64,
}

/// Third octaves against each shape, in coordinates in which their covariance is the identity.
pub(super) struct Thirds {
    /// What remains of the balance.
    pub rest: Vec<f64>,
    pub shapes: [Vec<f64>; SHAPES.len()],
}

impl Thirds {
    pub fn of(remainder: &Remainder) -> Self {
        let bands = &remainder.bands;
        let root = Root::of(bands.len(), |i, j| COVARIANCE[bands[i]][bands[j]] + LEVEL_VARIANCE);
        Self {
            rest: root.whitened(&remainder.levels_db),
            shapes: SHAPES.map(|shape| root.whitened(&remainder.shape(&shape))),
        }
    }

    /// Fits each shape alone.
    pub fn fit(&self) -> [Fit; SHAPES.len()] {
        let distance = dot(&self.rest, &self.rest);
        std::array::from_fn(|kind| {
            let shape = &self.shapes[kind];
            let information = dot(shape, shape);
            let amount = dot(&self.rest, shape) / information;
            let left = distance - amount * amount * information;
            Fit { amount, error: (variance(left, self.rest.len()) / information).sqrt() }
        })
    }
}

/// Variance of a standardised measurement, given the squared distance that a fit leaves to `count` of them.
///
/// The distribution has heavy tails (Student's t): a track that is unlike all others in everything widens its own errors.
pub(super) fn variance(left: f64, count: usize) -> f64 {
    // Level and shape are fitted: two degrees of freedom less.
    (FREEDOM + left.max(0.0)) / (FREEDOM + count as f64 - 2.0)
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The Cholesky root of a covariance: lower triangle by rows.
pub(super) struct Root(Vec<Vec<f64>>);

impl Root {
    /// The covariance of the model is positive definite, and so is every part of it.
    pub fn of(size: usize, covariance: impl Fn(usize, usize) -> f64) -> Self {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(size);
        for i in 0..size {
            let mut row: Vec<f64> = Vec::with_capacity(i + 1);
            for (j, above) in rows.iter().enumerate() {
                let known = dot(&row, above);
                row.push((covariance(i, j) - known) / above[j]);
            }
            row.push((covariance(i, i) - dot(&row, &row)).sqrt());
            rows.push(row);
        }
        Self(rows)
    }

    /// The vector in coordinates in which the covariance is the identity.
    pub fn whitened(&self, vector: &[f64]) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(vector.len());
        for (row, value) in self.0.iter().zip(vector) {
            let pivot = row[solved.len()];
            let known = dot(row, &solved);
            solved.push((value - known) / pivot);
        }
        solved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_whitens() {
        let covariance = [[4.0, 2.0, 0.4], [2.0, 5.0, 1.0], [0.4, 1.0, 3.0]];
        let root = Root::of(3, |i, j| covariance[i][j]);
        // The squared length is the distance by the inverse: solved by hand for the first column of the covariance.
        let whitened = root.whitened(&[4.0, 2.0, 0.4]);
        assert!((dot(&whitened, &whitened) - 4.0).abs() < 1e-12);
        assert!((dot(&whitened, &root.whitened(&[2.0, 5.0, 1.0])) - 2.0).abs() < 1e-12);
    }
}

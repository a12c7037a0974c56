//! A handful of equaliser bands that follow a curve: least squares over broad bands at fixed places.

use balanced_mastering::processors::eq;
use balanced_mastering::{EqBand, EqBandKind};

use super::matching::MAX_DB;
use super::rounded_to;

/// Shape, frequency and quality of each band: an octave and a third apart, so broad that their sum is smooth.
const PLACES: [(EqBandKind, f64, f64); 7] = [
    (EqBandKind::LowShelf, 80.0, 0.7),
    (EqBandKind::Bell, 180.0, 0.9),
    (EqBandKind::Bell, 450.0, 0.9),
    (EqBandKind::Bell, 1100.0, 0.9),
    (EqBandKind::Bell, 2700.0, 0.9),
    (EqBandKind::Bell, 6000.0, 0.9),
    (EqBandKind::HighShelf, 10_000.0, 0.7),
];
/// Bands smaller than this are left out.
const LEAST_DB: f64 = 0.3;
/// Keeps neighbouring bands from working against each other.
const RIDGE: f64 = 0.15;
const N: usize = PLACES.len();

/// Bands whose sum follows `curve` (frequency and level change); none where nothing is to be done.
pub(super) fn bands(curve: &[(f64, f64)]) -> Vec<EqBand> {
    let unit: Vec<[f64; N]> =
        curve.iter().map(|(hz, _)| std::array::from_fn(|i| eq::level_db(&[band(i, 1.0)], *hz))).collect();
    let mut normal = [[0.0; N]; N];
    let mut right = [0.0; N];
    for (row, (_, wanted_db)) in unit.iter().zip(curve) {
        for i in 0..N {
            right[i] += row[i] * wanted_db;
            for j in 0..N {
                normal[i][j] += row[i] * row[j];
            }
        }
    }
    for (i, row) in normal.iter_mut().enumerate() {
        row[i] += RIDGE;
    }
    let gains = solve(normal, right);
    let fitted = (0..N).map(|i| band(i, rounded_to(gains[i].clamp(-MAX_DB, MAX_DB), 0.1)));
    fitted.filter(|band| band.gain_db.abs() >= LEAST_DB).collect()
}

fn band(place: usize, gain_db: f64) -> EqBand {
    let (kind, frequency_hz, q) = PLACES[place];
    EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() }
}

/// Gauss elimination; the ridge keeps the symmetric matrix positive, so that no pivot is zero.
fn solve(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        for row in pivot + 1..N {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            for column in pivot..N {
                matrix[row][column] -= factor * matrix[pivot][column];
            }
            right[row] -= factor * right[pivot];
        }
    }
    let mut solution = [0.0; N];
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|column| matrix[row][column] * solution[column]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::cases;

    #[test]
    fn the_solver_solves() {
        let mut matrix = [[0.5; N]; N];
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] = 3.0 + i as f64;
        }
        let wanted: [f64; N] = std::array::from_fn(|i| i as f64 - 2.5);
        let right: [f64; N] = std::array::from_fn(|i| (0..N).map(|j| matrix[i][j] * wanted[j]).sum());
        let solution = solve(matrix, right);
        assert!(solution.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9), "{solution:?}");
    }

    #[test]
    fn a_broad_bump_is_followed_and_a_flat_line_left_alone() {
        let bump = |hz: f64| 3.0 * (-(hz / 800.0).log2().powi(2) / 3.0).exp();
        let curve: Vec<(f64, f64)> = cases::third_octaves().into_iter().map(|hz| (hz, bump(hz))).collect();
        let fitted = bands(&curve);
        let error = curve.iter().map(|(hz, db)| (eq::level_db(&fitted, *hz) - db).abs()).fold(0.0, f64::max);
        assert!(error < 0.6, "{error} dB off: {fitted:?}");
        assert_eq!(bands(&curve.iter().map(|(hz, _)| (*hz, 0.1)).collect::<Vec<_>>()), []);
    }
}

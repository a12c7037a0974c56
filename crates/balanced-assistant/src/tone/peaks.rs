//! Fit of a fault of tone to peaks and third octaves together.
//!
//! A limiter sets the peaks of most finished music. An equaliser that came after it pushed them apart, and the opposite trial equaliser
//! brings them together again ([`balanced_model::PeakTrial`]). What the trials do to the peaks is compared with what they do in music
//! with the same features and the same balance; what remains is a second, independent witness of the same fault.

use balanced_model::{Analysis, PeakTrial};

use super::features::Given;
use super::gls::{Fit, Root, Thirds, dot, variance};
use super::numbers::SHAPES;
use super::peak_numbers::{BEND_DB, COVARIANCE, FILTER_OF, MEAN, STEPS, VALUES};
use super::peak_slopes::{SLOPE_BALANCE, SLOPE_FEATURES};
use super::remainder::Remainder;

/// Gains of each trial filter.
const GAINS: usize = 2;
/// Numbers of one trial: four changes of peaks and one of energy.
const PER_TRIAL: usize = 5;

/// Changes of one filter: those of its first gain, then those of its second.
type Changes = [f64; VALUES];

/// Changes by each trial filter; `None` where the trials were not made.
pub(super) fn of(analysis: &Analysis) -> Option<[Changes; MEAN.len()]> {
    let trials = &analysis.measurements.dynamics.as_ref()?.peak_trials;
    (trials.len() == GAINS * MEAN.len()).then(|| from(trials))
}

fn from(trials: &[PeakTrial]) -> [Changes; MEAN.len()] {
    std::array::from_fn(|filter| {
        std::array::from_fn(|value| {
            let trial = &trials[GAINS * filter + value / PER_TRIAL];
            let change = trial.peak_change_db.get(value % PER_TRIAL).copied();
            change.unwrap_or(trial.energy_change_db)
        })
    })
}

/// Fits each shape to third octaves and peaks together.
pub(super) fn fit(
    thirds: &Thirds,
    remainder: &Remainder,
    given: &Given,
    changes: &[Changes; MEAN.len()],
) -> [Fit; SHAPES.len()] {
    let balance = remainder.spread_out(&remainder.levels_db);
    std::array::from_fn(|kind| {
        let filter = FILTER_OF[kind];
        let root = Root::of(VALUES, |i, j| COVARIANCE[filter][i][j]);
        let rest: Changes = std::array::from_fn(|value| {
            changes[filter][value]
                - MEAN[filter][value]
                - dot(&SLOPE_FEATURES[filter][value], given)
                - dot(&SLOPE_BALANCE[filter][value], &balance)
        });
        let shape = remainder.spread_out(&remainder.shape(&SHAPES[kind]));
        let [to_bend, beyond] = STEPS[kind].map(|step| {
            // What the fault's own balance leads to expect is no news.
            let news: Changes = std::array::from_fn(|value| step[value] - dot(&SLOPE_BALANCE[filter][value], &shape));
            joined(&thirds.shapes[kind], root.whitened(&news))
        });
        on_path(&joined(&thirds.rest, root.whitened(&rest)), &to_bend, &beyond, BEND_DB[kind])
    })
}

fn joined(thirds: &[f64], mut peaks: Vec<f64>) -> Vec<f64> {
    peaks.extend_from_slice(thirds);
    peaks
}

/// The place nearest to `rest` on a path that goes by `to_bend` for each decibel up to `bend_db`, and by `beyond` after it.
///
/// What a fault does to the peaks is not in proportion to its size, so the path bends. How much nearer the place is than no fault at all
/// gives the error.
fn on_path(rest: &[f64], to_bend: &[f64], beyond: &[f64], bend_db: f64) -> Fit {
    let none = dot(rest, rest);
    let (near, near_left) = nearest(rest, to_bend, (f64::NEG_INFINITY, bend_db));
    let from_bend: Vec<f64> = rest.iter().zip(to_bend).map(|(rest, step)| rest - bend_db * step).collect();
    let (far, far_left) = nearest(&from_bend, beyond, (0.0, f64::INFINITY));
    let (amount, left) = if far_left < near_left { (bend_db + far, far_left) } else { (near, near_left) };
    let z = ((none - left).max(1e-12) / variance(left, rest.len())).sqrt();
    Fit { amount, error: amount.abs().max(1e-9) / z }
}

/// How many steps within `range` lead nearest to `rest`, and the squared distance that is left.
fn nearest(rest: &[f64], step: &[f64], (least, most): (f64, f64)) -> (f64, f64) {
    let steps = (dot(rest, step) / dot(step, step)).clamp(least, most);
    (steps, rest.iter().zip(step).map(|(rest, step)| (rest - steps * step).powi(2)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_bends_and_goes_back_beyond_none() {
        let (to_bend, beyond) = ([1.0, 0.0, 0.0], [0.0, 2.0, 0.0]);
        let at = |rest: [f64; 3]| on_path(&rest, &to_bend, &beyond, 6.0);
        assert_eq!(at([4.0, 0.0, 0.0]).amount, 4.0);
        assert_eq!(at([6.0, 8.0, 0.0]).amount, 10.0);
        assert_eq!(at([-3.0, 0.0, 5.0]).amount, -3.0);
        // What no place on the path explains makes the fit less sure.
        assert!(at([4.0, 0.0, 9.0]).error > at([4.0, 0.0, 0.0]).error);
    }
}

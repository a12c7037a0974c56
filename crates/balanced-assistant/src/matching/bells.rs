//! At most twelve bells whose sum follows a curve: one after the other where most is missing, all of them fitted anew each time.
//!
//! Gain, centre and quality of every bell are free within bounds; least squares by the method of Levenberg and Marquardt, the bounds by a
//! logistic change of variables.

use balanced_mastering::processors::eq;
use balanced_mastering::{EqBand, EqBandKind, EqChannels};

/// Most bells of a curve.
pub(super) const MOST_BELLS: usize = 12;
/// Range of centres and qualities: a third octave wide at the narrowest.
const CENTERS_HZ: (f64, f64) = (30.0, 17_500.0);
const QUALITIES: (f64, f64) = (0.4, 4.0);
/// Quality that a bell begins with.
const FIRST_Q: f64 = 1.3;
/// The fit is good enough.
const GOOD_DB: f64 = 0.12;
/// Bells smaller than this are left out.
const LEAST_DB: f64 = 0.25;
/// What a decibel of gain costs, in decibels of error in one band: keeps neighbours from working against each other.
const GAIN_COST: f64 = 0.03;
const STEPS: usize = 12;
const LAST_STEPS: usize = 40;

/// A place of a curve: what is wanted there, and how much it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub hz: f64,
    pub wanted_db: f64,
    pub weight: f64,
}

/// Bells, and the level that is the same at all frequencies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fit {
    pub bells: Vec<EqBand>,
    pub level_db: f64,
}

impl Fit {
    /// Response of the bells.
    pub fn response_db(&self, hz: f64) -> f64 {
        eq::level_db(&self.bells, hz)
    }
}

/// Bells within ±`limit_db` each that follow `curve`, and a common level within ±`level_limit_db`.
pub(super) fn fit(curve: &[Place], limit_db: f64, level_limit_db: f64, channels: EqChannels) -> Fit {
    let mut problem = Problem { curve, limit_db, level_limit_db, bells: Vec::new(), level_db: 0.0 };
    problem.solve(1);
    while problem.bells.len() < MOST_BELLS && limit_db > 0.0 && problem.rms_db() > GOOD_DB {
        problem.add_bell();
        problem.solve(STEPS);
    }
    problem.solve(LAST_STEPS);
    problem.rounded(channels)
}

/// A bell: gain in dB, logarithms of centre and quality.
type Bell = [f64; 3];

#[derive(Clone)]
struct Problem<'a> {
    curve: &'a [Place],
    limit_db: f64,
    level_limit_db: f64,
    bells: Vec<Bell>,
    level_db: f64,
}

fn band([gain_db, center, quality]: Bell) -> EqBand {
    EqBand { kind: EqBandKind::Bell, frequency_hz: center.exp(), gain_db, q: quality.exp(), ..EqBand::default() }
}

fn response_db(bell: Bell, hz: f64) -> f64 {
    eq::level_db(&[band(bell)], hz)
}

/// From a free number to one within bounds, and back.
fn bounded(free: f64, (low, high): (f64, f64)) -> f64 {
    low + (high - low) / (1.0 + (-free).exp())
}

fn freed(value: f64, (low, high): (f64, f64)) -> f64 {
    let share = ((value - low) / (high - low)).clamp(0.002, 0.998);
    (share / (1.0 - share)).ln()
}

impl Problem<'_> {
    fn bounds(&self) -> [(f64, f64); 3] {
        let logarithms = |(low, high): (f64, f64)| (low.ln(), high.ln());
        [(-self.limit_db, self.limit_db), logarithms(CENTERS_HZ), logarithms(QUALITIES)]
    }

    /// Unweighted residual of the fit at each place: the wanted gain less that of the bells.
    fn missing_db(&self) -> Vec<f64> {
        let sum = |hz: f64| self.bells.iter().map(|bell| response_db(*bell, hz)).sum::<f64>();
        self.curve.iter().map(|place| place.wanted_db - sum(place.hz) - self.level_db).collect()
    }

    fn rms_db(&self) -> f64 {
        let weights: f64 = self.curve.iter().map(|place| place.weight).sum();
        let squares = self.missing_db().iter().zip(self.curve).map(|(db, place)| place.weight * db * db).sum::<f64>();
        if weights > 0.0 { (squares / weights).sqrt() } else { 0.0 }
    }

    /// A bell where most is missing, over three places.
    fn add_bell(&mut self) {
        let missing_db = self.missing_db();
        let around = |index: usize| {
            let inside = index.saturating_sub(1)..(index + 2).min(missing_db.len());
            let count = inside.len() as f64;
            inside.map(|place| self.curve[place].weight * missing_db[place]).sum::<f64>() / count
        };
        let most = (0..missing_db.len()).max_by(|a, b| around(*a).abs().total_cmp(&around(*b).abs()));
        let Some(most) = most else { return };
        let gain_db = around(most).clamp(-0.8 * self.limit_db, 0.8 * self.limit_db);
        self.bells.push([gain_db, self.curve[most].hz.ln(), FIRST_Q.ln()]);
    }

    fn free(&self) -> Vec<f64> {
        let bounds = self.bounds();
        let bells = self.bells.iter().flat_map(|bell| (0..3).map(|i| freed(bell[i], bounds[i])));
        bells.chain([freed(self.level_db, (-self.level_limit_db, self.level_limit_db))]).collect()
    }

    fn set(&mut self, free: &[f64]) {
        let bounds = self.bounds();
        for (bell, free) in self.bells.iter_mut().zip(free.chunks(3)) {
            *bell = std::array::from_fn(|i| bounded(free[i], bounds[i]));
        }
        let level = free[free.len() - 1];
        self.level_db = bounded(level, (-self.level_limit_db, self.level_limit_db));
    }

    /// Weighted errors, then the cost of the gains; their squares are what is made small.
    fn errors(&self) -> Vec<f64> {
        let missing_db = self.missing_db();
        let errors = missing_db.iter().zip(self.curve).map(|(db, place)| -place.weight.sqrt() * db);
        errors.chain(self.bells.iter().map(|bell| GAIN_COST * bell[0])).collect()
    }

    /// Change of the errors with each free number, by differences; a number moves one bell alone, or the level.
    fn slopes(&self, free: &[f64]) -> Vec<Vec<f64>> {
        const STEP: f64 = 1e-5;
        let (bounds, places) = (self.bounds(), self.curve.len());
        let level_bounds = (-self.level_limit_db, self.level_limit_db);
        let level_by = (bounded(free[free.len() - 1] + STEP, level_bounds) - self.level_db) / STEP;
        let mut slopes = Vec::with_capacity(free.len());
        for (index, bell) in self.bells.iter().enumerate() {
            let now_db: Vec<f64> = self.curve.iter().map(|place| response_db(*bell, place.hz)).collect();
            for number in 0..bell.len() {
                let mut moved = *bell;
                moved[number] = bounded(free[3 * index + number] + STEP, bounds[number]);
                let by = |(place, now_db): (&Place, &f64)| {
                    place.weight.sqrt() * (response_db(moved, place.hz) - now_db) / STEP
                };
                let mut slope: Vec<f64> = self.curve.iter().zip(&now_db).map(by).collect();
                slope.resize(places + self.bells.len(), 0.0);
                slope[places + index] = GAIN_COST * (moved[0] - bell[0]) / STEP;
                slopes.push(slope);
            }
        }
        let mut slope: Vec<f64> = self.curve.iter().map(|place| place.weight.sqrt() * level_by).collect();
        slope.resize(places + self.bells.len(), 0.0);
        slopes.push(slope);
        slopes
    }

    fn solve(&mut self, steps: usize) {
        let mut free = self.free();
        let mut damping = 1e-2;
        self.set(&free);
        let mut errors = self.errors();
        for _ in 0..steps {
            let normal = Normal::of(&self.slopes(&free), &errors);
            let before = squares(&errors);
            let mut better = false;
            for _ in 0..6 {
                let trial: Vec<f64> =
                    free.iter().zip(normal.step(damping)).map(|(x, by)| (x + by).clamp(-8.0, 8.0)).collect();
                let mut moved = self.clone();
                moved.set(&trial);
                let new = moved.errors();
                better = squares(&new) < before;
                if better {
                    (free, errors, damping) = (trial, new, 0.3 * damping);
                    *self = moved;
                    break;
                }
                damping *= 5.0;
            }
            if !better || before - squares(&errors) < 1e-5 * before {
                break;
            }
        }
    }

    /// To steps that a knob would show; the common level is what is left over on average.
    fn rounded(mut self, channels: EqChannels) -> Fit {
        let shown = |bell: &Bell| {
            let EqBand { frequency_hz, gain_db, q, .. } = band(*bell);
            let digits = 10f64.powf(2.0 - frequency_hz.log10().floor());
            let frequency_hz = (frequency_hz * digits).round() / digits;
            let q = (q * 100.0).round() / 100.0;
            EqBand { channels, frequency_hz, gain_db: (gain_db * 10.0).round() / 10.0, q, ..band(*bell) }
        };
        let mut bells: Vec<EqBand> =
            self.bells.iter().map(shown).filter(|bell| bell.gain_db.abs() >= LEAST_DB).collect();
        bells.sort_by(|a, b| a.frequency_hz.total_cmp(&b.frequency_hz));
        self.bells = bells.iter().map(|bell| [bell.gain_db, bell.frequency_hz.ln(), bell.q.ln()]).collect();
        let weights: f64 = self.curve.iter().map(|place| place.weight).sum();
        let left = self.missing_db().iter().zip(self.curve).map(|(db, place)| place.weight * db).sum::<f64>();
        let level_db = self.level_db + if weights > 0.0 { left / weights } else { 0.0 };
        Fit { bells, level_db: level_db.clamp(-self.level_limit_db, self.level_limit_db) }
    }
}

fn squares(errors: &[f64]) -> f64 {
    errors.iter().map(|error| error * error).sum()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The normal equations of a step.
struct Normal {
    matrix: Vec<Vec<f64>>,
    right: Vec<f64>,
}

impl Normal {
    fn of(slopes: &[Vec<f64>], errors: &[f64]) -> Self {
        let matrix = slopes.iter().map(|a| slopes.iter().map(|b| dot(a, b)).collect()).collect();
        Self { matrix, right: slopes.iter().map(|slope| -dot(slope, errors)).collect() }
    }

    /// The step, shortened by `damping`.
    fn step(&self, damping: f64) -> Vec<f64> {
        let mut matrix = self.matrix.clone();
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] += damping * (row[i] + 1e-3);
        }
        solved(matrix, self.right.clone())
    }
}

/// Solves a system whose matrix is symmetric and positive, so that no pivot is zero.
fn solved(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let count = right.len();
    for pivot in 0..count {
        let (above, below) = matrix.split_at_mut(pivot + 1);
        let head = &above[pivot];
        for (offset, row) in below.iter_mut().enumerate() {
            let factor = row[pivot] / head[pivot];
            for (value, of_head) in row[pivot..].iter_mut().zip(&head[pivot..]) {
                *value -= factor * of_head;
            }
            right[pivot + 1 + offset] -= factor * right[pivot];
        }
    }
    for row in (0..count).rev() {
        let known: f64 = (row + 1..count).map(|column| matrix[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(wanted_db: impl Fn(f64) -> f64) -> Vec<Place> {
        let hz = (0..28).map(|band| 1000.0 * 10f64.powf(0.1 * (f64::from(band) - 15.0)));
        hz.map(|hz| Place { hz, wanted_db: wanted_db(hz), weight: 1.0 }).collect()
    }

    fn worst_db(fit: &Fit, curve: &[Place]) -> f64 {
        curve.iter().map(|p| (fit.response_db(p.hz) + fit.level_db - p.wanted_db).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn a_curve_of_known_bells_is_followed_up_to_a_level() {
        let known = [(90.0, 4.0, 0.8), (450.0, -3.0, 1.2), (3000.0, -4.0, 0.9), (9000.0, 3.5, 0.7)];
        let known: Vec<EqBand> =
            known.map(|(hz, gain_db, q): (f64, f64, f64)| band([gain_db, hz.ln(), q.ln()])).to_vec();
        let curve = places(|hz| eq::level_db(&known, hz) - 7.0);
        let fit = fit(&curve, 6.0, 20.0, EqChannels::Mid);
        assert!((4..=MOST_BELLS).contains(&fit.bells.len()) && fit.level_db < -1.0, "{fit:?}");
        assert!(worst_db(&fit, &curve) < 0.3, "{}", worst_db(&fit, &curve));
        assert!(fit.bells.iter().all(|bell| bell.channels == EqChannels::Mid));
    }

    #[test]
    fn a_flat_curve_needs_nothing_and_no_bell_passes_the_limit() {
        assert_eq!(fit(&places(|_| -3.0), 6.0, 20.0, EqChannels::Stereo).bells, []);
        let steep = places(|hz| if hz > 2000.0 { -18.0 } else { 9.0 });
        for limit_db in [0.0, 2.0, 6.0] {
            let fit = fit(&steep, limit_db, 20.0, EqChannels::Stereo);
            assert!(fit.bells.len() <= MOST_BELLS, "{fit:?}");
            assert!(fit.bells.iter().all(|bell| bell.gain_db.abs() <= limit_db), "{fit:?}");
        }
    }

    #[test]
    fn what_does_not_count_is_not_followed() {
        let mut curve = places(|_| 0.0);
        (curve[20].wanted_db, curve[20].weight) = (-40.0, 0.0);
        assert_eq!(fit(&curve, 6.0, 20.0, EqChannels::Stereo), Fit::default());
    }
}

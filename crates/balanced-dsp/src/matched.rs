//! Matched digital filters, which follow their analogue prototype up to the top octave.
//!
//! Poles and zeros go through `z = exp(s T)` (the matched-Z transform), which puts them exactly where the analogue filter
//! has them. What is then missing is the ratio of the two power responses: a smooth function of frequency, since all sharp
//! features cancel. A ratio of two polynomials in `x = sin^2(w/2)`, of degree 0, 1 or 2, is fitted to it by weighted least
//! squares and split into its minimum-phase factor, at most one more section. Writing power responses in `sin^2(w/2)` is
//! Vicanek's ("Matched Second Order Digital Filters", 2016); fitting the ratio instead of three points takes the error
//! from a few tenths of a dB at low q to hundredths.

use rustfft::num_complex::Complex64;

use crate::{AnalogSection, Biquad};

/// The fit holds up to this share of half the sample rate: 20 kHz at 44.1 kHz.
const TOP: f64 = 20_000.0 / 22_050.0;
const NODES: usize = 24;
/// A fit as good as this is not improved further.
const GOOD_ENOUGH_DB: f64 = 0.002;
/// Roots beyond this share of half the sample rate have no place on the digital circle.
const REACH: f64 = 0.98;
/// Above [`TOP`] the response may leave the prototype by this much.
const LOOSE_DB: f64 = 6.0;

/// Designs the digital filter of an analogue section at `sample_rate_hz`: one or two biquads.
#[must_use]
pub fn matched(section: &AnalogSection, sample_rate_hz: f64) -> (Biquad, Option<Biquad>) {
    let scale = std::f64::consts::TAU * section.frequency_hz / sample_rate_hz;
    let (zeros, poles) = (Roots::of(&section.numerator, scale), Roots::of(&section.denominator, scale));
    let omegas = nodes();
    let target = omegas.map(|omega| section.response(omega / scale * section.frequency_hz).norm_sqr());
    let beyond = [&zeros, &poles].iter().any(|roots| roots.reach_beyond());
    let places: &[Place] = if beyond { &[Place::Real, Place::Edge, Place::Nyquist] } else { &[Place::Real] };
    let mut best = Candidate::none();
    for degree in 0..=2 {
        for place in places {
            let (zeros, poles) = (zeros.placed(*place), poles.placed(*place));
            best = best.or_better(Candidate::fit(&zeros, &poles, &omegas, &target, degree));
        }
        if best.error_db < GOOD_ENOUGH_DB {
            break;
        }
    }
    best.sections()
}

/// Frequencies of the fit, denser towards the top; two more above [`TOP`] are only watched.
fn nodes() -> [f64; NODES + 2] {
    std::array::from_fn(|index| {
        let pi = std::f64::consts::PI;
        match index.checked_sub(NODES) {
            None => pi * TOP * ((index as f64 + 0.5) / NODES as f64 * pi / 2.0).sin(),
            Some(extra) => pi * (1.0 - 0.5 * (1.0 - TOP) * (1 - extra) as f64),
        }
    })
}

/// At most two roots of a real polynomial, and its leading behaviour as a power factor is left to the fit.
#[derive(Clone, Copy)]
struct Roots {
    roots: [Complex64; 2],
    count: usize,
}

/// Where a root beyond half the sample rate goes.
#[derive(Clone, Copy)]
enum Place {
    /// On the positive real axis, as far in as it is far away.
    Real,
    /// To the edge of the band, its damping kept.
    Edge,
    /// On the negative real axis.
    Nyquist,
}

impl Roots {
    /// Roots of `c[0] + c[1] p + c[2] p^2`, times `scale`.
    fn of(c: &[f64; 3], scale: f64) -> Self {
        let none = Complex64::new(0.0, 0.0);
        if c[2] == 0.0 {
            let root = if c[1] == 0.0 { none } else { Complex64::new(-c[0] / c[1] * scale, 0.0) };
            return Self { roots: [root, none], count: usize::from(c[1] != 0.0) };
        }
        let (half, product) = (0.5 * c[1] / c[2], c[0] / c[2]);
        let discriminant = half * half - product;
        let roots = if discriminant < 0.0 {
            let imaginary = (-discriminant).sqrt();
            [Complex64::new(-half, imaginary), Complex64::new(-half, -imaginary)]
        } else {
            let far = -half - discriminant.sqrt().copysign(half);
            let near = if far == 0.0 { 0.0 } else { product / far };
            [Complex64::new(far, 0.0), Complex64::new(near, 0.0)]
        };
        Self { roots: roots.map(|root| root * scale), count: 2 }
    }

    fn reach_beyond(&self) -> bool {
        self.roots[..self.count].iter().any(|root| root.im.abs() > REACH * std::f64::consts::PI)
    }

    /// The roots in the z plane.
    fn placed(&self, place: Place) -> Self {
        let roots = self.roots.map(|root| {
            if root.im.abs() <= REACH * std::f64::consts::PI {
                return root.exp();
            }
            match place {
                Place::Real => Complex64::new((-root.norm()).exp(), 0.0),
                Place::Edge => Complex64::new(root.re, root.im.signum() * (REACH - 0.01) * std::f64::consts::PI).exp(),
                Place::Nyquist => Complex64::new(-(-root.re.hypot(root.im.abs() - std::f64::consts::PI)).exp(), 0.0),
            }
        });
        Self { roots, ..*self }
    }

    /// Power of `prod (1 - root z^-1)` at `omega`.
    fn power(&self, omega: f64) -> f64 {
        let z1 = Complex64::from_polar(1.0, -omega);
        self.roots[..self.count].iter().map(|root| (1.0 - root * z1).norm_sqr()).product()
    }

    /// Coefficients of `prod (1 - root z^-1)` after the leading 1; the roots are real or a conjugate pair.
    fn polynomial(&self) -> [f64; 2] {
        match self.count {
            0 => [0.0, 0.0],
            1 => [-self.roots[0].re, 0.0],
            _ => [-(self.roots[0] + self.roots[1]).re, (self.roots[0] * self.roots[1]).re],
        }
    }
}

/// A fitted correction: `(n0 + n1 x + n2 x^2) / (1 + d1 x + d2 x^2)` with `x = sin^2(w/2)`.
#[derive(Clone, Copy)]
struct Candidate {
    zeros: Roots,
    poles: Roots,
    numerator: [f64; 3],
    denominator: [f64; 3],
    degree: usize,
    error_db: f64,
}

impl Candidate {
    fn none() -> Self {
        let empty = Roots { roots: [Complex64::new(0.0, 0.0); 2], count: 0 };
        let one = [1.0, 0.0, 0.0];
        Self { zeros: empty, poles: empty, numerator: one, denominator: one, degree: 0, error_db: f64::INFINITY }
    }

    fn or_better(self, other: Option<Self>) -> Self {
        other.filter(|other| other.error_db < self.error_db).unwrap_or(self)
    }

    fn fit(zeros: &Roots, poles: &Roots, omegas: &[f64], target: &[f64], degree: usize) -> Option<Self> {
        let mut ratio = [0.0; NODES + 2];
        for ((ratio, omega), target) in ratio.iter_mut().zip(omegas).zip(target) {
            *ratio = target * poles.power(*omega) / zeros.power(*omega);
        }
        let squares: [f64; NODES + 2] = std::array::from_fn(|index| (0.5 * omegas[index]).sin().powi(2));
        let mut weights = [1.0; NODES];
        let mut candidate = Self { zeros: *zeros, poles: *poles, degree, ..Self::none() };
        for _ in 0..if degree == 0 { 1 } else { 3 } {
            let solution = least_squares(&squares[..NODES], &ratio[..NODES], &weights, degree)?;
            candidate.numerator = [solution[0], at(&solution, 1, degree), at(&solution, 2, degree)];
            candidate.denominator = [1.0, at(&solution, degree + 1, 2 * degree), at(&solution, degree + 2, 2 * degree)];
            for (weight, x) in weights.iter_mut().zip(&squares) {
                *weight = 1.0 / polynomial(&candidate.denominator, *x).abs().max(1e-6);
            }
        }
        let positive = is_positive(&candidate.numerator) && is_positive(&candidate.denominator);
        if !positive {
            return None;
        }
        candidate.error_db = candidate.error(&squares, &ratio);
        Some(candidate)
    }

    /// The largest deviation over the nodes; a wild top above [`TOP`] counts as a bad fit.
    fn error(&self, squares: &[f64], ratio: &[f64]) -> f64 {
        let deviation = |index: usize| {
            let x = squares[index];
            let fitted = polynomial(&self.numerator, x) / polynomial(&self.denominator, x);
            (10.0 * (fitted / ratio[index]).log10()).abs()
        };
        let inside = (0..NODES).map(deviation).fold(0.0, f64::max);
        let above = (NODES..NODES + 2).map(deviation).fold(0.0, f64::max);
        if above.is_finite() && above > LOOSE_DB { inside + above } else { inside }
    }

    fn sections(&self) -> (Biquad, Option<Biquad>) {
        let gain = self.numerator[0].sqrt();
        let ([b1, b2], a) = (self.zeros.polynomial(), self.poles.polynomial());
        if self.degree == 0 {
            return (Biquad { b: [gain, gain * b1, gain * b2], a }, None);
        }
        let (numerator, denominator) = (minimum_phase(&self.numerator), minimum_phase(&self.denominator));
        let at_dc = (1.0 + numerator[0] + numerator[1]) / (1.0 + denominator[0] + denominator[1]);
        let gain = gain / at_dc;
        let correction = Biquad { b: [1.0, numerator[0], numerator[1]], a: denominator };
        (Biquad { b: [gain, gain * b1, gain * b2], a }, Some(correction))
    }
}

fn at(solution: &[f64; 5], index: usize, last: usize) -> f64 {
    if index <= last { solution[index] } else { 0.0 }
}

fn polynomial(c: &[f64; 3], x: f64) -> f64 {
    c[0] + x * (c[1] + x * c[2])
}

/// Whether the polynomial is positive for every frequency, that is for x in 0..1.
fn is_positive(c: &[f64; 3]) -> bool {
    let vertex = -0.5 * c[1] / c[2];
    let lowest = if c[2] > 0.0 && (0.0..1.0).contains(&vertex) { polynomial(c, vertex) } else { f64::INFINITY };
    let ends = polynomial(c, 0.0).min(polynomial(c, 1.0));
    let margin = 1e-9 * c[0].abs();
    ends.min(lowest) > margin
}

/// Solve `N(x) - ratio D(x) = 0` for `n0 .. n_degree, d1 .. d_degree`, errors relative to the ratio.
fn least_squares(squares: &[f64], ratio: &[f64], weights: &[f64], degree: usize) -> Option<[f64; 5]> {
    let unknowns = 2 * degree + 1;
    let mut matrix = [[0.0; 6]; 5];
    for ((x, ratio), weight) in squares.iter().zip(ratio).zip(weights) {
        if !ratio.is_finite() || *ratio <= 0.0 {
            continue;
        }
        let power = [1.0, *x, x * x];
        let mut row = [0.0; 6];
        for k in 0..=degree {
            row[k] = power[k] * weight / ratio;
            if k > 0 {
                row[degree + k] = -power[k] * weight;
            }
        }
        row[5] = *weight;
        for i in 0..unknowns {
            for j in 0..unknowns {
                matrix[i][j] += row[i] * row[j];
            }
            matrix[i][5] += row[i] * row[5];
        }
    }
    for i in 0..unknowns {
        matrix[i][i] *= 1.0 + 1e-13;
    }
    solve(&mut matrix, unknowns)
}

/// Gaussian elimination with pivoting; `None` if singular.
fn solve(matrix: &mut [[f64; 6]; 5], unknowns: usize) -> Option<[f64; 5]> {
    for column in 0..unknowns {
        let pivot = (column..unknowns).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        matrix.swap(column, pivot);
        if matrix[column][column] == 0.0 || !matrix[column][column].is_finite() {
            return None;
        }
        for row in column + 1..unknowns {
            let factor = matrix[row][column] / matrix[column][column];
            for k in column..6 {
                matrix[row][k] -= factor * matrix[column][k];
            }
        }
    }
    let mut solution = [0.0; 5];
    for row in (0..unknowns).rev() {
        let known: f64 = (row + 1..unknowns).map(|k| matrix[row][k] * solution[k]).sum();
        solution[row] = (matrix[row][5] - known) / matrix[row][row];
    }
    Some(solution)
}

/// `[a1, a2]` of `1 + a1 z^-1 + a2 z^-2`, zeros inside the circle, whose power is proportional to `c` in `x = sin^2(w/2)`.
///
/// With `u = 1/x` a zero of `c[0] u^2 + c[1] u + c[2]`, `z + 1/z = 2 - 4/u` has one solution inside the circle.
fn minimum_phase(c: &[f64; 3]) -> [f64; 2] {
    let (half, product) = (-0.5 * c[1] / c[0], c[2] / c[0]);
    let offset = Complex64::new(half * half - product, 0.0).sqrt();
    let inner = |u: Complex64| {
        let root = 2.0 * (1.0 - u).sqrt();
        let (a, b) = (u - 2.0 - root, u - 2.0 + root);
        u / if a.norm_sqr() > b.norm_sqr() { a } else { b }
    };
    let (z1, z2) = (inner(half + offset), inner(half - offset));
    [-(z1 + z2).re, (z1 * z2).re]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest deviation in dB from the prototype up to 20 kHz (or the same share of half the rate), where the prototype
    /// is above -60 dB.
    fn deviation_db(section: &AnalogSection, sample_rate_hz: f64) -> f64 {
        let (first, second) = matched(section, sample_rate_hz);
        let top_hz = TOP * sample_rate_hz / 2.0;
        (0..600)
            .map(|step| 20.0 * (top_hz / 20.0f64).powf(f64::from(step) / 599.0))
            .map(|at_hz| {
                let omega = std::f64::consts::TAU * at_hz / sample_rate_hz;
                let response = first.response(omega) * second.map_or(1.0.into(), |second| second.response(omega));
                let wanted_db = section.level_db(at_hz);
                if wanted_db < -60.0 { 0.0 } else { (20.0 * response.norm().log10() - wanted_db).abs() }
            })
            .fold(0.0, f64::max)
    }

    fn is_stable(filter: &Biquad) -> bool {
        filter.a[1].abs() < 1.0 && filter.a[0].abs() < 1.0 + filter.a[1]
    }

    /// Every shape with its worst deviation: the gate is 0.1 dB from 20 Hz to 20 kHz at 44.1 kHz.
    #[test]
    fn every_shape_follows_its_prototype() {
        let frequencies_hz = [
            20.0, 35.0, 100.0, 440.0, 1e3, 3e3, 5e3, 8e3, 1e4, 1.2e4, 1.4e4, 1.6e4, 1.8e4, 1.9e4, 2e4, 2.15e4, 2.205e4,
            2.5e4, 3e4,
        ];
        let qs = [0.1, 0.2, 0.3, 0.5, 0.707, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0];
        let shelf_qs = [0.1, 0.2, 0.3, 0.5, 0.707, 1.0, 1.5, 2.0];
        let gains_db = [-30.0, -18.0, -9.0, -3.0, -0.5, 0.5, 3.0, 9.0, 18.0, 30.0];
        type Shape<'a> = (&'a str, fn(f64, f64, f64) -> AnalogSection, &'a [f64], &'a [f64]);
        let shapes: [Shape<'_>; 12] = [
            ("bell", AnalogSection::bell, &gains_db, &qs),
            ("low shelf", AnalogSection::low_shelf, &gains_db, &shelf_qs),
            ("high shelf", AnalogSection::high_shelf, &gains_db, &shelf_qs),
            ("low shelf 6", |f, g, _| AnalogSection::low_shelf_first_order(f, g), &gains_db, &[1.0]),
            ("high shelf 6", |f, g, _| AnalogSection::high_shelf_first_order(f, g), &gains_db, &[1.0]),
            ("tilt", |f, g, _| AnalogSection::tilt(f, g), &gains_db, &[1.0]),
            ("low-pass", |f, _, q| AnalogSection::low_pass(f, q), &[0.0], &qs),
            ("high-pass", |f, _, q| AnalogSection::high_pass(f, q), &[0.0], &qs),
            ("low-pass 6", |f, _, _| AnalogSection::low_pass_first_order(f), &[0.0], &[1.0]),
            ("high-pass 6", |f, _, _| AnalogSection::high_pass_first_order(f), &[0.0], &[1.0]),
            ("band-pass", |f, _, q| AnalogSection::band_pass(f, q), &[0.0], &qs),
            ("notch", |f, _, q| AnalogSection::notch(f, q), &[0.0], &qs),
        ];
        for (name, shape, gains_db, qs) in shapes {
            let mut worst = (0.0, String::new());
            for (frequency_hz, gain_db, q) in frequencies_hz
                .iter()
                .flat_map(|f| gains_db.iter().map(move |g| (*f, *g)))
                .flat_map(|(f, g)| qs.iter().map(move |q| (f, g, *q)))
            {
                let section = shape(frequency_hz, gain_db, q);
                let (first, second) = matched(&section, 44_100.0);
                assert!(
                    is_stable(&first) && second.as_ref().is_none_or(is_stable),
                    "{name} {frequency_hz} {gain_db} {q}"
                );
                let error_db = deviation_db(&section, 44_100.0);
                if error_db > worst.0 {
                    worst = (error_db, format!("{frequency_hz} Hz, {gain_db} dB, q {q}"));
                }
            }
            println!("{name:12} {:.4} dB at {}", worst.0, worst.1);
            assert!(worst.0 < 0.1, "{name}: {} dB at {}", worst.0, worst.1);
        }
    }

    #[test]
    fn other_rates_are_as_good() {
        for sample_rate_hz in [8_000.0, 48_000.0, 96_000.0, 384_000.0] {
            for frequency_hz in [10.0, 100.0, 1e3, 1e4, 3e4] {
                let sections = [
                    AnalogSection::bell(frequency_hz, 12.0, 1.0),
                    AnalogSection::high_shelf(frequency_hz, -6.0, 0.7),
                    AnalogSection::low_pass(frequency_hz, 0.7),
                    AnalogSection::high_pass(frequency_hz, 0.7),
                ];
                for section in sections {
                    let error_db = deviation_db(&section, sample_rate_hz);
                    assert!(error_db < 0.1, "{section:?} at {sample_rate_hz}: {error_db}");
                }
            }
        }
    }
}

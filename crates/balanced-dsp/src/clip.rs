//! A soft clipper with antiderivative anti-aliasing (ADAA), as the residual to add to the input.
//!
//! A clipper is the identity plus a residual that is exactly zero below the knee. Only the residual is anti-aliased, so
//! what stays below the knee passes untouched. Second-order antiderivative anti-aliasing: S. Bilbao, F. Esqueda,
//! J. Parker, V. Välimäki, "Antiderivative Antialiasing for Memoryless Nonlinearities", IEEE SPL 24 (2017), eq. 18. Three
//! points on one polynomial piece have a closed form, which keeps slow signals free of the cancellation that plagues
//! the quotient.

/// The residual of a clipper at ±1 with a quadratic knee, over three consecutive samples; one sample of delay.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClipResidual {
    /// The latest two inputs, newest first.
    past: [f64; 2],
}

/// Differences smaller than this are treated as none; the error is of the order of its square.
const CLOSE: f64 = 1e-6;

impl ClipResidual {
    /// The delay in samples.
    pub const DELAY: usize = 1;

    /// Takes the next input and returns the residual to add to the input one sample ago.
    ///
    /// The curve leaves the diagonal `knee` below 1 and reaches the ceiling of 1 at `knee` above; 0 is a hard clipper.
    #[inline]
    pub fn next(&mut self, input: f64, knee: f64) -> f64 {
        let [x1, x2] = self.past;
        self.past = [input, x1];
        let start = 1.0 - knee;
        if input.abs() <= start && x1.abs() <= start && x2.abs() <= start {
            return 0.0;
        }
        residual([input, x1, x2], knee)
    }

    /// Clears the past inputs.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The piece of the curve that `x` lies on: 0 straight, ±1 knee, ±2 clipped.
fn piece(x: f64, knee: f64) -> i8 {
    let over = x.abs() - (1.0 - knee);
    let side = if x < 0.0 { -1 } else { 1 };
    if over <= 0.0 {
        0
    } else if over < 2.0 * knee {
        side
    } else {
        2 * side
    }
}

fn residual([a, b, c]: [f64; 3], knee: f64) -> f64 {
    let pieces = [a, b, c].map(|x| piece(x, knee));
    if pieces[0] == pieces[1] && pieces[1] == pieces[2] {
        return on_one_piece([a, b, c], pieces[0], knee);
    }
    let slope = |p: f64, q: f64| {
        if (p - q).abs() < CLOSE { first(0.5 * (p + q), knee) } else { (second(p, knee) - second(q, knee)) / (p - q) }
    };
    if (a - c).abs() >= CLOSE {
        return 2.0 * (slope(a, b) - slope(b, c)) / (a - c);
    }
    let end = 0.5 * (a + c);
    let distance = end - b;
    if distance.abs() < CLOSE {
        return value(0.5 * (end + b), knee);
    }
    2.0 * (first(end, knee) - slope(end, b)) / distance
}

/// Closed forms: the second divided difference of a cubic is linear, of a quartic the complete symmetric polynomial.
fn on_one_piece([a, b, c]: [f64; 3], piece: i8, knee: f64) -> f64 {
    let side = f64::from(piece.signum());
    match piece.abs() {
        0 => 0.0,
        1 => {
            let [p, q, r] = [a, b, c].map(|x| x.abs() - (1.0 - knee));
            -side * (p * p + q * q + r * r + p * q + q * r + r * p) / (24.0 * knee)
        }
        _ => side - (a + b + c) / 3.0,
    }
}

/// The residual itself: clipped value less `x`.
fn value(x: f64, knee: f64) -> f64 {
    let over = x.abs() - (1.0 - knee);
    if over <= 0.0 {
        0.0
    } else if over < 2.0 * knee {
        -x.signum() * over * over / (4.0 * knee)
    } else {
        x.signum() - x
    }
}

/// First antiderivative (even).
fn first(x: f64, knee: f64) -> f64 {
    let over = x.abs() - (1.0 - knee);
    if over <= 0.0 {
        0.0
    } else if over < 2.0 * knee {
        -over.powi(3) / (12.0 * knee)
    } else {
        let beyond = over - 2.0 * knee;
        -(2.0 / 3.0 * knee * knee + knee * beyond + 0.5 * beyond * beyond)
    }
}

/// Second antiderivative (odd).
fn second(x: f64, knee: f64) -> f64 {
    let over = x.abs() - (1.0 - knee);
    let half = if over <= 0.0 {
        0.0
    } else if over < 2.0 * knee {
        over.powi(4) / (48.0 * knee)
    } else {
        let beyond = over - 2.0 * knee;
        knee.powi(3) / 3.0 + 2.0 / 3.0 * knee * knee * beyond + 0.5 * knee * beyond * beyond + beyond.powi(3) / 6.0
    };
    -x.signum() * half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn antiderivatives_differentiate_back() {
        let step = 1e-5;
        for knee in [0.0, 0.3, 1.0] {
            for i in -300..300 {
                let x = f64::from(i) * 0.01 + 0.0033;
                let slope = |f: fn(f64, f64) -> f64| (f(x + step, knee) - f(x - step, knee)) / (2.0 * step);
                assert!((slope(first) - value(x, knee)).abs() < 1e-5, "{x} {knee}");
                assert!((slope(second) - first(x, knee)).abs() < 1e-5, "{x} {knee}");
            }
        }
    }

    /// The mean of the residual under the triangle between three points, by plain summation.
    fn by_summation([a, b, c]: [f64; 3], knee: f64) -> f64 {
        let steps = 20_000;
        let (mut sum, mut weights) = (0.0, 0.0);
        for i in 0..steps {
            let t = (f64::from(i) + 0.5) / f64::from(steps);
            // 2 · divided difference = mean of g over the simplex of the three points.
            for j in 0..20 {
                let u = (f64::from(j) + 0.5) / 20.0;
                let (p, q) = (t, (1.0 - t) * u);
                sum += (1.0 - t) * value(p * a + q * b + (1.0 - p - q) * c, knee);
                weights += 1.0 - t;
            }
        }
        sum / weights
    }

    #[test]
    fn every_branch_agrees_with_plain_summation() {
        let triples = [
            [1.2, 1.3, 1.5],
            [0.9, 1.1, 1.4],
            [0.2, 1.7, 0.2],
            [-1.4, 0.3, 1.4],
            [1.0, 1.0, 1.0],
            [1.3, 0.8, 1.3 + 1e-8],
            [0.95, 1.0 + 1e-9, 1.0],
            [-2.0, -0.7, -0.71],
        ];
        for knee in [0.0, 0.25] {
            for triple in triples {
                let (exact, slow) = (residual(triple, knee), by_summation(triple, knee));
                assert!((exact - slow).abs() < 2e-3, "{triple:?} {knee}: {exact} {slow}");
            }
        }
    }

    #[test]
    fn the_quotients_meet_the_closed_forms() {
        // Points that straddle a piece by a hair must not jump away from those that do not.
        for knee in [0.0, 0.2] {
            let edge = 1.0 + knee;
            let (inside, astride) = (
                residual([edge, edge + 0.01, edge + 0.02], knee),
                residual([edge - 1e-7, edge + 0.01, edge + 0.02], knee),
            );
            assert!((inside - astride).abs() < 1e-5, "{knee}: {inside} {astride}");
        }
        let mut clip = ClipResidual::default();
        for i in 0..100_000 {
            let x = 250.0 * (f64::from(i) * 1e-5).sin();
            let wanted = 250.0 * (f64::from(i.max(1) - 1) * 1e-5).sin();
            let y = wanted + clip.next(x, 0.0);
            assert!(i < 3 || y.abs() < 1.0 + 1e-6, "{i}: {y}");
        }
    }
}

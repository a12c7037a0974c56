//! Minimum of a smooth convex function: L-BFGS (Nocedal, "Updating quasi-Newton matrices with limited storage", Math. Comp.
//! 35, 1980) with backtracking.

use std::collections::VecDeque;

/// Steps that the estimate of the curvature remembers.
const MEMORY: usize = 10;
const MOST_STEPS: usize = 1000;
/// Share of the promised decrease that a step must bring (Armijo 1966).
const SUFFICIENT: f64 = 1e-4;
const MOST_HALVINGS: usize = 40;

/// Step with the change of the gradient over it.
struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    /// Inverse of their product.
    rho: f64,
}

/// Moves `at` to the minimum: until no component of the gradient is above `tolerance`. `value` returns the value and writes
/// the gradient.
pub(super) fn minimise(at: &mut [f64], tolerance: f64, mut value: impl FnMut(&[f64], &mut [f64]) -> f64) {
    let size = at.len();
    let (mut gradient, mut next_gradient, mut next) = (vec![0.0; size], vec![0.0; size], vec![0.0; size]);
    let mut current = value(at, &mut gradient);
    let mut pairs: VecDeque<Pair> = VecDeque::new();
    for _ in 0..MOST_STEPS {
        if gradient.iter().all(|g| g.abs() <= tolerance) {
            return;
        }
        let direction = direction(&gradient, &pairs);
        let slope = dot(&direction, &gradient);
        let mut length = if pairs.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
        let mut found = false;
        for _ in 0..MOST_HALVINGS {
            next.iter_mut().zip(at.iter().zip(&direction)).for_each(|(n, (x, d))| *n = x + length * d);
            let reached = value(&next, &mut next_gradient);
            if reached <= current + SUFFICIENT * length * slope {
                current = reached;
                found = true;
                break;
            }
            length *= 0.5;
        }
        if !found {
            // Rounding hides any further decrease.
            return;
        }
        remember(&mut pairs, at, &next, &gradient, &next_gradient);
        at.copy_from_slice(&next);
        std::mem::swap(&mut gradient, &mut next_gradient);
    }
}

fn remember(pairs: &mut VecDeque<Pair>, at: &[f64], next: &[f64], gradient: &[f64], next_gradient: &[f64]) {
    let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let (step, change) = (less(next, at), less(next_gradient, gradient));
    let curvature = dot(&step, &change);
    if curvature > 0.0 {
        if pairs.len() == MEMORY {
            pairs.pop_front();
        }
        pairs.push_back(Pair { step, change, rho: 1.0 / curvature });
    }
}

/// Downhill by the estimated curvature: the two-loop recursion.
fn direction(gradient: &[f64], pairs: &VecDeque<Pair>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let share = pair.rho * dot(&pair.step, &direction);
        add(&mut direction, &pair.change, -share);
        shares.push(share);
    }
    if let Some(last) = pairs.back() {
        let scale = 1.0 / (last.rho * dot(&last.change, &last.change));
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for (pair, share) in pairs.iter().zip(shares.into_iter().rev()) {
        let back = pair.rho * dot(&pair.change, &direction);
        add(&mut direction, &pair.step, share - back);
    }
    direction
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += times * w);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_long_valley_is_found() {
        // Half of the sum of c (x - t)^2, with curvatures from 1 to 10000: the minimum is t.
        let curvature = |i: usize| 10f64.powf(i as f64 / 5.0);
        let mut at = vec![0.0; 21];
        minimise(&mut at, 1e-9, |x, gradient| {
            let mut value = 0.0;
            for (i, (x, gradient)) in x.iter().zip(gradient).enumerate() {
                let off = x - i as f64;
                *gradient = curvature(i) * off;
                value += 0.5 * curvature(i) * off * off;
            }
            value
        });
        for (i, x) in at.iter().enumerate() {
            assert!((x - i as f64).abs() < 1e-7, "{i}: {x}");
        }
    }
}

//! Calibration on logits of held-out tracks: one temperature where a track has one label (Guo et al., "On calibration of
//! modern neural networks", ICML 2017), slope and offset for each label where it has any (Platt 1999).

use balanced_model::HeadKind;

use super::examples::Examples;
use super::fit::{loss, probabilities};

/// Slopes that are looked among.
const SLOPES: (f64, f64) = (0.05, 20.0);
/// Steps of the search; each leaves .618 of the range.
const SEARCH_STEPS: usize = 40;
/// Weight, in tracks, of the belief that a label needs no calibration.
const BELIEF: f64 = 1.0;
const NEWTON_STEPS: usize = 50;

/// Slope and offset of every label.
pub(super) type Calibration = Vec<(f64, f64)>;

/// Calibration that makes the truth of `tracks` likeliest. `logits` holds a row for each track of `examples`.
pub(super) fn calibration(examples: &Examples, logits: &[f64], tracks: &[usize]) -> Calibration {
    match examples.kind {
        HeadKind::OneLabel => vec![(temperature(examples, logits, tracks), 0.0); examples.labels.len()],
        HeadKind::AnyLabels => (0..examples.labels.len()).map(|label| platt(examples, logits, tracks, label)).collect(),
    }
}

/// Turns logits to calibrated probabilities.
pub(super) fn calibrated(kind: HeadKind, calibration: &[(f64, f64)], logits: &mut [f64]) {
    logits.iter_mut().zip(calibration).for_each(|(logit, (slope, offset))| *logit = slope * *logit + offset);
    probabilities(kind, logits);
}

/// The slope of least loss, by golden-section search over its logarithm; the loss is convex in the slope.
fn temperature(examples: &Examples, logits: &[f64], tracks: &[usize]) -> f64 {
    let labels = examples.labels.len();
    let mut scaled = vec![0.0; labels];
    let mut cost = |log_slope: f64| {
        let slope = log_slope.exp();
        let mut sum = 0.0;
        for track in tracks {
            scaled.iter_mut().zip(&logits[track * labels..]).for_each(|(to, logit)| *to = slope * logit);
            sum += loss(examples.kind, &scaled, examples.targets(*track));
        }
        sum
    };
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (SLOPES.0.ln(), SLOPES.1.ln());
    for _ in 0..SEARCH_STEPS {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if cost(left) <= cost(right) { high = right } else { low = left }
    }
    (0.5 * (low + high)).exp()
}

/// Slope and offset of one label, by Newton's method.
fn platt(examples: &Examples, logits: &[f64], tracks: &[usize], label: usize) -> (f64, f64) {
    let labels = examples.labels.len();
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..NEWTON_STEPS {
        let mut gradient = [BELIEF * (slope - 1.0), BELIEF * offset];
        let mut curvature = [BELIEF, 0.0, BELIEF];
        for track in tracks {
            let logit = logits[track * labels + label];
            let probability = 1.0 / (1.0 + (-(slope * logit + offset)).exp());
            let off = probability - f64::from(u8::from(examples.targets(*track).contains(&label)));
            let weight = probability * (1.0 - probability);
            gradient[0] += off * logit;
            gradient[1] += off;
            curvature[0] += weight * logit * logit;
            curvature[1] += weight * logit;
            curvature[2] += weight;
        }
        let [a, b, c] = curvature;
        let determinant = a * c - b * b;
        let step =
            [(c * gradient[0] - b * gradient[1]) / determinant, (a * gradient[1] - b * gradient[0]) / determinant];
        // Half a step where Newton's would leap.
        let length = if step[0].abs().max(step[1].abs()) > 2.0 { 0.5 } else { 1.0 };
        slope -= length * step[0];
        offset -= length * step[1];
        if step[0].abs().max(step[1].abs()) < 1e-9 {
            break;
        }
    }
    (slope.clamp(SLOPES.0, SLOPES.1), offset)
}

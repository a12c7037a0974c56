//! A choice among candidates by small trained networks: each candidate's features give it a score, and the scores their
//! probabilities. The mean of several networks errs less than each. `tools/beat-training/choose.py` has the training.

use crate::neural;

/// Units of the hidden layer.
const HIDDEN: usize = 16;

/// A trained scorer of candidates that have `N` features each.
pub(super) struct Chooser<const N: usize> {
    /// For each network: mean and scale of each feature, then weights of the hidden layer (unit by unit), its biases, and the
    /// output's weights.
    numbers: Vec<f32>,
}

impl<const N: usize> Chooser<N> {
    /// Numbers of a network.
    const COUNT: usize = 2 * N + N * HIDDEN + 2 * HIDDEN;

    /// From little-endian `f32`, as the training wrote them.
    pub fn new(bytes: &[u8]) -> Self {
        debug_assert_eq!(bytes.len() % (4 * Self::COUNT), 0);
        Self { numbers: neural::floats(bytes) }
    }

    /// Probability of each candidate; they add up to 1.
    pub fn probabilities(&self, candidates: &[[f64; N]]) -> Vec<f64> {
        let mut scores: Vec<f64> = candidates.iter().map(|features| self.score(features)).collect();
        neural::softmax(&mut scores);
        scores
    }

    /// Log odds of a candidate but for a constant that all share.
    fn score(&self, features: &[f64; N]) -> f64 {
        let networks = self.numbers.chunks_exact(Self::COUNT);
        let count = networks.len().max(1) as f64;
        networks.map(|numbers| Self::score_of(numbers, features)).sum::<f64>() / count
    }

    fn score_of(numbers: &[f32], features: &[f64; N]) -> f64 {
        let (means, rest) = numbers.split_at(N);
        let (scales, rest) = rest.split_at(N);
        let (weights, rest) = rest.split_at(N * HIDDEN);
        let (biases, outputs) = rest.split_at(HIDDEN);
        // Beyond four deviations a feature is stranger than anything in training and says no more.
        let inputs: [f64; N] =
            std::array::from_fn(|i| ((features[i] - f64::from(means[i])) * f64::from(scales[i])).clamp(-4.0, 4.0));
        let unit = |weights: &[f32]| weights.iter().zip(&inputs).map(|(w, x)| f64::from(*w) * x).sum::<f64>();
        weights
            .chunks_exact(N)
            .zip(biases)
            .zip(outputs)
            .map(|((weights, bias), output)| f64::from(*output) * (unit(weights) + f64::from(*bias)).tanh())
            .sum()
    }
}

/// Probability of log odds.
pub(super) fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// Log odds of a probability, at most about nine.
pub(super) fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_score_has_the_higher_probability() {
        // Means 1, scales 2; the first unit hears the difference of both features, the others nothing.
        let mut numbers = vec![1.0, 1.0, 2.0, 2.0];
        numbers.extend([0.5, -0.5]);
        numbers.extend([0.0; 2 * (HIDDEN - 1)]);
        numbers.extend([0.0; HIDDEN]);
        numbers.push(3.0);
        numbers.extend([0.0; HIDDEN - 1]);
        let bytes: Vec<u8> = numbers.iter().flat_map(|number: &f32| number.to_le_bytes()).collect();
        let chooser = Chooser::<2>::new(&bytes);
        let found = chooser.probabilities(&[[1.0, 0.0], [0.0, 1.0]]);
        let expected = logistic(6.0 * 1f64.tanh());
        assert!((found[0] - expected).abs() < 1e-9 && (found[0] + found[1] - 1.0).abs() < 1e-12, "{found:?}");
        assert!((log_odds(expected) - 6.0 * 1f64.tanh()).abs() < 1e-9);
        assert!(chooser.probabilities(&[]).is_empty());
    }
}

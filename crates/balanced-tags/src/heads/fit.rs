//! Regularised logistic regression: multinomial where a track has one label, one for each label where it has any.

use balanced_dsp::vector_loop;
use balanced_model::HeadKind;

use super::examples::Examples;
use super::minimise::minimise;
use crate::network::EMBEDDING;

/// Largest component of the gradient, for each track, at which a fit ends.
const TOLERANCE: f64 = 1e-6;
/// Least standard deviation of a value of the embedding; one that never changes says nothing.
const LEAST_DEVIATION: f64 = 1e-9;
/// Sums that are added side by side.
const LANES: usize = 8;

/// Weights of one label, its bias last.
const WIDTH: usize = EMBEDDING + 1;

/// Weights and bias of every label, over the embedding as it is.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// [`WIDTH`] values a label.
    weights: Vec<f64>,
}

impl Fit {
    /// Logits of a track.
    pub fn logits(&self, embedding: &[f32], logits: &mut [f64]) {
        let row = row_of(embedding);
        for (logit, label) in logits.iter_mut().zip(self.weights.chunks_exact(WIDTH)) {
            *logit = dot(label, &row);
        }
    }

    /// Weights and bias of a label.
    pub fn label(&self, label: usize) -> (&[f64], f64) {
        let (weights, bias) = self.weights[label * WIDTH..][..WIDTH].split_at(EMBEDDING);
        (weights, bias[0])
    }
}

/// Tracks to fit, with the mean and deviation of their embeddings.
pub(super) struct Problem<'a> {
    examples: &'a Examples,
    tracks: Vec<usize>,
    mean: Vec<f64>,
    deviation: Vec<f64>,
    /// Weights over standardised embeddings, where the next fit starts.
    at: Vec<f64>,
}

impl<'a> Problem<'a> {
    pub fn new(examples: &'a Examples, tracks: Vec<usize>) -> Self {
        let count = tracks.len() as f64;
        let (mut mean, mut deviation) = (vec![0.0; EMBEDDING], vec![0.0; EMBEDDING]);
        for track in &tracks {
            mean.iter_mut().zip(examples.embedding(*track)).for_each(|(m, x)| *m += f64::from(*x) / count);
        }
        for track in &tracks {
            let off = mean.iter().zip(examples.embedding(*track)).map(|(m, x)| f64::from(*x) - m);
            deviation.iter_mut().zip(off).for_each(|(d, off)| *d += off * off / count);
        }
        deviation.iter_mut().for_each(|d| *d = d.sqrt());
        let at = vec![0.0; examples.labels.len() * WIDTH];
        Self { examples, tracks, mean, deviation, at }
    }

    /// Fits with `penalty`, starting where the last fit ended.
    pub fn fit(&mut self, penalty: f64) -> Fit {
        let mut at = std::mem::take(&mut self.at);
        let tracks = self.tracks.len() as f64;
        minimise(&mut at, TOLERANCE, |weights, gradient| {
            let loss = self.loss(&self.unstandardised(weights), gradient);
            let mut squares = 0.0;
            for (weights, gradient) in weights.chunks_exact(WIDTH).zip(gradient.chunks_exact_mut(WIDTH)) {
                for j in 0..EMBEDDING {
                    gradient[j] = (gradient[j] + penalty * weights[j]) / tracks;
                    squares += weights[j] * weights[j];
                }
                gradient[EMBEDDING] /= tracks;
            }
            (loss + 0.5 * penalty * squares) / tracks
        });
        self.at = at;
        Fit { weights: self.unstandardised(&self.at) }
    }

    /// One over the deviation of a value; zero if it never changes.
    fn scale(&self, value: usize) -> f64 {
        if self.deviation[value] > LEAST_DEVIATION { 1.0 / self.deviation[value] } else { 0.0 }
    }

    fn unstandardised(&self, weights: &[f64]) -> Vec<f64> {
        let mut plain = weights.to_vec();
        for label in plain.chunks_exact_mut(WIDTH) {
            for j in 0..EMBEDDING {
                label[j] *= self.scale(j);
                label[EMBEDDING] -= label[j] * self.mean[j];
            }
        }
        plain
    }

    /// Sum of the losses, and its gradient by the weights over standardised embeddings.
    fn loss(&self, plain: &[f64], gradient: &mut [f64]) -> f64 {
        let mut loss = 0.0;
        gradient.fill(0.0);
        let mut rest = vec![0.0; self.examples.labels.len()];
        for track in &self.tracks {
            let row = row_of(self.examples.embedding(*track));
            multiply(plain, &row, &mut rest);
            loss += residual(self.examples.kind, &mut rest, self.examples.targets(*track));
            gather(gradient, &row, &rest);
        }
        for gradient in gradient.chunks_exact_mut(WIDTH) {
            let sum = gradient[EMBEDDING];
            for j in 0..EMBEDDING {
                gradient[j] = (gradient[j] - self.mean[j] * sum) * self.scale(j);
            }
        }
        loss
    }
}

/// An embedding followed by one, for the bias.
fn row_of(embedding: &[f32]) -> [f64; WIDTH] {
    let mut row = [1.0; WIDTH];
    row.iter_mut().zip(embedding).for_each(|(to, from)| *to = f64::from(*from));
    row
}

vector_loop! {
    /// Logits of a row.
    fn multiply<'a>(weights: &'a [f64], row: &'a [f64; WIDTH], logits: &'a mut [f64]) {
        logits.iter_mut().zip(weights.chunks_exact(WIDTH)).for_each(|(logit, label)| *logit = dot(label, row));
    }
}

vector_loop! {
    /// Adds a row to the gradient of each label, as often as `rest` says.
    fn gather<'a>(gradient: &'a mut [f64], row: &'a [f64; WIDTH], rest: &'a [f64]) {
        for (gradient, rest) in gradient.chunks_exact_mut(WIDTH).zip(rest) {
            gradient.iter_mut().zip(row).for_each(|(g, x)| *g += rest * x);
        }
    }
}

#[inline(always)]
fn dot(weights: &[f64], row: &[f64; WIDTH]) -> f64 {
    let mut sums = [0.0; LANES];
    let whole = WIDTH - WIDTH % LANES;
    for (weights, row) in weights[..whole].chunks_exact(LANES).zip(row.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += weights[lane] * row[lane];
        }
    }
    let rest: f64 = weights[whole..].iter().zip(&row[whole..]).map(|(w, x)| w * x).sum();
    sums.iter().sum::<f64>() + rest
}

/// Loss of a track; its logits become probabilities less the truth.
fn residual(kind: HeadKind, logits: &mut [f64], targets: &[usize]) -> f64 {
    let loss = loss(kind, logits, targets);
    probabilities(kind, logits);
    targets.iter().for_each(|label| logits[*label] -= 1.0);
    loss
}

/// Negative logarithm of the probability that the logits give to the truth.
pub(super) fn loss(kind: HeadKind, logits: &[f64], targets: &[usize]) -> f64 {
    let truth: f64 = targets.iter().map(|label| logits[*label]).sum();
    let whole = match kind {
        HeadKind::OneLabel => {
            let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            most + logits.iter().map(|logit| (logit - most).exp()).sum::<f64>().ln()
        }
        HeadKind::AnyLabels => logits.iter().map(|logit| logit.max(0.0) + (-logit.abs()).exp().ln_1p()).sum(),
    };
    whole - truth
}

/// Turns logits to probabilities.
pub(super) fn probabilities(kind: HeadKind, logits: &mut [f64]) {
    match kind {
        HeadKind::OneLabel => {
            let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            logits.iter_mut().for_each(|logit| *logit = (*logit - most).exp());
            let sum: f64 = logits.iter().sum();
            logits.iter_mut().for_each(|p| *p /= sum);
        }
        HeadKind::AnyLabels => logits.iter_mut().for_each(|logit| *logit = 1.0 / (1.0 + (-*logit).exp())),
    }
}

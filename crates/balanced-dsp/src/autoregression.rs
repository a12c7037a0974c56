//! Autoregressive models of short stretches of audio, and samples filled in by them.
//!
//! A model of order `p` predicts every sample from the `p` before it. What it leaves, the prediction error, is small where music goes
//! on as it was and large where something is added to it. Unknown samples are those values that make the sum of the squared
//! errors least (Janssen, Veldhuis and Vries, "Adaptive interpolation of discrete-time signals that can be modeled as
//! autoregressive processes", IEEE Trans. ASSP 34(2), 1986; Godsill and Rayner, "Digital Audio Restoration", 1998, chapter 5).

use crate::{lanes, vector_loop};

/// An autoregressive model, kept as the filter that leaves the prediction error.
#[derive(Clone, Debug)]
pub struct Autoregression {
    filter: Vec<f64>,
    tapered: Vec<f64>,
    correlation: Vec<f64>,
    work: Vec<f64>,
    products: Vec<f64>,
}

impl Autoregression {
    /// Creates a model of `order` that predicts nothing yet, for stretches of at most `longest_frames`. Allocates.
    #[must_use]
    pub fn new(order: usize, longest_frames: usize) -> Self {
        let mut filter = vec![0.0; order + 1];
        filter[0] = 1.0;
        Self {
            filter,
            tapered: vec![0.0; longest_frames],
            correlation: vec![0.0; order + 1],
            work: vec![0.0; order + 1],
            products: vec![0.0; order * (order + 1)],
        }
    }

    /// Returns the order.
    #[must_use]
    pub fn order(&self) -> usize {
        self.filter.len() - 1
    }

    /// Returns the filter of the prediction error: 1, then what is added of each earlier sample.
    #[must_use]
    pub fn filter(&self) -> &[f64] {
        &self.filter
    }

    /// Fits the model to `samples`, weighted by `taper`, by their autocorrelation (Levinson and Durbin). `whitening` is the share
    /// of white noise that is assumed beneath them. `[audio]`
    pub fn fit_tapered(&mut self, samples: &[f64], taper: &[f64], whitening: f64) {
        let count = samples.len().min(taper.len()).min(self.tapered.len());
        for (value, (sample, weight)) in self.tapered.iter_mut().zip(samples.iter().zip(taper)) {
            *value = sample * weight;
        }
        correlate(&self.tapered[..count], &mut self.correlation);
        self.correlation[0] = self.correlation[0] * (1.0 + whitening) + f64::MIN_POSITIVE;
        self.recur();
    }

    /// The recursion of Levinson and Durbin from the autocorrelation.
    fn recur(&mut self) {
        let Self { filter, correlation, work, .. } = self;
        filter.fill(0.0);
        filter[0] = 1.0;
        let mut error = correlation[0];
        for m in 1..filter.len() {
            let sum: f64 = (0..m).map(|i| filter[i] * correlation[m - i]).sum();
            let reflection = -sum / error;
            error *= 1.0 - reflection * reflection;
            // What is predicted to the last bit needs no higher order.
            if !(error > 0.0 && error.is_finite()) {
                return;
            }
            work[..=m].copy_from_slice(&filter[..=m]);
            for i in 1..=m {
                filter[i] = work[i] + reflection * work[m - i];
            }
        }
    }

    /// Fits the model to two stretches by least squares, without a taper, and returns root mean square and peak of the error
    /// that it leaves there. `[audio]`
    pub fn fit_sides(&mut self, sides: [&[f64]; 2]) -> (f64, f64) {
        let order = self.order();
        let Self { filter, work, products, .. } = self;
        products.fill(0.0);
        work.fill(0.0);
        for side in sides {
            accumulate(side, order, products, work);
        }
        let count: usize = sides.iter().map(|side| side.len().saturating_sub(order)).sum();
        let rows = &mut products[..order * order];
        for i in 0..order {
            rows[i * order + i] = rows[i * order + i] * (1.0 + 1e-9) + count as f64 * 1e-10;
        }
        solve(rows, order, &mut work[..order]);
        for (tap, prediction) in filter[1..].iter_mut().zip(work.iter()) {
            *tap = -prediction;
        }
        let (mut power, mut peak) = (0.0, 0f64);
        for row in sides.into_iter().flat_map(|side| side.windows(order + 1)) {
            let error = self.error(row);
            power += error * error / count.max(1) as f64;
            peak = peak.max(error.abs());
        }
        (power.sqrt(), peak)
    }

    /// Returns the prediction error of the last of `order + 1` samples.
    #[inline]
    #[must_use]
    pub fn error(&self, row: &[f64]) -> f64 {
        self.filter.iter().zip(row.iter().rev()).map(|(tap, sample)| tap * sample).sum()
    }

    /// Writes the prediction errors of `samples` to `errors`; those of the first `order`, which have no past, are 0. `[audio]`
    pub fn errors(&self, samples: &[f64], errors: &mut [f64]) {
        filter_all(&self.filter, samples, errors);
    }
}

vector_loop! {
    fn correlate<'a>(samples: &'a [f64], correlation: &'a mut [f64]) {
        for (lag, value) in correlation.iter_mut().enumerate() {
            *value = samples.get(lag..).map_or(0.0, |later| lanes::dot_f64(later, samples));
        }
    }
}

vector_loop! {
    fn filter_all<'a>(filter: &'a [f64], samples: &'a [f64], errors: &'a mut [f64]) {
        let order = filter.len() - 1;
        let count = samples.len().min(errors.len());
        errors[..order.min(count)].fill(0.0);
        if count <= order {
            return;
        }
        let errors = &mut errors[order..count];
        errors.copy_from_slice(&samples[order..count]);
        for (lag, tap) in filter.iter().enumerate().skip(1) {
            for (error, sample) in errors.iter_mut().zip(&samples[order - lag..]) {
                *error += tap * sample;
            }
        }
    }
}

vector_loop! {
    /// Adds the products of every sample's past to the lower triangle, and those with the sample itself to `targets`.
    fn accumulate<'a>(side: &'a [f64], order: usize, products: &'a mut [f64], targets: &'a mut [f64]) {
        let Some(count) = side.len().checked_sub(order) else { return };
        let at = |lag: usize| &side[order - lag..order - lag + count];
        for i in 0..order {
            targets[i] += lanes::dot_f64(at(i + 1), at(0));
            for j in 0..=i {
                products[i * order + j] += lanes::dot_f64(at(i + 1), at(j + 1));
            }
        }
    }
}

/// Solves a symmetric positive definite system, given by its lower triangle (Cholesky).
fn solve(matrix: &mut [f64], order: usize, vector: &mut [f64]) {
    for i in 0..order {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| matrix[i * order + k] * matrix[j * order + k]).sum();
            let left = matrix[i * order + j] - sum;
            matrix[i * order + j] = if i == j { left.max(1e-30).sqrt() } else { left / matrix[j * order + j] };
        }
    }
    for i in 0..order {
        let sum: f64 = (0..i).map(|k| matrix[i * order + k] * vector[k]).sum();
        vector[i] = (vector[i] - sum) / matrix[i * order + i];
    }
    for i in (0..order).rev() {
        let sum: f64 = (i + 1..order).map(|k| matrix[k * order + i] * vector[k]).sum();
        vector[i] = (vector[i] - sum) / matrix[i * order + i];
    }
}

/// Fills in unknown samples so that a model is violated least.
///
/// The work grows with the number of unknown samples times the square of the order, and with nothing else.
#[derive(Clone, Debug)]
pub struct Interpolator {
    order: usize,
    /// How much the squared error grows with the product of two samples, by their distance.
    coupling: Vec<f64>,
    /// Lower triangle of the system, the last `order + 1` columns of every row.
    rows: Vec<f64>,
    values: Vec<f64>,
}

impl Interpolator {
    /// Creates an interpolator for models of `order` and at most `most_frames` unknown samples at once. Allocates.
    #[must_use]
    pub fn new(order: usize, most_frames: usize) -> Self {
        Self {
            order,
            coupling: vec![0.0; order + 1],
            rows: vec![0.0; most_frames * (order + 1)],
            values: vec![0.0; most_frames],
        }
    }

    /// Returns how many unknown samples can be filled in at once.
    #[must_use]
    pub fn most_frames(&self) -> usize {
        self.values.len()
    }

    /// Fills in `samples` at the rising indices `unknown`; those beyond [`most_frames`](Self::most_frames) are left. `[audio]`
    pub fn fill(&mut self, model: &Autoregression, samples: &mut [f64], unknown: &[usize]) {
        let unknown = &unknown[..unknown.len().min(self.values.len())];
        self.couple(model.filter());
        for index in unknown {
            samples[*index] = 0.0;
        }
        for (value, index) in self.values.iter_mut().zip(unknown) {
            *value = -pull(&self.coupling, samples, *index);
        }
        factor(&self.coupling, unknown, &mut self.rows);
        substitute(&self.rows, self.order, &mut self.values[..unknown.len()]);
        for (value, index) in self.values.iter().zip(unknown) {
            samples[*index] = *value;
        }
    }

    fn couple(&mut self, filter: &[f64]) {
        let order = self.order;
        for (lag, value) in self.coupling.iter_mut().enumerate() {
            *value = lanes::dot_f64(&filter[lag..], &filter[..=order - lag]);
        }
        self.coupling[0] *= 1.0 + 1e-9;
    }
}

/// The sum over the neighbours of a sample, each times its coupling.
fn pull(coupling: &[f64], samples: &[f64], index: usize) -> f64 {
    let neighbours = |lag: usize| {
        let before = index.checked_sub(lag).map_or(0.0, |at| samples[at]);
        before + samples.get(index + lag).copied().unwrap_or(0.0)
    };
    coupling.iter().enumerate().skip(1).map(|(lag, weight)| weight * neighbours(lag)).sum()
}

vector_loop! {
    /// Cholesky factor of the couplings between the unknown samples, which reach no further than the order.
    fn factor<'a>(coupling: &'a [f64], unknown: &'a [usize], rows: &'a mut [f64]) {
        let (order, width) = (coupling.len() - 1, coupling.len());
        for i in 0..unknown.len() {
            let lowest = i.saturating_sub(order);
            let (done, rest) = rows.split_at_mut(i * width);
            let row = &mut rest[..width];
            row.fill(0.0);
            for j in lowest..i {
                let value = coupling.get(unknown[i] - unknown[j]).copied().unwrap_or(0.0);
                let other = &done[j * width..(j + 1) * width];
                let from = lowest.max(j.saturating_sub(order));
                let sum = lanes::dot_f64(&row[from + order - i..j + order - i], &other[from + order - j..order]);
                row[j + order - i] = (value - sum) / other[order];
            }
            let left = coupling[0] - lanes::dot_f64(&row[..order], &row[..order]);
            row[order] = left.max(1e-12 * coupling[0]).sqrt();
        }
    }
}

/// Forward and backward substitution with the rows of [`factor`].
fn substitute(rows: &[f64], order: usize, values: &mut [f64]) {
    let width = order + 1;
    for i in 0..values.len() {
        let lowest = i.saturating_sub(order);
        let row = &rows[i * width..(i + 1) * width];
        let sum = lanes::dot_f64(&row[lowest + order - i..order], &values[lowest..i]);
        values[i] = (values[i] - sum) / row[order];
    }
    for i in (0..values.len()).rev() {
        let lowest = i.saturating_sub(order);
        let row = &rows[i * width..(i + 1) * width];
        let value = values[i] / row[order];
        values[i] = value;
        for (earlier, weight) in values[lowest..i].iter_mut().zip(&row[lowest + order - i..order]) {
            *earlier -= weight * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    /// Three tones and a little noise, and the same with some samples unknown.
    fn tones(count: usize) -> Vec<f64> {
        let mut random = Random::new(5, 0);
        let tone = |i: usize, step: f64| (step * i as f64).sin();
        (0..count)
            .map(|i| {
                0.5 * tone(i, 0.03)
                    + 0.3 * tone(i, 0.21)
                    + 0.1 * tone(i, 0.9)
                    + 1e-4 * (random.bits() as f64 / u64::MAX as f64 - 0.5)
            })
            .collect()
    }

    fn hann(count: usize) -> Vec<f64> {
        let phase = |i: usize| std::f64::consts::TAU * (i as f64 + 0.5) / count as f64;
        (0..count).map(|i| 0.5 - 0.5 * phase(i).cos()).collect()
    }

    fn rms(values: &[f64]) -> f64 {
        (values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64).sqrt()
    }

    #[test]
    fn both_fits_leave_little_of_tones() {
        let samples = tones(2048);
        let mut errors = vec![0.0; samples.len()];
        let mut model = Autoregression::new(24, 2048);
        model.fit_tapered(&samples, &hann(2048), 1e-9);
        model.errors(&samples, &mut errors);
        assert!(rms(&errors) < 2e-3 * rms(&samples), "{}", rms(&errors));
        let (left, peak) = model.fit_sides([&samples[..1000], &samples[1100..]]);
        assert!(left < 2e-4 && peak >= left, "{left} {peak}");
        model.errors(&samples, &mut errors);
        assert_eq!(errors[100], model.error(&samples[76..=100]));
    }

    #[test]
    fn gaps_in_tones_are_filled() {
        let samples = tones(2048);
        let mut model = Autoregression::new(24, 2048);
        model.fit_sides([&samples[..900], &samples[1000..]]);
        let unknown: Vec<usize> = (900..930).chain([940, 941, 950]).chain(960..980).collect();
        let mut holed = samples.clone();
        unknown.iter().for_each(|i| holed[*i] = 9.0);
        Interpolator::new(24, 100).fill(&model, &mut holed, &unknown);
        let worst = holed.iter().zip(&samples).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < 2e-3, "{worst}");
    }

    /// The solution against the definition: any change of a filled sample makes the squared error larger.
    #[test]
    fn no_other_filling_has_a_smaller_error() {
        let samples = tones(400);
        let mut model = Autoregression::new(8, 400);
        model.fit_tapered(&samples, &hann(400), 1e-6);
        let unknown: Vec<usize> = vec![100, 101, 104, 105, 120, 150];
        let mut filled = samples.clone();
        Interpolator::new(8, 6).fill(&model, &mut filled, &unknown);
        let cost = |samples: &[f64]| samples.windows(9).map(|row| model.error(row).powi(2)).sum::<f64>();
        let least = cost(&filled);
        for index in unknown {
            for change in [-1e-3, 1e-3] {
                let mut other = filled.clone();
                other[index] += change;
                assert!(cost(&other) > least, "{index}");
            }
        }
    }

    #[test]
    fn silence_has_a_model_that_predicts_silence() {
        let mut model = Autoregression::new(8, 100);
        model.fit_tapered(&[0.0; 100], &[1.0; 100], 1e-9);
        assert!(model.filter().iter().all(|tap| tap.is_finite()));
        assert_eq!(model.fit_sides([&[0.0; 50], &[0.0; 50]]), (0.0, 0.0));
    }
}

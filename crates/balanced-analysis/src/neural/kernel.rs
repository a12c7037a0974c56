//! The one kernel: rows of inputs times a matrix, in an order of additions that does not depend on how many rows come at
//! once. Plain `f32` without fused multiply-add: the same bits on every machine.

use balanced_dsp::{VectorLoop, vectorize};

/// Outputs computed together.
const LANES: usize = 8;
/// Rows computed together.
const ROWS: usize = 4;

/// A matrix with a bias: `inputs` to `outputs`.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    inputs: usize,
    outputs: usize,
    /// Blocks of outputs; in each, the weights of one input after another.
    weights: Vec<[f32; LANES]>,
    bias: Vec<[f32; LANES]>,
}

impl Matrix {
    /// From `weights[input * outputs + output]` and `bias[output]`.
    pub fn new(inputs: usize, outputs: usize, weights: &[f32], bias: &[f32]) -> Self {
        let blocks = outputs.div_ceil(LANES);
        let mut packed =
            Self { inputs, outputs, weights: vec![[0.0; LANES]; inputs * blocks], bias: vec![[0.0; LANES]; blocks] };
        for (index, weight) in weights.iter().enumerate().take(inputs * outputs) {
            let (input, output) = (index / outputs, index % outputs);
            packed.weights[output / LANES * inputs + input][output % LANES] = *weight;
        }
        for (output, bias) in bias.iter().enumerate().take(outputs) {
            packed.bias[output / LANES][output % LANES] = *bias;
        }
        packed
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `out[row * outputs + output] += bias + weights * input` for `rows` rows of inputs, one after another.
    pub fn run(&self, inputs: &[f32], rows: usize, out: &mut [f32]) {
        vectorize(Multiply { matrix: self, inputs, rows, out });
    }

    #[inline(always)]
    fn multiply(&self, inputs: &[f32], rows: usize, out: &mut [f32]) {
        let mut row = 0;
        while row < rows {
            let count = ROWS.min(rows - row);
            // Rows beyond the last repeat it; their results are dropped.
            let four: [&[f32]; ROWS] =
                std::array::from_fn(|k| &inputs[(row + k.min(count - 1)) * self.inputs..][..self.inputs]);
            for (block, weights) in self.weights.chunks_exact(self.inputs).enumerate() {
                let sums = four_rows(&four, weights, &self.bias[block]);
                let kept = LANES.min(self.outputs - block * LANES);
                for (k, sum) in sums.iter().enumerate().take(count) {
                    let at = (row + k) * self.outputs + block * LANES;
                    out[at..at + kept].iter_mut().zip(sum).for_each(|(o, s)| *o += s);
                }
            }
            row += count;
        }
    }
}

/// [`Matrix::run`] as a loop for wide registers.
struct Multiply<'a> {
    matrix: &'a Matrix,
    inputs: &'a [f32],
    rows: usize,
    out: &'a mut [f32],
}

impl VectorLoop for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.matrix.multiply(self.inputs, self.rows, self.out);
    }
}

/// `ROWS` by `LANES` sums, kept in registers.
#[inline(always)]
fn four_rows(inputs: &[&[f32]; ROWS], weights: &[[f32; LANES]], bias: &[f32; LANES]) -> [[f32; LANES]; ROWS] {
    let [mut first, mut second, mut third, mut fourth] = [*bias; ROWS];
    let [a, b, c, d] = inputs;
    for ((((w, a), b), c), d) in weights.iter().zip(*a).zip(*b).zip(*c).zip(*d) {
        add(&mut first, *a, w);
        add(&mut second, *b, w);
        add(&mut third, *c, w);
        add(&mut fourth, *d, w);
    }
    [first, second, third, fourth]
}

#[inline(always)]
fn add(sums: &mut [f32; LANES], input: f32, weights: &[f32; LANES]) {
    for lane in 0..LANES {
        sums[lane] += input * weights[lane];
    }
}

/// Negative values become zero.
pub(crate) fn rectify(values: &mut [f32]) {
    values.iter_mut().for_each(|v| *v = v.max(0.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_do_not_depend_on_their_company() {
        let weights: Vec<f32> = (0..7 * 11).map(|i| (i as f32 * 0.37).sin()).collect();
        let bias: Vec<f32> = (0..11).map(|i| i as f32 * 0.1).collect();
        let matrix = Matrix::new(7, 11, &weights, &bias);
        let inputs: Vec<f32> = (0..9 * 7).map(|i| (i as f32 * 0.73).cos()).collect();
        let mut together = vec![0.0; 9 * 11];
        matrix.run(&inputs, 9, &mut together);
        for row in 0..9 {
            let mut alone = vec![0.0; 11];
            matrix.run(&inputs[row * 7..], 1, &mut alone);
            assert_eq!(alone, together[row * 11..(row + 1) * 11]);
            for (output, value) in alone.iter().enumerate() {
                let sum: f32 = (0..7).map(|i| inputs[row * 7 + i] * weights[i * 11 + output]).sum();
                assert!((value - bias[output] - sum).abs() < 1e-5);
            }
        }
    }
}

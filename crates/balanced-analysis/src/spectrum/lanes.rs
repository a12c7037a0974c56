//! Sums in eight lanes: fast without `unsafe`, and the same order of additions everywhere, hence the same bits. Inside
//! `balanced_dsp::vectorize` they fill a whole register.

const LANES: usize = 8;

/// Sum of `f(i)` over `0..len`, where `f` reads slices of that length.
#[inline(always)]
pub(crate) fn sum_by(len: usize, f: impl Fn(usize) -> f32) -> f32 {
    let mut lanes = [0f32; LANES];
    let whole = len / LANES * LANES;
    for start in (0..whole).step_by(LANES) {
        for (lane, total) in lanes.iter_mut().enumerate() {
            *total += f(start + lane);
        }
    }
    let tail: f32 = (whole..len).map(&f).sum();
    lanes.iter().sum::<f32>() + tail
}

/// Sum of all values.
#[inline(always)]
pub(crate) fn sum(values: &[f32]) -> f32 {
    sum_by(values.len(), |i| values[i])
}

/// Inner product of two slices of one length.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let len = a.len().min(b.len());
    let (a, b) = (&a[..len], &b[..len]);
    let mut lanes = [0f32; LANES];
    let (heads_a, heads_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f32 = heads_a.remainder().iter().zip(heads_b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in heads_a.zip(heads_b) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_summed_whole() {
        for len in 0..40 {
            let values: Vec<f32> = (0..len).map(|i| i as f32).collect();
            let expected = values.iter().sum::<f32>();
            assert_eq!(sum(&values), expected);
            assert_eq!(sum_by(len, |i| values[i]), expected);
            assert_eq!(dot(&values, &values), values.iter().map(|v| v * v).sum::<f32>());
        }
    }
}

//! The half-band filter of one doubling of the rate: its taps and its polyphase loops.
//!
//! Four taps further on, the samples under the outputs are those of four outputs further on: in steps of four, every tap
//! needs one more register of samples from either side of the filter's middle, and finds the others where they are. The
//! products are therefore added in the order of every fourth tap, then the next fourth. For AVX2 that is written out (the
//! compiler, left to itself, gathers samples one by one); elsewhere every output adds the same products in the same order by
//! itself: the same bits. `T` is the number of taps given, a half of those beside the centre.

use std::f64::consts::PI;

#[cfg(target_arch = "x86_64")]
use crate::cpu;
use crate::window::kaiser;

/// First half of the non-zero taps (centre excluded) of a half-band filter with `half` of them, by Kaiser's window of shape
/// `beta`; they sum to a quarter.
pub(crate) fn taps(half: usize, beta: f64) -> Vec<f64> {
    let reach = 2 * half - 1;
    let mut taps: Vec<f64> = (0..half)
        .map(|i| {
            let t = (2 * i) as f64 - reach as f64;
            (PI * t / 2.0).sin() / (PI * t) * kaiser(t / (reach as f64 + 1.0), beta)
        })
        .collect();
    let scale = 0.25 / taps.iter().sum::<f64>();
    taps.iter_mut().for_each(|tap| *tap *= scale);
    taps
}

/// Samples between those of `line` and the samples themselves, in pairs; `line` holds `2 T - 1` samples of history before
/// as many as there are pairs.
///
/// # Panics
/// If there are too few samples.
pub(super) fn raise(line: &[f64], taps: &[f64], pairs: &mut [[f64; 2]]) {
    assert!(taps.len() >= 4 && line.len() + 1 >= 2 * taps.len() + pairs.len());
    #[cfg(target_arch = "x86_64")]
    #[allow(unsafe_code)]
    // SAFETY: the processor has AVX2, and there are as many samples as the loop reads: both were just asked.
    let done = if cpu::has_avx2() { unsafe { avx2::raise(line, taps, pairs) } } else { 0 };
    #[cfg(not(target_arch = "x86_64"))]
    let done = 0;
    for (n, pair) in pairs.iter_mut().enumerate().skip(done) {
        *pair = [2.0 * convolve(&line[n..], taps), line[n + taps.len()]];
    }
}

/// Every second sample of those that `even` (as in [`raise`]) and `odd` (which begins `T` samples before its first) hold in
/// turn, without what lies above their rate.
///
/// # Panics
/// Halves the rate with the half-band filter of [`raise`].
pub(super) fn lower(even: &[f64], odd: &[f64], taps: &[f64], output: &mut [f64]) {
    assert!(taps.len() >= 4 && even.len() + 1 >= 2 * taps.len() + output.len() && odd.len() >= output.len());
    #[cfg(target_arch = "x86_64")]
    #[allow(unsafe_code)]
    // SAFETY: the processor has AVX2, and there are as many samples as the loop reads: both were just asked.
    let done = if cpu::has_avx2() { unsafe { avx2::lower(even, odd, taps, output) } } else { 0 };
    #[cfg(not(target_arch = "x86_64"))]
    let done = 0;
    for (n, out) in output.iter_mut().enumerate().skip(done) {
        *out = convolve(&even[n..], taps) + 0.5 * odd[n];
    }
}

/// The symmetric FIR whose first half is `taps`, on the `2 T` samples at the beginning of `line`.
#[inline]
fn convolve(line: &[f64], taps: &[f64]) -> f64 {
    let (head, tail) = line[..2 * taps.len()].split_at(taps.len());
    let mut sum = 0.0;
    for first in 0..4 {
        for tap in (first..taps.len()).step_by(4) {
            sum += taps[tap] * (head[tap] + tail[taps.len() - 1 - tap]);
        }
    }
    sum
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod avx2 {
    use std::arch::x86_64::*;

    /// Outputs computed side by side: four registers.
    const ROW: usize = 16;

    /// [`convolve`](super::convolve) at [`ROW`] successive places from `$line`, a pointer with `2 T - 1 + ROW` samples behind it.
    macro_rules! convolve_row {
        ($line:expr, $taps:expr) => {{
            let (line, count, reach) = ($line, $taps.len(), 2 * $taps.len() - 1);
            // SAFETY: four samples are read at each place, and every place is at most `2 T + 11`: `tap + 12` is at most
            // `T + 11`, `first + 8` at most 11, `reach - first + 12` at most `2 T + 11`; and at least 0, as `tap < T`. (With
            // fewer than four taps `reach - first` would not do; the shortest filter has four.)
            let load = |at: usize| unsafe { _mm256_loadu_pd(line.add(at)) };
            let mut sums = [_mm256_setzero_pd(); 4];
            for first in 0..4 {
                let mut heads = [load(first), load(first + 4), load(first + 8)];
                let mut tails = [load(reach - first + 4), load(reach - first + 8), load(reach - first + 12)];
                for tap in (first..count).step_by(4) {
                    let (head, tail) = (load(tap + 12), load(reach - tap));
                    let factor = _mm256_set1_pd($taps[tap]);
                    let pairs = [
                        _mm256_add_pd(heads[0], tail),
                        _mm256_add_pd(heads[1], tails[0]),
                        _mm256_add_pd(heads[2], tails[1]),
                        _mm256_add_pd(head, tails[2]),
                    ];
                    for (sum, pair) in sums.iter_mut().zip(pairs) {
                        *sum = _mm256_add_pd(*sum, _mm256_mul_pd(factor, pair));
                    }
                    heads = [heads[1], heads[2], head];
                    tails = [tail, tails[0], tails[1]];
                }
            }
            sums
        }};
    }

    /// As many of `pairs` as fill rows; returns how many.
    ///
    /// # Safety
    /// `line` holds `2 T - 1` samples more than there are pairs.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn raise(line: &[f64], taps: &[f64], pairs: &mut [[f64; 2]]) -> usize {
        let (rows, _) = pairs.as_chunks_mut::<ROW>();
        let done = ROW * rows.len();
        let two = _mm256_set1_pd(2.0);
        for (n, row) in (0..).step_by(ROW).zip(rows) {
            // SAFETY: `n + ROW` is at most the number of pairs.
            let line = unsafe { line.as_ptr().add(n) };
            let sums = convolve_row!(line, taps);
            for (register, sum) in sums.into_iter().enumerate() {
                // SAFETY: these samples are within the `2 T - 1 + ROW` behind `line`, as T is at least 1.
                let own = unsafe { _mm256_loadu_pd(line.add(taps.len() + 4 * register)) };
                let between = _mm256_mul_pd(two, sum);
                let (low, high) = (_mm256_unpacklo_pd(between, own), _mm256_unpackhi_pd(between, own));
                let out = row[4 * register..][..4].as_flattened_mut().as_mut_ptr();
                // SAFETY: `out` points to four pairs, which are eight numbers.
                unsafe {
                    _mm256_storeu_pd(out, _mm256_permute2f128_pd::<0x20>(low, high));
                    _mm256_storeu_pd(out.add(4), _mm256_permute2f128_pd::<0x31>(low, high));
                }
            }
        }
        done
    }

    /// As many of `output` as fill rows; returns how many.
    ///
    /// # Safety
    /// `even` holds `2 T - 1` samples more than there are outputs, `odd` at least as many as there are outputs.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn lower(even: &[f64], odd: &[f64], taps: &[f64], output: &mut [f64]) -> usize {
        let (rows, _) = output.as_chunks_mut::<ROW>();
        let done = ROW * rows.len();
        let half = _mm256_set1_pd(0.5);
        for (n, row) in (0..).step_by(ROW).zip(rows) {
            // SAFETY: `n + ROW` is at most the number of outputs.
            let line = unsafe { even.as_ptr().add(n) };
            let sums = convolve_row!(line, taps);
            for (register, sum) in sums.into_iter().enumerate() {
                // SAFETY: as for `line`; `out` are four numbers.
                unsafe {
                    let odd = _mm256_mul_pd(half, _mm256_loadu_pd(odd.as_ptr().add(n + 4 * register)));
                    let out = row[4 * register..][..4].as_mut_ptr();
                    _mm256_storeu_pd(out, _mm256_add_pd(sum, odd));
                }
            }
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn rows_and_single_outputs_are_the_same_bits() {
        let mut random = Random::new(9, 0);
        for half in 4..50 {
            let taps = taps(half, 12.0);
            let line: Vec<f64> = (0..2 * half - 1 + 83).map(|_| random.centred()).collect();
            let odd: Vec<f64> = (0..83).map(|_| random.centred()).collect();
            let (mut pairs, mut lowered) = ([[0.0; 2]; 83], [0.0; 83]);
            raise(&line, &taps, &mut pairs);
            lower(&line, &odd, &taps, &mut lowered);
            for n in 0..83 {
                let sum = convolve(&line[n..], &taps);
                assert_eq!(pairs[n].map(f64::to_bits), [2.0 * sum, line[n + half]].map(f64::to_bits), "{half} at {n}");
                assert_eq!(lowered[n].to_bits(), (sum + 0.5 * odd[n]).to_bits(), "{half} at {n}");
            }
        }
    }
}

//! The long loops over samples, in single precision.

use crate::vectorize::short_loop;

const LANES: usize = 8;
/// Samples below -600 dBFS are silence between the samples: their products would be subnormal, which is slow on most processors.
const SILENT: f64 = 1e-30;

short_loop! {
    /// Sums the products of two slices whose length is a multiple of eight; rows of eight beyond the shorter are left out.
    pub(super) fn dot(one: &[f32], other: &[f32]) -> f32 {
        let (mut sums, (one, _), (other, _)) = ([0.0; LANES], one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
        for (a, b) in one.iter().zip(other) {
            for lane in 0..LANES {
                sums[lane] += a[lane] * b[lane];
            }
        }
        let half = |lane: usize| (sums[lane] + sums[lane + 4]) + (sums[lane + 2] + sums[lane + 6]);
        half(0) + half(1)
    }
}

short_loop! {
    /// Copies `samples` in single precision, the silent ones as zero, and returns the largest absolute value of the originals,
    /// NaN passed over.
    pub(super) fn round(samples: &[f64], singles: &mut [f32]) -> f64 {
        let single = |sample: f64| if sample.abs() < SILENT { 0.0 } else { sample as f32 };
        let larger = |peak: f64, sample: f64| if sample.abs() > peak { sample.abs() } else { peak };
        let mut peaks = [0.0f64; LANES];
        let ((samples, rest), (singles, rest_singles)) = (samples.as_chunks::<LANES>(), singles.as_chunks_mut::<LANES>());
        for (samples, singles) in samples.iter().zip(singles) {
            for lane in 0..LANES {
                peaks[lane] = larger(peaks[lane], samples[lane]);
                singles[lane] = single(samples[lane]);
            }
        }
        rest_singles.iter_mut().zip(rest).for_each(|(to, sample)| *to = single(*sample));
        peaks.iter().chain(rest).fold(0.0, |peak, sample| larger(peak, *sample))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_subnormal_is_left() {
        let samples: Vec<f64> = (0..340).map(|power| (-1f64).powi(power) * 10f64.powi(-power)).collect();
        let mut singles = vec![f32::NAN; samples.len()];
        assert_eq!(round(&samples[20..], &mut singles[20..]), 1e-20);
        assert!(singles[20..=29].iter().zip(&samples[20..]).all(|(single, sample)| *single == *sample as f32));
        assert!(singles[31..].iter().all(|single| *single == 0.0));
    }

    #[test]
    fn both_compilations_agree_to_the_last_bit() {
        let values: Vec<f64> = (1..=517u32).map(|i| f64::from(i.wrapping_mul(2_654_435_769)) / 2e9 - 1.0).collect();
        let run = || {
            let mut singles = [0.0; 517];
            let peak = round(&values, &mut singles);
            (peak.to_bits(), dot(&singles[..512], &singles[5..]).to_bits(), singles.map(f32::to_bits))
        };
        let free = run();
        let masked = crate::cpu::mask_avx2();
        assert_eq!(run(), free);
        drop(masked);
        let mut singles = [0.0; 517];
        assert_eq!(round(&values, &mut singles), values.iter().fold(0.0, |peak, x| f64::max(peak, x.abs())));
        assert!(singles.iter().zip(&values).all(|(single, value)| *single == *value as f32));
        let naive: f64 = (0..512).map(|i| f64::from(singles[i]) * f64::from(singles[i + 5])).sum();
        assert!((f64::from(dot(&singles[..512], &singles[5..])) - naive).abs() < 1e-4);
    }
}

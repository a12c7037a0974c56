//! The long loops over samples. On processors with AVX2 the same Rust code runs compiled for it: lanes and order of the
//! additions are the code's, not the compiler's, so both give the same bits.

const LANES: usize = 8;

/// Which code to run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes {
    avx2: bool,
}

impl Lanes {
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        return Self { avx2: std::arch::is_x86_feature_detected!("avx2") };
        #[cfg(not(target_arch = "x86_64"))]
        Self { avx2: false }
    }

    /// Sum of products of two slices whose length is a multiple of eight.
    #[inline]
    pub fn dot(self, one: &[f32], other: &[f32]) -> f32 {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            #[allow(unsafe_code)]
            // SAFETY: `avx2` is set only where the processor has it.
            return unsafe { dot_avx2(one, other) };
        }
        dot(one, other)
    }

    /// Copy `samples` in single precision; returns the largest absolute value of the originals, NaN passed over.
    #[inline]
    pub fn round(self, samples: &[f64], singles: &mut [f32]) -> f64 {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            #[allow(unsafe_code)]
            // SAFETY: `avx2` is set only where the processor has it.
            return unsafe { round_avx2(samples, singles) };
        }
        round(samples, singles)
    }
}

#[inline(always)]
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let (mut sums, (one, _), (other, _)) = ([0.0; LANES], one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    for (a, b) in one.iter().zip(other) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let half = |lane: usize| (sums[lane] + sums[lane + 4]) + (sums[lane + 2] + sums[lane + 6]);
    half(0) + half(1)
}

#[inline(always)]
fn round(samples: &[f64], singles: &mut [f32]) -> f64 {
    let larger = |peak: f64, sample: f64| if sample.abs() > peak { sample.abs() } else { peak };
    let mut peaks = [0.0f64; LANES];
    let ((samples, rest), (singles, rest_singles)) = (samples.as_chunks::<LANES>(), singles.as_chunks_mut::<LANES>());
    for (samples, singles) in samples.iter().zip(singles) {
        for lane in 0..LANES {
            peaks[lane] = larger(peaks[lane], samples[lane]);
            singles[lane] = samples[lane] as f32;
        }
    }
    rest_singles.iter_mut().zip(rest).for_each(|(single, sample)| *single = *sample as f32);
    peaks.iter().chain(rest).fold(0.0, |peak, sample| larger(peak, *sample))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn dot_avx2(one: &[f32], other: &[f32]) -> f32 {
    dot(one, other)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn round_avx2(samples: &[f64], singles: &mut [f32]) -> f64 {
    round(samples, singles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_compilations_agree_to_the_last_bit() {
        let values: Vec<f64> = (1..=517u32).map(|i| f64::from(i.wrapping_mul(2_654_435_769)) / 2e9 - 1.0).collect();
        let run = |lanes: Lanes| {
            let mut singles = [0.0; 517];
            let peak = lanes.round(&values, &mut singles);
            (peak.to_bits(), lanes.dot(&singles[..512], &singles[5..]).to_bits(), singles.map(f32::to_bits))
        };
        assert_eq!(run(Lanes::detect()), run(Lanes { avx2: false }));
        let mut singles = [0.0; 517];
        assert_eq!(round(&values, &mut singles), values.iter().fold(0.0, |peak, x| f64::max(peak, x.abs())));
        assert!(singles.iter().zip(&values).all(|(single, value)| *single == *value as f32));
        let naive: f64 = (0..512).map(|i| f64::from(singles[i]) * f64::from(singles[i + 5])).sum();
        assert!((f64::from(dot(&singles[..512], &singles[5..])) - naive).abs() < 1e-4);
    }
}

//! Reproducible pseudo-random numbers.

/// A pseudo-random generator, xoshiro256++, seeded by splitmix64.
///
/// Every seed and stream gives an unrelated sequence (Blackman and Vigna, "Scrambled linear pseudorandom number generators",
/// 2021).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// Creates stream number `stream` (a channel, say) of `seed`.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut counter = seed ^ stream.wrapping_add(1).wrapping_mul(0xd134_2543_de82_ef95);
        let state = std::array::from_fn(|_| {
            counter = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = counter;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^ (word >> 31)
        });
        Self { state }
    }

    /// Returns 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let [s0, s1, s2, s3] = &mut self.state;
        let result = s0.wrapping_add(*s3).rotate_left(23).wrapping_add(*s0);
        let shifted = *s1 << 17;
        *s2 ^= *s0;
        *s3 ^= *s1;
        *s1 ^= *s2;
        *s0 ^= *s3;
        *s2 ^= shifted;
        *s3 = s3.rotate_left(45);
        result
    }

    /// Returns a value spread evenly over -0.5..0.5.
    #[inline]
    pub fn centred(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    }

    /// Returns two independent values for one step of the generator, each spread evenly over -0.5..0.5 in steps of 2⁻³².
    #[inline]
    pub fn centred_pair(&mut self) -> [f64; 2] {
        let bits = self.bits();
        // The middle of each step, so that the mean is zero.
        [(bits >> 32) as u32, bits as u32].map(|half| (f64::from(half) + 0.5) / (1u64 << 32) as f64 - 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_even_and_streams_unrelated() {
        let (mut a, mut b) = (Random::new(1, 0), Random::new(1, 1));
        let count = 100_000;
        let (mut mean, mut square, mut product) = (0.0, 0.0, 0.0);
        for _ in 0..count {
            let (x, y) = (a.centred(), b.centred());
            assert!((-0.5..0.5).contains(&x));
            mean += x / count as f64;
            square += x * x / count as f64;
            product += x * y / count as f64;
        }
        assert!(mean.abs() < 0.004 && (square * 12.0 - 1.0).abs() < 0.02 && product.abs() < 0.002);
        assert_eq!(Random::new(7, 3), Random::new(7, 3));
    }
}

//! Random numbers of the simulation.

/// Generator of Steele, Lea & Flood ("Fast splittable pseudorandom number generators", OOPSLA 2014).
pub struct Random(u64);

impl Random {
    /// Makes a generator for a seed and a purpose, so that one purpose does not move another.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose.wrapping_mul(0xd1b5_4a32_d192_ed03));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Even draw from 0 to below 1.
    pub fn even(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether an event of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.even() < probability
    }

    /// Whole number from 0 to below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.even() * count as f64) as usize
    }

    /// Normal draw of mean 0 and deviation 1 (Box-Muller).
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = ((-2.0 * (1.0 - self.even()).ln()).sqrt(), std::f64::consts::TAU * self.even());
        radius * angle.cos()
    }

    /// Vector of normal draws of this deviation.
    pub fn normals<const N: usize>(&mut self, deviation: f64) -> [f64; N] {
        std::array::from_fn(|_| deviation * self.normal())
    }
}

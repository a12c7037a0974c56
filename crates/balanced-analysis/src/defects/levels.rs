//! Levels in decibels, counted, so that their lowest or highest shares can be asked for.

/// Width of a class.
const STEP_DB: f64 = 0.25;

/// A histogram of levels within a range.
#[derive(Clone)]
pub(crate) struct Levels {
    lowest_db: f64,
    counts: Vec<u32>,
    total: u32,
}

impl Levels {
    /// Levels outside the range count as its ends.
    pub fn new(lowest_db: f64, highest_db: f64) -> Self {
        let classes = ((highest_db - lowest_db) / STEP_DB).max(1.0) as usize;
        Self { lowest_db, counts: vec![0; classes], total: 0 }
    }

    pub fn add(&mut self, level_db: f64) {
        let class = ((level_db - self.lowest_db) / STEP_DB).max(0.0) as usize;
        let last = self.counts.len() - 1;
        self.counts[class.min(last)] += 1;
        self.total += 1;
    }

    /// How many were counted.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The level that a share of all lie at or below, to within half a class; `None` if nothing was counted.
    pub fn quantile_db(&self, share: f64) -> Option<f64> {
        let wanted = (share * f64::from(self.total)).max(1.0);
        let mut count = 0.0;
        let class = self.counts.iter().position(|n| {
            count += f64::from(*n);
            count >= wanted
        })?;
        Some(self.lowest_db + (class as f64 + 0.5) * STEP_DB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_ramp() {
        let mut levels = Levels::new(-100.0, 0.0);
        assert_eq!(levels.quantile_db(0.5), None);
        (0..1000).for_each(|i| levels.add(-100.0 + f64::from(i) * 0.1));
        assert!((levels.quantile_db(0.5).unwrap() + 50.0).abs() < STEP_DB);
        assert!((levels.quantile_db(0.02).unwrap() + 98.0).abs() < STEP_DB);
        levels.add(50.0);
        assert_eq!((levels.total(), levels.quantile_db(1.0)), (1001, Some(-0.125)));
    }
}

//! How much work runs may take before the meter looks for their peaks in a way that takes the same for all.

/// Points of the search filter that take as long as one of the fine filter.
const SEARCHES: i64 = 8;
/// What each run adds to the credit, in points of the search filter. Music takes 1 to 3 a run, low notes held up to 40.
const INCOME: i64 = 64;
/// The most credit there can be, and what there is at the start: about a millisecond.
const MOST: i64 = 80_000;

/// A credit of work, which every run adds to and every filtered point takes from.
#[derive(Clone, Debug)]
pub(super) struct Effort {
    credit: i64,
}

impl Effort {
    pub fn new() -> Self {
        Self { credit: MOST }
    }

    /// Returns a credit that no signal uses up.
    #[cfg(test)]
    pub fn endless() -> Self {
        Self { credit: i64::MAX / 2 }
    }

    /// Returns how much more was taken than there was, in points of the search filter.
    #[cfg(test)]
    pub fn debt(&self) -> i64 {
        (-self.credit).max(0)
    }

    /// Returns whether there is credit for another run.
    pub fn is_left(&self) -> bool {
        self.credit > 0
    }

    /// Adds what a run may take.
    pub fn earn(&mut self) {
        self.credit = self.credit.max(MOST.min(self.credit + INCOME));
    }

    /// Takes `points` points of the search filter off.
    pub fn take_searched(&mut self, points: usize) {
        self.credit -= points as i64;
    }

    /// Takes `points` points of the fine filter off.
    pub fn take_judged(&mut self, points: usize) {
        self.credit -= points as i64 * SEARCHES;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debt_is_paid_off_run_by_run() {
        let mut effort = Effort::new();
        effort.earn();
        effort.take_searched(MOST as usize);
        assert!(!effort.is_left(), "nothing is saved beyond the most");
        effort.take_judged(1_000_000);
        assert_eq!(effort.debt(), 1_000_000 * SEARCHES);
        let mut runs = 0;
        while !effort.is_left() {
            effort.earn();
            runs += 1;
        }
        assert_eq!(runs, 1_000_000 * SEARCHES / INCOME + 1);
    }
}

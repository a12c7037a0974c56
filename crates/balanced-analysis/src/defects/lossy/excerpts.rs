//! A few short excerpts, spread over the programme however long it turns out to be.

use super::grid::COEFFICIENTS;

/// Excerpts kept, at most.
const MOST: usize = 8;
/// Samples of one: two frames and room to move a whole frame.
pub(super) const LENGTH: usize = 3 * COEFFICIENTS;
/// Quieter excerpts (-50 dBFS) say nothing.
const QUIETEST_POWER: f32 = 1e-5;

/// Excerpts of one channel. When there are too many every other one goes, and from then on half as many are taken.
pub(crate) struct Excerpts {
    list: Vec<Excerpt>,
    spacing: u64,
    next: u64,
}

/// Samples, and where they start.
pub(super) struct Excerpt {
    pub start: u64,
    pub samples: Vec<f32>,
}

impl Excerpts {
    pub fn new() -> Self {
        Self { list: Vec::new(), spacing: 4 * COEFFICIENTS as u64, next: 0 }
    }

    /// Offer `samples` that start at `start`; they are read if an excerpt is due.
    pub fn offer(&mut self, samples: &[f32], start: u64) {
        if start < self.next || samples.len() < LENGTH {
            return;
        }
        let samples = &samples[..LENGTH];
        let power = samples.iter().map(|s| s * s).sum::<f32>() / LENGTH as f32;
        if power < QUIETEST_POWER {
            return;
        }
        self.list.push(Excerpt { start, samples: samples.to_vec() });
        self.next = start + self.spacing;
        if self.list.len() > MOST {
            let mut index = 0;
            self.list.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing *= 2;
            self.next = self.list.last().map_or(0, |e| e.start + self.spacing);
        }
    }

    pub(super) fn list(&self) -> &[Excerpt] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_few_and_spread() {
        let mut excerpts = Excerpts::new();
        let samples = vec![0.1f32; 4096];
        for i in 0..10_000 {
            excerpts.offer(&samples, 2048 * i);
        }
        assert!((4..=MOST).contains(&excerpts.list().len()));
        let last = excerpts.list().last().unwrap().start;
        assert!(last > 2048 * 10_000 * 3 / 4);
        excerpts.offer(&[0.0; 4096], u64::MAX / 2);
        assert_eq!(excerpts.list().last().unwrap().start, last, "silence is not kept");
    }
}

//! Short excerpts of the front pair, spread over the programme however long it turns out to be.

/// Excerpts kept, at most; at least half as many of a programme that is long enough.
const MOST: usize = 32;
/// Samples of one: a frame of the longest transform and room to move by a whole frame, four times 1024.
pub(super) const LENGTH: usize = 4096;
/// Quieter excerpts (-60 dBFS) say nothing.
const QUIETEST_POWER: f32 = 1e-6;

/// When there are too many excerpts every other one goes, and from then on half as many are taken.
pub(crate) struct Excerpts {
    list: Vec<Excerpt>,
    spacing: u64,
    next: u64,
}

/// Samples, and where they start.
pub(super) struct Excerpt {
    /// Position of the first sample in the stream.
    pub start: u64,
    /// The first channel.
    pub left: Vec<f32>,
    /// Half the sum of the first two channels: joint-stereo coders quantise it, not left and right. Empty for mono.
    pub mid: Vec<f32>,
}

impl Excerpts {
    pub fn new() -> Self {
        Self { list: Vec::new(), spacing: LENGTH as u64, next: 0 }
    }

    /// Offer the samples of the first channels that start at `start`; they are read if an excerpt is due.
    pub fn offer(&mut self, channels: &[Vec<f32>], end: usize, start: u64) {
        if start < self.next || end < LENGTH {
            return;
        }
        let left = &channels[0][..LENGTH];
        let mid = channels.get(1).map_or_else(Vec::new, |right| {
            left.iter().zip(&right[..LENGTH]).map(|(l, r)| 0.5 * (l + r)).collect::<Vec<f32>>()
        });
        if power(left).max(power(&mid)) < QUIETEST_POWER {
            return;
        }
        self.list.push(Excerpt { start, left: left.to_vec(), mid });
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

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|s| s * s).sum::<f32>() / LENGTH as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_few_and_spread() {
        let mut excerpts = Excerpts::new();
        let samples = vec![vec![0.1f32; LENGTH]; 2];
        for i in 0..10_000 {
            excerpts.offer(&samples, LENGTH, 2048 * i);
        }
        assert!((MOST / 2..=MOST).contains(&excerpts.list().len()));
        let last = excerpts.list().last().unwrap().start;
        assert!(last > 2048 * 10_000 * 3 / 4);
        excerpts.offer(&[vec![0.0; LENGTH]], LENGTH, u64::MAX / 2);
        assert_eq!(excerpts.list().last().unwrap().start, last, "silence is not kept");
    }
}

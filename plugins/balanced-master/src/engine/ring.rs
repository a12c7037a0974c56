//! Lock-free ring buffer of audio for the meters, with one writer and one reader. Audio that does not fit is dropped.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// Channels: input left, input right, output left, output right.
pub const LANES: usize = 4;

/// A ring buffer of frames of `LANES` values.
pub struct Ring<const LANES: usize> {
    cells: Box<[AtomicU32]>,
    /// Total frames written and read; the ring holds the difference.
    written: AtomicUsize,
    read: AtomicUsize,
}

impl<const LANES: usize> Ring<LANES> {
    /// Creates a ring with a capacity of `frames`, a power of two.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        assert!(frames.is_power_of_two());
        Self {
            cells: (0..frames * LANES).map(|_| AtomicU32::new(0)).collect(),
            written: AtomicUsize::new(0),
            read: AtomicUsize::new(0),
        }
    }

    fn capacity(&self) -> usize {
        self.cells.len() / LANES
    }

    fn cell(&self, frame: usize, lane: usize) -> &AtomicU32 {
        &self.cells[(frame & (self.capacity() - 1)) * LANES + lane]
    }

    /// Returns the number of frames that can be written. `[audio]`
    #[must_use]
    pub fn room(&self) -> usize {
        let used = self.written.load(Ordering::Relaxed).wrapping_sub(self.read.load(Ordering::Acquire));
        self.capacity() - used
    }

    /// Writes samples to one channel of the frames of the next [`commit`](Self::commit). `[audio]`
    pub fn put(&self, lane: usize, samples: &[f64]) {
        let start = self.written.load(Ordering::Relaxed);
        for (index, sample) in samples.iter().enumerate() {
            self.cell(start.wrapping_add(index), lane).store((*sample as f32).to_bits(), Ordering::Relaxed);
        }
    }

    /// Publishes `frames` frames, at most [`room`](Self::room). `[audio]`
    pub fn commit(&self, frames: usize) {
        self.written.store(self.written.load(Ordering::Relaxed).wrapping_add(frames), Ordering::Release);
    }

    /// Reads all available frames. `[main]`
    pub fn drain(&self, mut visit: impl FnMut([f32; LANES])) {
        let (start, end) = (self.read.load(Ordering::Relaxed), self.written.load(Ordering::Acquire));
        for frame in 0..end.wrapping_sub(start) {
            let at = start.wrapping_add(frame);
            visit(std::array::from_fn(|lane| f32::from_bits(self.cell(at, lane).load(Ordering::Relaxed))));
        }
        self.read.store(end, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_in_order_across_threads() {
        let ring = Ring::<LANES>::new(64);
        let total = 10_000;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut next = 0;
                while next < total {
                    let count = ring.room().min(7).min(total - next);
                    let values: Vec<f64> = (next..next + count).map(|value| value as f64).collect();
                    (0..LANES).for_each(|lane| ring.put(lane, &values));
                    ring.commit(count);
                    next += count;
                }
            });
            let mut expected = 0;
            while expected < total {
                ring.drain(|frame| {
                    assert_eq!(frame, [expected as f32; LANES]);
                    expected += 1;
                });
            }
        });
    }
}

//! Blocks of any size in, batches of blocks of one size with usable samples out.

use std::sync::Arc;

use balanced_dsp::{Block, PlanarBuffer, vector_loop};

use crate::stage::Stage;

/// Frames in every block that stages receive, except the last.
pub const BLOCK_FRAMES: usize = 4096;

/// Limit of usable samples: 96 dB above full scale. Larger ones are not audio (integers read as floats stay below) and
/// would overflow sums of squares; they, NaN and infinity count as zero and are reported.
pub const SANE: f64 = 65_536.0;

/// Some blocks in a row, all full but the stream's last.
pub(crate) struct Batch {
    buffer: PlanarBuffer,
    /// Frame of the stream that the batch begins with.
    start: u64,
    /// Frame and channel of the samples that were not usable and read as zero here, in order.
    unusable: Vec<(u64, usize)>,
}

impl Batch {
    fn new(channels: usize, frames: usize) -> Self {
        Self { buffer: PlanarBuffer::new(channels, frames), start: 0, unusable: Vec::new() }
    }

    /// Hand the blocks on to `stages`, in order, each after word of its unusable samples.
    pub fn hand_on(&self, stages: &mut [&mut Box<dyn Stage>]) {
        let mut unusable = self.unusable.iter().peekable();
        for at in (0..self.buffer.frames()).step_by(BLOCK_FRAMES) {
            let end = (at + BLOCK_FRAMES).min(self.buffer.frames());
            while let Some((frame, channel)) = unusable.next_if(|(frame, _)| *frame < self.start + end as u64) {
                stages.iter_mut().for_each(|stage| stage.unusable(*channel, *frame));
            }
            let block = self.buffer.block().slice(at..end);
            stages.iter_mut().for_each(|stage| stage.push(block));
        }
    }

    /// Take `part` at `at`; samples that are not usable become zero and are noted.
    fn store(&mut self, part: Block<'_>, at: usize) {
        for channel in 0..part.channels() {
            let stored = &mut self.buffer.channel_mut(channel)[at..at + part.frames()];
            if copy_usable(part.channel(channel), stored) {
                continue;
            }
            for (index, sample) in part.channel(channel).iter().enumerate() {
                if !is_usable(*sample) {
                    self.unusable.push((self.start + (at + index) as u64, channel));
                }
            }
        }
    }
}

/// Collects frames until a batch is full.
pub(crate) struct Intake {
    batch: Batch,
    filled: usize,
    /// Batches that were handed on; those that nobody holds any more are filled again.
    sent: Vec<Arc<Batch>>,
    any_sound: bool,
}

impl Intake {
    /// Batches of `blocks` blocks.
    pub fn new(channels: usize, blocks: usize) -> Self {
        let batch = Batch::new(channels, blocks * BLOCK_FRAMES);
        Self { batch, filled: 0, sent: Vec::new(), any_sound: false }
    }

    /// Take all of `block`; `emit` gets every batch in order.
    pub fn push(&mut self, block: Block<'_>, mut emit: impl FnMut(&Arc<Batch>)) {
        assert_eq!(block.channels(), self.batch.buffer.channels(), "a block must have the stream's channels");
        self.any_sound = self.any_sound || (0..block.channels()).any(|c| block.channel(c).iter().any(|s| *s != 0.0));
        let (mut at, full) = (0, self.batch.buffer.capacity_frames());
        while at < block.frames() {
            let take = (full - self.filled).min(block.frames() - at);
            self.batch.store(block.slice(at..at + take), self.filled);
            at += take;
            self.filled += take;
            if self.filled == full {
                self.send(&mut emit);
            }
        }
    }

    /// Frames taken so far.
    pub fn frames(&self) -> u64 {
        self.batch.start + self.filled as u64
    }

    /// Whether any sample so far is not zero.
    pub fn any_sound(&self) -> bool {
        self.any_sound
    }

    /// The frames that did not fill a batch.
    pub fn finish(&mut self, mut emit: impl FnMut(&Arc<Batch>)) {
        if self.filled > 0 {
            self.send(&mut emit);
        }
    }

    fn send(&mut self, emit: &mut impl FnMut(&Arc<Batch>)) {
        let next = Batch { start: self.frames(), ..self.unused() };
        let mut batch = std::mem::replace(&mut self.batch, next);
        batch.buffer.set_frames(self.filled);
        batch.unusable.sort_unstable();
        self.filled = 0;
        let batch = Arc::new(batch);
        emit(&batch);
        self.sent.push(batch);
    }

    /// A batch that nobody holds, or a new one.
    fn unused(&mut self) -> Batch {
        let free = self.sent.iter().position(|batch| Arc::strong_count(batch) == 1);
        match free.and_then(|index| Arc::into_inner(self.sent.swap_remove(index))) {
            Some(mut batch) => {
                batch.buffer.set_frames(batch.buffer.capacity_frames());
                batch.unusable.clear();
                batch
            }
            None => Batch::new(self.batch.buffer.channels(), self.batch.buffer.capacity_frames()),
        }
    }
}

/// One comparison refuses NaN, infinity and nonsense alike.
fn is_usable(sample: f64) -> bool {
    sample.abs() < SANE
}

vector_loop! {
    /// Copy with zeros for what is not usable; whether all was. Lanes without a branch, so that the compiler may use vectors.
    fn copy_usable<'a>(samples: &'a [f64], stored: &'a mut [f64]) -> bool {
        let copy = |sample: f64, stored: &mut f64, flag: &mut f64| {
            *stored = if is_usable(sample) { sample } else { 0.0 };
            *flag = if is_usable(sample) { *flag } else { 1.0 };
        };
        let mut flags = [0.0f64; 8];
        let ((chunks, rest), (targets, rest_targets)) = (samples.as_chunks::<8>(), stored.as_chunks_mut::<8>());
        for (chunk, target) in chunks.iter().zip(targets) {
            for lane in 0..8 {
                copy(chunk[lane], &mut target[lane], &mut flags[lane]);
            }
        }
        for (sample, target) in rest.iter().zip(rest_targets) {
            copy(*sample, target, &mut flags[0]);
        }
        flags == [0.0; 8]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::Programme;
    use balanced_model::Measurements;

    /// Notes what it is given.
    #[derive(Default)]
    struct Notes(Arc<Mutex<Vec<Note>>>);

    #[derive(Clone, Debug, PartialEq)]
    enum Note {
        Block(Vec<f64>),
        Unusable(usize, u64),
    }

    impl Stage for Notes {
        fn weight(&self) -> u32 {
            1
        }

        fn unusable(&mut self, channel: usize, frame: u64) {
            self.0.lock().unwrap().push(Note::Unusable(channel, frame));
        }

        fn push(&mut self, block: Block<'_>) {
            self.0.lock().unwrap().push(Note::Block(block.channel(0).to_vec()));
        }

        fn finish(self: Box<Self>, _: &mut Measurements, _: &Programme) {}
    }

    #[test]
    fn unusable_samples_are_reported_before_their_block_and_read_as_zero() {
        let mut samples = vec![0.5; 2 * BLOCK_FRAMES + 3];
        samples[1] = f64::NAN;
        samples[BLOCK_FRAMES + 2] = f64::NEG_INFINITY;
        samples[2 * BLOCK_FRAMES] = 1e9;
        let mut clean = samples.clone();
        clean.iter_mut().for_each(|sample| *sample = if *sample == 0.5 { 0.5 } else { 0.0 });
        let block = |at: usize| Note::Block(clean[at..(at + BLOCK_FRAMES).min(clean.len())].to_vec());
        let bad = |frame: usize| Note::Unusable(0, frame as u64);
        let (second, third) = (BLOCK_FRAMES, 2 * BLOCK_FRAMES);
        let expected = [bad(1), block(0), bad(second + 2), block(second), bad(third), block(third)];
        for (step, blocks) in [(1, 1), (7, 2), (BLOCK_FRAMES, 3), (samples.len(), 8), (5000, 1)] {
            let notes = Notes::default();
            let seen = notes.0.clone();
            let mut stage: Box<dyn Stage> = Box::new(notes);
            let mut intake = Intake::new(1, blocks);
            let mut hand_on = |batch: &Arc<Batch>| batch.hand_on(&mut [&mut stage]);
            for chunk in samples.chunks(step) {
                intake.push(Block::new(chunk, 1, chunk.len(), chunk.len()), &mut hand_on);
            }
            assert_eq!((intake.frames(), intake.any_sound()), (samples.len() as u64, true));
            intake.finish(&mut hand_on);
            assert_eq!(*seen.lock().unwrap(), expected, "{step} {blocks}");
        }
    }

    #[test]
    fn batches_are_used_again_once_nobody_holds_them() {
        let block = vec![0.1; BLOCK_FRAMES];
        let mut intake = Intake::new(1, 1);
        let mut held = Vec::new();
        for index in 0..20 {
            let keep = |batch: &Arc<Batch>| {
                if index < 3 {
                    held.push(batch.clone())
                }
            };
            intake.push(Block::new(&block, 1, BLOCK_FRAMES, BLOCK_FRAMES), keep);
        }
        assert!(intake.sent.len() <= 4, "{}", intake.sent.len());
    }
}

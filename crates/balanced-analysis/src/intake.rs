//! Blocks of any size in, blocks of one size with usable samples out.

use balanced_dsp::{Block, PlanarBuffer};

/// Frames in every block that the stages see, but the last.
pub(crate) const BLOCK_FRAMES: usize = 4096;

/// Larger samples are not audio (96 dB over full scale; integers read as floats stay below) and would overflow sums of
/// squares. They, NaN and infinity count as zero and are reported.
pub(crate) const SANE: f64 = 65_536.0;

/// What comes out: a block to measure, or word of a sample in the next block that is not usable.
pub(crate) enum Event<'a> {
    Block(Block<'a>),
    Unusable { channel: usize, frame: u64 },
}

/// Collects frames until a block is full.
pub(crate) struct Intake {
    buffer: PlanarBuffer,
    filled: usize,
    /// Frames handed on in full blocks.
    done: u64,
    /// Whether any sample so far is not zero.
    any_sound: bool,
}

impl Intake {
    pub fn new(channels: usize) -> Self {
        Self { buffer: PlanarBuffer::new(channels, BLOCK_FRAMES), filled: 0, done: 0, any_sound: false }
    }

    /// Take all of `block`; `emit` gets every event in order.
    pub fn push(&mut self, block: Block<'_>, mut emit: impl FnMut(Event<'_>)) {
        assert_eq!(block.channels(), self.buffer.channels(), "a block must have the stream's channels");
        self.any_sound = self.any_sound || (0..block.channels()).any(|c| block.channel(c).iter().any(|s| *s != 0.0));
        let mut at = 0;
        while at < block.frames() {
            let take = (BLOCK_FRAMES - self.filled).min(block.frames() - at);
            let part = block.slice(at..at + take);
            at += take;
            if take == BLOCK_FRAMES && is_usable(part) {
                // A whole clean block needs no copy.
                emit(Event::Block(part));
                self.done += BLOCK_FRAMES as u64;
            } else {
                self.store(part, &mut emit);
            }
        }
    }

    /// Frames taken so far.
    pub fn frames(&self) -> u64 {
        self.done + self.filled as u64
    }

    /// Whether any sample so far is not zero.
    pub fn any_sound(&self) -> bool {
        self.any_sound
    }

    /// The frames that did not fill a block.
    pub fn finish(mut self, mut emit: impl FnMut(Event<'_>)) {
        if self.filled > 0 {
            self.buffer.set_frames(self.filled);
            emit(Event::Block(self.buffer.block()));
        }
    }

    fn store(&mut self, part: Block<'_>, emit: &mut impl FnMut(Event<'_>)) {
        let range = self.filled..self.filled + part.frames();
        for channel in 0..part.channels() {
            let stored = &mut self.buffer.channel_mut(channel)[range.clone()];
            for (offset, (stored, sample)) in stored.iter_mut().zip(part.channel(channel)).enumerate() {
                // One comparison refuses NaN, infinity and nonsense alike.
                *stored = if sample.abs() < SANE { *sample } else { 0.0 };
                if sample.abs() < SANE {
                    continue;
                }
                let frame = self.done + (range.start + offset) as u64;
                emit(Event::Unusable { channel, frame });
            }
        }
        self.filled = range.end;
        if self.filled == BLOCK_FRAMES {
            emit(Event::Block(self.buffer.block()));
            self.filled = 0;
            self.done += BLOCK_FRAMES as u64;
        }
    }
}

fn is_usable(block: Block<'_>) -> bool {
    (0..block.channels()).all(|channel| {
        // Lanes without a branch, so that the compiler may use vectors.
        let (chunks, rest) = block.channel(channel).as_chunks::<8>();
        let mut unusable = [0.0f64; 8];
        for chunk in chunks {
            for lane in 0..8 {
                unusable[lane] = if chunk[lane].abs() < SANE { unusable[lane] } else { 1.0 };
            }
        }
        unusable == [0.0; 8] && rest.iter().all(|sample| sample.abs() < SANE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_samples_are_reported_before_their_block_and_read_as_zero() {
        let mut samples = vec![0.5; 2 * BLOCK_FRAMES + 3];
        samples[1] = f64::NAN;
        samples[BLOCK_FRAMES + 2] = f64::NEG_INFINITY;
        samples[2 * BLOCK_FRAMES] = 1e9;
        for step in [1, 7, BLOCK_FRAMES, samples.len()] {
            let (mut intake, mut bad, mut out) = (Intake::new(1), Vec::new(), Vec::new());
            let mut collect = |event: Event<'_>| match event {
                Event::Block(block) => out.push(block.channel(0).to_vec()),
                Event::Unusable { channel, frame } => bad.push((channel, frame)),
            };
            for chunk in samples.chunks(step) {
                intake.push(Block::new(chunk, 1, chunk.len(), chunk.len()), &mut collect);
            }
            intake.finish(&mut collect);
            let frame = |frame: usize| (0, frame as u64);
            assert_eq!(bad, [frame(1), frame(BLOCK_FRAMES + 2), frame(2 * BLOCK_FRAMES)]);
            assert_eq!(out.iter().map(Vec::len).collect::<Vec<_>>(), [BLOCK_FRAMES, BLOCK_FRAMES, 3]);
            assert!(out.iter().flatten().all(|s| *s == 0.5 || *s == 0.0));
            assert_eq!((out[0][1], out[2][0]), (0.0, 0.0));
        }
    }
}

//! What every family of measurements is: blocks in, then its part of the result.

use balanced_dsp::Block;

use crate::Measurements;

/// A family at work. The analyser calls `push` with blocks whose borders depend on the stream's position only, so that a
/// stage cannot make its result depend on how the caller cut the audio. Blocks hold [`BLOCK_FRAMES`] frames, the last one
/// fewer; every sample is finite and below [`SANE`](crate::intake::SANE).
///
/// [`BLOCK_FRAMES`]: crate::intake::BLOCK_FRAMES
pub(crate) trait Stage: Send {
    /// A sample of the next block was not a usable number and reads as zero there; `frame` counts from the stream's start.
    fn unusable(&mut self, _channel: usize, _frame: u64) {}

    /// Measure the next block.
    fn push(&mut self, block: Block<'_>);

    /// End of the stream, on the thread that pushed: whatever needs no other family's result, so that families share the cores to
    /// the end.
    fn conclude(&mut self) {}

    /// After [`conclude`](Self::conclude): write this family's part of `result`. Stages finish in the order they were wired.
    fn finish(self: Box<Self>, result: &mut Measurements);
}

//! The stage, which every family of measurements implements: blocks in, then its part of the result.

use balanced_dsp::Block;
use balanced_model::Measurements;

use crate::Programme;

/// One measurement at work on a stream; a crate outside this one may hand its own to
/// [`Analyzer::with_stages`](crate::Analyzer::with_stages).
///
/// The analyser calls [`push`](Self::push) for every block, then [`conclude`](Self::conclude) once, then
/// [`finish`](Self::finish) once. Blocks hold [`BLOCK_FRAMES`](crate::BLOCK_FRAMES) frames, the last one fewer. Their borders
/// depend on the stream's position only, so that a result cannot depend on how the caller cut the audio. Every sample is
/// finite and below [`SANE`](crate::SANE).
///
/// `push` and `conclude` run on one thread, which may not be the thread that made the stage; `finish` runs on the caller's.
pub trait Stage: Send {
    /// Cost of the stage: milliseconds of CPU for four minutes of 44.1 kHz stereo. It only decides which stages share a
    /// thread.
    fn weight(&self) -> u32;

    /// Reports a sample of the next block that was not a usable number and reads as zero there; `frame` counts from the
    /// stream's start.
    fn unusable(&mut self, _channel: usize, _frame: u64) {}

    /// Measures the next block.
    fn push(&mut self, block: Block<'_>);

    /// Ends the stream: does whatever needs no other family's result, on the thread that pushed, so that families share the
    /// cores to the end.
    fn conclude(&mut self) {}

    /// Writes this family's part of `result`, and why its values are missing where they are. Stages finish in the order
    /// they were wired, guests last, so that a later one may read what an earlier one found.
    fn finish(self: Box<Self>, result: &mut Measurements, programme: &Programme);
}

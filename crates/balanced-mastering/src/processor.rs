//! The lifecycle every processor has.

use balanced_dsp::{BlockMut, StreamFormat};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{BuildError, Parameters, ProcessorSpec, SpecError};

/// Frames a processor is handed at once, at most. Audio is cut at multiples of this since the last reset before it reaches
/// a processor, so that no block it sees straddles one.
pub const MAX_BLOCK_FRAMES: usize = 1024;

/// A running processor.
///
/// What [`ProcessorSpec::build`] returns accepts blocks of any length, and replaces NaN and infinities by silence before
/// they reach the processor. The output never depends on how the audio was cut into blocks.
pub trait Processor: Send {
    /// Process `block` in place. Never allocates, locks, fails or panics. `[audio]`
    fn process(&mut self, block: &mut BlockMut<'_>);

    /// Forget all history and jump to the set parameters: the next output is that of a fresh processor. `[audio]`
    fn reset(&mut self);

    /// Frames by which the output lags the input; constant until rebuilt. `[any]`
    fn latency_frames(&self) -> usize;

    /// Take over new settings, which glide in without a click. Settings must be valid ([`ProcessorSpec::validate`]).
    /// What would change latency or memory answers [`Update::NeedsRebuild`] and changes nothing. `[audio]`
    fn update(&mut self, spec: &ProcessorSpec) -> Update;

    /// Expect `frames` of silence before the programme: the latency of what runs before, in all. A processor that works on a
    /// grid of its own begins it with the programme, so that it does the same whether that latency was taken off before
    /// or not. Called before the first block. `[main]`
    fn lead_in(&mut self, frames: usize) {
        let _ = frames;
    }

    /// Turn the phase of `dry`, the input delayed by the latency, as the processor at rest turns it, so that the two can be
    /// mixed without cancelling each other. Called for every block while a step is neither fully heard nor bypassed.
    /// `[audio]`
    fn align_dry(&mut self, dry: &mut BlockMut<'_>) {
        let _ = dry;
    }

    /// Largest gain reduction of late, in dB ≥ 0, for meters; 0 from processors that reduce nothing. `[audio]`
    fn gain_reduction_db(&self) -> f64 {
        0.0
    }
}

/// What became of new settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Update {
    /// They are in effect, or gliding there.
    Applied,
    /// They need a processor built afresh; this one goes on as before.
    NeedsRebuild,
}

/// The settings of one kind of processor: plain data with a table of its parameters.
pub trait Settings: Parameters + Clone + Default + PartialEq + Serialize + DeserializeOwned + JsonSchema {
    /// Allocate everything for audio of `format`. The settings have been validated against [`PARAMS`](Parameters::PARAMS) and
    /// [`check`](Self::check), the format is usable.
    ///
    /// # Errors
    /// What only shows once the format is known.
    fn build(&self, format: &StreamFormat) -> Result<Box<dyn Processor>, BuildError>;

    /// The same with next to no latency, where the processor has such a form; the others are built as ever. `[main]`
    ///
    /// # Errors
    /// As [`build`](Self::build).
    fn build_near_zero(&self, format: &StreamFormat) -> Result<Box<dyn Processor>, BuildError> {
        self.build(format)
    }

    /// What ranges of single fields cannot say (lengths of lists, fields that must fit each other).
    ///
    /// # Errors
    /// The path of the culprit within these settings, and what is wrong with it.
    fn check(&self) -> Result<(), SpecError> {
        Ok(())
    }

    /// Settings for a purpose, by name: what `preset` in a step of a chain file starts from.
    fn presets() -> Vec<(&'static str, Self)> {
        Vec::new()
    }

    /// The defaults first, then settings that put every part of the processor to work. Contract tests run them all.
    fn examples() -> Vec<Self> {
        vec![Self::default()]
    }
}

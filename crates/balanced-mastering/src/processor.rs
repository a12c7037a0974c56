//! The lifecycle every processor has.

use balanced_dsp::{BlockMut, StreamFormat};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{BuildError, BuildOptions, Parameters, ProcessorSpec, SpecError};

/// Longest block, in frames, that a processor is handed inside. Audio is cut at multiples of this since the last reset before
/// it reaches a processor, so that no block it sees straddles one.
pub const MAX_BLOCK_FRAMES: usize = 1024;

/// A running processor.
///
/// What [`ProcessorSpec::build`] returns accepts blocks of any length, and replaces NaN and infinities by silence before
/// they reach the processor. The output never depends on how the audio was cut into blocks.
pub trait Processor: Send {
    /// Processes `block` in place. Never allocates, locks, fails or panics. `[audio]`
    ///
    /// A built processor turns a block with another number of channels than it was built for into silence.
    fn process(&mut self, block: &mut BlockMut<'_>);

    /// Forgets all history and jumps to the set parameters: the next output is that of a fresh processor. `[audio]`
    fn reset(&mut self);

    /// Returns the latency in frames; constant until rebuilt. `[any]`
    fn latency_frames(&self) -> usize;

    /// Tells whether the processor can change to `spec` while it runs. What would change its latency or memory, and settings
    /// of another kind, need another processor. `[audio]`
    fn accepts(&self, spec: &ProcessorSpec) -> bool {
        let _ = spec;
        false
    }

    /// Changes to settings that the processor [`accepts`](Self::accepts); they glide in without a click. Settings must be valid
    /// ([`ProcessorSpec::validate`]). `[audio]`
    fn apply(&mut self, spec: &ProcessorSpec) {
        let _ = spec;
    }

    /// Changes to new settings if the processor [`accepts`](Self::accepts) them; otherwise nothing changes. `[audio]`
    fn update(&mut self, spec: &ProcessorSpec) -> Update {
        if !self.accepts(spec) {
            return Update::NeedsRebuild;
        }
        self.apply(spec);
        Update::Applied
    }

    /// Announces `frames` of silence before the programme: the total latency of the processors before this one. A processor that
    /// works on a grid of its own begins it with the programme, so that its output is the same whether that latency was
    /// removed before or not. Called before the first block. `[main]`
    fn lead_in(&mut self, frames: usize) {
        let _ = frames;
    }

    /// Shifts the phase of `dry`, the input delayed by the latency, as the processor at rest does, so that the two can be mixed
    /// or subtracted without cancelling each other. Called for every block that `whose` signal needs it for; each
    /// signal has a memory of its own. `[audio]`
    fn align_dry(&mut self, dry: &mut BlockMut<'_>, whose: DrySignal) {
        let _ = (dry, whose);
    }

    /// Returns the gain reduction in dB, 0 or more, for meters: the largest over the last milliseconds. `[audio]`
    fn gain_reduction_db(&self) -> f64 {
        0.0
    }
}

/// Dry signal that is turned in phase as the processed one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DrySignal {
    /// The dry share of the step's own mix.
    Mix,
    /// The unprocessed programme that [`Listen::Difference`](crate::Listen::Difference) subtracts.
    Original,
}

impl DrySignal {
    /// Number of dry signals.
    pub(crate) const COUNT: usize = 2;
}

/// Result of a change of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Update {
    /// The settings are in effect, or gliding there.
    Applied,
    /// The settings need a new build; nothing has changed.
    NeedsRebuild,
}

/// The settings of one kind of processor: plain data with a table of its parameters.
pub trait Settings: Parameters + Clone + Default + PartialEq + Serialize + DeserializeOwned + JsonSchema {
    /// Allocates a processor for audio of `format`. The settings have been validated against
    /// [`PARAMS`](Parameters::PARAMS) and [`check`](Self::check), the format is usable. `[main]`
    ///
    /// # Errors
    /// Returns an error that only shows once the format is known.
    fn build(&self, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Box<dyn Processor>, BuildError>;

    /// Checks what ranges of single fields cannot say: lengths of lists, fields that must fit each other.
    ///
    /// # Errors
    /// The path of the culprit within these settings, and what is wrong with it.
    fn check(&self) -> Result<(), SpecError> {
        Ok(())
    }

    /// Lists settings for a purpose, by name: what `preset` in a step of a chain file starts from.
    fn presets() -> Vec<(&'static str, Self)> {
        Vec::new()
    }

    /// Lists the defaults, then settings that put every part of the processor to work. Contract tests run them all.
    fn examples() -> Vec<Self> {
        vec![Self::default()]
    }
}

//! A running chain.

use balanced_dsp::{BlockMut, StreamFormat};

use super::link::Row;
use super::{ChainSpec, ClapSpec};
use crate::guard::{Grid, sanitise};
use crate::{BuildError, Processor, Update};

/// Steps in a row, each with a bypass and a mix whose dry path is aligned with the processed one; a parallel step holds
/// rows of its own.
///
/// Blocks may have any length; the output does not depend on it. A bypassed step passes its input on bit-exactly,
/// delayed by the step's latency, so that switching moves nothing in time.
pub struct Chain {
    row: Row,
    channels: usize,
    grid: Grid,
}

/// Builds the steps that this crate cannot: effects from outside. What it returns may allocate, wait or fail inside; such
/// a chain is for rendering, not for an audio thread. The message of an error says what is wrong and what would help.
pub type ExternalBuilder<'a> = dyn FnMut(&ClapSpec, &StreamFormat) -> Result<Box<dyn Processor>, String> + 'a;

/// What steps are built with.
pub(super) struct Workshop<'a, 'b> {
    /// Whether processors that have a form with next to no latency take it.
    pub near_zero: bool,
    pub external: &'a mut ExternalBuilder<'b>,
}

impl Chain {
    /// Allocate and check everything. `[main]`
    ///
    /// # Errors
    /// Wrong settings by their path, no channels, a sample rate outside 8 to 384 kHz, or a step from outside
    /// ([`build_with`](Self::build_with) builds those).
    pub fn build(spec: &ChainSpec, format: &StreamFormat) -> Result<Self, BuildError> {
        Self::build_with(spec, format, &mut refuse)
    }

    /// The same for someone who plays through it: saturator, clipper and limiter work with next to no latency
    /// ([`ProcessorSpec::build_near_zero`](crate::ProcessorSpec::build_near_zero)). Latency that is a setting (linear
    /// phase, lookahead of a compressor) stays. `[main]`
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_near_zero(spec: &ChainSpec, format: &StreamFormat) -> Result<Self, BuildError> {
        Self::with_workshop(spec, format, &mut Workshop { near_zero: true, external: &mut refuse })
    }

    /// The same, with `external` to build effects from outside. `[main]`
    ///
    /// # Errors
    /// As [`build`](Self::build), and what `external` answers.
    pub fn build_with(
        spec: &ChainSpec,
        format: &StreamFormat,
        external: &mut ExternalBuilder<'_>,
    ) -> Result<Self, BuildError> {
        Self::with_workshop(spec, format, &mut Workshop { near_zero: false, external })
    }

    fn with_workshop(spec: &ChainSpec, format: &StreamFormat, with: &mut Workshop<'_, '_>) -> Result<Self, BuildError> {
        spec.validate()?;
        if !crate::spec::SAMPLE_RATES_HZ.contains(&format.sample_rate_hz) {
            return Err(BuildError::SampleRate(format.sample_rate_hz));
        }
        if format.channels() == 0 {
            return Err(BuildError::NoChannels);
        }
        let mut row = Row::build(&spec.steps, format, with)?;
        row.lead_in(0);
        Ok(Self { row, channels: format.channels(), grid: Grid::default() })
    }

    /// Process `block` in place; a block with another number of channels than built for is left alone. `[audio]`
    pub fn process(&mut self, block: &mut BlockMut<'_>) {
        if block.channels() != self.channels {
            debug_assert!(false, "built for {} channels, given {}", self.channels, block.channels());
            return;
        }
        self.grid.for_each_part(block, |mut part| {
            sanitise(&mut part);
            self.row.process(&mut part);
        });
    }

    /// Forget all history and jump to the set parameters. `[audio]`
    pub fn reset(&mut self) {
        self.grid = Grid::default();
        self.row.reset();
    }

    /// Frames by which the output lags the input: the sum over all steps, bypassed ones included; a parallel step counts
    /// as its latest branch. `[any]`
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.row.latency_frames()
    }

    /// Largest gain reduction of late of every step, in dB ≥ 0, for meters; of a parallel step, that of the branch that
    /// reduces most. `[audio]`
    pub fn gain_reductions_db(&self) -> impl Iterator<Item = f64> {
        self.row.gain_reductions_db()
    }

    /// Take over new settings of the same steps, gliding. Another order, number or nesting of steps, another split, or a
    /// step that cannot follow, answers [`Update::NeedsRebuild`]; steps before that one have then taken theirs over.
    /// Settings must be valid ([`ChainSpec::validate`]). `[audio]`
    pub fn update(&mut self, spec: &ChainSpec) -> Update {
        self.row.update(&spec.steps)
    }
}

fn refuse(_: &ClapSpec, _: &StreamFormat) -> Result<Box<dyn Processor>, String> {
    Err("CLAP effects run where files are rendered, not here; bypass or remove this step".to_owned())
}

//! A running chain.

use balanced_dsp::{BlockMut, StreamFormat};

use super::ChainSpec;
use super::link::Row;
use crate::guard::{Grid, sanitise, silence};
use crate::spec::check_format;
use crate::{BuildError, BuildOptions, Update};

/// A running chain: steps in a row, each with a bypass and a mix whose dry path is aligned with the processed one; a parallel step holds
/// rows of its own.
///
/// Blocks may have any length; the output does not depend on it. A bypassed step passes its input on bit-exactly,
/// delayed by the step's latency, so that switching moves nothing in time.
pub struct Chain {
    row: Row,
    channels: usize,
    grid: Grid,
}

impl Chain {
    /// Checks the settings and allocates a chain for audio of `format`. `[main]`
    ///
    /// # Errors
    /// Wrong settings by their path, no channels, a sample rate outside 8 to 384 kHz, or a CLAP effect
    /// ([`build_with`](Self::build_with) builds those).
    pub fn build(spec: &ChainSpec, format: &StreamFormat) -> Result<Self, BuildError> {
        Self::build_with(spec, format, &BuildOptions::default())
    }

    /// Checks the settings and allocates a chain for audio of `format`, as `options` ask. `[main]`
    ///
    /// # Errors
    /// Returns the errors of [`build`](Self::build), and those of [`BuildOptions::externals`].
    pub fn build_with(spec: &ChainSpec, format: &StreamFormat, options: &BuildOptions<'_>) -> Result<Self, BuildError> {
        spec.validate()?;
        check_format(format)?;
        let mut row = Row::build(&spec.steps, format, options)?;
        row.lead_in(0);
        Ok(Self { row, channels: format.channels(), grid: Grid::default() })
    }

    /// Processes `block` in place. A block with another number of channels than built for becomes silence. `[audio]`
    pub fn process(&mut self, block: &mut BlockMut<'_>) {
        if block.channels() != self.channels {
            return silence(block);
        }
        self.grid.for_each_part(block, |mut part| {
            sanitise(&mut part);
            self.row.process(&mut part);
        });
    }

    /// Turns the phase of `original`, the input of the same block delayed by the latency, as the chain at rest turns it, so that
    /// the difference is what the chain changed. Called after [`process`](Self::process) of the block. `[audio]`
    pub(super) fn align_original(&mut self, original: &mut BlockMut<'_>) {
        self.row.align_original(original);
    }

    /// Forgets all history and jumps to the set parameters. `[audio]`
    pub fn reset(&mut self) {
        self.grid = Grid::default();
        self.row.reset();
    }

    /// Returns the latency in frames: the sum over all steps, bypassed ones included; a parallel step counts as its latest
    /// branch. `[any]`
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        self.row.latency_frames()
    }

    /// Returns the gain reduction of every step in dB, 0 or more, for meters; of a parallel step, that of the branch that
    /// reduces most. `[audio]`
    pub fn gain_reductions_db(&self) -> impl Iterator<Item = f64> {
        self.row.gain_reductions_db()
    }

    /// Changes to new settings of the same steps, gliding, if every step accepts its own. Another order, number or nesting of
    /// steps, another split, or a step that cannot follow, answers [`Update::NeedsRebuild`], and nothing changes. Settings must
    /// be valid ([`ChainSpec::validate`]). `[audio]`
    pub fn update(&mut self, spec: &ChainSpec) -> Update {
        if !self.row.accepts(&spec.steps) {
            return Update::NeedsRebuild;
        }
        self.row.apply(&spec.steps);
        Update::Applied
    }
}

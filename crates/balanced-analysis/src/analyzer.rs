//! The streaming analyser: blocks in, measurements out.

use balanced_dsp::{Block, StreamFormat};

use crate::{AnalysisConfig, Measurements};

/// Measures a stream block by block. Memory does not grow with the length of the stream.
pub struct Analyzer {
    frames: u64,
}

impl Analyzer {
    /// Prepare to measure audio of `format`. All memory is allocated here.
    #[must_use]
    pub fn new(_format: &StreamFormat, _config: &AnalysisConfig) -> Self {
        Self { frames: 0 }
    }

    /// Measure one block; any number of frames.
    pub fn push(&mut self, block: Block<'_>) {
        self.frames += block.frames() as u64;
    }

    /// End of the stream: every measurement that was asked for.
    #[must_use]
    pub fn finish(self) -> Measurements {
        Measurements::default()
    }
}

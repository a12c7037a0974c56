//! The streaming analyser: blocks in, measurements out.

use balanced_dsp::{Block, StreamFormat};

use crate::crew::Crew;
use crate::intake::{BLOCK_FRAMES, Intake};
use crate::loudness::LevelStage;
use crate::rhythm::RhythmStage;
use crate::spectrum::SpectralFamilies;
use crate::stage::Stage;
use crate::tags::TagStage;
use crate::tonal::TonalStage;
use crate::{AnalysisConfig, Family, Measurements};

/// The stages for what was asked, in the order they finish: a later one may read what an earlier one found.
fn stages(format: &StreamFormat, config: &AnalysisConfig, threads: usize) -> Vec<Box<dyn Stage>> {
    let families = config.families();
    let mut stages: Vec<Box<dyn Stage>> = Vec::new();
    // Loudness and dynamics share their windows, so one stage writes both.
    if families.contains(Family::Loudness) || families.contains(Family::Dynamics) {
        stages.push(Box::new(LevelStage::new(format, config)));
    }
    let mut wire = |family: Family, stage: &dyn Fn() -> Box<dyn Stage>| {
        if families.contains(family) {
            stages.push(stage());
        }
    };
    // One line a family: wire(Family::Spectrum, &|| Box::new(SpectrumStage::new(format, config)));
    wire(Family::Tempo, &|| Box::new(RhythmStage::new(format)));
    wire(Family::Key, &|| Box::new(TonalStage::new(format)));
    wire(Family::Tags, &|| Box::new(TagStage::new(format, &config.tags, threads)));
    // Spectrum, stereo and defects share one FFT.
    stages.extend(SpectralFamilies::new(format, config).map(|s| Box::new(s) as Box<dyn Stage>));
    stages
}

/// Measures a stream block by block. The same samples give the same bits whatever the sizes of the blocks and the number
/// of threads; audio is not held, only features are.
pub struct Analyzer {
    intake: Intake,
    crew: Crew,
}

impl Analyzer {
    /// Prepare to measure audio of `format` on the caller's thread.
    #[must_use]
    pub fn new(format: &StreamFormat, config: &AnalysisConfig) -> Self {
        Self::with_threads(format, config, 1)
    }

    /// The same with the families spread over up to `threads` threads beside the caller's, which then only decodes and
    /// hands on; 1 or less starts none. [`finish`](Self::finish) or dropping the analyser ends them.
    #[must_use]
    pub fn with_threads(format: &StreamFormat, config: &AnalysisConfig, threads: usize) -> Self {
        let block_bytes = size_of::<f64>() * format.channels() * BLOCK_FRAMES;
        let crew = Crew::new(stages(format, config, threads), threads, block_bytes);
        Self { intake: Intake::new(format.channels()), crew }
    }

    /// Measure one block; any number of frames. Samples that are NaN, infinite or absurdly large read as zero.
    ///
    /// # Panics
    /// If the block does not have the format's number of channels.
    pub fn push(&mut self, block: Block<'_>) {
        let crew = &mut self.crew;
        self.intake.push(block, |event| crew.take(&event));
    }

    /// End of the stream: every measurement that was asked for.
    #[must_use]
    pub fn finish(mut self) -> Measurements {
        self.intake.finish(|event| self.crew.take(&event));
        self.crew.finish()
    }
}

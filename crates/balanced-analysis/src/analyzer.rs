//! The streaming analyser: blocks in, measurements out.

use balanced_dsp::{Block, StreamFormat};

use crate::intake::{Event, Intake};
use crate::loudness::LevelStage;
use crate::rhythm::RhythmStage;
use crate::spectrum::SpectralFamilies;
use crate::stage::Stage;
use crate::tonal::TonalStage;
use crate::{AnalysisConfig, Family, Measurements};

/// The stages for what was asked, in the order they finish: a later one may read what an earlier one found.
fn stages(format: &StreamFormat, config: &AnalysisConfig) -> Vec<Box<dyn Stage>> {
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
    // Spectrum, stereo and defects share one FFT.
    stages.extend(SpectralFamilies::new(format, config).map(|s| Box::new(s) as Box<dyn Stage>));
    stages
}

/// Measures a stream block by block. The same samples give the same bits whatever the sizes of the blocks; audio is not
/// held, only features are.
pub struct Analyzer {
    intake: Intake,
    stages: Vec<Box<dyn Stage>>,
}

impl Analyzer {
    /// Prepare to measure audio of `format`.
    #[must_use]
    pub fn new(format: &StreamFormat, config: &AnalysisConfig) -> Self {
        Self { intake: Intake::new(format.channels()), stages: stages(format, config) }
    }

    /// Measure one block; any number of frames. Samples that are NaN, infinite or absurdly large read as zero.
    ///
    /// # Panics
    /// If the block does not have the format's number of channels.
    pub fn push(&mut self, block: Block<'_>) {
        let stages = &mut self.stages;
        self.intake.push(block, |event| hand_on(stages, &event));
    }

    /// End of the stream: every measurement that was asked for.
    #[must_use]
    pub fn finish(mut self) -> Measurements {
        self.intake.finish(|event| hand_on(&mut self.stages, &event));
        let mut result = Measurements::default();
        for stage in self.stages {
            stage.finish(&mut result);
        }
        result
    }
}

fn hand_on(stages: &mut [Box<dyn Stage>], event: &Event<'_>) {
    for stage in stages {
        match *event {
            Event::Block(block) => stage.push(block),
            Event::Unusable { channel, frame } => stage.unusable(channel, frame),
        }
    }
}

//! The streaming analyser: blocks in, measurements out.

use balanced_dsp::{Block, StreamFormat};

use crate::crew::{Crew, Weighed};
use crate::defects::SampleDefects;
use crate::intake::Intake;
use crate::loudness::LevelStage;
use crate::reasons::{Heard, reasons};
use crate::rhythm::RhythmStage;
use crate::spectrum::SpectralFamilies;
use crate::stage::Stage;
use crate::tags::TagStage;
use crate::tonal::TonalStage;
use crate::{AnalysisConfig, Family, Measurements};

/// The stages for what was asked, in the order they finish: a later one may read what an earlier one found. Weights are
/// milliseconds of CPU for four minutes of 44.1 kHz stereo; they only decide which stages share a thread.
fn stages(format: &StreamFormat, config: &AnalysisConfig) -> Vec<Weighed> {
    let families = config.families();
    let mut stages: Vec<Weighed> = Vec::new();
    // Loudness and dynamics share their windows, so one stage writes both.
    if families.contains(Family::Loudness) || families.contains(Family::Dynamics) {
        let stage: Box<dyn Stage> = Box::new(LevelStage::new(format, config));
        stages.push(Weighed { stage, weight: 250 });
    }
    let mut wire = |family: Family, weight: u32, stage: &dyn Fn() -> Box<dyn Stage>| {
        if families.contains(family) {
            stages.push(Weighed { stage: stage(), weight });
        }
    };
    // One line a family: wire(Family::Key, 90, &|| Box::new(TonalStage::new(format)));
    wire(Family::Tempo, 450, &|| Box::new(RhythmStage::new(format)));
    wire(Family::Key, 140, &|| Box::new(TonalStage::new(format)));
    wire(Family::Tags, 900, &|| Box::new(TagStage::new(format, &config.tags)));
    if format.channels() > 0 {
        wire(Family::Defects, 110, &|| Box::new(SampleDefects::new(format, config)));
    }
    // Spectrum, stereo and the rest of the defects share one FFT.
    if let Some(stage) = SpectralFamilies::new(format, config) {
        stages.push(Weighed { stage: Box::new(stage), weight: 400 });
    }
    stages
}

/// Measures a stream block by block. The same samples give the same bits whatever the sizes of the blocks and the number
/// of threads; audio is not held, only features are.
pub struct Analyzer {
    intake: Intake,
    crew: Crew,
    channels: usize,
    sample_rate_hz: f64,
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
        let crew = Crew::new(stages(format, config), threads);
        Self {
            intake: Intake::new(format.channels(), crew.batch_blocks(format.channels())),
            crew,
            channels: format.channels(),
            sample_rate_hz: format.sample_rate_hz,
        }
    }

    /// Measure one block; any number of frames. Samples that are NaN, infinite or absurdly large read as zero.
    ///
    /// # Panics
    /// If the block does not have the format's number of channels.
    pub fn push(&mut self, block: Block<'_>) {
        let crew = &mut self.crew;
        self.intake.push(block, |batch| crew.take(batch));
    }

    /// End of the stream: every measurement that was asked for.
    #[must_use]
    pub fn finish(mut self) -> Measurements {
        let heard = Heard {
            frames: self.intake.frames(),
            sample_rate_hz: self.sample_rate_hz,
            channels: self.channels,
            any_sound: self.intake.any_sound(),
        };
        self.intake.finish(|batch| self.crew.take(batch));
        let mut result = self.crew.finish();
        result.reasons = reasons(&result, heard);
        result
    }
}

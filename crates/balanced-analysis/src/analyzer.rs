//! The streaming analyser: blocks in, measurements out.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Measurements, Tags};

use crate::crew::Crew;
use crate::defects::SampleDefects;
use crate::intake::Intake;
use crate::loudness::LevelStage;
use crate::programme::Programme;
use crate::rhythm::RhythmStage;
use crate::spectrum::SpectralFamilies;
use crate::stage::Stage;
use crate::tonal::TonalStage;

/// The stages for what was asked, in the order they finish: a later one may read what an earlier one found.
fn stages(format: &StreamFormat, config: &AnalysisConfig) -> Vec<Box<dyn Stage>> {
    let families = config.families();
    let mut stages: Vec<Box<dyn Stage>> = Vec::new();
    // Loudness and dynamics share their windows, so one stage writes both.
    if families.contains(Family::Loudness) || families.contains(Family::Dynamics) {
        stages.push(Box::new(LevelStage::new(format, config)));
    }
    if families.contains(Family::Tempo) {
        stages.push(Box::new(RhythmStage::new(format)));
    }
    if families.contains(Family::Key) {
        stages.push(Box::new(TonalStage::new(format)));
    }
    if families.contains(Family::Defects) && format.channels() > 0 {
        stages.push(Box::new(SampleDefects::new(format, config)));
    }
    // Spectrum, stereo and the rest of the defects share one FFT.
    if let Some(stage) = SpectralFamilies::new(format, config) {
        stages.push(Box::new(stage));
    }
    stages
}

/// Measures a stream block by block. The result depends neither on the sizes of the blocks nor on the number of
/// threads, to the last bit; audio is not held, only features of it.
pub struct Analyzer {
    intake: Intake,
    crew: Crew,
    channels: usize,
    sample_rate_hz: f64,
    wants_tags: bool,
}

impl Analyzer {
    /// Prepares to measure audio of `format` on the caller's thread.
    #[must_use]
    pub fn new(format: &StreamFormat, config: &AnalysisConfig) -> Self {
        Self::with_threads(format, config, 1)
    }

    /// Prepares to measure with the families spread over up to `threads` threads beside the caller's, which then only
    /// decodes and hands on; 1 or less starts none. [`finish`](Self::finish) or dropping the analyser ends them.
    #[must_use]
    pub fn with_threads(format: &StreamFormat, config: &AnalysisConfig, threads: usize) -> Self {
        Self::with_stages(format, config, Vec::new(), threads)
    }

    /// Prepares to measure with `guests` beside the stages of this crate, over threads as
    /// [`with_threads`](Self::with_threads) has it.
    ///
    /// [`Family::Tags`] is a guest's: where it is asked for and no guest writes it, its lists are empty and its notes say
    /// why.
    #[must_use]
    pub fn with_stages(
        format: &StreamFormat,
        config: &AnalysisConfig,
        guests: Vec<Box<dyn Stage>>,
        threads: usize,
    ) -> Self {
        let mut stages = stages(format, config);
        stages.extend(guests);
        let crew = Crew::new(stages, threads);
        Self {
            intake: Intake::new(format.channels(), crew.batch_blocks(format.channels())),
            crew,
            channels: format.channels(),
            sample_rate_hz: format.sample_rate_hz,
            wants_tags: config.families().contains(Family::Tags),
        }
    }

    /// Measures one block; any number of frames. Samples that are NaN, infinite or absurdly large read as zero.
    ///
    /// # Panics
    /// If the block does not have the format's number of channels.
    pub fn push(&mut self, block: Block<'_>) {
        let crew = &mut self.crew;
        self.intake.push(block, |batch| crew.take(batch));
    }

    /// Ends the stream and returns every measurement that was asked for.
    #[must_use]
    pub fn finish(mut self) -> Measurements {
        let programme = Programme {
            frames: self.intake.frames(),
            sample_rate_hz: self.sample_rate_hz,
            channels: self.channels,
            any_sound: self.intake.any_sound(),
        };
        self.intake.finish(|batch| self.crew.take(batch));
        let mut result = self.crew.finish(&programme);
        if self.wants_tags && result.tags.is_none() {
            explain_missing_tags(&mut result, &programme);
        }
        result
    }
}

/// Says that nobody listened for tags.
fn explain_missing_tags(result: &mut Measurements, programme: &Programme) {
    let note = "tags need a stage of their own, and this analyser was not given one (crate `balanced-tags`)";
    let mut reasons = programme.reasons(result);
    for path in ["tags.genre", "tags.measures.energy", "tags.measures.pulse_clarity"] {
        reasons.explain(path, true, 0.0, note);
    }
    result.tags = Some(Tags { notes: vec![note.to_owned()], ..Tags::default() });
}

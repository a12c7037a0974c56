//! The families that read the shared frames, run together.

use balanced_dsp::{Block, StreamFormat};

use super::SpectrumStage;
use super::engine::{Engine, Frame, Listener};
use crate::stage::Stage;
use crate::stereo::StereoStage;
use crate::{AnalysisConfig, Family, Measurements};

/// Spectrum, stereo image and defects: whichever are asked for, over one reading of the audio.
pub(crate) struct SpectralFamilies {
    engine: Engine,
    stages: Stages,
}

struct Stages {
    spectrum: Option<SpectrumStage>,
    stereo: Option<StereoStage>,
}

impl SpectralFamilies {
    /// `None` where none of these families is asked for, or there is no channel to read.
    pub fn new(format: &StreamFormat, config: &AnalysisConfig) -> Option<Self> {
        let families = config.families();
        let asked = [Family::Spectrum, Family::Stereo].into_iter().any(|f| families.contains(f));
        if !asked || format.channels() == 0 {
            return None;
        }
        let geometry = Engine::geometry(format);
        let stages = Stages {
            spectrum: families.contains(Family::Spectrum).then(|| SpectrumStage::new(geometry)),
            stereo: families.contains(Family::Stereo).then(|| StereoStage::new(geometry, format)),
        };
        Some(Self { engine: Engine::new(format), stages })
    }
}

impl Stage for SpectralFamilies {
    fn push(&mut self, block: Block<'_>) {
        self.engine.push(block, &mut self.stages);
    }

    fn finish(mut self: Box<Self>, result: &mut Measurements) {
        self.engine.finish(&mut self.stages);
        result.spectrum = self.stages.spectrum.map(SpectrumStage::finish);
        result.stereo = self.stages.stereo.map(StereoStage::finish);
    }
}

impl Listener for Stages {
    fn frame(&mut self, frame: &Frame<'_>) {
        if let Some(stage) = &mut self.spectrum {
            stage.frame(frame);
        }
        if let Some(stage) = &mut self.stereo {
            stage.frame(frame);
        }
    }

    fn low_frame(&mut self, frame: &Frame<'_>) {
        if let Some(stage) = &mut self.spectrum {
            stage.low_frame(frame);
        }
        if let Some(stage) = &mut self.stereo {
            stage.low_frame(frame);
        }
    }
}

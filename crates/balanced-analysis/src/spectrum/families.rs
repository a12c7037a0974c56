//! The families that read the shared frames, run together.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Measurements};

use super::SpectrumStage;
use super::engine::{Engine, Frame, Listener};
use super::ltas::MeanPower;
use super::reasons;
use crate::defects::SpectralDefects;
use crate::programme::Programme;
use crate::stage::Stage;
use crate::stereo::StereoStage;

/// Spectrum, stereo image and defects: whichever are asked for, over one reading of the audio.
pub(crate) struct SpectralFamilies {
    engine: Engine,
    stages: Stages,
}

struct Stages {
    /// Mean spectrum, for whoever wants it.
    power: MeanPower,
    spectrum: Option<SpectrumStage>,
    stereo: Option<StereoStage>,
    defects: Option<SpectralDefects>,
    /// The image is also measured for the defects in it.
    stereo_asked: bool,
}

impl SpectralFamilies {
    /// `None` where none of these families is asked for, or there is no channel to read.
    pub fn new(format: &StreamFormat, config: &AnalysisConfig) -> Option<Self> {
        let families = config.families();
        let asked = |family| families.contains(family);
        let any = [Family::Spectrum, Family::Stereo, Family::Defects].into_iter().any(asked);
        if !any || format.channels() == 0 {
            return None;
        }
        let geometry = Engine::geometry(format);
        let stages = Stages {
            power: MeanPower::new(geometry.rate, geometry.size),
            spectrum: asked(Family::Spectrum).then(|| SpectrumStage::new(geometry, config.spectrogram)),
            stereo: (asked(Family::Stereo) || asked(Family::Defects)).then(|| StereoStage::new(geometry, format)),
            defects: asked(Family::Defects).then(|| SpectralDefects::new(geometry, format)),
            stereo_asked: asked(Family::Stereo),
        };
        Some(Self { engine: Engine::new(format), stages })
    }
}

impl Stage for SpectralFamilies {
    fn weight(&self) -> u32 {
        400
    }

    fn push(&mut self, block: Block<'_>) {
        self.engine.push(block, &mut self.stages);
    }

    fn conclude(&mut self) {
        self.engine.finish(&mut self.stages);
        if let Some(defects) = &mut self.stages.defects {
            defects.conclude(&self.stages.power);
        }
    }

    fn finish(self: Box<Self>, result: &mut Measurements, programme: &Programme) {
        let Stages { power, spectrum, stereo, defects, stereo_asked } = self.stages;
        if let Some(stage) = spectrum {
            let spectrum = stage.finish(&power);
            reasons::explain(&spectrum, &mut programme.reasons(result));
            result.spectrum = Some(spectrum);
        }
        let stereo = stereo.map(StereoStage::finish);
        if let Some(stage) = defects {
            let found = result.defects.take().unwrap_or_default();
            result.defects = Some(stage.finish(&power, stereo.as_ref(), found));
        }
        if let Some(stereo) = stereo.filter(|_| stereo_asked) {
            crate::stereo::explain(&stereo, programme.channels, &mut programme.reasons(result));
            result.stereo = Some(stereo);
        }
    }
}

impl Listener for Stages {
    fn frame(&mut self, frame: &Frame<'_>) {
        self.power.push(&frame.spectrum.mean, frame.weight);
        if let Some(stage) = &mut self.spectrum {
            stage.frame(frame);
        }
        if let Some(stage) = &mut self.stereo {
            stage.frame(frame);
        }
        if let Some(stage) = &mut self.defects {
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
        if let Some(stage) = &mut self.defects {
            stage.low_frame(frame);
        }
    }
}

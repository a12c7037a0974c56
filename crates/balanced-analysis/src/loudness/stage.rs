//! The stage behind the families `loudness` and `dynamics`.

use balanced_dsp::{Block, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Measurements, PlatformRule};

use super::cells::Cells;
use super::peaks::PeakTrace;
use super::reasons;
use super::summary::summarise;
use super::windows::WindowTrace;
use crate::dynamics::{self, BandCrest, PeakTrials};
use crate::programme::Programme;
use crate::stage::Stage;

/// Measures levels; both families share the K-weighted windows and the 100 ms grid.
pub(crate) struct LevelStage {
    cells: Cells,
    windows: WindowTrace,
    peaks: Option<PeakTrace>,
    dynamics: Option<(BandCrest, PeakTrials)>,
    platforms: Vec<PlatformRule>,
    sample_rate_hz: f64,
}

impl LevelStage {
    pub fn new(format: &StreamFormat, config: &AnalysisConfig) -> Self {
        let wanted = |family| config.families().contains(family);
        Self {
            cells: Cells::new(format, wanted(Family::Dynamics)),
            windows: WindowTrace::new(format),
            peaks: wanted(Family::Loudness).then(|| PeakTrace::new(format)),
            dynamics: wanted(Family::Dynamics).then(|| (BandCrest::new(format), PeakTrials::new(format))),
            platforms: config.platforms.clone(),
            sample_rate_hz: format.sample_rate_hz,
        }
    }
}

impl Stage for LevelStage {
    fn weight(&self) -> u32 {
        250
    }

    fn push(&mut self, block: Block<'_>) {
        self.windows.push(block);
        let Self { cells, peaks, .. } = self;
        cells.push(block, |part, is_complete| {
            if let Some(peaks) = peaks {
                peaks.push(part, is_complete);
            }
        });
        if let Some((bands, trials)) = &mut self.dynamics {
            bands.push(block);
            trials.push(block);
        }
    }

    fn finish(self: Box<Self>, result: &mut Measurements, programme: &Programme) {
        let levels = self.cells.finish();
        if let Some(peaks) = self.peaks {
            let loudness = summarise(&self.windows, &peaks.finish(), &self.platforms, self.sample_rate_hz);
            reasons::explain(&loudness, &mut programme.reasons(result));
            result.loudness = Some(loudness);
        }
        if let Some((bands, trials)) = self.dynamics {
            let dynamics = dynamics::summarise(&levels, &self.windows, &bands, &trials);
            dynamics::explain(&dynamics, &mut programme.reasons(result));
            result.dynamics = Some(dynamics);
        }
    }
}

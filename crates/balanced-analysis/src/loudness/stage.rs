//! The stage behind the families `loudness` and `dynamics`.

use balanced_dsp::{Block, StreamFormat};

use super::cells::Cells;
use super::peaks::PeakTrace;
use super::platforms::PlatformRule;
use super::summary::summarise;
use super::windows::WindowTrace;
use crate::dynamics::{BandCrest, summarise as summarise_dynamics};
use crate::stage::Stage;
use crate::{AnalysisConfig, Family, Measurements};

/// Measures levels; both families share the K-weighted windows and the 100 ms grid.
pub(crate) struct LevelStage {
    cells: Cells,
    windows: WindowTrace,
    peaks: Option<PeakTrace>,
    bands: Option<BandCrest>,
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
            bands: wanted(Family::Dynamics).then(|| BandCrest::new(format)),
            platforms: config.platforms.clone(),
            sample_rate_hz: format.sample_rate_hz,
        }
    }
}

impl Stage for LevelStage {
    fn push(&mut self, block: Block<'_>) {
        self.windows.push(block);
        let Self { cells, peaks, .. } = self;
        cells.push(block, |part, is_complete| {
            if let Some(peaks) = peaks {
                peaks.push(part, is_complete);
            }
        });
        if let Some(bands) = &mut self.bands {
            bands.push(block);
        }
    }

    fn finish(self: Box<Self>, result: &mut Measurements) {
        let levels = self.cells.finish();
        if let Some(peaks) = self.peaks {
            result.loudness = Some(summarise(&self.windows, &peaks.finish(), &self.platforms, self.sample_rate_hz));
        }
        if let Some(bands) = self.bands {
            result.dynamics = Some(summarise_dynamics(&levels, &self.windows, &bands));
        }
    }
}

//! Recommendations: findings about a mix and the chain that acts on them.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use balanced_assistant::{Intent, Recommendation};
use balanced_dsp::ChannelLayout;
use balanced_model::{Analysis, AnalysisConfig, Family, Target};

use crate::{AnalyzeOptions, Error, Progress};

/// Options of [`recommend`].
#[derive(Clone)]
pub struct RecommendOptions<'a> {
    /// Loudness and ceiling to reach.
    pub target: Target,
    /// How far the moves go: 1 is the full recommendation, 0 only brings the track to level and ceiling.
    pub intensity: f64,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set.
    pub cancel: Option<&'a AtomicBool>,
}

impl Default for RecommendOptions<'_> {
    fn default() -> Self {
        Self { target: Target::default(), intensity: 1.0, layout: None, progress: None, cancel: None }
    }
}

/// Returns the analysis configuration that recommendations need: loudness, dynamics, spectrum, stereo and defects.
#[must_use]
pub fn recommend_config() -> AnalysisConfig {
    let families = vec![Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo, Family::Defects];
    AnalysisConfig { families, ..AnalysisConfig::default() }
}

/// Analyses the file at `path` and recommends a mastering chain for `options.target`, with findings and reasons.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()).
pub fn recommend(path: impl AsRef<Path>, options: &RecommendOptions<'_>) -> Result<Recommendation, Error> {
    let analyze = AnalyzeOptions {
        config: recommend_config(),
        layout: options.layout.clone(),
        progress: options.progress,
        cancel: options.cancel,
    };
    let analysis = crate::analyze(path, &analyze)?;
    Ok(balanced_assistant::recommend_with(&analysis, &options.target, &Intent::new(options.intensity)))
}

/// Recommends a mastering chain from an existing analysis.
///
/// The analysis should hold the families of [`recommend_config`]; advice that needs a missing one is left out.
#[must_use]
pub fn recommend_for(analysis: &Analysis, target: &Target) -> Recommendation {
    balanced_assistant::recommend(analysis, target)
}

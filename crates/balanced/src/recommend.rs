//! Say what a file needs.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use balanced_assistant::Recommendation;
use balanced_dsp::ChannelLayout;
use balanced_model::{Analysis, AnalysisConfig, Family, Target};

use crate::{AnalyzeOptions, Error, Progress};

/// How to recommend.
#[derive(Clone, Default)]
pub struct RecommendOptions<'a> {
    /// Loudness and ceiling to reach.
    pub target: Target,
    /// The input's layout, where the file does not say or says wrong.
    pub layout: Option<ChannelLayout>,
    /// Told how far the work has come.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Set to stop the work.
    pub cancel: Option<&'a AtomicBool>,
}

/// What the advice rests on: everything that describes the sound, nothing that describes the music.
#[must_use]
pub fn recommend_config() -> AnalysisConfig {
    let families = vec![Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo, Family::Defects];
    AnalysisConfig { families, ..AnalysisConfig::default() }
}

/// Analyse `path` and say what it needs to reach the target: findings, and the chain that acts on them.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read as audio.
pub fn recommend(path: impl AsRef<Path>, options: &RecommendOptions<'_>) -> Result<Recommendation, Error> {
    let analyze = AnalyzeOptions {
        config: recommend_config(),
        layout: options.layout.clone(),
        progress: options.progress,
        cancel: options.cancel,
    };
    Ok(recommend_for(&crate::analyze(path, &analyze)?, &options.target))
}

/// The same for an analysis that was made before (with the families loudness, dynamics, spectrum, stereo and defects).
#[must_use]
pub fn recommend_for(analysis: &Analysis, target: &Target) -> Recommendation {
    balanced_assistant::recommend(analysis, target)
}

//! Recommendations: findings about a mix and the chain that acts on them.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_assistant::Recommendation;
use balanced_dsp::ChannelLayout;
use balanced_model::{Analysis, AnalysisConfig, Family, Target};

use crate::{AnalyzeOptions, AudioSource, Error, Limits, Progress};

/// Options of [`recommend`].
#[derive(Clone, Default)]
pub struct RecommendOptions<'a> {
    /// Loudness and ceiling to reach.
    pub target: Target,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Whether a file that gives under half of what it promises is measured all the same.
    pub accept_damaged: bool,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set.
    pub cancel: Option<&'a AtomicBool>,
    /// What the input may be, and what the call may use.
    pub limits: Limits,
    /// Folder for temporary copies of large readers and streams; the system's folder for temporary files if `None`.
    pub temp: Option<PathBuf>,
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
    recommend_source(AudioSource::Path(path.as_ref()), options)
}

/// Analyses audio from any source and recommends a mastering chain, as [`recommend`] does for a file.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()).
pub fn recommend_source(source: AudioSource<'_>, options: &RecommendOptions<'_>) -> Result<Recommendation, Error> {
    let analyze = AnalyzeOptions {
        config: recommend_config(),
        layout: options.layout.clone(),
        accept_damaged: options.accept_damaged,
        progress: options.progress,
        cancel: options.cancel,
        limits: options.limits,
        temp: options.temp.clone(),
    };
    Ok(recommend_for(&crate::analyze_source(source, &analyze, 0)?, &options.target))
}

/// Recommends a mastering chain from an existing analysis.
///
/// The analysis should hold the families of [`recommend_config`]; advice that needs a missing one is left out.
#[must_use]
pub fn recommend_for(analysis: &Analysis, target: &Target) -> Recommendation {
    balanced_assistant::recommend(analysis, target)
}

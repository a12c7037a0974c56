//! Recommendations: findings about a mix and the chain that acts on them.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_assistant::{Intent, Recommendation};
use balanced_dsp::ChannelLayout;
use balanced_model::{Analysis, AnalysisConfig, Family, Target};

use crate::{AnalyzeOptions, AudioSource, Error, Limits, Progress};

/// Options of [`recommend`].
#[derive(Clone)]
pub struct RecommendOptions<'a> {
    /// Loudness and ceiling to reach.
    pub target: Target,
    /// How far the moves go: 1 is the full recommendation, 0 only brings the track to level and ceiling.
    pub intensity: f64,
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

impl Default for RecommendOptions<'_> {
    fn default() -> Self {
        Self {
            target: Target::default(),
            intensity: 1.0,
            layout: None,
            accept_damaged: false,
            progress: None,
            cancel: None,
            limits: Limits::default(),
            temp: None,
        }
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
    let analysis = crate::analyze_source(source, &analyze, 0)?;
    Ok(balanced_assistant::recommend_with(&analysis, &options.target, &Intent::new(options.intensity)))
}

/// Recommends a mastering chain from an existing analysis.
///
/// The analysis should hold the families of [`recommend_config`]; advice that needs a missing one is left out. `intensity`
/// is that of [`RecommendOptions`].
#[must_use]
pub fn recommend_for(analysis: &Analysis, target: &Target, intensity: f64) -> Recommendation {
    balanced_assistant::recommend_with(analysis, target, &Intent::new(intensity))
}

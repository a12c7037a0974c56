//! Recommendations: findings about a mix and the chain that acts on them.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_assistant::{Feedback, Intent, Recommendation, Reference};
use balanced_dsp::ChannelLayout;
use balanced_model::{Analysis, AnalysisConfig, Target};

use crate::matching::target_of;
use crate::{AnalyzeOptions, AudioSource, Error, Limits, Matching, Progress};

/// Options of [`recommend`].
#[derive(Clone)]
pub struct RecommendOptions<'a> {
    /// Loudness and ceiling to reach; if `None`, the default target, at the loudness of the references where there are any.
    pub target: Option<Target>,
    /// Tracks that the chain is to approach.
    pub matching: Matching,
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
            target: None,
            matching: Matching::default(),
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

impl RecommendOptions<'_> {
    /// Returns the options with which the mix and the references are measured.
    fn analyze(&self) -> AnalyzeOptions<'_> {
        AnalyzeOptions {
            config: recommend_config(),
            layout: self.layout.clone(),
            accept_damaged: self.accept_damaged,
            progress: self.progress,
            cancel: self.cancel,
            limits: self.limits,
            temp: self.temp.clone(),
        }
    }
}

/// Returns the analysis configuration that recommendations need: loudness, dynamics, spectrum, stereo and defects.
#[must_use]
pub fn recommend_config() -> AnalysisConfig {
    AnalysisConfig { families: balanced_assistant::recommend_families(), ..AnalysisConfig::default() }
}

/// Analyses the file at `path` and recommends a mastering chain for `options.target`, with findings and reasons.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()), for a reference too, and one if a reference is silent or shorter than 3 s.
pub fn recommend(path: impl AsRef<Path>, options: &RecommendOptions<'_>) -> Result<Recommendation, Error> {
    recommend_source(AudioSource::Path(path.as_ref()), options)
}

/// Analyses audio from any source and recommends a mastering chain, as [`recommend`] does for a file.
///
/// # Errors
/// Returns the errors of [`recommend`].
pub fn recommend_source(source: AudioSource<'_>, options: &RecommendOptions<'_>) -> Result<Recommendation, Error> {
    let analyze = options.analyze();
    let mix = source.path().map(Path::to_owned);
    let analysis = crate::analyze_source(source, &analyze, 0)?;
    let reference = options.matching.read(mix.as_deref(), &analyze)?;
    Ok(advice(&analysis, reference.as_ref(), options))
}

/// Recommends a mastering chain from an existing analysis.
///
/// The analysis should hold the families of [`recommend_config`]; advice that needs a missing one is left out.
///
/// # Errors
/// Returns an error if a reference cannot be read, is silent or is shorter than 3 s.
pub fn recommend_for(analysis: &Analysis, options: &RecommendOptions<'_>) -> Result<Recommendation, Error> {
    let mix = analysis.source.path.as_deref().map(Path::new);
    let reference = options.matching.read(mix, &options.analyze())?;
    Ok(advice(analysis, reference.as_ref(), options))
}

fn advice(analysis: &Analysis, reference: Option<&Reference>, options: &RecommendOptions<'_>) -> Recommendation {
    let target = target_of(options.target.as_ref(), reference, &options.matching);
    advise(analysis, reference, &target, &Intent::new(options.intensity), &Feedback::default())
}

/// Recommends a chain, towards a reference where there is one.
pub(crate) fn advise(
    analysis: &Analysis,
    reference: Option<&Reference>,
    target: &Target,
    intent: &Intent,
    feedback: &Feedback,
) -> Recommendation {
    match reference {
        None => balanced_assistant::recommend_with(analysis, target, intent),
        Some(reference) => balanced_assistant::reference_match_with(analysis, reference, target, intent, feedback),
    }
}

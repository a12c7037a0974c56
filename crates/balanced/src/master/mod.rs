//! Mastering of a file: analyse, build the chain, solve for the drive, write, verify.
//!
//! The chain is split at its limiter. Everything before it is rendered once into a temporary file, together with an
//! outline of its peaks and energies. The search for the drive runs on the outline and is calibrated by rendering the
//! limiter alone over an excerpt. The written file is decoded and measured again, so that the result reports the file
//! itself. Then every finding is measured again: moves of the recommended chain that did too little, or harm, are halved,
//! then dropped, and the track is rendered once more.

mod cache;
mod edit;
mod level;
mod plan;
mod prove;
mod render;
mod result;
mod sketch;
mod solve;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_assistant::Intent;
use balanced_dsp::ChannelLayout;
use balanced_io::EncodeSpec;
use balanced_mastering::ChainSpec;
use balanced_model::{Analysis, AnalysisConfig, Family, Target};

pub use edit::Edit;
pub(crate) use level::LevelMeter;
pub use result::MasterResult;

use crate::contain::contain;
use crate::input::Input;
use crate::plugins::Plugins;
use crate::progress::Monitor;
use crate::{AnalyzeOptions, Error, PluginHost, Progress, Stage};

/// Options of [`master`].
#[derive(Clone)]
pub struct MasterOptions<'a> {
    /// Loudness and ceiling to reach. If `None`, a given chain is rendered unchanged, and a recommended one aims at
    /// the default target.
    pub target: Option<Target>,
    /// Chain to render; the recommended one if `None`.
    pub chain: Option<ChainSpec>,
    /// A finished track whose tonal balance the recommended chain approaches.
    pub reference: Option<PathBuf>,
    /// How far the moves of a recommended chain go: 1 is the full recommendation, 0 only brings the track to level and ceiling.
    pub intensity: f64,
    /// Trim and fades.
    pub edit: Edit,
    /// File format and sample format of the master.
    pub encode: EncodeSpec,
    /// Sample rate of the master in Hz; the input's if `None`.
    pub sample_rate_hz: Option<f64>,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Families to measure before and after; loudness is always measured.
    pub config: AnalysisConfig,
    /// Program that hosts the CLAP effects of the chain; without it, a chain that has some is refused.
    pub plugin_host: Option<PluginHost>,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set; no output is left behind then.
    pub cancel: Option<&'a AtomicBool>,
}

impl Default for MasterOptions<'_> {
    fn default() -> Self {
        Self {
            target: None,
            chain: None,
            reference: None,
            intensity: 1.0,
            edit: Edit::default(),
            encode: EncodeSpec::default(),
            sample_rate_hz: None,
            layout: None,
            config: crate::recommend_config(),
            plugin_host: None,
            progress: None,
            cancel: None,
        }
    }
}

/// Masters the file `input` into the file `output`.
///
/// The integrated loudness of the written file is within the target's tolerance, and its true peak at or under the
/// ceiling. If that takes more limiting than the target allows, the loudest master within the limits is written and
/// [`MasterResult::feasible`] is false, with the reason.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input), [`ErrorKind::Output`](crate::ErrorKind::Output),
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings), [`ErrorKind::Plugin`](crate::ErrorKind::Plugin) or
/// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled); no partial output is left behind.
pub fn master(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &MasterOptions<'_>,
) -> Result<MasterResult, Error> {
    let (input, output) = (input.as_ref(), output.as_ref());
    let plugins = options.chain.as_ref().map(crate::chain_file::files_of).unwrap_or_default();
    let read = [Some(input), options.reference.as_deref()].into_iter().flatten();
    crate::check_outputs(&read.chain(plugins.iter().map(Path::new)).collect::<Vec<_>>(), &[output])?;
    contain(Some(input), || run(input, output, options))
}

fn run(input: &Path, output: &Path, options: &MasterOptions<'_>) -> Result<MasterResult, Error> {
    refuse_a_chain_that_cannot_run(input, options)?;
    let before = measure(Input::open(input, options.layout.as_ref())?, options, Stage::Analyze)?;
    let reference = options.reference.as_deref().map(|path| analyze_reference(path, options)).transpose()?;
    let monitor = Monitor::new(options.progress, options.cancel);
    let kept = options.edit.kept(before.source.frames, before.source.sample_rate_hz)?;
    let mut intent = Intent::new(options.intensity);
    for round in 1.. {
        let plan = plan::make(&before, reference.as_ref(), options, &intent)?;
        let reopened = Input::reopen(input, options.layout.as_ref())?;
        let front = render::front(reopened, kept.clone(), &plan, options, &monitor)?;
        let solution = solve::drive(&front, &plan, &monitor)?;
        let written = verify::write_until_legal(output, &front, &plan, solution, options, &monitor)?;
        if !prove::ease(&mut intent, round, plan.recommendation.as_ref(), &before, &written.after) {
            return result::assemble((input, output), options.edit, plan, before, written, &intent);
        }
    }
    unreachable!("moves run out: each is eased twice at most")
}

fn analyze_reference(path: &Path, options: &MasterOptions<'_>) -> Result<Analysis, Error> {
    let options = AnalyzeOptions {
        config: options.config.clone(),
        layout: None,
        progress: options.progress,
        cancel: options.cancel,
    };
    crate::analyze(path, &options)
}

fn measure(input: Input, options: &MasterOptions<'_>, stage: Stage) -> Result<Analysis, Error> {
    let mut config = options.config.clone();
    if !config.families().contains(Family::Loudness) {
        config.families.push(Family::Loudness);
    }
    let options =
        AnalyzeOptions { config, layout: options.layout.clone(), progress: options.progress, cancel: options.cancel };
    crate::analyze::run(input, &options, stage)
}

/// Refuses a given chain that cannot be built, before the long work begins.
fn refuse_a_chain_that_cannot_run(input: &Path, options: &MasterOptions<'_>) -> Result<(), Error> {
    let Some(chain) = &options.chain else { return Ok(()) };
    let format = render::output_format(&Input::reopen(input, options.layout.as_ref())?, options);
    Plugins::new(options.plugin_host.as_ref()).build(chain, &format).map(|_| ())
}

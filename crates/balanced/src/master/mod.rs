//! Master a file: analyse, build the chain, solve the drive, write, verify.
//!
//! The chain is split at its limiter. Everything before it is rendered once into a temporary file, with an outline of its
//! peaks and energies; the search for the drive runs on the outline, checked by the limiter alone over an excerpt. What was written is decoded again and measured: the result reports the
//! file, not the intention.

mod cache;
mod edit;
mod level;
mod plan;
mod render;
mod result;
mod sketch;
mod solve;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_dsp::ChannelLayout;
use balanced_io::EncodeSpec;
use balanced_mastering::ChainSpec;
use balanced_model::{Analysis, AnalysisConfig, Family, Target};

pub use edit::Edit;
pub(crate) use level::LevelMeter;
pub use result::MasterResult;

use crate::input::Input;
use crate::plugins::Plugins;
use crate::progress::Monitor;
use crate::{AnalyzeOptions, Error, PluginHost, Progress, Stage};

/// How to master.
#[derive(Clone)]
pub struct MasterOptions<'a> {
    /// Loudness and ceiling to reach; unless given, the default target, or, with a chain, the chain as it stands.
    pub target: Option<Target>,
    /// The chain to render; the recommended one unless given.
    pub chain: Option<ChainSpec>,
    /// A finished track whose tonal balance the recommended chain approaches.
    pub reference: Option<PathBuf>,
    /// Trim and fades.
    pub edit: Edit,
    /// File and sample format of the master.
    pub encode: EncodeSpec,
    /// Sample rate of the master; the input's unless given.
    pub sample_rate_hz: Option<f64>,
    /// The input's layout, where the file does not say or says wrong.
    pub layout: Option<ChannelLayout>,
    /// What to measure before and after; loudness is always measured.
    pub config: AnalysisConfig,
    /// What runs the CLAP effects of the chain; without it a chain that has some is refused.
    pub plugin_host: Option<PluginHost>,
    /// Told how far the work has come.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Set to stop the work.
    pub cancel: Option<&'a AtomicBool>,
}

impl Default for MasterOptions<'_> {
    fn default() -> Self {
        Self {
            target: None,
            chain: None,
            reference: None,
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

/// Master `input` into `output`.
///
/// The written file's integrated loudness is within the target's tolerance and its true peak at or under the ceiling;
/// where that takes more limiting than the target allows, the best legal master is written and
/// [`MasterResult::feasible`] is false, with the reason.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input), [`ErrorKind::Output`](crate::ErrorKind::Output) or
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings); no partial output is left behind.
pub fn master(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &MasterOptions<'_>,
) -> Result<MasterResult, Error> {
    let (input, output) = (input.as_ref(), output.as_ref());
    refuse_overwriting_the_input(input, output)?;
    refuse_a_chain_that_cannot_run(input, options)?;
    let before = measure(Input::open(input, options.layout.as_ref())?, options, Stage::Analyze)?;
    let plan = plan::make(&before, options)?;
    let monitor = Monitor::new(options.progress, options.cancel);
    let kept = options.edit.kept(before.source.frames, before.source.sample_rate_hz)?;
    let front = render::front(Input::reopen(input, options.layout.as_ref())?, kept, &plan, options, &monitor)?;
    let solution = solve::drive(&front, &plan, &monitor)?;
    let written = verify::write_until_legal(output, &front, &plan, solution, options, &monitor)?;
    Ok(result::assemble((input, output), options.edit, plan, before, written))
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

/// A given chain that cannot be built is refused before the work begins.
fn refuse_a_chain_that_cannot_run(input: &Path, options: &MasterOptions<'_>) -> Result<(), Error> {
    let Some(chain) = &options.chain else { return Ok(()) };
    let format = render::output_format(&Input::reopen(input, options.layout.as_ref())?, options);
    Plugins::new(options.plugin_host.as_ref()).build(chain, &format).map(|_| ())
}

fn refuse_overwriting_the_input(input: &Path, output: &Path) -> Result<(), Error> {
    let same = match (input.canonicalize(), output.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    if same {
        return Err(Error::output(output, "is the input itself; name another file, the mix is kept as it is"));
    }
    Ok(())
}

//! Mastering of a file: analyse, build the chain, solve for the drive, write, verify.
//!
//! The chain is split at its limiter. Everything before it is rendered once into a temporary file, together with an
//! outline of its peaks and energies. The search for the drive runs on the outline and is calibrated by rendering the
//! limiter alone over an excerpt. The written file is decoded and measured again, so that the result reports the file
//! itself. Then every finding is measured again: moves of the recommended chain that did too little, or harm, are halved,
//! then dropped, and the track is rendered once more. With a reference, the master is compared with it, and what limiter and
//! other steps did to the balance is made up for in another render or two.

pub(crate) mod aim;
pub(crate) mod cache;
mod codecs;
mod edit;
pub(crate) mod level;
pub(crate) mod metadata;
pub(crate) mod place;
pub(crate) mod plan;
pub(crate) mod render;
mod result;
mod sketch;
pub(crate) mod solve;
pub(crate) mod verify;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use balanced_dsp::ChannelLayout;
use balanced_io::{EncodeSpec, FileFormat};
use balanced_mastering::{ChainSpec, ProcessorSpec, Step};
use balanced_model::{AnalysisConfig, Family, Target};

use aim::Aim;
pub use edit::Edit;
pub(crate) use level::LevelMeter;
pub use metadata::MetadataEdit;
pub(crate) use place::Shared;
pub use result::MasterResult;

use metadata::{Carried, Timeline, Work};
use place::Place;

use crate::analyze::cores;
use crate::contain::contain;
use crate::input::{IN_MEMORY, Input};
use crate::origin::Origin;
use crate::plugins::Plugins;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{AnalyzeOptions, AudioSource, Error, Limits, Matching, PluginHost, Progress, Stage};

/// Options of [`master`].
#[derive(Clone)]
pub struct MasterOptions<'a> {
    /// Loudness and ceiling to reach. If `None`, a given chain is rendered unchanged, and a recommended one aims at
    /// the default target.
    pub target: Option<Target>,
    /// Chain to render; the recommended one if `None`.
    pub chain: Option<ChainSpec>,
    /// Tracks that the recommended chain approaches; not with a given chain.
    pub matching: Matching,
    /// How far the moves of a recommended chain go: 1 is the full recommendation, 0 only brings the track to level and ceiling.
    pub intensity: f64,
    /// Trim and fades.
    pub edit: Edit,
    /// Metadata that the master is given beside that of the mix.
    pub metadata: MetadataEdit,
    /// Lossy codecs that are tried on the written master; while one clips, the ceiling is lowered by up to 1 dB, three times
    /// at most. None by default: one codec takes from half as long to as long as all else together.
    pub codecs: Vec<balanced_codec::Codec>,
    /// File format and sample format of the master.
    pub encode: EncodeSpec,
    /// Sample rate of the master in Hz; the input's if `None`.
    pub sample_rate_hz: Option<f64>,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Whether a mix that gives under half of what its headers or its bytes promise is mastered all the same, with a note.
    pub accept_damaged: bool,
    /// Families to measure before and after; loudness is always measured.
    pub config: AnalysisConfig,
    /// Program that hosts the CLAP effects of the chain, and which it may load; without it, a chain that has some is
    /// refused.
    pub plugin_host: Option<PluginHost>,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set; no output is left behind then.
    pub cancel: Option<&'a AtomicBool>,
    /// What the input may be, and what the call may use.
    pub limits: Limits,
    /// Folder for temporary files, which have no name there; the output's folder if `None`.
    ///
    /// Their size is at most eight bytes per sample, four where no step changes the audio before the limiter, and nothing
    /// for silence.
    pub temp: Option<PathBuf>,
}

impl Default for MasterOptions<'_> {
    fn default() -> Self {
        Self {
            target: None,
            chain: None,
            matching: Matching::default(),
            intensity: 1.0,
            edit: Edit::default(),
            metadata: MetadataEdit::default(),
            codecs: Vec::new(),
            encode: EncodeSpec::default(),
            sample_rate_hz: None,
            layout: None,
            accept_damaged: false,
            config: crate::recommend_config(),
            plugin_host: None,
            progress: None,
            cancel: None,
            limits: Limits::default(),
            temp: None,
        }
    }
}

impl MasterOptions<'_> {
    /// Returns the options with which the mix, the reference and the master are measured.
    pub(crate) fn analyze(&self, config: AnalysisConfig) -> AnalyzeOptions<'_> {
        AnalyzeOptions {
            config,
            layout: self.layout.clone(),
            accept_damaged: self.accept_damaged,
            progress: self.progress,
            cancel: self.cancel,
            limits: self.limits,
            temp: self.temp.clone(),
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
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input), also if the mix changes before the master is written,
/// [`ErrorKind::Output`](crate::ErrorKind::Output), also if there is not enough space,
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings), [`ErrorKind::Plugin`](crate::ErrorKind::Plugin),
/// [`ErrorKind::Limit`](crate::ErrorKind::Limit) or [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled); no partial
/// output is left behind.
pub fn master(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &MasterOptions<'_>,
) -> Result<MasterResult, Error> {
    master_source(AudioSource::Path(input.as_ref()), output, options)
}

/// Masters audio from any source into the file `output`, as [`master`] does for a file.
///
/// # Errors
/// Returns the errors of [`master`].
pub fn master_source(
    source: AudioSource<'_>,
    output: impl AsRef<Path>,
    options: &MasterOptions<'_>,
) -> Result<MasterResult, Error> {
    let output = output.as_ref();
    check_files(&source, output, options)?;
    let made = master_at(source, &Place::File(output), &folder_of(output), options);
    made.map(|(result, _)| result)
}

/// Masters audio from any source into an encrypted temporary file in `folder`; `name` is what results call the master.
pub(crate) fn master_sealed(
    source: AudioSource<'_>,
    name: &Path,
    folder: &Path,
    options: &MasterOptions<'_>,
) -> Result<(MasterResult, Shared), Error> {
    let (result, master) = master_at(source, &Place::Vault(name), folder, options)?;
    Ok((result, master.expect("a master for a vault stays in its temporary file")))
}

/// Refuses outputs that would overwrite what is read, or that cannot be.
fn check_files(source: &AudioSource<'_>, output: &Path, options: &MasterOptions<'_>) -> Result<(), Error> {
    let path = source.path().map(Path::to_owned);
    let host = options.plugin_host.as_ref();
    let plugins = options.chain.as_ref().map(|chain| crate::plugins::files_of(chain, host)).unwrap_or_default();
    let references = options.matching.files();
    let cover = options.metadata.cover.iter();
    let read = path.iter().chain(&references).chain(&plugins).chain(cover).map(PathBuf::as_path);
    crate::check_outputs(&read.collect::<Vec<_>>(), &[output])?;
    if options.chain.is_some() && !options.matching.is_none() {
        let problem = "a chain is rendered as it stands and cannot follow a reference";
        return Err(Error::settings(problem, "leave the chain or the reference out"));
    }
    if !folder_of(output).is_dir() {
        return Err(Error::output(
            output,
            "cannot be written, because its folder does not exist",
            "create the folder first",
        ));
    }
    Ok(())
}

fn master_at(
    source: AudioSource<'_>,
    place: &Place<'_>,
    folder: &Path,
    options: &MasterOptions<'_>,
) -> Result<(MasterResult, Option<Shared>), Error> {
    let path = source.name().map(Path::to_owned);
    contain(path.as_deref(), || {
        let monitor = Monitor::new(options.progress, options.cancel).within(&options.limits, path.as_deref());
        let name = path.as_deref().unwrap_or(Path::new(IN_MEMORY));
        let folder = options.temp.as_deref().unwrap_or(folder);
        let is_sealed = source.is_private() || matches!(place, Place::Vault(_));
        let scratch = Rc::new(Scratch::new(Some(folder), name, &options.limits).sealed(is_sealed));
        let origin = Origin::open(source, &options.limits, &scratch, &monitor)?;
        let result = run(&origin, place, &scratch, options, &monitor);
        // What goes wrong with a mix that changes goes wrong because it changes.
        if result.is_err() {
            origin.check_unchanged()?;
        }
        result
    })
}

fn run(
    origin: &Origin<'_>,
    place: &Place<'_>,
    scratch: &Rc<Scratch>,
    options: &MasterOptions<'_>,
    monitor: &Monitor<'_>,
) -> Result<(MasterResult, Option<Shared>), Error> {
    let input = || origin.input(options.layout.as_ref(), &options.limits);
    let note = refuse_a_chain_that_cannot_run(&input()?, options)?;
    let edit = options.metadata.checked()?;
    let measure = options.analyze(measured(options));
    let before = crate::analyze::measure(origin, &measure, monitor, Stage::Analyze, cores())?;
    if before.source.frames == 0 {
        return Err(Error::nothing_to_master(origin.name()));
    }
    let references = AnalyzeOptions { layout: None, ..options.analyze(options.config.clone()) };
    let reference = options.matching.read(Some(origin.name()), &references)?;
    let kept = options.edit.kept(before.source.frames, before.source.sample_rate_hz)?;
    let format = render::output_format(&input()?, options);
    let timeline = Timeline {
        kept: kept.clone(),
        mix_frames: before.source.frames,
        mix_rate_hz: before.source.sample_rate_hz,
        master_rate_hz: format.sample_rate_hz,
    };
    let mix = origin.metadata(before.source.sample_rate_hz, &options.limits).metadata;
    let carried = Rc::new(Carried::new(&mix, &edit, &timeline, options.encode, &format, work(options)));
    let mut aim = Aim::new(reference, options);
    for round in 1.. {
        let mut plan = plan::make(&before, &aim, options)?;
        plan.notes.extend(note.clone());
        plan.carried = Rc::clone(&carried);
        let input = input()?;
        check_room(scratch, place, &input, &kept, &plan, options)?;
        let front = render::front(input, kept.clone(), before.source.frames, &plan, scratch, options, monitor)?;
        origin.check_unchanged()?;
        let solution = solve::drive(&front, &plan, monitor)?;
        let written = verify::write_until_legal(place, &front, &plan, solution, scratch, options, monitor)?;
        origin.check_unchanged()?;
        if !aim.learn(round, plan.recommendation.as_ref(), &before, &written.after) {
            let desk = codecs::Desk { place, front: &front, scratch, options, monitor };
            let (written, report) = codecs::make_safe(&desk, &mut plan, written)?;
            origin.check_unchanged()?;
            let names = (origin.name(), place.name());
            return result::assemble(names, options.edit, plan, before, (written, report), &aim);
        }
    }
    unreachable!("moves run out: each is eased twice at most, and a reference asks for few renders")
}

/// Returns what is done to the audio: a chain of nothing but dither converts it.
fn work(options: &MasterOptions<'_>) -> Work {
    let is_dither = |step: &Step| matches!(step.processor(), Some(ProcessorSpec::Dither(_)));
    let converts = options.chain.as_ref().is_some_and(|chain| chain.steps.iter().all(is_dither));
    if converts && options.target.is_none() && options.edit.is_none() { Work::Converted } else { Work::Mastered }
}

/// Returns the folder that a file lies in, or will lie in; a link to a file that exists is followed.
pub(crate) fn folder_of(file: &Path) -> PathBuf {
    let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// Checks that the temporary files and the master will find room, before the long work begins.
fn check_room(
    scratch: &Scratch,
    place: &Place<'_>,
    input: &Input<'_>,
    kept: &Range<u64>,
    plan: &plan::Plan,
    options: &MasterOptions<'_>,
) -> Result<(), Error> {
    let format = render::output_format(input, options);
    let same_rate = format.sample_rate_hz == input.format.sample_rate_hz;
    let frames = render::frames_at(kept, input.format.sample_rate_hz, format.sample_rate_hz);
    let is_untouched = plan.front.steps.is_empty() && same_rate && options.edit.fades(frames, 1.0).are_none();
    let sample_bytes = if is_untouched && input.is_single() { 4 } else { 8 };
    let samples = frames * format.channels() as u64;
    let cache_bytes = samples * sample_bytes + sketch::sketch_bytes(frames, format.sample_rate_hz);
    let output_bytes = samples * u64::from(options.encode.sample_format.bits() / 8);
    // What FLAC saves is not known before; music that it cannot halve is rare.
    let output_bytes = if options.encode.format == FileFormat::Flac { output_bytes / 2 } else { output_bytes };
    scratch.check_room(cache_bytes, &place.folder(scratch), output_bytes)
}

/// Returns what is measured before and after: the families asked for, loudness, and what a reference is compared in.
fn measured(options: &MasterOptions<'_>) -> AnalysisConfig {
    let mut config = options.config.clone();
    let compared = [Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo];
    let needed = if options.matching.is_none() { &compared[..1] } else { &compared[..] };
    let missing: Vec<Family> = needed.iter().copied().filter(|family| !config.families().contains(*family)).collect();
    config.families.extend(missing);
    config
}

/// Refuses a given chain that cannot be built, before the long work begins; returns a note on its plugins, if there is one.
pub(crate) fn refuse_a_chain_that_cannot_run(
    input: &Input<'_>,
    options: &MasterOptions<'_>,
) -> Result<Option<String>, Error> {
    let Some(chain) = &options.chain else { return Ok(None) };
    let format = render::output_format(input, options);
    let plugins = Plugins::new(options.plugin_host.as_ref());
    plugins.build(chain, &format).map(|_| plugins.note())
}

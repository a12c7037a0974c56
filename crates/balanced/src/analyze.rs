//! Analysis of one input: a file, bytes in memory, a reader or an array.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use balanced_analysis::Analyzer;
use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_model::{Analysis, AnalysisConfig, ModelUsed, Provenance, SCHEMA_VERSION, Source};
use sha2::{Digest, Sha256};

use crate::contain::contain;
use crate::hash::hex;
use crate::heads;
use crate::input::{IN_MEMORY, Input};
use crate::origin::{Origin, told};
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{AudioSource, Error, Limits, Progress, Stage};

/// Frames decoded at a time: large enough to keep two cores busy, small enough to stay in the cache.
pub(crate) const BLOCK_FRAMES: usize = 1 << 15;
/// Channels up to which a block has that many frames; blocks of more channels have fewer, and the same bytes.
const WIDE_CHANNELS: usize = 8;

/// Returns the number of frames decoded at a time, which no result depends on.
pub(crate) fn block_frames(channels: usize) -> usize {
    BLOCK_FRAMES * WIDE_CHANNELS / channels.max(WIDE_CHANNELS)
}

/// Options of [`analyze`] and of every other call that measures a file.
#[derive(Clone, Default)]
pub struct AnalyzeOptions<'a> {
    /// Families to measure and their settings.
    pub config: AnalysisConfig,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Whether a file that gives no frames, or under half of what its headers or its bytes promise, is measured all the
    /// same, with a note; otherwise it is an error.
    pub accept_damaged: bool,
    /// Callback that is told the progress, from whichever thread does the work.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set; it then returns [`Error::cancelled`].
    pub cancel: Option<&'a AtomicBool>,
    /// What the input may be, and what the call may use.
    pub limits: Limits,
    /// Folder for temporary copies of large readers and streams; the system's folder for temporary files if `None`.
    pub temp: Option<PathBuf>,
}

impl AnalyzeOptions<'_> {
    /// Starts a call on the file at `path`: its time runs from now.
    pub(crate) fn monitor<'a>(&'a self, path: Option<&'a Path>) -> Monitor<'a> {
        Monitor::new(self.progress, self.cancel).within(&self.limits, path)
    }

    pub(crate) fn scratch(&self, path: Option<&Path>) -> Scratch {
        Scratch::new(self.temp.as_deref(), path.unwrap_or(Path::new(IN_MEMORY)), &self.limits)
    }
}

/// Decodes the audio file at `path` and measures it with all cores.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read as audio, changes meanwhile, or gives
/// under half of what it promises (see [`AnalyzeOptions::accept_damaged`]), [`ErrorKind::Limit`](crate::ErrorKind::Limit)
/// if it passes a limit, and [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `options.layout` has another number
/// of channels than the file. The message names the remedy.
pub fn analyze(path: impl AsRef<Path>, options: &AnalyzeOptions<'_>) -> Result<Analysis, Error> {
    analyze_on(path.as_ref(), options, cores())
}

/// Measures the file at `path` on `threads` threads.
pub(crate) fn analyze_on(path: &Path, options: &AnalyzeOptions<'_>, threads: usize) -> Result<Analysis, Error> {
    analyze_source(AudioSource::Path(path), options, threads.max(1))
}

/// Returns the number of cores that this process may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Decodes and measures an audio file that is held in memory.
///
/// # Errors
/// Returns the errors of [`analyze`].
pub fn analyze_bytes(bytes: Vec<u8>, options: &AnalyzeOptions<'_>) -> Result<Analysis, Error> {
    analyze_source(AudioSource::Bytes(bytes), options, cores())
}

/// Decodes and measures audio from any source on `threads` worker threads.
///
/// The workers run beside the calling thread: 1 starts none, 0 means one for every core. The result does not depend on
/// their number.
///
/// # Errors
/// Returns the errors of [`analyze`].
pub fn analyze_source(
    source: AudioSource<'_>,
    options: &AnalyzeOptions<'_>,
    threads: usize,
) -> Result<Analysis, Error> {
    let threads = if threads == 0 { cores() } else { threads };
    let path = source.name().map(Path::to_owned);
    contain(path.as_deref(), || {
        let monitor = options.monitor(path.as_deref());
        let origin = Origin::open(source, &options.limits, &options.scratch(path.as_deref()), &monitor)?;
        measure(&origin, options, &monitor, Stage::Analyze, threads)
    })
}

/// Decodes, hashes and measures an opened source; fails if it changed meanwhile.
pub(crate) fn measure(
    origin: &Origin<'_>,
    options: &AnalyzeOptions<'_>,
    monitor: &Monitor<'_>,
    stage: Stage,
    threads: usize,
) -> Result<Analysis, Error> {
    let mut result = origin
        .hashed_input(options.layout.as_ref(), &options.limits)
        .and_then(|input| run(input, options, monitor, stage, threads));
    if let Ok(analysis) = &mut result {
        let read = origin.metadata(analysis.source.sample_rate_hz, &options.limits);
        analysis.source.notes.extend(read.notes);
        analysis.metadata = told(read.metadata);
    }
    // What goes wrong in a file that changes goes wrong because it changes.
    origin.check_unchanged()?;
    result
}

/// Creates an analyser with every additional stage that `config` asks for.
pub(crate) fn analyzer(format: &StreamFormat, config: &AnalysisConfig, threads: usize) -> Analyzer {
    Analyzer::with_stages(format, config, balanced_tags::stages(format, config), threads)
}

/// Decodes and measures an input.
pub(crate) fn run(
    mut input: Input<'_>,
    options: &AnalyzeOptions<'_>,
    monitor: &Monitor<'_>,
    stage: Stage,
    threads: usize,
) -> Result<Analysis, Error> {
    let started = Instant::now();
    heads::check_config(&options.config)?;
    let bit_depth = input.info().map_or(options.config.bit_depth, |info| info.bit_depth);
    let config = AnalysisConfig { bit_depth, ..options.config.clone() };
    let mut analyzer = analyzer(&input.format, &config, threads);
    let frames = feed(&mut input, &mut analyzer, monitor, stage)?;
    input.check_complete(options.accept_damaged)?;
    let mut measurements = analyzer.finish();
    let mut models = std::mem::take(&mut measurements.models);
    if measurements.tags.as_ref().is_some_and(|tags| !tags.heads.is_empty()) {
        models.extend(heads::models(&options.config));
    }
    let effective_bit_depth = measurements.effective_bit_depth;
    Ok(Analysis {
        schema_version: SCHEMA_VERSION,
        source: Source { bit_depth, effective_bit_depth, ..input.describe(frames)? },
        metadata: None,
        measurements,
        provenance: provenance(&options.config, models, started),
    })
}

/// Passes all audio of `input` to the analyser and returns the number of frames.
fn feed(input: &mut Input<'_>, analyzer: &mut Analyzer, monitor: &Monitor<'_>, stage: Stage) -> Result<u64, Error> {
    let (mut frames, total) = (0u64, input.declared_frames());
    let block_frames = block_frames(input.format.channels());
    if let Some(audio) = input.array() {
        audio.for_each_block(block_frames, |block| {
            monitor.at(stage, frames, total)?;
            analyzer.push(block);
            frames += block.frames() as u64;
            Ok(())
        })?;
        return Ok(frames);
    }
    let mut buffer = PlanarBuffer::new(input.format.channels(), block_frames);
    loop {
        monitor.at(stage, frames, total)?;
        let read = input.read(&mut buffer)?;
        if read == 0 {
            return Ok(frames);
        }
        analyzer.push(buffer.block());
        frames += read as u64;
    }
}

/// Returns the SHA-256 of an analysis configuration in lower-case hex, as results carry it in
/// `provenance.config_hash`.
///
/// Two results with equal hashes were measured with equal settings, in whatever order the families were named. What a
/// file declares about itself is not part of it.
#[must_use]
pub fn config_hash(config: &AnalysisConfig) -> String {
    let families = config.families().iter().collect();
    let config = AnalysisConfig { families, ..config.clone() };
    hex(&Sha256::digest(serde_json::to_vec(&config).expect("a configuration is plain data")))
}

fn provenance(config: &AnalysisConfig, models: Vec<ModelUsed>, started: Instant) -> Provenance {
    Provenance {
        balanced_version: env!("CARGO_PKG_VERSION").to_owned(),
        config_hash: config_hash(config),
        models,
        elapsed_s: started.elapsed().as_secs_f64(),
    }
}

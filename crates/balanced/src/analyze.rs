//! Analysis of one input: a file, bytes in memory, a reader or an array.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use balanced_analysis::Analyzer;
use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_model::{Analysis, AnalysisConfig, ModelUsed, Provenance, SCHEMA_VERSION, Source};
use sha2::{Digest, Sha256};

use crate::contain::contain;
use crate::input::{Input, hex};
use crate::progress::Monitor;
use crate::{AudioSource, AudioView, Error, Progress, Stage};

/// Frames decoded at a time: large enough to keep two cores busy, small enough to stay in the cache.
pub(crate) const BLOCK_FRAMES: usize = 1 << 15;

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
}

/// Decodes the audio file at `path` and measures it with all cores.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read as audio, or gives under half of what
/// it promises (see [`AnalyzeOptions::accept_damaged`]), and [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `options.layout` has another number of channels than the
/// file. The message names the remedy.
pub fn analyze(path: impl AsRef<Path>, options: &AnalyzeOptions<'_>) -> Result<Analysis, Error> {
    analyze_on(path.as_ref(), options, cores())
}

/// Measures the file at `path` on `threads` threads.
pub(crate) fn analyze_on(path: &Path, options: &AnalyzeOptions<'_>, threads: usize) -> Result<Analysis, Error> {
    contain(Some(path), || run_on(Input::open(path, options.layout.as_ref())?, options, Stage::Analyze, threads))
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
    contain(None, || run(Input::from_bytes(bytes, options.layout.as_ref())?, options, Stage::Analyze))
}

pub(crate) fn run(input: Input, options: &AnalyzeOptions<'_>, stage: Stage) -> Result<Analysis, Error> {
    run_on(input, options, stage, cores())
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
    let path = if let AudioSource::Path(path) = source { Some(path) } else { None };
    contain(path, || match source {
        AudioSource::Array(audio) => analyze_array(&audio, options, threads),
        file => run_on(Input::from_source(file, options.layout.as_ref())?, options, Stage::Analyze, threads),
    })
}

/// Creates an analyser with every additional stage that `config` asks for.
fn analyzer(format: &StreamFormat, config: &AnalysisConfig, threads: usize) -> Analyzer {
    Analyzer::with_stages(format, config, balanced_tags::stages(format, config), threads)
}

fn analyze_array(audio: &AudioView<'_>, options: &AnalyzeOptions<'_>, threads: usize) -> Result<Analysis, Error> {
    let started = Instant::now();
    let monitor = Monitor::new(options.progress, options.cancel);
    let mut analyzer = analyzer(audio.format(), &options.config, threads);
    let (mut frames, total) = (0u64, Some(audio.frames() as u64));
    audio.for_each_block(BLOCK_FRAMES, |block| {
        monitor.at(Stage::Analyze, frames, total)?;
        analyzer.push(block);
        frames += block.frames() as u64;
        Ok(())
    })?;
    let mut measurements = analyzer.finish();
    let models = std::mem::take(&mut measurements.models);
    let format = audio.format();
    let source = Source {
        path: None,
        sha256: None,
        container: "array".to_owned(),
        codec: audio.codec().to_owned(),
        sample_rate_hz: format.sample_rate_hz,
        channels: format.channels(),
        channel_layout: format.layout.name(),
        bit_depth: options.config.bit_depth,
        effective_bit_depth: measurements.effective_bit_depth,
        frames,
        duration_s: frames as f64 / format.sample_rate_hz,
        notes: Vec::new(),
    };
    let provenance = provenance(&options.config, models, started);
    Ok(Analysis { schema_version: SCHEMA_VERSION, source, measurements, provenance })
}

fn run_on(mut input: Input, options: &AnalyzeOptions<'_>, stage: Stage, threads: usize) -> Result<Analysis, Error> {
    let started = Instant::now();
    let monitor = Monitor::new(options.progress, options.cancel);
    let config = AnalysisConfig { bit_depth: input.decoder.info().bit_depth, ..options.config.clone() };
    let mut analyzer = analyzer(&input.format, &config, threads);
    let mut buffer = PlanarBuffer::new(input.format.channels(), BLOCK_FRAMES);
    let (mut frames, total) = (0u64, input.declared_frames());
    loop {
        monitor.at(stage, frames, total)?;
        let read = input.decoder.read(&mut buffer).map_err(|error| Error::reading(&error))?;
        if read == 0 {
            break;
        }
        analyzer.push(buffer.block());
        frames += read as u64;
    }
    input.check_complete(options.accept_damaged)?;
    let mut measurements = analyzer.finish();
    let models = std::mem::take(&mut measurements.models);
    Ok(Analysis {
        schema_version: SCHEMA_VERSION,
        source: Source { effective_bit_depth: measurements.effective_bit_depth, ..input.describe(frames)? },
        measurements,
        provenance: provenance(&options.config, models, started),
    })
}

/// Returns the SHA-256 of an analysis configuration in lower-case hex, as results carry it in
/// `provenance.config_hash`.
///
/// Two results with equal hashes were measured with equal settings. What a file declares about itself is not part of
/// it.
#[must_use]
pub fn config_hash(config: &AnalysisConfig) -> String {
    hex(&Sha256::digest(serde_json::to_vec(config).expect("a configuration is plain data")))
}

fn provenance(config: &AnalysisConfig, models: Vec<ModelUsed>, started: Instant) -> Provenance {
    Provenance {
        balanced_version: env!("CARGO_PKG_VERSION").to_owned(),
        config_hash: config_hash(config),
        models,
        elapsed_s: started.elapsed().as_secs_f64(),
    }
}

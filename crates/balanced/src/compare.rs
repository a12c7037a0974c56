//! Comparison of two recordings, and search for uploads of one recording.
//!
//! ```no_run
//! fn main() -> Result<(), balanced::Error> {
//!     let comparison = balanced::compare("mix.wav", "master.wav", &balanced::AnalyzeOptions::default())?;
//!     println!("{}: {}", comparison.verdict.name(), comparison.made_from);
//!     Ok(())
//! }
//! ```

use std::path::Path;
use std::rc::Rc;

use balanced_compare::{Audio, Compared, Fingerprinter, Pair};
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_io::Resampler;
use balanced_model::{Analysis, AnalysisConfig, DefectKind, Family};

pub use balanced_compare::{
    Alignment, Codec, DUPLICATE_SIMILARITY, Duplicate, DynamicsChange, EditKind, Fingerprint, ITEM_S, Residual,
    ResidualBand, ResidualSecond, Similarity, SpectrumChange, StereoChange, TrackComparison, TrackEdit, Verdict,
    find_duplicates,
};

use crate::analyze::{block_frames, cores, measure};
use crate::contain::contain;
use crate::input::Input;
use crate::master::cache::{Cache, CacheWriter};
use crate::origin::Origin;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{AnalyzeOptions, AudioSource, Error, Stage};

/// Compares the recording in file `b` with that in file `a`.
///
/// The lower of both sample rates is used, and where the numbers of channels differ, the mean of the channels. Of `options`, the
/// configuration is replaced. The audio lies in temporary files meanwhile, 4 or 8 bytes a sample; memory does not grow with its length but
/// for fingerprints (100 bytes a second) and sums over blocks (1.3 KiB a second).
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()), for either file.
pub fn compare(
    a: impl AsRef<Path>,
    b: impl AsRef<Path>,
    options: &AnalyzeOptions<'_>,
) -> Result<TrackComparison, Error> {
    Ok(compare_sources(AudioSource::Path(a.as_ref()), AudioSource::Path(b.as_ref()), options)?.0)
}

/// Compares recordings from any sources, as [`compare`] does for files, and returns the analyses of A and B too.
///
/// # Errors
/// Returns the errors of [`compare`].
pub fn compare_sources(
    a: AudioSource<'_>,
    b: AudioSource<'_>,
    options: &AnalyzeOptions<'_>,
) -> Result<(TrackComparison, [Analysis; 2]), Error> {
    let is_sealed = a.is_private() || b.is_private();
    let path = b.name().map(Path::to_owned);
    contain(path.as_deref(), || {
        let options = AnalyzeOptions { config: config(), ..options.clone() };
        let monitor = options.monitor(path.as_deref());
        let scratch = Rc::new(options.scratch(path.as_deref()).sealed(is_sealed));
        let origins = [open(a, &options, &scratch, &monitor)?, open(b, &options, &scratch, &monitor)?];
        let analyses = [
            measure(&origins[0], &options, &monitor, Stage::Analyze, cores())?,
            measure(&origins[1], &options, &monitor, Stage::Analyze, cores())?,
        ];
        let tracks = tracks(&origins, &analyses, &options, &scratch, &monitor)?;
        let [of_a, of_b] = &tracks;
        let rate_hz = of_a.cache.format.sample_rate_hz;
        let pair = Pair {
            a: of_a,
            b: of_b,
            sample_rate_hz: rate_hz,
            items: [&of_a.all.items, &of_b.all.items],
            first_items: [&of_a.first.items, &of_b.first.items],
            is_untouched: is_alike(&analyses),
        };
        let compared = balanced_compare::compare(&pair)?;
        origins.iter().try_for_each(Origin::check_unchanged)?;
        Ok((together(compared, &analyses, rate_hz), analyses))
    })
}

/// Returns the analysis configuration that a comparison needs.
fn config() -> AnalysisConfig {
    let families = vec![Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo, Family::Defects];
    AnalysisConfig { families, ..AnalysisConfig::default() }
}

fn open<'a>(
    source: AudioSource<'a>,
    options: &AnalyzeOptions<'_>,
    scratch: &Scratch,
    monitor: &Monitor<'_>,
) -> Result<Origin<'a>, Error> {
    Origin::open(source, &options.limits, scratch, monitor)
}

fn is_alike([a, b]: &[Analysis; 2]) -> bool {
    a.source.sample_rate_hz == b.source.sample_rate_hz && a.source.channels == b.source.channels
}

/// A recording in a temporary file, at the rate of the comparison, with its fingerprints.
struct Track {
    cache: Cache,
    all: Fingerprint,
    first: Fingerprint,
}

impl Audio for Track {
    type Error = Error;

    fn channels(&self) -> usize {
        self.cache.format.channels()
    }

    fn frames(&self) -> u64 {
        self.cache.frames
    }

    fn read(&self, start: i64, channels: &mut [Vec<f64>]) -> Result<(), Error> {
        self.cache.read_at(start, channels)
    }
}

fn tracks(
    origins: &[Origin<'_>; 2],
    analyses: &[Analysis; 2],
    options: &AnalyzeOptions<'_>,
    scratch: &Rc<Scratch>,
    monitor: &Monitor<'_>,
) -> Result<[Track; 2], Error> {
    let sources = [&analyses[0].source, &analyses[1].source];
    let rate_hz = sources[0].sample_rate_hz.min(sources[1].sample_rate_hz);
    let folds = sources[0].channels != sources[1].channels;
    let track = |origin: &Origin<'_>| {
        let input = origin.input(options.layout.as_ref(), &options.limits)?;
        read(input, rate_hz, folds, scratch, monitor)
    };
    Ok([track(&origins[0])?, track(&origins[1])?])
}

/// Decodes an input into a temporary file.
fn read(
    mut input: Input<'_>,
    rate_hz: f64,
    folds: bool,
    scratch: &Rc<Scratch>,
    monitor: &Monitor<'_>,
) -> Result<Track, Error> {
    let channels = input.format.channels();
    let format = if folds {
        StreamFormat::new(rate_hz, 1)
    } else {
        StreamFormat { sample_rate_hz: rate_hz, layout: input.format.layout.clone() }
    };
    let mut resampler = Resampler::new(input.format.sample_rate_hz, rate_hz, format.channels())
        .map_err(|error| Error::reading(&error))?;
    let mut sink = Sink::new(&format, scratch)?;
    let (mut buffer, mut resampled) = (PlanarBuffer::new(channels, block_frames(channels)), PlanarBuffer::new(1, 0));
    let (mut frames, total) = (0u64, input.declared_frames());
    loop {
        monitor.at(Stage::Verify, frames, total)?;
        let count = input.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        frames += count as u64;
        let folded = folds.then(|| mean(&buffer));
        resampler.process(&folded.as_ref().unwrap_or(&buffer).block(), &mut resampled);
        sink.take(&resampled)?;
    }
    resampler.finish(&mut resampled);
    // Between equal rates nothing is held back, and what the buffer holds was taken before.
    if input.format.sample_rate_hz != rate_hz {
        sink.take(&resampled)?;
    }
    sink.finish()
}

fn mean(buffer: &PlanarBuffer) -> PlanarBuffer {
    let channels = buffer.channels();
    let sum = |frame: usize| (0..channels).map(|channel| buffer.channel(channel)[frame]).sum::<f64>();
    let mean: Vec<f64> = (0..buffer.frames()).map(|frame| sum(frame) / channels as f64).collect();
    PlanarBuffer::from_channels(&[mean])
}

/// Takes blocks into the cache and the fingerprints.
struct Sink {
    cache: CacheWriter,
    all: Option<Fingerprinter>,
    first: Option<Fingerprinter>,
}

impl Sink {
    fn new(format: &StreamFormat, scratch: &Rc<Scratch>) -> Result<Self, Error> {
        let rate_hz = format.sample_rate_hz;
        let channels = format.channels();
        let first = (channels > 1).then(|| Fingerprinter::new(rate_hz, 1)).flatten();
        Ok(Self { cache: CacheWriter::new(format, scratch)?, all: Fingerprinter::new(rate_hz, channels), first })
    }

    fn take(&mut self, block: &PlanarBuffer) -> Result<(), Error> {
        if block.frames() == 0 {
            return Ok(());
        }
        let channels: Vec<&[f64]> = (0..block.channels()).map(|channel| block.channel(channel)).collect();
        if let Some(all) = &mut self.all {
            all.push(&channels);
        }
        if let Some(first) = &mut self.first {
            first.push(&channels[..1]);
        }
        self.cache.write(block.block())
    }

    fn finish(self) -> Result<Track, Error> {
        let items = |fingerprinter: Option<Fingerprinter>| fingerprinter.map(Fingerprinter::finish).unwrap_or_default();
        Ok(Track { cache: self.cache.finish()?, all: items(self.all), first: items(self.first) })
    }
}

/// Returns the comparison with what both analyses say.
fn together(compared: Compared, analyses: &[Analysis; 2], rate_hz: f64) -> TrackComparison {
    let Compared { verdict, confidence, alignment, residual, edits } = compared;
    let [a, b] = analyses;
    let (x, y) = (&a.measurements, &b.measurements);
    let loudness = |of: fn(&balanced_model::Loudness) -> Option<f64>| change(&x.loudness, &y.loudness, of);
    let stereo = |of: fn(&balanced_model::Stereo) -> Option<f64>| change(&x.stereo, &y.stereo, of);
    let gain_db = loudness(|of| of.integrated_lufs);
    TrackComparison {
        a: a.source.clone(),
        b: b.source.clone(),
        verdict,
        confidence,
        made_from: verdict != Verdict::Different,
        alignment,
        gain_db,
        residual,
        spectrum: spectrum(analyses, gain_db),
        dynamics: DynamicsChange {
            plr_db: loudness(|of| of.plr_db),
            crest_db: change(&x.dynamics, &y.dynamics, |of| of.crest_db),
            range_lu: loudness(|of| of.range_lu),
            true_peak_db: loudness(|of| of.true_peak_dbtp),
        },
        stereo: StereoChange {
            correlation: stereo(|of| of.correlation_mean),
            side_to_mid_db: stereo(|of| of.side_to_mid_db),
            balance_db: stereo(|of| of.balance_db),
        },
        codec: codec(analyses),
        edits,
        notes: notes(analyses, rate_hz),
    }
}

fn change<T>(a: &Option<T>, b: &Option<T>, of: impl Fn(&T) -> Option<f64>) -> Option<f64> {
    Some(of(b.as_ref()?)? - of(a.as_ref()?)?)
}

fn spectrum([a, b]: &[Analysis; 2], gain_db: Option<f64>) -> Option<SpectrumChange> {
    let (x, y) = (a.measurements.spectrum.as_ref()?, b.measurements.spectrum.as_ref()?);
    let gain_db = gain_db?;
    let bands = x.ltas.level_db.iter().zip(&y.ltas.level_db);
    let change_db: Vec<_> = bands.map(|(x, y)| Some((*y)? - (*x)? - gain_db)).collect();
    Some(SpectrumChange {
        center_hz: x.ltas.center_hz[..change_db.len()].to_vec(),
        change_db,
        tilt_db_per_octave: Some(y.tilt_db_per_octave? - x.tilt_db_per_octave?),
    })
}

fn codec([a, b]: &[Analysis; 2]) -> Codec {
    let is_lossy = |analysis: &Analysis| {
        let coded = ["mp1", "mp2", "mp3", "aac", "vorbis", "opus"];
        let defects = analysis.measurements.defects.as_ref();
        coded.contains(&&*analysis.source.codec)
            || defects.is_some_and(|found| found.iter().any(|defect| defect.kind == DefectKind::LossyTranscode))
    };
    let bandwidth =
        |analysis: &Analysis| analysis.measurements.spectrum.as_ref().and_then(|found| found.bandwidth_limit_hz);
    let (a_lossy, b_lossy) = (is_lossy(a), is_lossy(b));
    let (a_bandwidth_hz, b_bandwidth_hz) = (bandwidth(a), bandwidth(b));
    let is_narrower = b_bandwidth_hz.is_some_and(|b| a_bandwidth_hz.is_none_or(|a| b < 0.97 * a));
    let generation = match (a_lossy, b_lossy) {
        (false, false) => "no trace of a lossy codec in A or B",
        (false, true) => "B was coded with loss, A was not",
        (true, false) => "A was coded with loss and B shows no trace of it: B comes from a better source, or hides it",
        (true, true) if is_narrower => "both were coded with loss, B more narrowly",
        (true, true) => "both were coded with loss",
    };
    Codec { a_lossy, b_lossy, a_bandwidth_hz, b_bandwidth_hz, generation: generation.to_owned() }
}

fn notes([a, b]: &[Analysis; 2], rate_hz: f64) -> Vec<String> {
    let mut notes = Vec::new();
    if a.source.sample_rate_hz != b.source.sample_rate_hz {
        let rates = [a, b].map(|analysis| analysis.source.sample_rate_hz);
        notes.push(format!("A has {} Hz and B {} Hz; they are compared at {rate_hz} Hz", rates[0], rates[1]));
    }
    if a.source.channels != b.source.channels {
        let counts = [a, b].map(|analysis| analysis.source.channels);
        notes.push(format!("A has {} channels and B {}; the mean of the channels is compared", counts[0], counts[1]));
    }
    notes
}

//! Repair of a file for its delivery: silence at the ends, pieces between silences, sample rate, bit depth, one channel.

mod conversion;
mod findings;
mod pieces;
mod result;
mod silence;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_dsp::ChannelLayout;
use balanced_io::{FileFormat, NewFolder, SampleFormat};
use balanced_model::{Analysis, AnalysisConfig, Family};

pub use result::{RepairFinding, RepairKind, RepairResult, RepairedFile};

use crate::analyze::cores;
use crate::contain::contain;
use crate::input::IN_MEMORY;
use crate::origin::Origin;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{AnalyzeOptions, AudioSource, Error, Limits, Progress, Stage};
use conversion::Conversion;
use findings::Facts;
use pieces::Piece;
use silence::Silence;
use write::Work;

/// Sample rate of repaired files.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum RepairRate {
    /// The input's own.
    #[default]
    Keep,
    /// The rate that the input was converted from, where its spectrum shows that it was; otherwise its own.
    Original,
    /// A rate in Hz.
    Hz(f64),
}

/// Bit depth of repaired files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepairBits {
    /// The input's own sample format; 24 bits if it has none, as lossy files do.
    #[default]
    Keep,
    /// The smallest format that holds every bit of the input that carries sound.
    Effective,
    /// A sample format.
    Format(SampleFormat),
}

/// Options of [`repair`]: everything is left as it is unless it is asked for.
#[derive(Clone)]
pub struct RepairOptions<'a> {
    /// Whether silence before and after the audio is removed; with `split_at_silence`, around every piece.
    pub trim_silence: bool,
    /// Whether the audio is cut into pieces at its silences; the output is then a new folder.
    pub split_at_silence: bool,
    /// Level under which audio is silence, in dBFS: half the span between the highest and the lowest sample of 10 ms, so that
    /// an offset does not count. -120 to -20.
    pub silence_dbfs: f64,
    /// Shortest silence at which the audio is cut into pieces, in seconds; 0.05 to 60.
    pub gap_s: f64,
    /// Shortest sound between two silences that becomes a piece of its own, in seconds; a shorter one stays with the neighbour
    /// that is nearer. 0 to 600.
    pub shortest_s: f64,
    /// Silence that is kept in front of a sound, in seconds; 0 to 60.
    pub lead_s: f64,
    /// Silence that is kept after a sound, in seconds; 0 to 60.
    pub tail_s: f64,
    /// Sample rate.
    pub sample_rate: RepairRate,
    /// Bit depth.
    pub bits: RepairBits,
    /// Whether stereo that is really mono becomes one channel; an error if it is not.
    pub mono: bool,
    /// Name of the pieces after their number; the title of the recording if `None`, or else the name of its file.
    pub name: Option<String>,
    /// File format; that of the output's suffix if `None`, and WAV in a folder.
    pub format: Option<FileFormat>,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Whether a file that gives under half of what its headers or its bytes promise is repaired all the same, with a note.
    pub accept_damaged: bool,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set; no output is left behind then.
    pub cancel: Option<&'a AtomicBool>,
    /// What the input may be, and what the call may use.
    pub limits: Limits,
    /// Folder for the temporary copy of a stream; the output's folder if `None`.
    pub temp: Option<PathBuf>,
}

impl Default for RepairOptions<'_> {
    fn default() -> Self {
        Self {
            trim_silence: false,
            split_at_silence: false,
            silence_dbfs: -60.0,
            gap_s: 2.0,
            shortest_s: 5.0,
            lead_s: 0.1,
            tail_s: 0.5,
            sample_rate: RepairRate::Keep,
            bits: RepairBits::Keep,
            mono: false,
            name: None,
            format: None,
            layout: None,
            accept_damaged: false,
            progress: None,
            cancel: None,
            limits: Limits::default(),
            temp: None,
        }
    }
}

impl RepairOptions<'_> {
    /// Checks the numbers, before the long work begins.
    fn check(&self) -> Result<(), Error> {
        let ranges = [
            ("silence_dbfs", self.silence_dbfs, -120.0, -20.0),
            ("gap_s", self.gap_s, 0.05, 60.0),
            ("shortest_s", self.shortest_s, 0.0, 600.0),
            ("lead_s", self.lead_s, 0.0, 60.0),
            ("tail_s", self.tail_s, 0.0, 60.0),
        ];
        for (name, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                return Err(Error::settings(
                    format!("{name}: {value} is out of range"),
                    format!("give {least} to {most}"),
                ));
            }
        }
        Ok(())
    }

    /// Returns whether anything is changed.
    fn asks_for_nothing(&self) -> bool {
        let keeps = self.sample_rate == RepairRate::Keep && self.bits == RepairBits::Keep;
        keeps && !self.trim_silence && !self.split_at_silence && !self.mono
    }

    fn analyze(&self, families: &[Family]) -> AnalyzeOptions<'_> {
        AnalyzeOptions {
            config: AnalysisConfig { families: families.to_vec(), ..AnalysisConfig::default() },
            layout: self.layout.clone(),
            accept_damaged: self.accept_damaged,
            progress: self.progress,
            cancel: self.cancel,
            limits: self.limits,
            temp: self.temp.clone(),
        }
    }
}

/// Looks for what can be repaired in the file `input`, and writes `output` with what the options ask for.
///
/// Without an output, nothing is written, and the result says what was found and which option would repair it. With
/// [`split_at_silence`](RepairOptions::split_at_silence), the output is a folder that must not exist yet. Samples are copied bit by bit unless a conversion
/// was asked for: [`RepairedFile::is_exact`] tells. Conversions to fewer bits are dithered; where a conversion would
/// clip, all pieces are lowered by one gain, which is told.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input), also if the file holds silence only and is to be trimmed or split,
/// [`ErrorKind::Output`](crate::ErrorKind::Output), [`ErrorKind::Settings`](crate::ErrorKind::Settings), also if one channel was asked for and the channels
/// differ, [`ErrorKind::Limit`](crate::ErrorKind::Limit) or [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled); no partial output is left
/// behind.
pub fn repair(
    input: impl AsRef<Path>,
    output: Option<&Path>,
    options: &RepairOptions<'_>,
) -> Result<RepairResult, Error> {
    repair_source(AudioSource::Path(input.as_ref()), output, options)
}

/// Repairs audio from any source, as [`repair`] does for a file.
///
/// # Errors
/// Returns the errors of [`repair`].
pub fn repair_source(
    source: AudioSource<'_>,
    output: Option<&Path>,
    options: &RepairOptions<'_>,
) -> Result<RepairResult, Error> {
    options.check()?;
    check_output(&source, output, options)?;
    let path = source.name().map(Path::to_owned);
    contain(path.as_deref(), || {
        let monitor = Monitor::new(options.progress, options.cancel).within(&options.limits, path.as_deref());
        let name = path.as_deref().unwrap_or(Path::new(IN_MEMORY));
        let beside = output.map(|output| match output.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        });
        let scratch = Scratch::new(options.temp.as_deref().or(beside), name, &options.limits);
        let scratch = scratch.sealed(source.is_private());
        let origin = Origin::open(source, &options.limits, &scratch, &monitor)?;
        let result = run(&origin, output, &scratch, options, &monitor);
        // What goes wrong with a file that changes goes wrong because it changes.
        if result.is_err() {
            origin.check_unchanged()?;
        }
        result
    })
}

fn check_output(source: &AudioSource<'_>, output: Option<&Path>, options: &RepairOptions<'_>) -> Result<(), Error> {
    let Some(output) = output else {
        if options.asks_for_nothing() {
            return Ok(());
        }
        return Err(Error::settings(
            "a repair was asked for, and no output to write it to",
            "name an output, or ask for nothing to see what could be repaired",
        ));
    };
    let read: Vec<&Path> = source.path().into_iter().collect();
    crate::check_outputs(&read, &[output])?;
    if options.split_at_silence {
        return NewFolder::check(output).map_err(|error| Error::writing(&error));
    }
    Ok(())
}

fn run(
    origin: &Origin<'_>,
    output: Option<&Path>,
    scratch: &Scratch,
    options: &RepairOptions<'_>,
    monitor: &Monitor<'_>,
) -> Result<RepairResult, Error> {
    let analyze = options.analyze(&[Family::Loudness, Family::Stereo, Family::Defects]);
    let before = crate::analyze::measure(origin, &analyze, monitor, Stage::Analyze, cores())?;
    if before.source.frames == 0 {
        return Err(Error::nothing_to_master(origin.name()));
    }
    let silence = silence::survey(origin, &before, options, monitor)?;
    let facts = Facts::of(&before, &silence);
    let mut result = RepairResult {
        output: output.map(|output| output.display().to_string()),
        silence_dbfs: options.silence_dbfs,
        sounds_s: silence.sounds_s(),
        findings: facts.findings(options),
        files: Vec::new(),
        notes: Vec::new(),
        input: before.source.clone(),
    };
    let Some(output) = output else { return Ok(result) };
    let format = file_format(output, options)?;
    let conversion = Conversion::new(&before, &facts, format, options, &mut result.notes)?;
    let pieces = pieces(origin, &before, &silence, options, &mut result.notes)?;
    let mix = origin.metadata(before.source.sample_rate_hz, &options.limits).metadata;
    let work = Work {
        origin,
        before: &before,
        mix: &mix,
        conversion: &conversion,
        pieces: &pieces,
        scratch,
        options,
        monitor,
    };
    result.files = if options.split_at_silence { work.folder(output)? } else { vec![work.file(output)?] };
    work.tell(&mut result.notes);
    if options.asks_for_nothing() || result.files.iter().all(|file| file.is_exact && is_whole(file, &before)) {
        result.notes.push("every sample of the input is there as it was".to_owned());
    }
    Ok(result)
}

fn is_whole(file: &RepairedFile, before: &Analysis) -> bool {
    file.frames == before.source.frames && file.channels == before.source.channels
}

fn pieces(
    origin: &Origin<'_>,
    before: &Analysis,
    silence: &Silence,
    options: &RepairOptions<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Piece>, Error> {
    if !options.trim_silence && !options.split_at_silence {
        return Ok(vec![Piece::whole(before.source.frames)]);
    }
    if silence.sounds.is_empty() {
        let problem = format!("is silence from start to end: nothing reaches {} dBFS", options.silence_dbfs);
        return Err(Error::input(origin.name(), problem, "lower the level under which audio is silence"));
    }
    pieces::cut(silence, before.source.frames, before.source.sample_rate_hz, options, notes)
}

/// Returns the format of the written files.
fn file_format(output: &Path, options: &RepairOptions<'_>) -> Result<FileFormat, Error> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    if options.split_at_silence || output.extension().is_none() {
        return Ok(FileFormat::Wav);
    }
    FileFormat::from_path(output).ok_or_else(|| {
        let problem = "has a suffix of no format that is written here";
        Error::output(output, problem, "use .wav, .aiff or .flac, or name the format")
    })
}

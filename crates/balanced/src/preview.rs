//! Preview of a codec: the audio as listeners of a delivery get it, and what the codec changed.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use balanced_codec::{Codec, Decoded, DecodedPeaks, Difference, RoundTrip, encoder_name};
use balanced_dsp::{Block, ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_io::{EncodeSpec, Encoder, FileFormat, Resampler, SampleFormat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyze::block_frames;
use crate::contain::contain;
use crate::input::IN_MEMORY;
use crate::origin::Origin;
use crate::progress::Monitor;
use crate::scratch::Scratch;
use crate::{AudioSource, Error, Limits, Progress, Stage};

/// Options of [`preview`].
#[derive(Clone)]
pub struct PreviewOptions<'a> {
    /// File for what the codec changed: what was decoded less what was encoded.
    pub difference: Option<PathBuf>,
    /// File format and sample format of both files; 32-bit floats by default, which keep what is beyond full scale.
    pub encode: EncodeSpec,
    /// Channel layout that replaces the one the file declares; for files that declare none, or a wrong one.
    pub layout: Option<ChannelLayout>,
    /// Whether a file that gives under half of what its headers or its bytes promise is encoded all the same.
    pub accept_damaged: bool,
    /// Callback that is told the progress.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Flag that stops the call when set; no output is left behind then.
    pub cancel: Option<&'a AtomicBool>,
    /// What the input may be, and what the call may use.
    pub limits: Limits,
    /// Folder for temporary files, which have no name there; the output's folder if `None`.
    pub temp: Option<PathBuf>,
}

impl Default for PreviewOptions<'_> {
    fn default() -> Self {
        Self {
            difference: None,
            encode: EncodeSpec { format: FileFormat::Wav, sample_format: SampleFormat::F32 },
            layout: None,
            accept_damaged: false,
            progress: None,
            cancel: None,
            limits: Limits::default(),
            temp: None,
        }
    }
}

/// Result of `preview`: peaks of what was decoded, and the difference from what was encoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PreviewResult {
    /// Path of the input; `audio in memory` if it was no file.
    pub input: String,
    /// Path of the decoded audio.
    pub output: String,
    /// Path of the difference; `null` if it was not asked for.
    pub difference: Option<String>,
    /// Name of the codec, such as `aac128`.
    pub codec: String,
    /// Name and version of the encoder.
    pub encoder: String,
    /// Sample rate of both files in Hz, at which the codec works; the input was converted to it before it was encoded.
    pub sample_rate_hz: f64,
    /// Number of channels.
    pub channels: usize,
    /// Number of frames of both files: as many as were encoded.
    pub frames: u64,
    /// True peak of what was encoded in dBTP, at the codec's rate; `null` for silence.
    pub encoded_true_peak_dbtp: Option<f64>,
    /// True peak of what was decoded in dBTP; `null` for silence.
    pub true_peak_dbtp: Option<f64>,
    /// Decoded samples beyond full scale, all channels together.
    pub clipped_samples: u64,
    /// Level of the difference relative to the audio, in dB; `null` if either is silence.
    pub difference_db: Option<f64>,
    /// Level of the difference in each region of the spectrum.
    pub difference_by_region: Vec<BandDifference>,
}

/// Difference in one region of the spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct BandDifference {
    /// Lower edge in Hz.
    pub from_hz: f64,
    /// Upper edge in Hz.
    pub to_hz: f64,
    /// Level of the difference relative to the audio in this region, in dB: 0 where the codec removed everything.
    pub level_db: Option<f64>,
}

impl PreviewResult {
    /// Formats the result for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let peak = |peak: Option<f64>| peak.map_or_else(|| "silence".to_owned(), |peak| format!("{peak:.2} dBTP"));
        let mut text = format!(
            "{}\n→ {}\n\n{} by {}, decoded at {} Hz: {} frames\n  True peak     {} before, {} decoded\n  Clipped       {} samples\n",
            self.input,
            self.output,
            self.codec,
            self.encoder,
            self.sample_rate_hz,
            self.frames,
            peak(self.encoded_true_peak_dbtp),
            peak(self.true_peak_dbtp),
            self.clipped_samples,
        );
        let Some(level_db) = self.difference_db else { return text.trim_end().to_owned() };
        text.push_str(&format!("  Difference    {level_db:.1} dB from the audio\n"));
        for region in &self.difference_by_region {
            let Some(level_db) = region.level_db else { continue };
            text.push_str(&format!("    {:>5.0}-{:<5.0} Hz {level_db:>7.1} dB\n", region.from_hz, region.to_hz));
        }
        text.trim_end().to_owned()
    }
}

/// Encodes audio with `codec`, decodes it, and writes what a listener gets into the file `output`, aligned sample by sample
/// with what was encoded.
///
/// Audio of one or two channels is taken at any rate; the files have the codec's rate.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input), [`ErrorKind::Output`](crate::ErrorKind::Output), also if the encoder
/// fails, [`ErrorKind::Settings`](crate::ErrorKind::Settings), also if there is no encoder or it does not take the audio,
/// [`ErrorKind::Limit`](crate::ErrorKind::Limit) or [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled); no partial output is left
/// behind.
pub fn preview(
    source: AudioSource<'_>,
    codec: Codec,
    output: impl AsRef<Path>,
    options: &PreviewOptions<'_>,
) -> Result<PreviewResult, Error> {
    let output = output.as_ref();
    let path = source.name().map(Path::to_owned);
    let read: Vec<&Path> = source.path().into_iter().collect();
    let writes: Vec<&Path> = std::iter::once(output).chain(options.difference.as_deref()).collect();
    crate::check_outputs(&read, &writes)?;
    contain(path.as_deref(), || {
        let monitor = Monitor::new(options.progress, options.cancel).within(&options.limits, path.as_deref());
        let name = path.as_deref().unwrap_or(Path::new(IN_MEMORY));
        let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = options.temp.as_deref().unwrap_or(folder);
        let scratch = Scratch::new(Some(folder), name, &options.limits).sealed(source.is_private());
        let origin = Origin::open(source, &options.limits, &scratch, &monitor)?;
        let result = Preview { origin: &origin, codec, output, options, monitor: &monitor, scratch: &scratch }.run();
        // What goes wrong with a file that changes goes wrong because it changes.
        origin.check_unchanged()?;
        let (result, files) = result?;
        files.finish()?;
        Ok(result)
    })
}

/// One call.
struct Preview<'a> {
    origin: &'a Origin<'a>,
    codec: Codec,
    output: &'a Path,
    options: &'a PreviewOptions<'a>,
    monitor: &'a Monitor<'a>,
    scratch: &'a Scratch,
}

/// The files that are being written.
struct Files {
    decoded: Encoder,
    difference: Option<Encoder>,
}

impl Preview<'_> {
    fn run(&self) -> Result<(PreviewResult, Files), Error> {
        let failed = |error: balanced_codec::CodecError| Error::coding(&error);
        let encoder = encoder_name(self.codec).map_err(failed)?;
        let decoded = self.encode()?;
        let format = decoded.format().clone();
        let mut files = Files::create(self.output, self.options, &format)?;
        let mut meters = Meters::new(&format);
        let frames = self.compare(decoded, &mut files, &mut meters)?;
        let result = PreviewResult {
            input: self.origin.name().display().to_string(),
            output: self.output.display().to_string(),
            difference: self.options.difference.as_ref().map(|path| path.display().to_string()),
            codec: self.codec.to_string(),
            encoder,
            sample_rate_hz: format.sample_rate_hz,
            channels: format.channels(),
            frames,
            encoded_true_peak_dbtp: meters.encoded.true_peak_dbtp(),
            true_peak_dbtp: meters.decoded.true_peak_dbtp(),
            clipped_samples: meters.decoded.clipped_samples(),
            difference_db: meters.difference.level_db(),
            difference_by_region: meters
                .difference
                .regions()
                .into_iter()
                .map(|([from_hz, to_hz], level_db)| BandDifference { from_hz, to_hz, level_db })
                .collect(),
        };
        Ok((result, files))
    }

    /// Encodes the whole input into a temporary file.
    fn encode(&self) -> Result<Decoded, Error> {
        let failed = |error: balanced_codec::CodecError| Error::coding(&error);
        let mut input = self.origin.input(self.options.layout.as_ref(), &self.options.limits)?;
        let medium = Box::new(self.scratch.create()?);
        let mut trip = RoundTrip::new(self.codec, &input.format, medium).map_err(|error| {
            let error = Error::coding(&error);
            if error.kind() == crate::ErrorKind::Settings { error.in_file(self.origin.name()) } else { error }
        })?;
        let channels = input.format.channels();
        let mut buffer = PlanarBuffer::new(channels, block_frames(channels));
        let (mut done, total) = (0, input.declared_frames());
        while input.read(&mut buffer)? > 0 {
            self.monitor.at(Stage::Codecs, done, total)?;
            done += buffer.frames() as u64;
            trip.push(&buffer.block()).map_err(failed)?;
        }
        input.check_complete(self.options.accept_damaged)?;
        trip.finish().map_err(failed)
    }

    /// Reads the input again beside what was decoded, and writes and measures both; returns the number of frames.
    fn compare(&self, mut decoded: Decoded, files: &mut Files, meters: &mut Meters) -> Result<u64, Error> {
        let mut input = self.origin.input(self.options.layout.as_ref(), &self.options.limits)?;
        let (format, total) = (input.format.clone(), decoded.frames());
        let resampler = Resampler::new(format.sample_rate_hz, decoded.format().sample_rate_hz, format.channels());
        let mut resampler = resampler.map_err(|error| Error::writing(&error))?;
        let mut buffer = PlanarBuffer::new(format.channels(), block_frames(format.channels()));
        let (mut resampled, mut done, mut is_over) = (PlanarBuffer::new(format.channels(), 0), 0, false);
        while !is_over {
            self.monitor.at(Stage::Write, done, Some(total))?;
            is_over = input.read(&mut buffer)? == 0;
            if is_over {
                resampler.finish(&mut resampled);
            } else {
                silence_invalid(&mut buffer);
                resampler.process(&buffer.block(), &mut resampled);
            }
            done += resampled.frames() as u64;
            self.compare_block(resampled.block(), &mut decoded, files, meters)?;
        }
        Ok(done)
    }

    fn compare_block(
        &self,
        encoded: Block<'_>,
        decoded: &mut Decoded,
        files: &mut Files,
        meters: &mut Meters,
    ) -> Result<(), Error> {
        let mut from = 0;
        while from < encoded.frames() {
            let mut heard = PlanarBuffer::new(encoded.channels(), encoded.frames() - from);
            let count = decoded.read(&mut heard).map_err(|error| Error::coding(&error))?;
            if count == 0 {
                return Err(Error::failed_encoder("what was decoded ends before what was encoded", ""));
            }
            let encoded = encoded.slice(from..from + count);
            meters.push(encoded, heard.block());
            files.write(encoded, &heard)?;
            from += count;
        }
        Ok(())
    }
}

/// Amplitude from which samples count as invalid, as for the analyser and the encoders.
const SANE: f64 = 65_536.0;

/// Replaces what is no number, as the encoder does.
fn silence_invalid(buffer: &mut PlanarBuffer) {
    for channel in 0..buffer.channels() {
        for sample in buffer.channel_mut(channel).iter_mut().filter(|sample| sample.is_nan() || sample.abs() >= SANE) {
            *sample = 0.0;
        }
    }
}

impl Files {
    fn create(output: &Path, options: &PreviewOptions<'_>, format: &StreamFormat) -> Result<Self, Error> {
        let create =
            |path: &Path| Encoder::create(path, &options.encode, format).map_err(|error| Error::writing(&error));
        Ok(Self { decoded: create(output)?, difference: options.difference.as_deref().map(create).transpose()? })
    }

    fn write(&mut self, encoded: Block<'_>, heard: &PlanarBuffer) -> Result<(), Error> {
        let writing = |error: balanced_io::IoError| Error::writing(&error);
        self.decoded.write(&heard.block()).map_err(writing)?;
        let Some(file) = &mut self.difference else { return Ok(()) };
        let mut difference = heard.clone();
        for channel in 0..encoded.channels() {
            let pairs = difference.channel_mut(channel).iter_mut().zip(encoded.channel(channel));
            pairs.for_each(|(heard, encoded)| *heard -= encoded);
        }
        file.write(&difference.block()).map_err(writing)
    }

    /// Completes both files before either takes its place.
    fn finish(self) -> Result<(), Error> {
        let writing = |error: balanced_io::IoError| Error::writing(&error);
        let decoded = self.decoded.complete().map_err(writing)?;
        let difference = self.difference.map(Encoder::complete).transpose().map_err(writing)?;
        decoded.publish().map_err(writing)?;
        difference.map_or(Ok(()), |file| file.publish().map_err(writing))
    }
}

/// What is measured.
struct Meters {
    encoded: DecodedPeaks,
    decoded: DecodedPeaks,
    difference: Difference,
}

impl Meters {
    fn new(format: &StreamFormat) -> Self {
        let difference = Difference::new(format.sample_rate_hz, format.channels());
        Self { encoded: DecodedPeaks::new(format), decoded: DecodedPeaks::new(format), difference }
    }

    fn push(&mut self, encoded: Block<'_>, heard: Block<'_>) {
        self.encoded.push(encoded);
        self.decoded.push(heard);
        self.difference.push(encoded, heard);
    }
}

//! Whole files as arrays, and arrays as files.

use std::path::Path;

use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_io::{EncodeSpec, Encoder, Resampler};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyze::{BLOCK_FRAMES, block_frames};
use crate::input::Input;
use crate::master::render::{Rate, trim};
use crate::progress::Monitor;
use crate::{AnalyzeOptions, Arrangement, AudioSource, AudioView, Error, Limits, Samples, Stage};

/// Decoded audio in memory: planar `f64` samples, full scale 1.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AudioBuffer {
    /// Samples, all of the first channel, then all of the second, and so on.
    pub samples: Vec<f64>,
    /// Number of frames, that is samples per channel.
    pub frames: usize,
    /// Sample rate and channel layout.
    pub format: StreamFormat,
}

impl AudioBuffer {
    /// Borrows the audio as a view that the other calls of this crate accept.
    ///
    /// # Errors
    /// Returns an error only if the public fields contradict each other; what [`read_audio`] returns is consistent.
    pub fn view(&self) -> Result<AudioView<'_>, Error> {
        let samples = Samples::F64(&self.samples);
        let StreamFormat { sample_rate_hz, layout } = &self.format;
        AudioView::new(samples, layout.channels(), Arrangement::Planar, *sample_rate_hz, Some(layout))
    }
}

/// Format of an audio file, as its headers declare it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AudioInfo {
    /// Container, such as `wav`, `rf64`, `aiff`, `flac`.
    pub container: String,
    /// Codec, such as `pcm_s24le`, `flac`, `mp3`.
    pub codec: String,
    /// Sample rate in Hz.
    pub sample_rate_hz: f64,
    /// Number of channels.
    pub channels: usize,
    /// Name of the channel layout, such as `stereo` or `5.1`.
    pub channel_layout: String,
    /// Bits per sample as the file declares them; `null` for lossy codecs.
    pub bit_depth: Option<u16>,
    /// Number of frames; `null` if only decoding tells. Uncompressed files are never believed beyond the bytes they
    /// hold.
    pub frames: Option<u64>,
    /// Length in seconds; `null` if only decoding tells.
    pub duration_s: Option<f64>,
    /// Irregularities of the file found so far, and how they were handled.
    pub notes: Vec<String>,
}

/// Reads the headers of a file without decoding its audio.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the file is not audio or cannot be decoded here, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `source` is an array.
pub fn probe(source: AudioSource<'_>) -> Result<AudioInfo, Error> {
    // However long it is: nothing is decoded.
    let limits = Limits { max_duration_s: None, ..Limits::default() };
    let options = AnalyzeOptions { limits, ..AnalyzeOptions::default() };
    let (scratch, monitor) = (options.scratch(None), Monitor::default());
    let input = Input::for_one_pass(source, None, &options.limits, &scratch, &monitor)?;
    let (info, format) = (input.info().expect("it is a file"), &input.format);
    Ok(AudioInfo {
        container: info.container.clone(),
        codec: info.codec.clone(),
        sample_rate_hz: format.sample_rate_hz,
        channels: format.channels(),
        channel_layout: format.layout.name(),
        bit_depth: info.bit_depth,
        frames: info.frames,
        duration_s: info.frames.map(|frames| frames as f64 / format.sample_rate_hz),
        notes: input.notes().to_vec(),
    })
}

/// Part of a file that is read, and the form it is read in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReadOptions {
    /// Start of the part, in seconds.
    pub start_s: f64,
    /// End of the part, in seconds; the end of the file if `None` or beyond it.
    pub end_s: Option<f64>,
    /// Whether the channels are mixed down to their mean.
    pub mono: bool,
    /// Sample rate to convert to, in Hz; the file's own if `None`.
    pub sample_rate_hz: Option<f64>,
}

/// Decodes a whole file into memory.
///
/// Only the layout, `accept_damaged`, the progress callback, the cancel flag and the limits of `options` are used. Memory
/// grows with what was decoded, never with what a header declares.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read as audio, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `source` is an array.
pub fn read_audio(source: AudioSource<'_>, options: &AnalyzeOptions<'_>) -> Result<AudioBuffer, Error> {
    read_part(source, &ReadOptions::default(), options)
}

/// Decodes a part of a file into memory, as [`read_audio`] does with all of it; what lies before the part is decoded and dropped,
/// what lies after it is not decoded.
///
/// A part is converted by itself, as if silence lay around it.
///
/// # Errors
/// Returns the errors of [`read_audio`], and [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the part is empty, begins
/// beyond the end of the file, or its sample rate is outside 1 kHz to 768 kHz.
pub fn read_part(
    source: AudioSource<'_>,
    part: &ReadOptions,
    options: &AnalyzeOptions<'_>,
) -> Result<AudioBuffer, Error> {
    let path = source.path().map(Path::to_owned);
    let monitor = options.monitor(path.as_deref());
    let scratch = options.scratch(path.as_deref());
    let mut input = Input::for_one_pass(source, options.layout.as_ref(), &options.limits, &scratch, &monitor)?;
    let kept = part.kept(input.format.sample_rate_hz)?;
    let channels = input.format.channels();
    let mut buffer = PlanarBuffer::new(channels, block_frames(channels));
    let mut taker = Taker::new(part, &input.format, buffer.capacity_frames())?;
    let (mut done, total) = (0, input.declared_frames());
    while done < kept.end {
        monitor.at(Stage::Analyze, done, total)?;
        if input.read(&mut buffer)? == 0 {
            input.check_complete(options.accept_damaged)?;
            break;
        }
        let frames = buffer.frames() as u64;
        trim(&mut buffer, done, &kept);
        taker.take(&mut buffer, &input, options)?;
        done += frames;
    }
    if kept.start > 0 && done <= kept.start {
        let length_s = done as f64 / input.format.sample_rate_hz;
        let problem = format!("the part from {} s is empty: the file is {length_s:.2} s long", part.start_s);
        return Err(Error::settings(problem, "choose times within it").in_file(input.name()));
    }
    taker.finish()
}

/// Converts audio in memory to the sample rate `to_hz`.
///
/// The result is aligned with the input and has `round(frames * to / from)` frames; passband and stopband are those of every
/// conversion here (-0.01 dB at 0.985 of the lower Nyquist frequency, below -150 dB from it on).
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a sample rate is outside 1 kHz to 768 kHz.
pub fn resample(audio: &AudioView<'_>, to_hz: f64) -> Result<AudioBuffer, Error> {
    let StreamFormat { sample_rate_hz, layout } = audio.format().clone();
    let converting = |error: balanced_io::IoError| Error::writing(&error);
    let mut resampler = Resampler::new(sample_rate_hz, to_hz, layout.channels()).map_err(converting)?;
    let (mut out, mut planes) = (PlanarBuffer::new(layout.channels(), 0), vec![Vec::new(); layout.channels()]);
    audio.for_each_block(BLOCK_FRAMES, |block| {
        resampler.process(&block, &mut out);
        keep(&mut planes, &out);
        Ok(())
    })?;
    resampler.finish(&mut out);
    keep(&mut planes, &out);
    Ok(gathered(planes, StreamFormat { sample_rate_hz: to_hz, layout }))
}

impl ReadOptions {
    /// Returns the frames of the part; its end may lie beyond that of the file.
    fn kept(&self, sample_rate_hz: f64) -> Result<std::ops::Range<u64>, Error> {
        let at = |time_s: f64| (time_s * sample_rate_hz).round() as u64;
        let end = self.end_s.map_or(u64::MAX, at);
        let are_times = self.start_s.is_finite() && self.start_s >= 0.0 && self.end_s.is_none_or(f64::is_finite);
        if !are_times || at(self.start_s) >= end {
            let end_s = self.end_s.map_or("the end".to_owned(), |end_s| format!("{end_s} s"));
            let problem = format!("there is no part from {} s to {end_s}", self.start_s);
            return Err(Error::settings(problem, "give a start of 0 s or more, and an end after it"));
        }
        Ok(at(self.start_s)..end)
    }
}

/// Audio of a file that is gathered in memory.
struct Taker {
    format: StreamFormat,
    planes: Vec<Vec<f64>>,
    rate: Rate,
    /// Room for the mean of the channels, if they are mixed.
    mixed: Option<PlanarBuffer>,
}

impl Taker {
    fn new(part: &ReadOptions, from: &StreamFormat, block_frames: usize) -> Result<Self, Error> {
        let is_mixed = part.mono && from.channels() > 1;
        let layout = if is_mixed { ChannelLayout::mono() } else { from.layout.clone() };
        let sample_rate_hz = part.sample_rate_hz.unwrap_or(from.sample_rate_hz);
        Ok(Self {
            planes: vec![Vec::new(); layout.channels()],
            rate: Rate::new(from.sample_rate_hz, sample_rate_hz, layout.channels())?,
            mixed: is_mixed.then(|| PlanarBuffer::new(1, block_frames)),
            format: StreamFormat { sample_rate_hz, layout },
        })
    }

    /// Takes a part, within the limits of memory.
    fn take(&mut self, part: &mut PlanarBuffer, input: &Input<'_>, options: &AnalyzeOptions<'_>) -> Result<(), Error> {
        let ratio = self.format.sample_rate_hz / input.format.sample_rate_hz;
        let frames = self.planes[0].len() as u64 + (part.frames() as f64 * ratio).ceil() as u64;
        // One channel more than there are: they are joined one by one at the end.
        let bytes = 8 * frames * (self.planes.len() + 1) as u64;
        options.limits.check_memory(input.name(), bytes, || "as an array takes".to_owned())?;
        let Self { planes, rate, mixed, .. } = self;
        let part = match mixed {
            Some(mixed) => {
                mix_down(part, mixed);
                mixed
            }
            None => part,
        };
        rate.push(part, |converted| {
            keep(planes, converted);
            Ok(())
        })
    }

    fn finish(self) -> Result<AudioBuffer, Error> {
        let Self { format, mut planes, rate, .. } = self;
        rate.finish(|converted| {
            keep(&mut planes, converted);
            Ok(())
        })?;
        Ok(gathered(planes, format))
    }
}

/// Puts the mean of the channels into `mixed`.
fn mix_down(part: &PlanarBuffer, mixed: &mut PlanarBuffer) {
    mixed.set_frames(part.frames());
    let scale = 1.0 / part.channels() as f64;
    for (frame, out) in mixed.channel_mut(0).iter_mut().enumerate() {
        *out = scale * (0..part.channels()).map(|channel| part.channel(channel)[frame]).sum::<f64>();
    }
}

fn keep(planes: &mut [Vec<f64>], part: &PlanarBuffer) {
    for (channel, plane) in planes.iter_mut().enumerate() {
        plane.extend_from_slice(part.channel(channel));
    }
}

fn gathered(planes: Vec<Vec<f64>>, format: StreamFormat) -> AudioBuffer {
    let frames = planes[0].len();
    AudioBuffer { samples: joined(planes), frames, format }
}

/// Joins channels to one array, and frees each as soon as it was copied.
fn joined(planes: Vec<Vec<f64>>) -> Vec<f64> {
    let length = planes.iter().map(Vec::len).sum::<usize>();
    let mut planes = planes.into_iter();
    let mut samples = planes.next().unwrap_or_default();
    samples.reserve_exact(length - samples.len());
    planes.for_each(|plane| samples.extend_from_slice(&plane));
    samples
}

/// Encodes `audio` into the file `path` and returns the number of clipped samples.
///
/// The file appears when it is complete, or not at all. For integer formats, samples are rounded to the nearest step
/// without dither (a chain's `dither` step adds it) and clipped at full scale.
///
/// # Errors
/// Returns [`ErrorKind::Output`](crate::ErrorKind::Output) if the file cannot be written, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the format cannot hold the audio.
pub fn write_audio(path: impl AsRef<Path>, audio: &AudioView<'_>, encode: &EncodeSpec) -> Result<u64, Error> {
    let mut encoder = Encoder::create(path, encode, audio.format()).map_err(|error| Error::writing(&error))?;
    audio.for_each_block(BLOCK_FRAMES, |block| encoder.write(&block).map_err(|error| Error::writing(&error)))?;
    let clipped = encoder.clipped_samples();
    encoder.finish().map_err(|error| Error::writing(&error))?;
    Ok(clipped)
}

/// Parses a channel layout by name, such as `stereo`, `5.1` or `7.1.4`.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the known names.
pub fn layout(name: &str) -> Result<ChannelLayout, Error> {
    ChannelLayout::from_name(name).ok_or_else(|| {
        let names: Vec<_> = ChannelLayout::names().collect();
        Error::settings(format!("unknown layout \"{name}\""), format!("use one of {}", names.join(", ")))
    })
}

//! Whole files as arrays, and arrays as files.

use std::path::Path;

use balanced_dsp::{ChannelLayout, PlanarBuffer, StreamFormat};
use balanced_io::{EncodeSpec, Encoder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyze::BLOCK_FRAMES;
use crate::input::Input;
use crate::progress::Monitor;
use crate::{AnalyzeOptions, Arrangement, AudioSource, AudioView, Error, Samples, Stage};

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
    let input = Input::from_source_unhashed(source, None)?;
    let (info, format) = (input.decoder.info(), &input.format);
    Ok(AudioInfo {
        container: info.container.clone(),
        codec: info.codec.clone(),
        sample_rate_hz: format.sample_rate_hz,
        channels: format.channels(),
        channel_layout: format.layout.name(),
        bit_depth: info.bit_depth,
        frames: info.frames,
        duration_s: info.frames.map(|frames| frames as f64 / format.sample_rate_hz),
        notes: input.decoder.notes().to_vec(),
    })
}

/// Decodes a whole file into memory.
///
/// Only the layout, the progress callback and the cancel flag of `options` are used. Memory grows with what was decoded,
/// never with what a header declares.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read as audio, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if `source` is an array.
pub fn read_audio(source: AudioSource<'_>, options: &AnalyzeOptions<'_>) -> Result<AudioBuffer, Error> {
    let mut input = Input::from_source_unhashed(source, options.layout.as_ref())?;
    let monitor = Monitor::new(options.progress, options.cancel);
    let channels = input.format.channels();
    let mut buffer = PlanarBuffer::new(channels, BLOCK_FRAMES);
    let mut planes = vec![Vec::new(); channels];
    let total = input.declared_frames();
    loop {
        monitor.at(Stage::Analyze, planes[0].len() as u64, total)?;
        if input.decoder.read(&mut buffer).map_err(|error| Error::reading(&error))? == 0 {
            break;
        }
        for (channel, plane) in planes.iter_mut().enumerate() {
            plane.extend_from_slice(buffer.channel(channel));
        }
    }
    let frames = planes[0].len();
    Ok(AudioBuffer { samples: planes.concat(), frames, format: input.format })
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

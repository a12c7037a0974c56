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

/// Audio held in memory, one channel after the other, full scale 1.
#[derive(Clone, Debug)]
pub struct AudioBuffer {
    /// Samples, planar.
    pub samples: Vec<f64>,
    /// Samples a channel.
    pub frames: usize,
    /// Sample rate and channel layout.
    pub format: StreamFormat,
}

impl AudioBuffer {
    /// The same audio, borrowed.
    ///
    /// # Errors
    /// None for what [`read_audio`] made.
    pub fn view(&self) -> Result<AudioView<'_>, Error> {
        let samples = Samples::F64(&self.samples);
        let StreamFormat { sample_rate_hz, layout } = &self.format;
        AudioView::new(samples, layout.channels(), Arrangement::Planar, *sample_rate_hz, Some(layout))
    }
}

/// What a file says it is, before its audio is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AudioInfo {
    /// Container, such as `wav`, `rf64`, `aiff`, `flac`.
    pub container: String,
    /// Codec, such as `pcm_s24le`, `flac`, `mp3`.
    pub codec: String,
    /// Frames a second.
    pub sample_rate_hz: f64,
    /// Number of channels.
    pub channels: usize,
    /// Name of the channel layout.
    pub channel_layout: String,
    /// Bits a sample as the file declares; `null` for lossy codecs.
    pub bit_depth: Option<u16>,
    /// Frames there are; `null` where only reading tells. Uncompressed files cannot claim more than they hold.
    pub frames: Option<u64>,
    /// Length in seconds; `null` where only reading tells.
    pub duration_s: Option<f64>,
    /// What was odd about the file so far and how it is read.
    pub notes: Vec<String>,
}

/// Read the headers of `source` (no array) and nothing else.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) if it is no audio, or none that is read here.
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

/// Decode all of `source` (no array). Of the options, layout, progress and cancel count.
///
/// Memory follows what was read, never what a header declares.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) if it cannot be read as audio.
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

/// Write `audio` to `path`: the file appears when it is complete, or not at all. Integers are rounded to the nearest step
/// without dither (put a `dither` step into a chain) and held at full scale; the answer is how many samples were.
///
/// # Errors
/// [`ErrorKind::Output`](crate::ErrorKind::Output) if nothing can be written there,
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the format cannot hold the audio.
pub fn write_audio(path: impl AsRef<Path>, audio: &AudioView<'_>, encode: &EncodeSpec) -> Result<u64, Error> {
    let mut encoder = Encoder::create(path, encode, audio.format()).map_err(|error| Error::writing(&error))?;
    audio.for_each_block(BLOCK_FRAMES, |block| encoder.write(&block).map_err(|error| Error::writing(&error)))?;
    let clipped = encoder.clipped_samples();
    encoder.finish().map_err(|error| Error::writing(&error))?;
    Ok(clipped)
}

/// The layout called `name`.
///
/// # Errors
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the names there are.
pub fn layout(name: &str) -> Result<ChannelLayout, Error> {
    ChannelLayout::from_name(name).ok_or_else(|| {
        let names: Vec<_> = ChannelLayout::names().collect();
        Error::settings(format!("unknown layout \"{name}\"; known are {}", names.join(", ")))
    })
}

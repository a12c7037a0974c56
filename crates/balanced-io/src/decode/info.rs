//! What an opened file says of itself, and the limits on what is believed.

use balanced_dsp::{ChannelLayout, StreamFormat};

use crate::{IoError, IoErrorKind};

/// Most channels that are read.
pub(crate) const MAX_CHANNELS: usize = 64;
/// Highest sample rate that is read, in Hz (sixteen times 48 kHz).
pub(crate) const MAX_SAMPLE_RATE_HZ: f64 = 768_000.0;
/// Lowest sample rate that is read, in Hz: nothing lower carries music, and filters need room below Nyquist.
pub(crate) const MIN_SAMPLE_RATE_HZ: f64 = 1_000.0;

/// What a file is, as its headers say and as far as they could be believed.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioInfo {
    /// Container: `wav`, `rf64`, `bw64`, `w64`, `rifx`, `aiff`, `aifc`, `flac`, `mp3`, `adts`, `mp4`, `ogg`, `caf` …
    pub container: String,
    /// Codec, by the names users know from ffmpeg: `pcm_s24le`, `flac`, `mp3`, `aac`, `alac`, `vorbis` …
    pub codec: String,
    /// Frames a second.
    pub sample_rate_hz: f64,
    /// Loudspeaker of every channel.
    pub layout: ChannelLayout,
    /// Bits a sample as declared; `None` for codecs that have no such thing.
    pub bit_depth: Option<u16>,
    /// Frames the file holds as far as its headers and length tell; decoding is the last word.
    pub frames: Option<u64>,
    /// Whether the codec keeps every sample.
    pub lossless: bool,
    /// What was odd about the file and how it was read.
    pub notes: Vec<String>,
}

impl AudioInfo {
    /// Sample rate and layout.
    #[must_use]
    pub fn format(&self) -> StreamFormat {
        StreamFormat { sample_rate_hz: self.sample_rate_hz, layout: self.layout.clone() }
    }
}

/// Refuse formats that no later stage could use.
pub(crate) fn check_shape(file: &str, channels: usize, sample_rate_hz: f64) -> Result<(), IoError> {
    if channels == 0 {
        return Err(IoError::damaged(file, "declares 0 channels"));
    }
    if channels > MAX_CHANNELS {
        return Err(IoError::new(
            IoErrorKind::Unsupported,
            file,
            format!("declares {channels} channels, at most {MAX_CHANNELS} are read"),
            "export it with fewer channels, or again if the number is wrong",
        ));
    }
    if !(MIN_SAMPLE_RATE_HZ..=MAX_SAMPLE_RATE_HZ).contains(&sample_rate_hz) {
        return Err(IoError::new(
            IoErrorKind::Damaged,
            file,
            format!("declares a sample rate of {sample_rate_hz} Hz, outside 1 kHz to 768 kHz"),
            "export it again with the right sample rate",
        ));
    }
    Ok(())
}

/// How the note begins that says a layout was guessed; who names the layout need not read it.
pub const UNNAMED_LAYOUT: &str = "the file does not say which loudspeaker each channel feeds";

/// The layout for a file that names no loudspeakers, with a note where that was a guess that matters.
pub(crate) fn unnamed_layout(channels: usize, notes: &mut Vec<String>) -> ChannelLayout {
    let layout = ChannelLayout::default_for(channels);
    if channels > 2 {
        notes.push(format!("{UNNAMED_LAYOUT}; read as {}", layout.name()));
    }
    layout
}

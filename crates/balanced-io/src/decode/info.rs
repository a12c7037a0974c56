//! Description of an opened file, and the limits for what its headers may declare.

use balanced_dsp::{ChannelLayout, StreamFormat};

use crate::{IoError, IoErrorKind};

/// Largest number of channels that is read.
pub(crate) const MAX_CHANNELS: usize = 64;
/// Highest sample rate that is read, in Hz (sixteen times 48 kHz).
pub(crate) const MAX_SAMPLE_RATE_HZ: f64 = 768_000.0;
/// Lowest sample rate that is read, in Hz: lower rates carry no music, and filters need room below Nyquist.
pub(crate) const MIN_SAMPLE_RATE_HZ: f64 = 1_000.0;

/// Format of an audio file, as its headers declare it and as far as they are plausible.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AudioInfo {
    /// Container: `wav`, `rf64`, `bw64`, `w64`, `rifx`, `aiff`, `aifc`, `flac`, `mp3`, `adts`, `mp4`, `ogg`, `matroska`, `au`, `caf` …
    pub container: String,
    /// Codec by ffmpeg's names: `pcm_s24le`, `flac`, `mp3`, `aac`, `alac`, `vorbis`, `opus` …
    pub codec: String,
    /// Sample rate in Hz.
    pub sample_rate_hz: f64,
    /// Loudspeaker position of every channel.
    pub layout: ChannelLayout,
    /// Bits per sample as declared; `None` for codecs without a fixed bit depth.
    pub bit_depth: Option<u16>,
    /// Number of frames by headers and file length, if known; decoding may yield a different number.
    pub frames: Option<u64>,
    /// Whether the codec is lossless.
    pub lossless: bool,
    /// Irregularities of the file and how they were handled.
    pub notes: Vec<String>,
}

impl AudioInfo {
    /// Returns the sample rate and channel layout.
    #[must_use]
    pub fn format(&self) -> StreamFormat {
        StreamFormat { sample_rate_hz: self.sample_rate_hz, layout: self.layout.clone() }
    }
}

/// Refuses channel counts and sample rates that no later stage could use.
pub(crate) fn check_shape(file: &str, channels: usize, sample_rate_hz: f64) -> Result<(), IoError> {
    if channels == 0 {
        return Err(IoError::damaged(file, "declares 0 channels"));
    }
    if channels > MAX_CHANNELS {
        return Err(IoError::new(
            IoErrorKind::Unsupported,
            file,
            format!("declares {channels} channels, but at most {MAX_CHANNELS} are supported"),
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

/// Most bits of a sample, in any container.
const MAX_BITS: u32 = 64;

/// Refuses bit depths that no sample has.
pub(crate) fn check_bits(file: &str, bits: u32) -> Result<(), IoError> {
    if (1..=MAX_BITS).contains(&bits) {
        return Ok(());
    }
    Err(IoError::damaged(file, format!("declares samples of {bits} bits")))
}

/// Start of the note that a layout was guessed; callers that set the layout themselves can drop that note.
pub const UNNAMED_LAYOUT: &str = "the file does not say which loudspeaker each channel feeds";

/// Returns the layout for a file that names no loudspeakers, and adds a note if the guess matters.
pub(crate) fn unnamed_layout(channels: usize, notes: &mut Vec<String>) -> ChannelLayout {
    let layout = ChannelLayout::default_for(channels);
    if channels > 2 {
        notes.push(format!("{UNNAMED_LAYOUT}; read as {}", layout.name()));
    }
    layout
}

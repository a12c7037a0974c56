//! Input of a page beside the result: pictures of the audio, and the audio.

use crate::Overview;

/// What a page shows beside the measurements. Everything is optional: a page without it is whole.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Extras {
    /// Overview of the mix, or of the recording that the track is compared with.
    pub before: Option<Overview>,
    /// Overview of the master, or of the only track.
    pub after: Option<Overview>,
    /// Audio to listen to.
    pub listening: Option<Listening>,
    /// Remarks, such as why there is no waveform.
    pub notes: Vec<String>,
}

/// Audio that is embedded in a page.
#[derive(Clone, Debug, Default)]
pub struct Listening {
    /// One or two versions of the same stretch of music; the first frames belong together.
    pub versions: Vec<Embedded>,
    /// Codec of all of them as readers are told: `Opus at 96 kbit/s`.
    pub codec: String,
    /// Whether the samples are those of the files.
    pub is_lossless: bool,
    /// Time of their start on the axis of the charts, in seconds.
    pub start_s: f64,
}

/// One version of the audio.
#[derive(Clone, Debug, Default)]
pub struct Embedded {
    /// Label of the version, such as `Mix`.
    pub label: String,
    /// MIME type of the file, such as `audio/ogg; codecs=opus`.
    pub mime: String,
    /// File, complete.
    pub bytes: Vec<u8>,
    /// Sample rate of the file in Hz.
    pub sample_rate_hz: f64,
    /// Integrated loudness, by which the versions are played equally loud; `None` if it is not known.
    pub integrated_lufs: Option<f64>,
}

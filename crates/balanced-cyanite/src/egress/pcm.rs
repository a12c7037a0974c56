//! Where the audio comes from.

use crate::error::Result;

/// Format of decoded audio.
#[derive(Clone, Debug, PartialEq)]
pub struct PcmFormat {
    /// Sample rate in Hz.
    pub sample_rate_hz: f64,
    /// For each channel of the source, its linear gain to the left and the right channel that are sent.
    pub downmix: Vec<[f64; 2]>,
}

impl PcmFormat {
    /// Returns the format of mono or stereo audio, whose channels are sent as they are.
    #[must_use]
    pub fn plain(sample_rate_hz: f64, channels: usize) -> Self {
        let downmix = if channels == 1 { vec![[1.0, 1.0]] } else { vec![[1.0, 0.0], [0.0, 1.0]] };
        Self { sample_rate_hz, downmix }
    }
}

/// Decoded audio, read block by block from its start.
pub trait Pcm {
    /// Returns the format.
    fn format(&self) -> PcmFormat;

    /// Replaces `block` (one vector per channel) by the next frames; no frames are the end.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Audio`](crate::ErrorKind::Audio) if they cannot be read.
    fn read(&mut self, block: &mut Vec<Vec<f64>>) -> Result<()>;
}

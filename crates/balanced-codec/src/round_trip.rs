//! Audio as a listener gets it: encoded and decoded again.

use std::io::{Seek, SeekFrom};

use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_io::{Decoder, IoErrorKind, Medium};

use crate::encode::Encoding;
use crate::{Codec, CodecError};

/// Encoder whose output is decoded again, aligned with what went in.
///
/// The encoder starts afresh, writes a whole file to the medium (a few megabytes a minute at most), and the file is decoded
/// as a player decodes it: delay and padding are dropped by what its header says. Memory does not grow with the audio.
///
/// ```
/// use balanced_codec::{Codec, RoundTrip};
/// use balanced_dsp::{PlanarBuffer, StreamFormat};
/// let medium = Box::new(std::io::Cursor::new(Vec::new()));
/// let mut trip = RoundTrip::new(Codec::Vorbis { quality: 5 }, &StreamFormat::new(44_100.0, 1), medium)?;
/// trip.push(&PlanarBuffer::from_channels(&[[0.25; 1000]]).block())?;
/// let mut decoded = trip.finish()?;
/// let mut buffer = PlanarBuffer::new(1, 4096);
/// assert_eq!(decoded.read(&mut buffer)?, 1000);
/// # Ok::<(), balanced_codec::CodecError>(())
/// ```
pub struct RoundTrip {
    codec: Codec,
    encoding: Encoding<Box<dyn Medium>>,
}

/// Decoded audio: as many frames as went in, at the codec's rate.
pub struct Decoded {
    /// `None` if there is nothing to decode.
    decoder: Option<Decoder>,
    codec: Codec,
    format: StreamFormat,
    frames: u64,
    read: u64,
}

impl RoundTrip {
    /// Starts to encode audio of `format`, mono or stereo at any rate, onto an empty medium.
    ///
    /// # Errors
    /// Returns an error if there is no encoder, or if it does not take the audio.
    pub fn new(codec: Codec, format: &StreamFormat, medium: Box<dyn Medium>) -> Result<Self, CodecError> {
        let name = format!("the temporary {codec}");
        Ok(Self { codec, encoding: Encoding::start(codec, format, medium, name, None)? })
    }

    /// Encodes the next frames; samples that are no numbers count as silence.
    ///
    /// # Errors
    /// Returns an error if the encoder or the medium fails.
    ///
    /// # Panics
    /// Panics if `block` has another number of channels than the format.
    pub fn push(&mut self, block: &Block<'_>) -> Result<(), CodecError> {
        self.encoding.push(block)
    }

    /// Ends the encoding and returns what it decodes to.
    ///
    /// # Errors
    /// Returns an error if the encoder or the medium fails.
    pub fn finish(self) -> Result<Decoded, CodecError> {
        let (codec, format) = (self.codec, self.encoding.format().clone());
        let Some((mut medium, frames)) = self.encoding.finish()? else {
            return Ok(Decoded { decoder: None, codec, format, frames: 0, read: 0 });
        };
        let rewound = medium.seek(SeekFrom::Start(0));
        rewound.map_err(|error| CodecError::failed(format!("the temporary {codec} cannot be read ({error})")))?;
        let decoder = Decoder::from_named_reader(format!("the temporary {codec}"), medium).map_err(decoding)?;
        let got = decoder.format();
        if (got.sample_rate_hz, got.channels()) != (format.sample_rate_hz, format.channels()) {
            let (rate, channels) = (got.sample_rate_hz, got.channels());
            return Err(CodecError::failed(format!("{codec} came back with {channels} channels at {rate} Hz")));
        }
        Ok(Decoded { decoder: Some(decoder), codec, format, frames, read: 0 })
    }
}

impl Decoded {
    /// Returns the sample rate and channels of the decoded audio.
    #[must_use]
    pub fn format(&self) -> &StreamFormat {
        &self.format
    }

    /// Returns the number of frames in all: those that went in, at the codec's rate.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Fills `buffer` with the next frames, up to its capacity, and returns their number; 0 is the end.
    ///
    /// Samples are as the decoder computes them: beyond full scale where it is, unclipped.
    ///
    /// # Errors
    /// Returns an error if the encoded audio cannot be read or decoded, or is shorter than what went in.
    pub fn read(&mut self, buffer: &mut PlanarBuffer) -> Result<usize, CodecError> {
        let left = self.frames - self.read;
        let Some(decoder) = self.decoder.as_mut().filter(|_| left > 0) else {
            buffer.set_frames(0);
            return Ok(0);
        };
        let count = decoder.read(buffer).map_err(decoding)?;
        if count == 0 {
            let (codec, frames, read) = (self.codec, self.frames, self.read);
            return Err(CodecError::failed(format!("{codec} came back with {read} frames instead of {frames}")));
        }
        let count = count.min(usize::try_from(left).unwrap_or(usize::MAX));
        buffer.set_frames(count);
        self.read += count as u64;
        Ok(count)
    }
}

fn decoding(error: balanced_io::IoError) -> CodecError {
    match error.kind() {
        IoErrorKind::Read => error.into(),
        _ => CodecError::failed(format!("what was encoded cannot be decoded ({})", error.problem())),
    }
}

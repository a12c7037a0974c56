//! Finished files in memory.

use std::io::Cursor;

use balanced_dsp::{Block, StreamFormat};

use super::Encoding;
use crate::{Codec, CodecError, CodecErrorKind};

/// Encodes a finished file block by block into memory.
///
/// ```
/// use balanced_codec::{Codec, MemoryEncoder};
/// use balanced_dsp::{PlanarBuffer, StreamFormat};
/// let mut encoder = MemoryEncoder::create(Codec::Opus { kbps: 96 }, &StreamFormat::new(48_000.0, 2))?;
/// encoder.write(&PlanarBuffer::from_channels(&[[0.1; 480], [0.1; 480]]).block())?;
/// assert!(encoder.finish()?.starts_with(b"OggS"));
/// # Ok::<(), balanced_codec::CodecError>(())
/// ```
pub struct MemoryEncoder {
    encoding: Encoding<Cursor<Vec<u8>>>,
}

impl MemoryEncoder {
    /// Creates an encoder that takes audio of `format`, mono or stereo at any rate.
    ///
    /// # Errors
    /// Returns an error if there is no encoder, or if it does not take the audio.
    pub fn create(codec: Codec, format: &StreamFormat) -> Result<Self, CodecError> {
        let medium = Cursor::new(Vec::new());
        Ok(Self { encoding: Encoding::start(codec, format, medium, "a file in memory".to_owned(), None)? })
    }

    /// Encodes the next frames; samples that are no numbers count as silence.
    ///
    /// # Errors
    /// Returns an error if the encoder fails.
    ///
    /// # Panics
    /// Panics if `block` has another number of channels than the format.
    pub fn write(&mut self, block: &Block<'_>) -> Result<(), CodecError> {
        self.encoding.push(block)
    }

    /// Completes the file and returns its bytes.
    ///
    /// # Errors
    /// Returns an error if there was no audio, or if the encoder fails.
    pub fn finish(self) -> Result<Vec<u8>, CodecError> {
        let Some((medium, _)) = self.encoding.finish()? else {
            let problem = "there is no audio to encode";
            return Err(CodecError::new(CodecErrorKind::Unsupported, problem, "give audio of one frame or more"));
        };
        Ok(medium.into_inner())
    }
}

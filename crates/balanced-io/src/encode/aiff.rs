//! AIFF for integers, AIFF-C with `fl32` or `fl64` for floats.

use balanced_dsp::StreamFormat;
use balanced_model::Metadata;

use super::SampleFormat;
use super::output::Output;
use crate::metadata::aiff_chunks;
use crate::{IoError, IoErrorKind};

/// Writer of the AIFF header and of the sizes that complete it.
pub(crate) struct Aiff {
    /// Position of the frame count in `COMM`.
    frames_at: u64,
    /// Position of the size of `SSND`.
    sound_at: u64,
    header_bytes: u64,
    frame_bytes: u64,
    /// Chunks of metadata behind the audio.
    tail: Vec<u8>,
}

impl Aiff {
    /// Writes the header, with sizes to be filled in at the end.
    pub(crate) fn start(
        file: &mut Output,
        samples: SampleFormat,
        format: &StreamFormat,
        metadata: &Metadata,
    ) -> Result<Self, IoError> {
        let mut header = b"FORM\x00\x00\x00\x00".to_vec();
        let (compression, comm_bytes): (&[u8], u32) = match samples {
            SampleFormat::F32 => (b"fl32\x00\x00", 24),
            SampleFormat::F64 => (b"fl64\x00\x00", 24),
            _ => (b"", 18),
        };
        header.extend_from_slice(if samples.is_float() {
            b"AIFCFVER\x00\x00\x00\x04\xa2\x80\x51\x40"
        } else {
            b"AIFF"
        });
        header.extend_from_slice(b"COMM");
        header.extend_from_slice(&comm_bytes.to_be_bytes());
        header.extend_from_slice(&(format.channels() as u16).to_be_bytes());
        let frames_at = header.len() as u64;
        header.extend_from_slice(&[0; 4]);
        header.extend_from_slice(&samples.bits().to_be_bytes());
        header.extend_from_slice(&extended(format.sample_rate_hz));
        header.extend_from_slice(compression);
        if let Some(mask) = format.layout.wav_mask().filter(|_| format.channels() > 2) {
            // Apple's channel layout: the tag "use the bitmap", whose low bits are those of the WAV mask.
            header.extend_from_slice(b"CHAN\x00\x00\x00\x0c\x00\x01\x00\x00");
            header.extend_from_slice(&mask.to_be_bytes());
            header.extend_from_slice(&[0; 4]);
        }
        header.extend_from_slice(b"SSND");
        let sound_at = header.len() as u64;
        header.extend_from_slice(&[0; 12]);
        file.write(&header)?;
        let frame_bytes = (samples.bytes() * format.channels()) as u64;
        let tail = aiff_chunks(metadata);
        Ok(Self { frames_at, sound_at, header_bytes: header.len() as u64, frame_bytes, tail })
    }

    /// Refuses audio that 32-bit sizes cannot hold, before it is written.
    pub(crate) fn check(&self, file: &Output, frames: u64) -> Result<(), IoError> {
        let bytes = self.header_bytes + frames.saturating_mul(self.frame_bytes) + 1 + self.tail.len() as u64;
        if bytes <= u64::from(u32::MAX) {
            return Ok(());
        }
        let problem = "would exceed the 4 GiB that AIFF can hold";
        Err(IoError::new(IoErrorKind::Unsupported, file.name(), problem, "write WAV or FLAC instead"))
    }

    /// Writes the pad byte and the chunks behind the audio, and fills in the sizes.
    pub(crate) fn finish(self, file: &mut Output, frames: u64) -> Result<(), IoError> {
        let data_bytes = frames * self.frame_bytes;
        if data_bytes % 2 == 1 {
            file.write(&[0])?;
        }
        file.write(&self.tail)?;
        let form_bytes = self.header_bytes - 8 + data_bytes.next_multiple_of(2) + self.tail.len() as u64;
        file.patch(4, &(form_bytes as u32).to_be_bytes())?;
        file.patch(self.frames_at, &(frames as u32).to_be_bytes())?;
        file.patch(self.sound_at, &((data_bytes + 8) as u32).to_be_bytes())
    }
}

/// Encodes a positive finite number as IEEE 754 80-bit extended.
fn extended(value: f64) -> [u8; 10] {
    let exponent = value.log2().floor() as i32;
    let mantissa = (value * 2f64.powi(63 - exponent)) as u64;
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&((16383 + exponent) as u16).to_be_bytes());
    bytes[2..].copy_from_slice(&mantissa.to_be_bytes());
    bytes
}

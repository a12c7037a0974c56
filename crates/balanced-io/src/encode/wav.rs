//! RIFF/WAVE writer that upgrades to RF64 in place where 32-bit sizes do not suffice (EBU Tech 3306).
//!
//! A `JUNK` chunk of the size of a `ds64` chunk comes first. The `fmt ` chunk is plain where every reader supports it
//! (up to two channels, 16 bits or float) and extensible otherwise, with valid bits equal to the container's: some
//! readers get other combinations wrong.

use balanced_dsp::{ChannelLayout, StreamFormat};
use balanced_model::Metadata;

use super::SampleFormat;
use super::output::Output;
use crate::IoError;
use crate::metadata::{WaveChunks, wave_chunks};

/// Size of a `ds64` chunk without a table, and of the `JUNK` chunk that reserves its space.
const DS64_BYTES: u32 = 28;
/// Position of the first chunk's payload.
const FIRST_PAYLOAD: u64 = 20;

/// Writer of the WAVE header and of the sizes that complete it.
pub(crate) struct Wav {
    header_bytes: u64,
    /// Position of the frame count in the `fact` chunk, if there is one.
    fact_at: Option<u64>,
    frame_bytes: u64,
    /// Largest RIFF size that is still written as RIFF.
    riff_limit_bytes: u64,
    /// Chunks of metadata behind the audio.
    tail: Vec<u8>,
}

impl Wav {
    /// Writes the header, with sizes to be filled in at the end.
    pub(crate) fn start(
        file: &mut Output,
        samples: SampleFormat,
        format: &StreamFormat,
        metadata: &Metadata,
        riff_limit_bytes: u64,
    ) -> Result<Self, IoError> {
        let WaveChunks { head, tail } = wave_chunks(metadata, format.sample_rate_hz);
        let mut header = b"RIFF\xff\xff\xff\xffWAVEJUNK".to_vec();
        header.extend_from_slice(&DS64_BYTES.to_le_bytes());
        header.extend_from_slice(&[0; DS64_BYTES as usize]);
        header.extend_from_slice(&format_chunk(samples, format));
        let mut fact_at = None;
        if samples.is_float() {
            header.extend_from_slice(b"fact\x04\x00\x00\x00");
            fact_at = Some(header.len() as u64);
            header.extend_from_slice(&[0xff; 4]);
        }
        header.extend_from_slice(&head);
        header.extend_from_slice(b"data\xff\xff\xff\xff");
        file.write(&header)?;
        let frame_bytes = (samples.bytes() * format.channels()) as u64;
        Ok(Self { header_bytes: header.len() as u64, fact_at, frame_bytes, riff_limit_bytes, tail })
    }

    /// Writes the pad byte and the chunks behind the audio, and fills in the sizes.
    pub(crate) fn finish(self, file: &mut Output, frames: u64) -> Result<(), IoError> {
        let data_bytes = frames * self.frame_bytes;
        if data_bytes % 2 == 1 {
            file.write(&[0])?;
        }
        file.write(&self.tail)?;
        let riff_bytes = self.header_bytes - 8 + data_bytes.next_multiple_of(2) + self.tail.len() as u64;
        if riff_bytes > self.riff_limit_bytes {
            file.patch(0, b"RF64")?;
            let mut ds64 = b"ds64".to_vec();
            ds64.extend_from_slice(&DS64_BYTES.to_le_bytes());
            for size in [riff_bytes, data_bytes, frames] {
                ds64.extend_from_slice(&size.to_le_bytes());
            }
            return file.patch(FIRST_PAYLOAD - 8, &ds64);
        }
        // Both sizes fit: the limit is at most that of 32 bits.
        file.patch(4, &(riff_bytes as u32).to_le_bytes())?;
        file.patch(self.header_bytes - 4, &(data_bytes as u32).to_le_bytes())?;
        match self.fact_at {
            Some(at) => file.patch(at, &(frames as u32).to_le_bytes()),
            None => Ok(()),
        }
    }
}

fn format_chunk(samples: SampleFormat, format: &StreamFormat) -> Vec<u8> {
    let channels = format.channels();
    let usual = format.layout == ChannelLayout::default_for(channels);
    let plain = channels <= 2 && usual && (samples.is_float() || samples == SampleFormat::I16);
    let tag: u16 = if samples.is_float() { 3 } else { 1 };
    let rate_hz = format.sample_rate_hz.round() as u32;
    let block_align = samples.bytes() * channels;
    let mut chunk = b"fmt ".to_vec();
    let size: u32 = match (plain, samples.is_float()) {
        (true, false) => 16,
        (true, true) => 18,
        (false, _) => 40,
    };
    chunk.extend_from_slice(&size.to_le_bytes());
    chunk.extend_from_slice(&(if plain { tag } else { 0xfffe }).to_le_bytes());
    chunk.extend_from_slice(&(channels as u16).to_le_bytes());
    chunk.extend_from_slice(&rate_hz.to_le_bytes());
    chunk.extend_from_slice(&rate_hz.saturating_mul(block_align as u32).to_le_bytes());
    chunk.extend_from_slice(&(block_align as u16).to_le_bytes());
    chunk.extend_from_slice(&samples.bits().to_le_bytes());
    if size == 18 {
        chunk.extend_from_slice(&[0, 0]);
    }
    if !plain {
        chunk.extend_from_slice(&22u16.to_le_bytes());
        chunk.extend_from_slice(&samples.bits().to_le_bytes());
        chunk.extend_from_slice(&format.layout.wav_mask().unwrap_or(0).to_le_bytes());
        chunk.extend_from_slice(&tag.to_le_bytes());
        chunk.extend_from_slice(b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71");
    }
    chunk
}

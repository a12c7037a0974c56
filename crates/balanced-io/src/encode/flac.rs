//! FLAC encoding (RFC 9639) with flacenc, frame by frame, so that memory does not grow with the track.

use balanced_dsp::{Block, ChannelLayout, StreamFormat};
use balanced_model::Metadata;
use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, StreamInfo};
use flacenc::config;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};

use super::SampleFormat;
use super::output::Output;
use super::samples::Quantizer;
use crate::metadata::flac_blocks;
use crate::{IoError, IoErrorKind};

/// Samples per channel in a FLAC frame: the reference encoder's choice at CD rates.
const BLOCK_FRAMES: usize = 4096;
/// Bytes of a frame beside its samples, at most: header, checksum, one byte per subframe and the bits of a side channel.
const FRAME_OVERHEAD_BYTES: usize = 1024;
/// Position of `STREAMINFO`: after the magic number and the block's header.
const STREAM_INFO_AT: u64 = 8;
const STREAM_INFO_BYTES: usize = 34;
/// Highest sample rate that the header can state.
const MAX_RATE_HZ: u32 = (1 << 20) - 1;
const MAX_CHANNELS: usize = 8;
/// Highest rate that flacenc accepts. The coding of samples does not depend on the rate; only frame headers state it.
const ENCODER_MAX_RATE_HZ: u32 = 96_000;
/// A rate that no frame header can express: frames then say "see STREAMINFO", where this crate writes the true rate.
const UNNAMED_RATE_HZ: u32 = 95_999;

/// A FLAC stream that is being written.
pub(crate) struct Flac {
    /// Ways to code a frame, the best first; the last always fits.
    configs: [Verified<config::Encoder>; 3],
    stream_info: StreamInfo,
    frame_buffer: FrameBuf,
    context: Context,
    /// Interleaved samples of the incomplete frame.
    pending: Vec<i32>,
    bits: u16,
    channels: usize,
    rate_hz: u32,
    blocks: usize,
    smallest_frame_bytes: usize,
    largest_frame_bytes: usize,
    quantizer: Quantizer,
}

impl Flac {
    /// Writes the header, to be completed at the end.
    pub(crate) fn start(
        file: &mut Output,
        samples: SampleFormat,
        format: &StreamFormat,
        metadata: &Metadata,
    ) -> Result<Self, IoError> {
        let (channels, rate_hz) = (format.channels(), format.sample_rate_hz.round() as u32);
        check(&file.name(), samples, channels, rate_hz)?;
        let bits = samples.bits();
        let internal = |error: &dyn std::error::Error| {
            IoError::new(
                IoErrorKind::Unsupported,
                file.name(),
                format!("FLAC refused the format ({error})"),
                "write WAV",
            )
        };
        let named_hz = if rate_hz <= ENCODER_MAX_RATE_HZ { rate_hz } else { UNNAMED_RATE_HZ };
        let stream_info =
            StreamInfo::new(named_hz as usize, channels, usize::from(bits)).map_err(|error| internal(&error))?;
        let config = |has_lpc, has_fixed| {
            let mut config = config::Encoder::default();
            (config.subframe_coding.use_lpc, config.subframe_coding.use_fixed) = (has_lpc, has_fixed);
            config.into_verified().map_err(|(_, error)| internal(&error))
        };
        let configs = [config(true, true)?, config(false, true)?, config(false, false)?];
        let frame_buffer = FrameBuf::with_size(channels, BLOCK_FRAMES).map_err(|error| internal(&error))?;
        file.write(&header(&format.layout, metadata, format.sample_rate_hz))?;
        Ok(Self {
            configs,
            stream_info,
            frame_buffer,
            context: Context::new(usize::from(bits), channels),
            pending: Vec::with_capacity(BLOCK_FRAMES * channels),
            bits,
            channels,
            rate_hz,
            blocks: 0,
            smallest_frame_bytes: usize::MAX,
            largest_frame_bytes: 0,
            quantizer: Quantizer::new(bits),
        })
    }

    /// Encodes all full frames and keeps the rest.
    pub(crate) fn write(&mut self, file: &mut Output, block: &Block<'_>) -> Result<(), IoError> {
        for frame in 0..block.frames() {
            for channel in 0..self.channels {
                self.pending.push(self.quantizer.quantize(block.channel(channel)[frame]));
            }
            if self.pending.len() == BLOCK_FRAMES * self.channels {
                self.encode(file)?;
            }
        }
        Ok(())
    }

    /// Returns the number of clipped samples so far.
    pub(crate) fn clipped(&self) -> u64 {
        self.quantizer.clipped
    }

    fn encode(&mut self, file: &mut Output) -> Result<(), IoError> {
        let failed = |name: String, error: &dyn std::error::Error| {
            IoError::new(IoErrorKind::Write, name, format!("FLAC encoding failed ({error})"), "write WAV instead")
        };
        self.context.fill_interleaved(&self.pending).map_err(|error| failed(file.name(), &error))?;
        self.frame_buffer.fill_interleaved(&self.pending).map_err(|error| failed(file.name(), &error))?;
        self.pending.clear();
        let raw_bytes = BLOCK_FRAMES * self.channels * usize::from(self.bits).div_ceil(8);
        let mut sink = ByteSink::new();
        for config in &self.configs {
            let frame = flacenc::encode_fixed_size_frame(config, &self.frame_buffer, self.blocks, &self.stream_info)
                .map_err(|error| failed(file.name(), &error))?;
            sink.clear();
            frame.write(&mut sink).map_err(|error| failed(file.name(), &error))?;
            // Linear prediction of noise at full scale can give residuals of more than 32 bits, whose code is megabytes long;
            // decoders then refuse the frame.
            if sink.as_slice().len() <= raw_bytes + FRAME_OVERHEAD_BYTES {
                break;
            }
        }
        let bytes = sink.as_slice();
        self.blocks += 1;
        self.smallest_frame_bytes = self.smallest_frame_bytes.min(bytes.len());
        self.largest_frame_bytes = self.largest_frame_bytes.max(bytes.len());
        file.write(bytes)
    }

    /// Encodes the rest and completes the header.
    pub(crate) fn finish(mut self, file: &mut Output, frames: u64) -> Result<(), IoError> {
        if !self.pending.is_empty() {
            self.encode(file)?;
        }
        file.patch(STREAM_INFO_AT, &self.stream_info_bytes(frames))
    }

    /// Encodes `STREAMINFO` (RFC 9639, section 8.2).
    fn stream_info_bytes(&self, frames: u64) -> [u8; STREAM_INFO_BYTES] {
        let smallest = if self.blocks == 0 { 0 } else { self.smallest_frame_bytes };
        let mut bytes = [0; STREAM_INFO_BYTES];
        bytes[..2].copy_from_slice(&(BLOCK_FRAMES as u16).to_be_bytes());
        bytes[2..4].copy_from_slice(&(BLOCK_FRAMES as u16).to_be_bytes());
        bytes[4..7].copy_from_slice(&(smallest as u32).to_be_bytes()[1..]);
        bytes[7..10].copy_from_slice(&(self.largest_frame_bytes as u32).to_be_bytes()[1..]);
        // Fields: 20 bits of rate, 3 of channels minus one, 5 of bits minus one, 36 of frames (0: unknown).
        let frames = if frames < 1 << 36 { frames } else { 0 };
        let packed = u64::from(self.rate_hz) << 44
            | (self.channels as u64 - 1) << 41
            | (u64::from(self.bits) - 1) << 36
            | frames;
        bytes[10..18].copy_from_slice(&packed.to_be_bytes());
        bytes[18..].copy_from_slice(&self.context.md5_digest());
        bytes
    }
}

/// Refuses audio that FLAC cannot hold.
fn check(file: &str, samples: SampleFormat, channels: usize, rate_hz: u32) -> Result<(), IoError> {
    let (problem, remedy) = if !matches!(samples, SampleFormat::I16 | SampleFormat::I24) {
        (format!("FLAC does not hold {} samples", samples.name()), "choose 16 or 24 bits, or WAV")
    } else if channels > MAX_CHANNELS {
        (format!("FLAC holds at most 8 channels, not {channels}"), "write WAV instead")
    } else if rate_hz > MAX_RATE_HZ {
        (format!("FLAC holds no sample rate of {rate_hz} Hz"), "write WAV instead")
    } else {
        return Ok(());
    };
    Err(IoError::new(IoErrorKind::Unsupported, file, problem, remedy))
}

/// Returns the magic number, space for `STREAMINFO`, and a comment with the channel mask if the layout is not FLAC's
/// own for that number of channels (RFC 9639, sections 9.1.3 and 8.6.2).
fn header(layout: &ChannelLayout, metadata: &Metadata, sample_rate_hz: f64) -> Vec<u8> {
    const OWN: [&str; 8] = ["mono", "stereo", "3.0", "quad", "5.0(back)", "5.1(back)", "6.1", "7.1"];
    let own = ChannelLayout::from_name(OWN[layout.channels() - 1]);
    let mut header = b"fLaC\x00\x00\x00\x22".to_vec();
    header.extend_from_slice(&[0; STREAM_INFO_BYTES]);
    let mut comments = Vec::new();
    if let Some(mask) = layout.wav_mask().filter(|_| own.as_ref() != Some(layout)) {
        comments.push(("WAVEFORMATEXTENSIBLE_CHANNEL_MASK".to_owned(), format!("0x{mask:04X}")));
    }
    let vendor = concat!("balanced ", env!("CARGO_PKG_VERSION"));
    header.extend_from_slice(&flac_blocks(metadata, sample_rate_hz, vendor, comments));
    header
}

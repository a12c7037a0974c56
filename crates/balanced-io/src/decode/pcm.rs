//! Uncompressed samples: their coding, and a stream that returns them block by block.

use balanced_dsp::PlanarBuffer;

use super::convert;
use super::source::ByteSource;
use crate::IoError;

/// Storage format of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// Unsigned byte; 128 is zero.
    Unsigned8,
    /// Two's complement of 1 to 8 bytes, the sample's bits left-aligned.
    Signed(u8),
    /// IEEE 754 single precision.
    Float32,
    /// IEEE 754 double precision.
    Float64,
    /// ITU-T G.711 A-law.
    ALaw,
    /// ITU-T G.711 µ-law.
    MuLaw,
}

/// Byte order of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endian {
    Little,
    Big,
}

impl Coding {
    /// Returns the bytes per sample.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 | Self::ALaw | Self::MuLaw => 1,
            Self::Signed(bytes) => usize::from(bytes),
            Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    /// Returns the declared bit depth where it fits the storage, otherwise that of the storage.
    pub(crate) fn bit_depth(self, declared: u16) -> u16 {
        let stored = 8 * self.bytes() as u16;
        let is_float = matches!(self, Self::Float32 | Self::Float64);
        if is_float || declared == 0 || declared > stored { stored } else { declared }
    }

    /// Returns whether the coding is lossless (G.711 keeps eight of thirteen or fourteen bits).
    pub(crate) fn lossless(self) -> bool {
        !matches!(self, Self::ALaw | Self::MuLaw)
    }

    /// Returns ffmpeg's name for the codec.
    pub(crate) fn name(self, endian: Endian) -> String {
        let suffix = match endian {
            Endian::Little => "le",
            Endian::Big => "be",
        };
        match self {
            Self::Unsigned8 => "pcm_u8".into(),
            Self::Signed(1) => "pcm_s8".into(),
            Self::Signed(bytes) => format!("pcm_s{}{suffix}", 8 * u32::from(bytes)),
            Self::Float32 => format!("pcm_f32{suffix}"),
            Self::Float64 => format!("pcm_f64{suffix}"),
            Self::ALaw => "pcm_alaw".into(),
            Self::MuLaw => "pcm_mulaw".into(),
        }
    }
}

/// Bytes read at a time: large enough that system calls are rare, small enough to stay in the cache.
const SCRATCH_BYTES: usize = 1 << 16;

/// Interleaved samples at a known position of the input.
pub(crate) struct PcmStream {
    source: ByteSource,
    coding: Coding,
    endian: Endian,
    channels: usize,
    frames_left: u64,
    scratch: Vec<u8>,
    /// Set when the input ended before the last frame.
    pub(crate) ended_early: bool,
    /// Frames that the headers promise, where the file holds fewer.
    pub(crate) promised: Option<u64>,
}

impl PcmStream {
    /// Creates a stream of `frames` frames from byte `start`; the caller has checked that the input is that long.
    pub(crate) fn new(
        mut source: ByteSource,
        coding: Coding,
        endian: Endian,
        channels: usize,
        start: u64,
        frames: u64,
    ) -> Result<Self, IoError> {
        source.seek_to(start)?;
        let frame_bytes = coding.bytes() * channels;
        let scratch = vec![0; SCRATCH_BYTES / frame_bytes * frame_bytes];
        Ok(Self { source, coding, endian, channels, frames_left: frames, scratch, ended_early: false, promised: None })
    }

    /// Sets the frames that the headers promise.
    pub(crate) fn promising(self, frames: Option<u64>) -> Self {
        Self { promised: frames, ..self }
    }

    /// Fills `buffer` up to its capacity; returns fewer frames only at the end.
    pub(crate) fn read(&mut self, buffer: &mut PlanarBuffer) -> Result<usize, IoError> {
        let frame_bytes = self.coding.bytes() * self.channels;
        let wanted = self.frames_left.min(buffer.capacity_frames() as u64) as usize;
        buffer.set_frames(wanted);
        let mut filled = 0;
        while filled < wanted {
            let count = (wanted - filled).min(self.scratch.len() / frame_bytes);
            let bytes = self.source.read_up_to(&mut self.scratch[..count * frame_bytes])?;
            let whole = bytes / frame_bytes;
            let raw = &self.scratch[..whole * frame_bytes];
            convert::interleaved(self.coding, self.endian, raw, buffer, filled..filled + whole);
            filled += whole;
            self.frames_left -= whole as u64;
            if whole < count {
                self.ended_early = true;
                self.frames_left = 0;
                break;
            }
        }
        buffer.set_frames(filled);
        Ok(filled)
    }
}

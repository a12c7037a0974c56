//! The `fmt ` chunk of WAVE in all its lengths (Microsoft, "Multiple Channel Audio Data and WAVE Files"; RFC 2361).

use balanced_dsp::ChannelLayout;

use super::bytes::Fields;
use super::info::{check_shape, unnamed_layout};
use super::pcm::{Coding, Endian};
use super::source::ByteSource;
use crate::IoError;

const TAG_PCM: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_A_LAW: u16 = 6;
const TAG_MU_LAW: u16 = 7;
const TAG_EXTENSIBLE: u16 = 0xfffe;

/// Tail of every KSDATAFORMAT_SUBTYPE after the format tag.
const GUID_TAIL: [u8; 12] = [0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];
/// Tail of the sub-format GUIDs of B-format ambisonics.
const AMBISONIC_TAIL: [u8; 12] = [0x21, 0x07, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0x00, 0x00, 0x00];

/// Longest part of a `fmt ` chunk that matters for uncompressed audio.
const FORMAT_BYTES: usize = 40;

/// Contents of a `fmt ` chunk.
#[derive(Clone, Debug)]
pub(crate) struct WaveFormat {
    /// Storage format of the samples; `None` for a compressed codec, which the tag names.
    pub(crate) coding: Option<Coding>,
    /// Format tag; of an extensible chunk, the tag in its sub-format.
    pub(crate) tag: u16,
    pub(crate) channels: usize,
    pub(crate) sample_rate_hz: f64,
    /// Valid bits per sample.
    pub(crate) bits: u16,
    pub(crate) layout: ChannelLayout,
}

impl WaveFormat {
    /// Reads the chunk with a payload of `bytes` bytes at `at`.
    pub(crate) fn read(
        source: &mut ByteSource,
        at: u64,
        bytes: u64,
        endian: Endian,
        notes: &mut Vec<String>,
    ) -> Result<Self, IoError> {
        let mut payload = [0; FORMAT_BYTES];
        let wanted = bytes.min(FORMAT_BYTES as u64) as usize;
        let read = source.read_at(at, &mut payload[..wanted])?;
        Self::parse(&Fields::new(&payload[..read], endian), source.name(), notes)
    }

    /// Parses the first [`FORMAT_BYTES`] of the chunk (or all of it if it is shorter).
    fn parse(fields: &Fields<'_>, file: &str, notes: &mut Vec<String>) -> Result<Self, IoError> {
        if fields.len() < 14 {
            return Err(IoError::damaged(file, "has a fmt chunk that is too short"));
        }
        let channels = usize::from(fields.u16(2));
        let sample_rate_hz = f64::from(fields.u32(4));
        check_shape(file, channels, sample_rate_hz)?;
        let (declared, bits) = (fields.u16(0), fields.u16(14));
        let mut format =
            Self { coding: None, tag: declared, channels, sample_rate_hz, bits, layout: ChannelLayout::mono() };
        let mut mask = 0;
        if declared == TAG_EXTENSIBLE {
            mask = format.extend(fields, file)?;
        }
        format.layout =
            if mask == 0 { unnamed_layout(channels, notes) } else { ChannelLayout::from_wav_mask(mask, channels) };
        format.coding = format.coding(fields.u16(12), bits, file, notes)?;
        Ok(format)
    }

    /// Reads the extension (valid bits, channel mask, actual tag) and returns the mask.
    fn extend(&mut self, fields: &Fields<'_>, file: &str) -> Result<u32, IoError> {
        if fields.len() < FORMAT_BYTES {
            return Err(IoError::damaged(file, "has an extensible fmt chunk that is too short"));
        }
        let tail: [u8; 12] = fields.array(28);
        if tail != GUID_TAIL && tail != AMBISONIC_TAIL {
            return Err(IoError::unsupported(file, "holds a private format (unknown WAVE sub-format GUID)"));
        }
        self.tag = fields.u16(24);
        let valid = fields.u16(18);
        if valid != 0 && valid <= self.bits {
            self.bits = valid;
        }
        Ok(fields.u32(20))
    }

    /// Returns the storage format of the samples, from the tag, the block size and the container's bits.
    fn coding(
        &self,
        block_align: u16,
        container_bits: u16,
        file: &str,
        notes: &mut Vec<String>,
    ) -> Result<Option<Coding>, IoError> {
        let by_bits = usize::from(container_bits.div_ceil(8));
        let by_block = usize::from(block_align) / self.channels;
        let exact = by_block * self.channels == usize::from(block_align);
        let bytes = if exact && by_block >= by_bits { by_block } else { by_bits };
        let coding = match (self.tag, bytes) {
            (TAG_A_LAW, _) => Coding::ALaw,
            (TAG_MU_LAW, _) => Coding::MuLaw,
            (TAG_PCM | TAG_FLOAT, _) if container_bits == 0 => {
                return Err(IoError::damaged(file, "declares 0 bits per sample"));
            }
            (TAG_PCM, 1) => Coding::Unsigned8,
            (TAG_PCM, 2..=8) => Coding::Signed(bytes as u8),
            (TAG_FLOAT, 4) => Coding::Float32,
            (TAG_FLOAT, 8) => Coding::Float64,
            (TAG_PCM | TAG_FLOAT, _) => {
                return Err(IoError::unsupported(file, format!("has samples of {} bits", self.bits)));
            }
            _ => return Ok(None),
        };
        if usize::from(block_align) != coding.bytes() * self.channels {
            notes.push(format!("block size {block_align} does not fit the sample format and was ignored"));
        }
        Ok(Some(coding))
    }
}

/// Returns the name of a codec found in WAVE files, for messages.
pub(crate) fn codec_name(tag: u16) -> String {
    match tag {
        0x0002 => "Microsoft ADPCM".into(),
        0x0011 => "IMA ADPCM".into(),
        0x0031 => "GSM 6.10".into(),
        0x0050 | 0x0055 => "MPEG audio".into(),
        0x0092 | 0x2000 => "AC-3".into(),
        0x00ff | 0x1600..=0x1610 => "AAC".into(),
        0x0160..=0x0163 => "Windows Media Audio".into(),
        0x0270 => "ATRAC3".into(),
        0x566f | 0x674f..=0x6771 => "Vorbis".into(),
        0xf1ac => "FLAC".into(),
        _ => format!("codec 0x{tag:04x}"),
    }
}

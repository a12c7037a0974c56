//! Core Audio Format with uncompressed samples (Apple, "Core Audio Format Specification 1.0").
//!
//! Symphonia is not used for these files because recorders leave the data size open (-1) until they stop, and a
//! crashed recorder never fills it in.

use balanced_dsp::ChannelLayout;

use super::apple_layout;
use super::bytes::Fields;
use super::coded::Known;
use super::info::{AudioInfo, check_bits, check_shape, unnamed_layout};
use super::pcm::{Coding, Endian, PcmStream};
use super::source::ByteSource;
use super::{Body, Opened};
use crate::IoError;

const MAX_CHUNKS: usize = 4096;
/// Flags of the `lpcm` format.
const FLAG_FLOAT: u32 = 1;
const FLAG_LITTLE_ENDIAN: u32 = 2;

/// The `desc` chunk.
struct Description {
    sample_rate_hz: f64,
    format: [u8; 4],
    flags: u32,
    packet_bytes: u32,
    packet_frames: u32,
    channels: usize,
    bits: u32,
}

/// Outcome of reading the chunks of a CAF file.
pub(crate) enum CafOutcome {
    Plain(Opened),
    /// The file holds a compressed codec; another reader decodes it.
    Coded {
        source: ByteSource,
        known: Known,
    },
}

/// Opens a file that starts with `caff`.
pub(crate) fn open(mut source: ByteSource) -> Result<CafOutcome, IoError> {
    let Some(description) = description(&mut source)? else {
        return Err(IoError::damaged(source.name(), "is a CAF file without a description"));
    };
    let Some((coding, endian)) = coding(&description) else {
        check_packets(source.name(), &description)?;
        let mut notes = Vec::new();
        let Walk { promised_bytes, layout, .. } = walk(&mut source, &mut notes)?;
        let known = Known { notes, layout, packet_bytes: Some(promised_bytes), ..Known::default() };
        return Ok(CafOutcome::Coded { source, known });
    };
    check_shape(source.name(), description.channels, description.sample_rate_hz)?;
    let mut notes = Vec::new();
    let Walk { start, bytes, promised_bytes, layout } = walk(&mut source, &mut notes)?;
    if coding.lossless() {
        check_bits(source.name(), description.bits)?;
    }
    let frame_bytes = (coding.bytes() * description.channels) as u64;
    let frames = bytes / frame_bytes;
    let promised = Some(promised_bytes / frame_bytes);
    let layout = layout.filter(|layout| layout.channels() == description.channels);
    let info = AudioInfo {
        container: "caf".into(),
        codec: coding.name(endian),
        sample_rate_hz: description.sample_rate_hz,
        layout: layout.unwrap_or_else(|| unnamed_layout(description.channels, &mut notes)),
        bit_depth: coding.lossless().then(|| coding.bit_depth(description.bits as u16)),
        frames: Some(frames),
        lossless: coding.lossless(),
        notes,
    };
    let stream = PcmStream::new(source, coding, endian, description.channels, start, frames)?.promising(promised);
    Ok(CafOutcome::Plain(Opened { info, body: Body::Pcm(stream) }))
}

/// Reads the `desc` chunk, which the specification requires to be first.
fn description(source: &mut ByteSource) -> Result<Option<Description>, IoError> {
    let mut bytes = [0; 52];
    if source.read_at(0, &mut bytes)? < bytes.len() || &bytes[8..12] != b"desc" {
        return Ok(None);
    }
    let fields = Fields::new(&bytes[20..], Endian::Big);
    Ok(Some(Description {
        sample_rate_hz: f64::from_bits(fields.u64(0)),
        format: fields.array(8),
        flags: fields.u32(12),
        packet_bytes: fields.u32(16),
        packet_frames: fields.u32(20),
        channels: fields.u32(24) as usize,
        bits: fields.u32(28),
    }))
}

/// Largest packet of any codec, in bytes and in frames of each channel.
const MAX_PACKET_BYTES: u32 = 1 << 20;
const MAX_PACKET_FRAMES: u32 = 1 << 16;
/// Most bits of a sample.
const MAX_BITS: u32 = 64;
/// A packet of Apple's IMA4: bytes of each channel, and frames (Apple, "CAF Specification", table 2-1).
const IMA4_PACKET: (u32, u32) = (34, 64);

/// Refuses packets that no encoder makes, before a decoder allocates room for them.
fn check_packets(file: &str, description: &Description) -> Result<(), IoError> {
    check_shape(file, description.channels, description.sample_rate_hz)?;
    let (bytes, frames) = (description.packet_bytes, description.packet_frames);
    let ima4 = (IMA4_PACKET.0 * description.channels as u32, IMA4_PACKET.1);
    let is_possible = match &description.format {
        b"ima4" => (bytes, frames) == ima4,
        _ => bytes <= MAX_PACKET_BYTES && frames <= MAX_PACKET_FRAMES && description.bits <= MAX_BITS,
    };
    if is_possible {
        return Ok(());
    }
    let bits = description.bits;
    Err(IoError::damaged(file, format!("declares packets of {bytes} bytes and {frames} frames of {bits} bits")))
}

fn coding(description: &Description) -> Option<(Coding, Endian)> {
    let little = description.flags & FLAG_LITTLE_ENDIAN != 0;
    let endian = if little { Endian::Little } else { Endian::Big };
    let bytes = (description.packet_bytes as usize).checked_div(description.channels)?;
    let coding = match (&description.format, description.flags & FLAG_FLOAT != 0, bytes) {
        (b"lpcm", true, 4) => Coding::Float32,
        (b"lpcm", true, 8) => Coding::Float64,
        (b"lpcm", false, 1..=8) if description.bits.div_ceil(8) as usize <= bytes => Coding::Signed(bytes as u8),
        (b"alaw", ..) => Coding::ALaw,
        (b"ulaw", ..) => Coding::MuLaw,
        _ => return None,
    };
    Some((coding, endian))
}

/// What the chunks behind the description tell.
struct Walk {
    /// Position of the audio, the bytes of it that are there, and those that the header declares.
    start: u64,
    bytes: u64,
    promised_bytes: u64,
    /// Layout, if a chunk names one.
    layout: Option<ChannelLayout>,
}

fn walk(source: &mut ByteSource, notes: &mut Vec<String>) -> Result<Walk, IoError> {
    let (mut at, mut data, mut layout) = (8u64, None, None);
    for _ in 0..MAX_CHUNKS {
        let mut head = [0; 12];
        if source.read_at(at, &mut head)? < head.len() {
            break;
        }
        let fields = Fields::new(&head, Endian::Big);
        let (tag, size) = (fields.array::<4>(0), fields.u64(4));
        let payload = at + 12;
        match &tag {
            b"chan" => layout = apple_layout::read(source, payload, size)?,
            b"data" if data.is_none() => data = Some((payload, size)),
            _ => {}
        }
        // A size of -1, or one beyond the end of the file, ends the search.
        at = payload.saturating_add(size);
    }
    let Some((payload, size)) = data else {
        return Err(IoError::damaged(source.name(), "is a CAF file without audio (no data chunk)"));
    };
    // A 32-bit edit count precedes the samples.
    let (start, held) = (payload + 4, source.len().saturating_sub(payload + 4));
    let declared = size.saturating_sub(4);
    // The size is a signed number.
    let is_unfilled = i64::try_from(size).is_err();
    if is_unfilled {
        notes.push("the data size was never filled in; the file was read to its end".into());
    } else if declared > held {
        notes.push(format!("the data chunk declares {declared} bytes but the file holds {held}; only those were read"));
    }
    let promised_bytes = if is_unfilled { held } else { declared };
    Ok(Walk { start, bytes: declared.min(held), promised_bytes, layout })
}

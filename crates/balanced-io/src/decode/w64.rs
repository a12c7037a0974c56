//! Sony Wave64: RIFF with GUIDs as tags, 64-bit sizes that include the chunk header, and chunks aligned to 8 bytes.

use super::bytes::Fields;
use super::info::AudioInfo;
use super::pcm::{Endian, PcmStream};
use super::source::ByteSource;
use super::wave_format::{WaveFormat, codec_name};
use super::{Body, Opened};
use crate::IoError;

/// GUID at the start of the file: `riff` and a fixed tail.
pub(crate) const RIFF_GUID: [u8; 16] =
    [0x72, 0x69, 0x66, 0x66, 0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00];
/// Tail of the GUIDs of `wave`, `fmt ` and `data`.
pub(crate) const TAIL: [u8; 12] = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
/// Bytes of a chunk header: GUID and size.
const HEADER_BYTES: u64 = 24;
const MAX_CHUNKS: usize = 4096;
/// Sizes from here on are no sizes: they were never filled in.
const UNFILLED: u64 = 1 << 63;

/// Opens a file that starts with [`RIFF_GUID`].
pub(crate) fn open(mut source: ByteSource) -> Result<Opened, IoError> {
    let mut notes = Vec::new();
    let Walk { format, start, declared, fact_frames } = walk(&mut source, &mut notes)?;
    let Some(coding) = format.coding else {
        return Err(IoError::unsupported(source.name(), format!("holds {} in Wave64", codec_name(format.tag))));
    };
    let held = source.len().saturating_sub(start);
    let bytes = match declared {
        0 | UNFILLED.. => {
            notes.push("the data size was never filled in; the file was read to its end".into());
            held
        }
        declared if declared > held => {
            notes.push(format!(
                "the data chunk declares {declared} bytes but the file holds {held}; only those were read"
            ));
            held
        }
        declared => declared,
    };
    let frame_bytes = (coding.bytes() * format.channels) as u64;
    // Some writers count the padding to 8 bytes as data; the fact chunk then has the true length.
    let padded = |frames: u64| bytes > frames * frame_bytes && bytes - frames * frame_bytes < 8;
    let frames = fact_frames.filter(|&frames| frames <= bytes && padded(frames)).unwrap_or(bytes / frame_bytes);
    let info = AudioInfo {
        container: "w64".into(),
        codec: coding.name(Endian::Little),
        sample_rate_hz: format.sample_rate_hz,
        layout: format.layout,
        bit_depth: coding.lossless().then(|| coding.bit_depth(format.bits)),
        frames: Some(frames),
        lossless: coding.lossless(),
        notes,
    };
    let promised = declared.checked_div(frame_bytes).filter(|_| declared < UNFILLED);
    let stream = PcmStream::new(source, coding, Endian::Little, format.channels, start, frames)?.promising(promised);
    Ok(Opened { info, body: Body::Pcm(stream) })
}

struct Walk {
    format: WaveFormat,
    /// Position of the data and the number of bytes it declares.
    start: u64,
    declared: u64,
    /// Frames according to the fact chunk.
    fact_frames: Option<u64>,
}

/// Finds the format and data chunks.
fn walk(source: &mut ByteSource, notes: &mut Vec<String>) -> Result<Walk, IoError> {
    let (mut format, mut fact_frames) = (None, None);
    // The file's own header, then the 16 bytes of the `wave` GUID.
    let mut at = HEADER_BYTES + 16;
    for _ in 0..MAX_CHUNKS {
        let mut head = [0; HEADER_BYTES as usize];
        if source.read_at(at, &mut head)? < head.len() {
            break;
        }
        let fields = Fields::new(&head, Endian::Little);
        let (tag, size): ([u8; 4], u64) = (fields.array(0), fields.u64(16));
        let known = fields.array(4) == TAIL;
        let payload = size.saturating_sub(HEADER_BYTES);
        match &tag {
            b"fmt " if known => {
                let read = WaveFormat::read(source, at + HEADER_BYTES, payload, Endian::Little, notes)?;
                format = Some(read);
            }
            b"data" if known => {
                let declared = if size == u64::MAX { size } else { payload };
                let format = format.ok_or_else(|| {
                    IoError::damaged(source.name(), "is a Wave64 file whose data precedes its format")
                })?;
                return Ok(Walk { format, start: at + HEADER_BYTES, declared, fact_frames });
            }
            b"fact" if known => {
                let mut bytes = [0; 8];
                source.read_at(at + HEADER_BYTES, &mut bytes)?;
                fact_frames = Some(u64::from_le_bytes(bytes));
            }
            _ => {}
        }
        // A size below the header's would loop forever; chunks are aligned to 8 bytes.
        let Some(next) = size.max(HEADER_BYTES).checked_next_multiple_of(8).and_then(|step| at.checked_add(step))
        else {
            break;
        };
        at = next;
    }
    Err(IoError::damaged(source.name(), "is a Wave64 file without audio (no data chunk)"))
}

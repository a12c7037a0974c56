//! Sun and NeXT audio (`.au`, `.snd`): six numbers, a comment, samples (Sun Microsystems, "audio_hdr", 1991).

use super::bytes::Fields;
use super::info::{AudioInfo, check_shape, unnamed_layout};
use super::pcm::{Coding, Endian, PcmStream};
use super::source::ByteSource;
use super::{Body, Opened};
use crate::IoError;

/// Bytes of the header without its comment.
const HEADER_BYTES: usize = 24;

/// Opens a file that starts with `.snd`, or with `dns.` where the least significant bytes come first.
pub(crate) fn open(mut source: ByteSource, endian: Endian) -> Result<Opened, IoError> {
    let mut head = [0; HEADER_BYTES];
    if source.read_at(0, &mut head)? < head.len() {
        return Err(IoError::damaged(source.name(), "is a Sun AU file that ends within its header"));
    }
    let fields = Fields::new(&head, endian);
    let [start, declared, encoding, rate_hz, channels] = [4, 8, 12, 16, 20].map(|at| fields.u32(at));
    let channels = channels as usize;
    check_shape(source.name(), channels, f64::from(rate_hz))?;
    let coding = coding(encoding)
        .ok_or_else(|| IoError::unsupported(source.name(), format!("holds Sun AU encoding {encoding}")))?;
    let start = u64::from(start).max(HEADER_BYTES as u64);
    let mut notes = Vec::new();
    let frame_bytes = (coding.bytes() * channels) as u64;
    let frames = bytes_held(declared, source.len().saturating_sub(start), &mut notes) / frame_bytes;
    let info = AudioInfo {
        container: "au".into(),
        codec: coding.name(endian),
        sample_rate_hz: f64::from(rate_hz),
        layout: unnamed_layout(channels, &mut notes),
        bit_depth: coding.lossless().then(|| 8 * coding.bytes() as u16),
        frames: Some(frames),
        lossless: coding.lossless(),
        notes,
    };
    let stream = PcmStream::new(source, coding, endian, channels, start, frames)?;
    Ok(Opened { info, body: Body::Pcm(stream) })
}

fn coding(encoding: u32) -> Option<Coding> {
    Some(match encoding {
        1 => Coding::MuLaw,
        bytes @ 2..=5 => Coding::Signed(bytes as u8 - 1),
        6 => Coding::Float32,
        7 => Coding::Float64,
        27 => Coding::ALaw,
        _ => return None,
    })
}

/// Returns the bytes of audio that are present; all bits set mean that the writer did not know.
fn bytes_held(declared: u32, held: u64, notes: &mut Vec<String>) -> u64 {
    let bytes = u64::from(declared);
    if declared == u32::MAX {
        notes.push("the data size was never filled in; the file was read to its end".into());
        return held;
    }
    if bytes > held {
        notes.push(format!(
            "the header declares {bytes} bytes of audio but the file holds {held}; only those were read"
        ));
    }
    bytes.min(held)
}

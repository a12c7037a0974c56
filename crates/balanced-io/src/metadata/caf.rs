//! Metadata chunks of Core Audio files (Apple, "Core Audio Format Specification 1.0").

use std::io::{self, Read, Seek};

use balanced_model::Metadata;

use super::source::{Cut, MetadataSource};
use super::{MAX_ITEMS, fields};

/// Chunks that describe the coding of the audio, or nothing.
const TECHNICAL: [&[u8; 4]; 8] = [b"desc", b"data", b"kuki", b"pakt", b"chan", b"free", b"ovvw", b"peak"];
/// Keys of the specification that have another name elsewhere.
const NAMES: [(&str, &str); 9] = [
    ("track number", "TRACKNUMBER"),
    ("year", "DATE"),
    ("recorded date", "DATE"),
    ("comments", "COMMENT"),
    ("key signature", "INITIALKEY"),
    ("tempo", "BPM"),
    ("encoding application", "ENCODER"),
    ("source encoder", "ENCODER"),
    ("nominal bit rate", ""),
];

/// Reads the chunks of a file; text stands in `info`.
pub(crate) fn read<R: Read + Seek>(source: &mut MetadataSource<'_, R>, metadata: &mut Metadata) -> io::Result<()> {
    let mut at = 8;
    for _ in 0..MAX_ITEMS {
        let head = source.peek(at, 12)?;
        let Some((id, size)) = head.split_first_chunk::<4>() else { break };
        let Ok(size) = <[u8; 8]>::try_from(size) else { break };
        // A negative size is that of data to the end of the file.
        let Ok(bytes) = u64::try_from(i64::from_be_bytes(size)) else { break };
        let name = format!("chunk {}", String::from_utf8_lossy(id).trim_end());
        if id == b"info" {
            match source.take(at + 12, bytes)? {
                Some(payload) => text(&payload, metadata),
                None => metadata.unread.push(format!("{name} ({bytes} bytes, more than may be read)")),
            }
        } else if !TECHNICAL.contains(&id) {
            metadata.unread.push(name);
        }
        match at.checked_add(12).and_then(|at| at.checked_add(bytes)).filter(|next| *next < source.len()) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(())
}

/// Reads keys and values, each ended by a NUL.
fn text(payload: &[u8], metadata: &mut Metadata) {
    let mut cut = Cut(payload);
    let Some(count) = cut.u32_be() else { return };
    let mut parts = cut.0.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    for _ in 0..(count as usize).min(MAX_ITEMS) {
        let (Some(key), Some(value)) = (parts.next(), parts.next()) else { break };
        let known = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&key)).map(|(_, name)| *name);
        fields::assign(metadata, known.unwrap_or(&key), &value);
    }
}

//! Metadata chunks of Sony Wave64 files: those of WAV under GUIDs, and a list of texts of its own.

use std::io::{self, Read, Seek};

use balanced_model::Metadata;

use super::source::{Cut, MetadataSource};
use super::wave::Found;
use super::{MAX_ITEMS, info};
use crate::decode::W64_TAIL;

/// Bytes of a chunk header: GUID and size.
const HEADER_BYTES: u64 = 24;
/// GUID of the list of texts (`summarylist`): each a name as in `LIST INFO`, a length, and UTF-16.
const SUMMARY_LIST: [u8; 16] =
    [0xbc, 0x94, 0x5f, 0x92, 0x5a, 0x52, 0xd2, 0x11, 0x86, 0xdc, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];

/// Reads the chunks of a file.
pub(crate) fn read<R: Read + Seek>(source: &mut MetadataSource<'_, R>, metadata: &mut Metadata) -> io::Result<()> {
    let mut found = Found::default();
    // The file's own header, then the GUID of `wave`.
    let mut at = HEADER_BYTES + 16;
    for _ in 0..MAX_ITEMS {
        let head = source.peek(at, HEADER_BYTES as usize)?;
        let Some((guid, size)) = head.split_first_chunk::<16>() else { break };
        let Ok(size) = <[u8; 8]>::try_from(size) else { break };
        let bytes = u64::from_le_bytes(size);
        let payload = bytes.saturating_sub(HEADER_BYTES);
        let (id, tail) = guid.split_first_chunk::<4>().expect("a GUID has sixteen bytes");
        if *guid == SUMMARY_LIST {
            match source.take(at + HEADER_BYTES, payload)? {
                Some(list) => summary(&list, metadata),
                None => metadata.unread.push(format!("summary list ({payload} bytes, more than may be read)")),
            }
        } else if tail == W64_TAIL {
            found.visit(source, id, at + HEADER_BYTES, payload, metadata)?;
        } else {
            let hex: String = guid.iter().map(|byte| format!("{byte:02x}")).collect();
            metadata.unread.push(format!("chunk {hex}"));
        }
        let next = bytes.max(HEADER_BYTES).checked_next_multiple_of(8).and_then(|step| at.checked_add(step));
        match next.filter(|next| *next < source.len()) {
            Some(next) => at = next,
            None => break,
        }
    }
    found.finish(metadata);
    Ok(())
}

fn summary(list: &[u8], metadata: &mut Metadata) {
    let mut cut = Cut(list);
    let Some(count) = cut.u32_le() else { return };
    for _ in 0..(count as usize).min(MAX_ITEMS) {
        let (Some(id), Some(bytes)) = (cut.array::<4>(), cut.u32_le()) else { break };
        let Some(text) = cut.bytes(bytes as usize) else { break };
        let units: Vec<u16> = text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        info::assign_named(metadata, id, &String::from_utf16_lossy(&units));
    }
}

//! Vorbis comments (the `VORBIS_COMMENT` block of RFC 9639, section 8.6).

use super::MAX_ITEMS;
use super::source::Cut;

/// Reads the names and values of a comment block; stops where it is damaged.
pub(crate) fn read(bytes: &[u8]) -> Vec<(String, String)> {
    let mut cut = Cut(bytes);
    let mut list = Vec::new();
    let mut sized = || {
        let length = cut.u32_le()? as usize;
        cut.bytes(length)
    };
    if sized().is_none() {
        return list;
    }
    let Some(count) = cut.u32_le() else { return list };
    for _ in 0..(count as usize).min(MAX_ITEMS) {
        let Some(length) = cut.u32_le() else { break };
        let Some(comment) = cut.bytes(length as usize) else { break };
        if let Some((name, value)) = String::from_utf8_lossy(comment).split_once('=') {
            list.push((name.to_uppercase(), value.to_owned()));
        }
    }
    list
}

/// Returns whether a name may stand in a comment: printable ASCII without the equals sign.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (0x20..=0x7d).contains(&byte) && byte != b'=')
}

/// Encodes a comment block.
pub(crate) fn block(vendor: &str, comments: &[(String, String)]) -> Vec<u8> {
    let mut bytes = (vendor.len() as u32).to_le_bytes().to_vec();
    bytes.extend_from_slice(vendor.as_bytes());
    bytes.extend_from_slice(&(comments.len() as u32).to_le_bytes());
    for (name, value) in comments {
        bytes.extend_from_slice(&((name.len() + 1 + value.len()) as u32).to_le_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(b'=');
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}

//! Text of a `LIST` chunk of type `INFO` (Microsoft, Multimedia Programming Interface and Data Specifications 1.0).

use balanced_model::Metadata;
use lofty::tag::{ItemKey, TagType};

use super::fields::assign;
use super::source::{Cut, text};

/// Fields that are written, each with its name elsewhere.
const WRITTEN: [(&[u8; 4], &str); 10] = [
    (b"INAM", "TITLE"),
    (b"IART", "ARTIST"),
    (b"IPRD", "ALBUM"),
    (b"ICRD", "DATE"),
    (b"IGNR", "GENRE"),
    (b"ICMT", "COMMENT"),
    (b"IPRT", "TRACKNUMBER"),
    (b"ICOP", "COPYRIGHT"),
    (b"IENG", "ENGINEER"),
    (b"IMUS", "COMPOSER"),
];

/// Reads the chunks of a list.
pub(crate) fn read(payload: &[u8], metadata: &mut Metadata) {
    let mut cut = Cut(payload);
    while let (Some(id), Some(size)) = (cut.array::<4>(), cut.u32_le()) {
        let held = (size as usize).min(cut.0.len());
        let value = text(cut.bytes(held).unwrap_or(&[]));
        if size % 2 == 1 {
            cut.bytes(1);
        }
        assign_named(metadata, id, &value);
    }
}

/// Adds the text of a chunk.
pub(crate) fn assign_named(metadata: &mut Metadata, id: [u8; 4], value: &str) {
    if let Some(name) = name_of(id) {
        assign(metadata, &name, value);
    }
}

fn name_of(id: [u8; 4]) -> Option<String> {
    if let Some((_, name)) = WRITTEN.iter().find(|(known, _)| **known == id) {
        return Some((*name).to_owned());
    }
    let id = std::str::from_utf8(&id).ok()?;
    let known = ItemKey::from_key(TagType::RiffInfo, id).and_then(|key| key.map_key(TagType::VorbisComments));
    Some(known.unwrap_or(id).to_owned())
}

/// Encodes the fields that a list can hold; several values of one are joined.
pub(crate) fn payload(fields: &[(String, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (id, name) in WRITTEN {
        let values: Vec<&str> =
            fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        if values.is_empty() {
            continue;
        }
        let value = values.join("; ");
        bytes.extend_from_slice(id);
        bytes.extend_from_slice(&(value.len() as u32 + 1).to_le_bytes());
        bytes.extend_from_slice(value.as_bytes());
        bytes.push(0);
        if bytes.len() % 2 == 1 {
            bytes.push(0);
        }
    }
    if bytes.is_empty() { bytes } else { [b"INFO".to_vec(), bytes].concat() }
}

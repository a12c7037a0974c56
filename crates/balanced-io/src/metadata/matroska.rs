//! Tags, attached pictures and titles of Matroska and WebM files (RFC 9559, sections 5.1.8 and 21).

use std::io::{self, Read, Seek};

use balanced_model::Metadata;

use super::picture::picture_of;
use super::source::MetadataSource;
use super::{MAX_ITEMS, fields};

/// Elements by their number in RFC 9559.
mod id {
    pub(super) const EBML: u32 = 0x1a45_dfa3;
    pub(super) const SEGMENT: u32 = 0x1853_8067;
    pub(super) const CLUSTER: u32 = 0x1f43_b675;
    pub(super) const TAGS: u32 = 0x1254_c367;
    pub(super) const TAG: u32 = 0x7373;
    pub(super) const TARGETS: u32 = 0x63c0;
    pub(super) const TARGET_TYPE_VALUE: u32 = 0x68ca;
    pub(super) const SIMPLE_TAG: u32 = 0x67c8;
    pub(super) const TAG_NAME: u32 = 0x45a3;
    pub(super) const TAG_STRING: u32 = 0x4487;
    pub(super) const ATTACHMENTS: u32 = 0x1941_a469;
    pub(super) const ATTACHED_FILE: u32 = 0x61a7;
    pub(super) const FILE_NAME: u32 = 0x466e;
    pub(super) const FILE_DATA: u32 = 0x465c;
    pub(super) const CHAPTERS: u32 = 0x1043_a770;
    pub(super) const INFO: u32 = 0x1549_a966;
    pub(super) const TITLE: u32 = 0x7ba9;
}

/// Lowest target type that means the album rather than the track.
const ALBUM: u64 = 50;
/// Names that statistics of a muxer have, which tell of its file.
const STATISTICS: [&str; 5] = ["DURATION", "BPS", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES", "ENCODER"];

/// Reads the elements of a file; clusters are passed over unread.
pub(crate) fn read<R: Read + Seek>(source: &mut MetadataSource<'_, R>, metadata: &mut Metadata) -> io::Result<()> {
    let mut at = 0;
    for _ in 0..MAX_ITEMS {
        let head = source.peek(at, 12)?;
        let Some((element, size, used)) = header(&head) else { break };
        let payload = at + used;
        // The content of a segment lies open; after a cluster of unknown size nothing can be found without its frames.
        let Some(bytes) = size.filter(|_| element != id::SEGMENT) else {
            if element == id::CLUSTER {
                break;
            }
            at = payload;
            continue;
        };
        match element {
            id::EBML => {}
            id::INFO => {
                let content = source.take(payload, bytes)?.unwrap_or_default();
                each(&content, |id, text| {
                    if id == id::TITLE {
                        fields::assign(metadata, "TITLE", &String::from_utf8_lossy(text));
                    }
                });
            }
            id::TAGS | id::ATTACHMENTS => match source.take(payload, bytes)? {
                Some(content) if element == id::TAGS => each(&content, |id, tag| {
                    if id == id::TAG {
                        read_tag(tag, metadata)
                    }
                }),
                Some(content) => each(&content, |id, file| {
                    if id == id::ATTACHED_FILE {
                        attach(file, metadata)
                    }
                }),
                None => metadata.unread.push(format!("an element of {bytes} bytes, more than may be read")),
            },
            id::CHAPTERS => metadata.unread.push("element Chapters".to_owned()),
            _ => {}
        }
        match payload.checked_add(bytes).filter(|next| *next < source.len()) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(())
}

/// Splits the header of an element: its number, its size if it is known, and the bytes of the header.
fn header(bytes: &[u8]) -> Option<(u32, Option<u64>, u64)> {
    let id_bytes = bytes.first()?.leading_zeros() as usize + 1;
    let id = bytes.get(..id_bytes).filter(|_| id_bytes <= 4)?.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let rest = &bytes[id_bytes..];
    let size_bytes = rest.first()?.leading_zeros() as usize + 1;
    let held = rest.get(..size_bytes).filter(|_| size_bytes <= 8)?;
    let all = held.iter().fold(0, |size, byte| size << 8 | u64::from(*byte));
    let mask = (1u64 << (7 * size_bytes)) - 1;
    let size = Some(all & mask).filter(|size| *size != mask);
    Some((id, size, (id_bytes + size_bytes) as u64))
}

/// Calls `found` with the elements in `content`.
fn each<'a>(mut content: &'a [u8], mut found: impl FnMut(u32, &'a [u8])) {
    while let Some((id, Some(bytes), used)) = header(content) {
        let Some(rest) = content.get(used as usize..) else { return };
        let (payload, after) = rest.split_at(usize::try_from(bytes).unwrap_or(usize::MAX).min(rest.len()));
        found(id, payload);
        content = after;
    }
}

fn read_tag(tag: &[u8], metadata: &mut Metadata) {
    let (mut target, mut texts) = (None, Vec::new());
    each(tag, |id, payload| match id {
        id::TARGETS => each(payload, |id, value| {
            if id == id::TARGET_TYPE_VALUE {
                target = Some(value.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)));
            }
        }),
        id::SIMPLE_TAG => texts.extend(simple(payload)),
        _ => {}
    });
    let is_album = target.is_some_and(|target| target >= ALBUM);
    for (name, value) in texts {
        let name = name.to_uppercase();
        if !name.starts_with('_') && !STATISTICS.contains(&name.as_str()) {
            fields::assign(metadata, common_name(&name, is_album), &value);
        }
    }
}

fn simple(payload: &[u8]) -> Option<(String, String)> {
    let (mut name, mut value) = (None, None);
    each(payload, |id, text| match id {
        id::TAG_NAME => name = Some(String::from_utf8_lossy(text).into_owned()),
        id::TAG_STRING => value = Some(String::from_utf8_lossy(text).into_owned()),
        _ => {}
    });
    name.zip(value)
}

/// Returns the name that other formats have for a tag; those of an album are about the album.
fn common_name(name: &str, is_album: bool) -> &str {
    match (name, is_album) {
        ("TITLE", true) => "ALBUM",
        ("ARTIST", true) => "ALBUMARTIST",
        ("TOTAL_PARTS", true) => "TRACKTOTAL",
        ("PART_NUMBER", true) => "DISCNUMBER",
        ("PART_NUMBER" | "TRACK", _) => "TRACKNUMBER",
        ("DATE_RELEASED" | "DATE_RECORDED", _) => "DATE",
        ("ALBUM_ARTIST", _) => "ALBUMARTIST",
        ("CATALOG_NUMBER", _) => "CATALOGNUMBER",
        _ => name,
    }
}

/// Takes an attached picture; another file is named only.
fn attach(file: &[u8], metadata: &mut Metadata) {
    let (mut name, mut data) = (String::new(), None);
    each(file, |id, payload| match id {
        id::FILE_NAME => name = String::from_utf8_lossy(payload).into_owned(),
        id::FILE_DATA => data = Some(payload.to_vec()),
        _ => {}
    });
    match data.and_then(picture_of) {
        // By RFC 9559 the cover is the picture called so.
        Some(picture) if name.to_lowercase().starts_with("cover") => metadata.pictures.push(picture),
        Some(picture) => {
            metadata.pictures.push(balanced_model::Picture { kind: "other".to_owned(), description: name, ..picture })
        }
        None => metadata.unread.push(format!("attachment {name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_width_are_split() {
        assert_eq!(header(&[0x1a, 0x45, 0xdf, 0xa3, 0x84]), Some((id::EBML, Some(4), 5)));
        assert_eq!(header(&[0x73, 0x73, 0x01, 0, 0, 0, 0, 0, 0, 9]), Some((id::TAG, Some(9), 10)));
        assert_eq!(
            header(&[0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Some((id::CLUSTER, None, 12))
        );
        assert_eq!(header(&[0x00, 0x80]), None);
        assert_eq!(header(&[0x73]), None);
    }
}

//! Metadata blocks of FLAC files (RFC 9639, section 8).

use std::io::{self, Read, Seek};

use balanced_model::Metadata;

use super::source::MetadataSource;
use super::{broadcast_text, chapters, fields, picture, vorbis_comment};

const VORBIS_COMMENT: u8 = 4;
const PICTURE: u8 = 6;
/// Largest block: its length has 24 bits.
pub(crate) const MAX_BLOCK_BYTES: usize = (1 << 24) - 1;
/// Largest number of metadata blocks; no writer makes so many.
const MAX_BLOCKS: usize = 1024;

/// Reads the blocks of a file.
pub(crate) fn read<R: Read + Seek>(
    source: &mut MetadataSource<'_, R>,
    sample_rate_hz: f64,
    metadata: &mut Metadata,
) -> io::Result<()> {
    let mut at = 4;
    for _ in 0..MAX_BLOCKS {
        let Ok([kind, size @ ..]) = <[u8; 4]>::try_from(source.peek(at, 4)?) else { break };
        let bytes = u64::from(u32::from_be_bytes([0, size[0], size[1], size[2]]));
        let name = match kind & 0x7f {
            VORBIS_COMMENT | PICTURE => "",
            0 | 1 | 3 => "none", // STREAMINFO, PADDING, SEEKTABLE
            2 => "block APPLICATION",
            5 => "block CUESHEET",
            _ => "unknown block",
        };
        if name.is_empty() {
            match source.take(at + 4, bytes)? {
                None => metadata.unread.push(format!("a block of {bytes} bytes, more than may be read")),
                Some(block) if kind & 0x7f == VORBIS_COMMENT => comments(&block, metadata),
                Some(block) => match picture::read_block(&block) {
                    Some(picture) => metadata.pictures.push(picture),
                    None => metadata.unread.push("block PICTURE".to_owned()),
                },
            }
        } else if name != "none" {
            metadata.unread.push(name.to_owned());
        }
        at += 4 + bytes;
        if kind & 0x80 != 0 || at >= source.len() {
            break;
        }
    }
    broadcast_text::gather(metadata);
    chapters::gather(metadata, sample_rate_hz);
    Ok(())
}

fn comments(block: &[u8], metadata: &mut Metadata) {
    for (name, value) in vorbis_comment::read(block) {
        fields::assign(metadata, &name, &value);
    }
}

/// Returns all comments of metadata that fits a FLAC file.
pub(crate) fn listed(metadata: &Metadata, sample_rate_hz: f64) -> Vec<(String, String)> {
    let mut list = fields::listed(metadata);
    let broadcast: Vec<_> = metadata.broadcast.iter().flat_map(broadcast_text::listed).collect();
    // The description of the broadcast extension is read as the first of several.
    list.splice(0..0, broadcast);
    list.extend(chapters::listed(&metadata.markers, sample_rate_hz));
    list
}

/// Encodes metadata that [`fit_metadata`](super::fit_metadata) made fit for a FLAC file, as blocks of which the last is marked;
/// `technical` are comments that belong to the coding.
pub(crate) fn blocks(
    metadata: &Metadata,
    sample_rate_hz: f64,
    vendor: &str,
    technical: Vec<(String, String)>,
) -> Vec<u8> {
    let mut comments = technical;
    comments.extend(listed(metadata, sample_rate_hz));
    let mut blocks = vec![(VORBIS_COMMENT, vorbis_comment::block(vendor, &comments))];
    blocks.extend(metadata.pictures.iter().map(|picture| (PICTURE, picture::block(picture))));
    let last = blocks.len() - 1;
    let mut bytes = Vec::new();
    for (index, (kind, block)) in blocks.into_iter().enumerate() {
        bytes.push(if index == last { 0x80 | kind } else { kind });
        bytes.extend_from_slice(&(block.len() as u32).to_be_bytes()[1..]);
        bytes.extend_from_slice(&block);
    }
    bytes
}

//! Tags written into finished lossy files: ID3v2 in MP3, atoms in MP4, comments in Ogg.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use balanced_model::Metadata;
use lofty::config::WriteOptions;
use lofty::picture::{MimeType, PictureType};
use lofty::probe::Probe;
use lofty::tag::{ItemKey, ItemValue, Tag, TagExt, TagItem, TagType};

use super::picture::kind_number;
use super::{MetadataFields, fields, id3, read_metadata};
use crate::{AtomicWriter, IoError, IoErrorKind};

/// Most bytes of tags that are read back: pictures of a master stand in them.
const READ_BACK_BYTES: u64 = 256 << 20;

/// Writes text and pictures into the tag of a finished MP3, MP4 or Ogg file, reads them back, and tells what became of each field.
///
/// Whatever has no place in such a tag (broadcast data, markers, loops, XML) is told as dropped.
///
/// # Errors
/// Returns an error if the file is of another kind, or if its tag cannot be written.
pub fn write_tags(path: &Path, metadata: &Metadata) -> Result<MetadataFields, IoError> {
    let name = path.display().to_string();
    let failed = |problem: String| {
        IoError::new(IoErrorKind::Write, &name, problem, "leave the metadata out, or report this with the file")
    };
    let probed = Probe::open(path).map_err(|error| failed(format!("cannot be read back ({error})")))?;
    let probed = probed.guess_file_type().map_err(|error| IoError::reading(&name, &error))?;
    let Some(kind) = probed.file_type().map(|kind| kind.primary_tag_type()) else {
        return Err(failed("holds no tag that is known".to_owned()));
    };
    let tag = tag_of(kind, metadata);
    if kind == TagType::Id3v2 {
        put_before(path, &id3::tag(&fields::listed(metadata), &metadata.pictures))?;
    } else if !tag.is_empty() {
        tag.save_to_path(path, WriteOptions::new().preferred_padding(0))
            .map_err(|error| failed(format!("took no tag ({error})")))?;
    }
    let mut file = File::open(path).map_err(|error| IoError::reading(&name, &error))?;
    Ok(compared(metadata, &read_metadata(&mut file, 48_000.0, READ_BACK_BYTES).metadata))
}

/// Writes an ID3v2 tag in front of a file: in a fixed order, so that equal metadata gives equal bytes.
fn put_before(path: &Path, tag: &[u8]) -> Result<(), IoError> {
    if tag.is_empty() {
        return Ok(());
    }
    let name = path.display().to_string();
    let mut file = File::open(path).map_err(|error| IoError::reading(&name, &error))?;
    let mut tagged = AtomicWriter::create(path)?;
    let copied = tagged.write_all(tag).and_then(|()| std::io::copy(&mut file, &mut tagged));
    copied.map_err(|error| IoError::writing(&name, &error))?;
    tagged.publish()
}

fn tag_of(kind: TagType, metadata: &Metadata) -> Tag {
    let mut tag = Tag::new(kind);
    for (field, value) in fields::listed(metadata) {
        if let Some(key) = ItemKey::from_key(TagType::VorbisComments, &field) {
            tag.push(TagItem::new(key, ItemValue::Text(value)));
        }
    }
    for picture in &metadata.pictures {
        let kind = PictureType::from_u8(u8::try_from(kind_number(&picture.kind)).unwrap_or(0));
        let built = lofty::picture::Picture::unchecked(picture.content.data.clone()).pic_type(kind);
        tag.push_picture(built.mime_type(MimeType::from_str(&picture.media_type)).build());
    }
    tag
}

/// Returns what became of every field, by what reads back.
fn compared(written: &Metadata, read: &Metadata) -> MetadataFields {
    let text = [
        ("title", written.title == read.title),
        ("artists", written.artists == read.artists),
        ("album", written.album == read.album),
        ("album_artists", written.album_artists == read.album_artists),
        ("track_number", written.track_number == read.track_number),
        ("track_total", written.track_total == read.track_total),
        ("disc_number", written.disc_number == read.disc_number),
        ("disc_total", written.disc_total == read.disc_total),
        ("isrc", written.isrc == read.isrc),
        ("upc", written.upc == read.upc),
        ("date", written.date == read.date),
        ("genres", written.genres == read.genres),
        ("comments", written.comments == read.comments),
        ("pictures", written.pictures.iter().map(|p| &p.content).eq(read.pictures.iter().map(|p| &p.content))),
    ];
    let (mut told, partly) = (MetadataFields::of(written), MetadataFields::of(read));
    let names: Vec<String> = told.as_slice().iter().map(|field| field.field.clone()).collect();
    for name in names {
        let is_kept = match name.strip_prefix("other.") {
            Some(other) => written.other.get(other) == read.other.get(other),
            None => text.iter().any(|(known, is_kept)| *known == name && *is_kept),
        };
        if !is_kept && partly.as_slice().iter().any(|field| field.field == name) {
            told.map(&name, "written in the form that the tag has");
        } else if !is_kept {
            told.drop(&name, "the tag has no place for it");
        }
    }
    told
}

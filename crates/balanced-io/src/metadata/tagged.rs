//! Tags of MPEG, MP4 and Ogg files, read by lofty.

use std::io::{Read, Seek};

use balanced_model::Metadata;
use lofty::ape::ApeTag;
use lofty::file::AudioFile;
use lofty::mp4::{AtomIdent, Ilst, Mp4File};
use lofty::mpeg::MpegFile;
use lofty::ogg::{OggPictureStorage, OpusFile, VorbisFile, tag::VorbisComments};
use lofty::prelude::SplitTag;
use lofty::tag::{ItemValue, Tag, TagType};

use super::fields::{assign, fill};
use super::id3;

/// Reads an MPEG file: ID3v2, else APE, else ID3v1; `None` if its tags cannot be read.
pub(crate) fn mpeg<R: Read + Seek>(reader: &mut R) -> Option<Metadata> {
    let file = MpegFile::read_from(reader, id3::options()).ok()?;
    let mut metadata = Metadata::default();
    if let Some(tag) = file.id3v2() {
        id3::read(tag, &mut metadata);
    }
    if let Some(tag) = file.ape() {
        fill(&mut metadata, ape(tag.clone()));
    }
    if let Some(tag) = file.id3v1() {
        let mut old = Metadata::default();
        generic(&tag.clone().split_tag().1, &mut old);
        fill(&mut metadata, old);
    }
    Some(metadata)
}

/// Reads an ADTS file.
pub(crate) fn adts<R: Read + Seek>(reader: &mut R) -> Option<Metadata> {
    let file = lofty::aac::AacFile::read_from(reader, id3::options()).ok()?;
    let mut metadata = Metadata::default();
    if let Some(tag) = file.id3v2() {
        id3::read(tag, &mut metadata);
    }
    Some(metadata)
}

/// Reads an MP4 file.
pub(crate) fn mp4<R: Read + Seek>(reader: &mut R) -> Option<Metadata> {
    let file = Mp4File::read_from(reader, id3::options()).ok()?;
    let mut metadata = Metadata::default();
    if let Some(tag) = file.ilst() {
        atoms(tag.clone(), &mut metadata);
    }
    Some(metadata)
}

/// Reads an Ogg Opus file.
pub(crate) fn opus<R: Read + Seek>(reader: &mut R) -> Option<Metadata> {
    let file = OpusFile::read_from(reader, id3::options()).ok()?;
    Some(comments(file.vorbis_comments()))
}

/// Reads an Ogg Vorbis file.
pub(crate) fn vorbis<R: Read + Seek>(reader: &mut R) -> Option<Metadata> {
    let file = VorbisFile::read_from(reader, id3::options()).ok()?;
    Some(comments(file.vorbis_comments()))
}

fn comments(tag: &VorbisComments) -> Metadata {
    let mut metadata = Metadata::default();
    tag.items().for_each(|(name, value)| assign(&mut metadata, name, value));
    metadata.pictures = tag.pictures().iter().map(|(picture, _)| id3::picture_of(picture)).collect();
    metadata
}

fn ape(tag: ApeTag) -> Metadata {
    let mut metadata = Metadata::default();
    let (rest, tag) = tag.split_tag();
    generic(&tag, &mut metadata);
    for item in &*rest {
        match item.value() {
            ItemValue::Text(text) => assign(&mut metadata, item.key(), text),
            _ => metadata.unread.push(format!("APE item {}", item.key())),
        }
    }
    metadata
}

/// Reads MP4 atoms: known ones by lofty's table, freeform text by its name.
fn atoms(tag: Ilst, metadata: &mut Metadata) {
    let (rest, tag) = tag.split_tag();
    generic(&tag, metadata);
    for atom in &*rest {
        let text = atom.data().find_map(|data| match data {
            lofty::mp4::AtomData::UTF8(text) | lofty::mp4::AtomData::UTF16(text) => Some(text.as_str()),
            _ => None,
        });
        match (atom.ident(), text) {
            (AtomIdent::Freeform { name, .. }, Some(text)) => assign(metadata, name, text),
            (AtomIdent::Freeform { name, .. }, None) => metadata.unread.push(format!("atom {name}")),
            (AtomIdent::Fourcc(id), _) => {
                let id: String = id.iter().map(|byte| char::from(*byte)).collect();
                metadata.unread.push(format!("atom {id}"));
            }
        }
    }
}

/// Translates the items of a tag by their names in Vorbis comments.
fn generic(tag: &Tag, metadata: &mut Metadata) {
    for item in tag.items() {
        let name = item.key().map_key(TagType::VorbisComments);
        match (name, item.value()) {
            (Some(name), ItemValue::Text(text) | ItemValue::Locator(text)) => assign(metadata, name, text),
            _ => metadata.unread.push(format!("item {:?}", item.key())),
        }
    }
    metadata.pictures.extend(tag.pictures().iter().map(id3::picture_of));
}

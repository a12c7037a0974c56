//! ID3v2 tags: read by lofty, written here as version 2.4, so that equal metadata gives equal bytes.

use std::collections::BTreeMap;
use std::io::Cursor;

use balanced_model::{Metadata, Picture};
use lofty::config::ParseOptions;
use lofty::file::AudioFile;
use lofty::id3::v2::{Frame, Id3v2Tag, Id3v2Version};
use lofty::mpeg::MpegFile;
use lofty::tag::{ItemKey, TagType};

use super::fields::assign;
use super::picture::{binary, kind_name, kind_number};

/// Owner of the identifiers of MusicBrainz.
const MUSICBRAINZ: &str = "http://musicbrainz.org";
/// Bytes that a parser may look for behind a tag: an ID3v1 tag.
const TRAILER_BYTES: usize = 256;

/// Reads a tag that stands alone, such as the chunk of a WAV file; `None` if it cannot be read.
pub(crate) fn read_blob(blob: &[u8]) -> Option<Metadata> {
    let padded = [blob, &[0; TRAILER_BYTES]].concat();
    let file = MpegFile::read_from(&mut Cursor::new(padded), options()).ok()?;
    let mut metadata = Metadata::default();
    read(file.id3v2()?, &mut metadata);
    Some(metadata)
}

/// Returns the options with which lofty reads tags only.
pub(crate) fn options() -> ParseOptions {
    ParseOptions::new().read_properties(false)
}

/// Translates the frames of a tag.
pub(crate) fn read(tag: &Id3v2Tag, metadata: &mut Metadata) {
    let has_genre_numbers = tag.original_version() != Id3v2Version::V4;
    for frame in tag {
        let id = frame.id().as_str().to_owned();
        match frame {
            Frame::Text(text) if id == "TCON" && has_genre_numbers => {
                for genre in tag.genres().into_iter().flatten() {
                    assign(metadata, "GENRE", genre);
                }
                let _ = text;
            }
            Frame::Text(text) => assign(metadata, &name_of_frame(&id), &text.value),
            Frame::Timestamp(stamp) => assign(metadata, &name_of_frame(&id), &stamp.timestamp.to_string()),
            Frame::UserText(text) => assign(metadata, &name_of_user_text(&text.description), &text.content),
            Frame::Comment(text) if text.description.is_empty() => assign(metadata, "COMMENT", &text.content),
            Frame::Comment(text) => assign(metadata, &text.description, &text.content),
            Frame::UnsynchronizedText(text) => assign(metadata, "UNSYNCEDLYRICS", &text.content),
            Frame::Url(url) => assign(metadata, &id, url.url()),
            Frame::KeyValue(pairs) => {
                pairs.key_value_pairs.iter().for_each(|(role, name)| assign(metadata, role, name));
            }
            Frame::UniqueFileIdentifier(id) if id.owner == MUSICBRAINZ => {
                assign(metadata, "MUSICBRAINZ_TRACKID", &String::from_utf8_lossy(&id.identifier));
            }
            Frame::Picture(frame) => metadata.pictures.push(picture_of(&frame.picture)),
            _ => metadata.unread.push(format!("frame {id}")),
        }
    }
}

/// Translates a picture of lofty's.
pub(crate) fn picture_of(picture: &lofty::picture::Picture) -> Picture {
    let media_type = picture.mime_type().map(|media| media.as_str().to_owned());
    let guessed = super::picture::media_type(picture.data()).map(str::to_owned);
    Picture {
        kind: kind_name(u32::from(picture.pic_type().as_u8())),
        media_type: media_type.or(guessed).unwrap_or_default(),
        description: picture.description().unwrap_or_default().trim_matches('\0').to_owned(),
        content: binary(picture.data().to_vec()),
    }
}

fn name_of_frame(id: &str) -> String {
    let known = ItemKey::from_key(TagType::Id3v2, id).and_then(|key| key.map_key(TagType::VorbisComments));
    match id {
        "TRCK" => "TRACKNUMBER",
        "TPOS" => "DISCNUMBER",
        "TEXT" => "LYRICIST",
        "TPUB" => "PUBLISHER",
        "TSSE" => "ENCODERSETTINGS",
        _ => known.unwrap_or(id),
    }
    .to_owned()
}

fn name_of_user_text(description: &str) -> String {
    let known = (description.len() != 4).then(|| ItemKey::from_key(TagType::Id3v2, description)).flatten();
    let known = known.and_then(|key| key.map_key(TagType::VorbisComments));
    known.unwrap_or(description).to_uppercase()
}

/// Returns the text frame for a field, if there is one that is read as the same field.
fn frame_of(name: &str) -> Option<&'static str> {
    // Dates are text of a strict form, lists of people and of languages are none, and flags only 0 and 1.
    const SPECIAL: [&str; 7] = ["TDOR", "TDRL", "TDTG", "TDEN", "TIPL", "TCMP", "TLAN"];
    let id = match name {
        "LYRICIST" => "TEXT",
        "PUBLISHER" => "TPUB",
        _ => ItemKey::from_key(TagType::VorbisComments, name)?.map_key(TagType::Id3v2)?,
    };
    let is_text = id.len() == 4 && id.starts_with('T') && !SPECIAL.contains(&id);
    (is_text && name_of_frame(id) == name).then_some(id)
}

/// Returns the name under which a field is read from a tag that it was written to.
pub(crate) fn name_as_read(name: &str) -> String {
    if frame_of(name).is_some() { name.to_owned() } else { name_of_user_text(&user_text_of(name)) }
}

fn user_text_of(name: &str) -> String {
    let known = ItemKey::from_key(TagType::VorbisComments, name).and_then(|key| key.map_key(TagType::Id3v2));
    let known = known.filter(|id| id.len() != 4 && name_of_user_text(id) == name);
    known.unwrap_or(name).to_owned()
}

/// Encodes a version 2.4 tag; empty if there is nothing to write.
pub(crate) fn tag(fields: &[(String, String)], pictures: &[Picture]) -> Vec<u8> {
    let mut frames = Vec::new();
    for (name, values) in grouped(fields) {
        push_field(&mut frames, &name, &values);
    }
    for picture in pictures {
        let mut payload = vec![3];
        payload.extend_from_slice(picture.media_type.as_bytes());
        payload.extend_from_slice(&[0, kind_number(&picture.kind) as u8]);
        payload.extend_from_slice(picture.description.as_bytes());
        payload.push(0);
        payload.extend_from_slice(&picture.content.data);
        push(&mut frames, b"APIC", &payload);
    }
    if frames.is_empty() {
        return frames;
    }
    let mut tag = b"ID3\x04\x00\x00".to_vec();
    tag.extend_from_slice(&synchsafe(frames.len() as u32));
    tag.extend_from_slice(&frames);
    tag
}

/// Gathers the values of every field, in a fixed order; track and disc take their totals.
fn grouped(fields: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in fields {
        groups.entry(name.clone()).or_default().push(value.clone());
    }
    for (number, total) in [("TRACKNUMBER", "TRACKTOTAL"), ("DISCNUMBER", "DISCTOTAL")] {
        let is_number = |values: &Vec<String>| values.first().is_some_and(|value| value.parse::<u32>().is_ok());
        if groups.get(number).is_some_and(is_number) && groups.get(total).is_some_and(is_number) {
            let total = groups.remove(total).unwrap_or_default().swap_remove(0);
            if let Some(values) = groups.get_mut(number) {
                values[0] = format!("{}/{total}", values[0]);
            }
        }
    }
    groups
}

fn push_field(frames: &mut Vec<u8>, name: &str, values: &[String]) {
    let text = values.join("\0");
    match name {
        // One frame, because a tag has one comment of a language and description.
        "COMMENT" => push(frames, b"COMM", &[b"\x03und\0", text.as_bytes()].concat()),
        // iTunes looks for its Sound Check values in a comment of this description.
        "ITUNNORM" => push(frames, b"COMM", &[b"\x03engiTunNORM\0", text.as_bytes()].concat()),
        "UNSYNCEDLYRICS" => push(frames, b"USLT", &[b"\x03und\0", text.as_bytes()].concat()),
        "MUSICBRAINZ_TRACKID" if values.len() == 1 && text.is_ascii() && text.len() <= 64 => {
            push(frames, b"UFID", &[MUSICBRAINZ.as_bytes(), b"\0", text.as_bytes()].concat());
        }
        "DATE" if values.len() == 1 && is_date(&text) => {
            push(frames, b"TDRC", &[b"\x03", text.as_bytes()].concat());
        }
        "DATE" => push(frames, b"TXXX", &[b"\x03DATE\0", text.as_bytes()].concat()),
        "TRACKNUMBER" => push(frames, b"TRCK", &[b"\x03", text.as_bytes()].concat()),
        "DISCNUMBER" => push(frames, b"TPOS", &[b"\x03", text.as_bytes()].concat()),
        _ => match frame_of(name).and_then(|id| id.as_bytes().first_chunk::<4>()) {
            Some(id) => push(frames, id, &[b"\x03", text.as_bytes()].concat()),
            None => {
                let payload = [b"\x03", user_text_of(name).as_bytes(), b"\0", text.as_bytes()].concat();
                push(frames, b"TXXX", &payload);
            }
        },
    }
}

/// Returns whether a date is a year, a month or a day of ISO 8601.
fn is_date(text: &str) -> bool {
    let digits = |part: Option<&str>, count: usize| {
        part.is_none_or(|part| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let within = |part: Option<&str>, most: u32| {
        part.is_none_or(|part| part.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number)))
    };
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    parts.next().is_none()
        && digits(year, 4)
        && digits(month, 2)
        && digits(day, 2)
        && within(year, 9999)
        && within(month, 12)
        && within(day, 31)
}

fn push(frames: &mut Vec<u8>, id: &[u8; 4], payload: &[u8]) {
    frames.extend_from_slice(id);
    frames.extend_from_slice(&synchsafe(payload.len() as u32));
    frames.extend_from_slice(&[0, 0]);
    frames.extend_from_slice(payload);
}

/// Encodes a size in four bytes of seven bits (ID3v2.4, section 6.2).
fn synchsafe(size: u32) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (size >> shift & 0x7f) as u8)
}

//! Pictures: their types, and their form in FLAC and Ogg files (RFC 9639, section 8.8).

use balanced_model::{Binary, Picture};
use sha2::{Digest, Sha256};

use super::source::Cut;

/// Types of pictures by their number, as ID3v2 and FLAC have them.
const KINDS: [&str; 21] = [
    "other",
    "icon",
    "other icon",
    "front cover",
    "back cover",
    "leaflet",
    "media",
    "lead artist",
    "artist",
    "conductor",
    "band",
    "composer",
    "lyricist",
    "recording location",
    "during recording",
    "during performance",
    "screen capture",
    "bright fish",
    "illustration",
    "band logo",
    "publisher logo",
];

/// Returns the name of a picture type.
pub(crate) fn kind_name(kind: u32) -> String {
    KINDS.get(kind as usize).map_or_else(|| kind.to_string(), |name| (*name).to_owned())
}

/// Returns the number of a picture type.
pub(crate) fn kind_number(name: &str) -> u32 {
    let known = KINDS.iter().position(|kind| *kind == name).map(|kind| kind as u32);
    known.or_else(|| name.parse().ok()).unwrap_or(0)
}

/// Returns bytes with their length and hash.
pub(crate) fn binary(data: Vec<u8>) -> Binary {
    let sha256 = Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
    Binary { bytes: data.len() as u64, sha256, data }
}

/// Returns a front cover; `None` if the bytes are neither a JPEG nor a PNG picture.
#[must_use]
pub fn picture_of(data: Vec<u8>) -> Option<Picture> {
    let media_type = media_type(&data)?.to_owned();
    Some(Picture { kind: "front cover".to_owned(), media_type, description: String::new(), content: binary(data) })
}

/// Returns width and height of a picture in pixels; `None` where a JPEG or PNG does not tell them.
#[must_use]
pub fn picture_size(picture: &Picture) -> Option<(u32, u32)> {
    information(&picture.content.data).map(|known| (known.width, known.height)).filter(|size| *size != (0, 0))
}

fn information(data: &[u8]) -> Option<lofty::picture::PictureInformation> {
    match media_type(data)? {
        "image/png" => lofty::picture::PictureInformation::from_png(data).ok(),
        _ => lofty::picture::PictureInformation::from_jpeg(data).ok(),
    }
}

/// Returns the media type of a picture by its first bytes.
pub(crate) fn media_type(data: &[u8]) -> Option<&'static str> {
    match data {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        _ => None,
    }
}

/// Returns a media type as ID3v2 tags give it back: known ones in small letters, and guessed where there is none.
pub(crate) fn media_type_as_read(told: &str, data: &[u8]) -> String {
    let is_plain = !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain {
        return media_type(data).unwrap_or("application/octet-stream").to_owned();
    }
    lofty::picture::MimeType::from_str(told).as_str().to_owned()
}

/// Reads a FLAC picture block.
pub(crate) fn read_block(bytes: &[u8]) -> Option<Picture> {
    let mut cut = Cut(bytes);
    let kind = cut.u32_be()?;
    let media_type = sized_text(&mut cut)?;
    let description = sized_text(&mut cut)?;
    cut.bytes(16)?;
    let length = cut.u32_be()? as usize;
    let data = cut.bytes(length)?.to_vec();
    Some(Picture { kind: kind_name(kind), media_type, description, content: binary(data) })
}

fn sized_text(cut: &mut Cut<'_>) -> Option<String> {
    let length = cut.u32_be()? as usize;
    Some(String::from_utf8_lossy(cut.bytes(length)?).into_owned())
}

/// Encodes a FLAC picture block; width, height and depth are written where the picture tells them.
pub(crate) fn block(picture: &Picture) -> Vec<u8> {
    let data = &picture.content.data;
    let mut bytes = kind_number(&picture.kind).to_be_bytes().to_vec();
    for text in [&picture.media_type, &picture.description] {
        bytes.extend_from_slice(&(text.len() as u32).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    let known = information(data).unwrap_or_default();
    for number in [known.width, known.height, known.color_depth, known.num_colors, data.len() as u32] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.extend_from_slice(data);
    bytes
}

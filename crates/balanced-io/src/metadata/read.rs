//! Reading of metadata from any file.

use std::io::{Read, Seek, SeekFrom};

use balanced_model::Metadata;
use lofty::config::{GlobalOptions, apply_global_options};

use super::source::MetadataSource;
use super::{aiff, broadcast_text, caf, chapters, fields, flac, id3, matroska, sun, tagged, wave, wave64};
use crate::decode::{W64_START, contained};
use crate::printable;

/// Metadata of a file, and what of it could not be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetadataRead {
    /// The metadata; empty for formats without any.
    pub metadata: Metadata,
    /// Notes on metadata that could not be read, in sentences.
    pub notes: Vec<String>,
}

/// Reads the metadata of the file in `reader`, of which at most `max_bytes` bytes are held in memory.
///
/// WAV, RF64, BW64, RIFX, W64, AIFF, FLAC, MP3, ADTS, MP4, Ogg Vorbis and Opus, CAF, Matroska, WebM and Sun AU are read. A
/// file that cannot be read, or only in part, gives what can be read, and notes. Chapters are placed at `sample_rate_hz`.
pub fn read_metadata(reader: &mut (impl Read + Seek), sample_rate_hz: f64, max_bytes: u64) -> MetadataRead {
    // A parser may panic on hostile bytes; nothing it held is used again.
    let read = contained(|| {
        let limit = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        apply_global_options(GlobalOptions::new().allocation_limit(limit).use_custom_resolvers(false));
        let mut read = MetadataRead::default();
        if let Err(error) = read_into(reader, sample_rate_hz, max_bytes, &mut read) {
            read.notes.push(format!("the metadata could not be read to its end ({error})"));
        }
        read
    });
    let mut read = read.unwrap_or_else(|| MetadataRead {
        metadata: Metadata::default(),
        notes: vec!["the metadata is damaged and was not read".to_owned()],
    });
    read.metadata.unread.dedup();
    for told in read.metadata.unread.iter_mut().chain(&mut read.notes) {
        *told = printable(told);
    }
    read
}

fn read_into(
    reader: &mut (impl Read + Seek),
    sample_rate_hz: f64,
    max_bytes: u64,
    read: &mut MetadataRead,
) -> std::io::Result<()> {
    let mut source = MetadataSource::new(reader, max_bytes)?;
    let leading = leading_tag(&mut source)?;
    let metadata = &mut read.metadata;
    let head = source.peek(leading, 64)?;
    let magic = |at: usize| head.get(at..at + 4).unwrap_or(&[]);
    let is_w64 = head.starts_with(&W64_START);
    let is_own = is_w64
        || matches!(
            magic(0),
            b"RIFF"
                | b"RF64"
                | b"BW64"
                | b"RIFX"
                | b"FORM"
                | b"fLaC"
                | b"caff"
                | b".snd"
                | b"dns."
                | b"\x1a\x45\xdf\xa3"
        );
    if is_own {
        let before = if leading > 0 { source.take(0, leading)?.and_then(|tag| id3::read_blob(&tag)) } else { None };
        source.skip_head(leading);
        match magic(0) {
            b"FORM" => aiff::read(&mut source, metadata)?,
            b"fLaC" => flac::read(&mut source, sample_rate_hz, metadata)?,
            b"caff" => caf::read(&mut source, metadata)?,
            b".snd" | b"dns." => sun::read(&mut source, metadata)?,
            b"\x1a\x45\xdf\xa3" => matroska::read(&mut source, metadata)?,
            _ if is_w64 => wave64::read(&mut source, metadata)?,
            kind => wave::read(&mut source, kind == b"RIFX", metadata)?,
        }
        fields::fill(metadata, before.unwrap_or_default());
        return Ok(());
    }
    let holds = |magic: &[u8]| head.windows(magic.len()).any(|window| window == magic);
    let is_ogg = magic(0) == b"OggS";
    source.reader.seek(SeekFrom::Start(0))?;
    let (name, found) = match () {
        () if is_ogg && holds(b"OpusHead") => ("Ogg comments", tagged::opus(source.reader)),
        () if is_ogg && holds(b"\x01vorbis") => ("Ogg comments", tagged::vorbis(source.reader)),
        () if magic(4) == b"ftyp" => ("MP4 atoms", tagged::mp4(source.reader)),
        () if is_ogg || leading == 0 && !is_mpeg(&head) => return Ok(()),
        () if head.len() > 1 && head[0] == 0xff && head[1] & 0xf6 == 0xf0 => ("ID3 tag", tagged::adts(source.reader)),
        () => ("ID3 or APE tags", tagged::mpeg(source.reader)),
    };
    match found {
        Some(found) => *metadata = found,
        None => read.notes.push(format!("its {name} could not be read")),
    }
    let held: u64 = metadata.pictures.iter().map(|picture| picture.content.bytes).sum();
    if held > source.left() {
        metadata.pictures.clear();
        metadata.unread.push(format!("pictures ({held} bytes, more than may be read)"));
    }
    broadcast_text::gather(metadata);
    chapters::gather(metadata, sample_rate_hz);
    Ok(())
}

/// Returns the bytes of an ID3v2 tag at the start of the file.
fn leading_tag<R: Read + Seek>(source: &mut MetadataSource<'_, R>) -> std::io::Result<u64> {
    let Ok([b'I', b'D', b'3', _, _, flags, size @ ..]) = <[u8; 10]>::try_from(source.peek(0, 10)?) else {
        return Ok(0);
    };
    let size = size.iter().fold(0u64, |size, byte| size << 7 | u64::from(byte & 0x7f));
    let footer = if flags & 0x10 != 0 { 10 } else { 0 };
    Ok(10 + size + footer)
}

/// Returns whether bytes start with a frame of MPEG audio.
fn is_mpeg(head: &[u8]) -> bool {
    head.len() > 1 && head[0] == 0xff && head[1] & 0xe0 == 0xe0
}

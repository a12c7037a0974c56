//! Metadata chunks of RIFF files: WAV, RF64, BW64 and RIFX.

use std::io::{self, Read, Seek};

use balanced_model::Metadata;

use super::adtl::{self, Cues};
use super::picture::binary;
use super::source::MetadataSource;
use super::{MAX_ITEMS, axml, bext, fields, id3, info, sampler};

/// Chunks that describe the coding of the audio, or nothing.
const TECHNICAL: [&[u8; 4]; 14] = [
    b"fmt ", b"data", b"fact", b"ds64", b"JUNK", b"junk", b"PAD ", b"FLLR", b"filr", b"PEAK", b"levl", b"DISP",
    b"slnt", b"wavl",
];

/// Reads the chunks of a file.
pub(crate) fn read<R: Read + Seek>(
    source: &mut MetadataSource<'_, R>,
    big_endian: bool,
    metadata: &mut Metadata,
) -> io::Result<()> {
    let mut found = Found::default();
    let (mut at, mut data_bytes) = (12, None);
    for _ in 0..MAX_ITEMS {
        let head = source.peek(at, 8)?;
        let Some((id, size)) = head.split_first_chunk::<4>() else { break };
        let Ok(size) = <[u8; 4]>::try_from(size) else { break };
        if !id.iter().all(|byte| (0x20..0x7f).contains(byte)) {
            break; // junk after the last chunk
        }
        let size = if big_endian { u32::from_be_bytes(size) } else { u32::from_le_bytes(size) };
        let mut bytes = u64::from(size);
        if id == b"ds64" {
            data_bytes = source.peek(at + 16, 8)?.try_into().ok().map(u64::from_le_bytes);
        } else if id == b"data" && size == u32::MAX {
            bytes = data_bytes.unwrap_or(u64::MAX);
        }
        found.visit(source, id, at + 8, bytes, metadata)?;
        let next = bytes.checked_add(bytes % 2).and_then(|bytes| bytes.checked_add(at + 8));
        match next.filter(|next| *next < source.len()) {
            Some(next) => at = next,
            None => break,
        }
    }
    found.finish(metadata);
    Ok(())
}

/// Metadata that are put together from several chunks.
#[derive(Default)]
pub(crate) struct Found {
    info: Metadata,
    tag: Option<Metadata>,
    cues: Cues,
    /// Root note of the `smpl` chunk, which an `inst` chunk overrules.
    sampler: Option<balanced_model::Instrument>,
}

impl Found {
    pub(crate) fn visit<R: Read + Seek>(
        &mut self,
        source: &mut MetadataSource<'_, R>,
        id: &[u8; 4],
        at: u64,
        bytes: u64,
        metadata: &mut Metadata,
    ) -> io::Result<()> {
        if TECHNICAL.contains(&id) {
            return Ok(());
        }
        let name = || format!("chunk {}", String::from_utf8_lossy(id).trim_end());
        let known: [&[u8; 4]; 10] =
            [b"LIST", b"bext", b"iXML", b"axml", b"chna", b"cue ", b"smpl", b"inst", b"id3 ", b"ID3 "];
        if !known.contains(&id) {
            metadata.unread.push(name());
            return Ok(());
        }
        let Some(payload) = source.take(at, bytes)? else {
            metadata.unread.push(format!("{} ({bytes} bytes, more than may be read)", name()));
            return Ok(());
        };
        let is_read = match id {
            b"LIST" => self.list(&payload),
            b"bext" => keep(&mut metadata.broadcast, bext::read(&payload)),
            b"iXML" => keep(&mut metadata.ixml, document(&payload)),
            b"axml" => keep(&mut metadata.axml, Some(binary(payload))),
            b"chna" => keep(&mut metadata.chna, Some(binary(payload))),
            b"cue " => {
                self.cues.read_points(&payload);
                true
            }
            b"smpl" => self.sampler(&payload, metadata),
            b"inst" => keep(&mut metadata.instrument, sampler::read_instrument(&payload)),
            _ => keep(&mut self.tag, id3::read_blob(&payload)),
        };
        if !is_read {
            metadata.unread.push(name());
        }
        Ok(())
    }

    fn list(&mut self, payload: &[u8]) -> bool {
        match payload.split_first_chunk::<4>() {
            Some((b"INFO", rest)) => info::read(rest, &mut self.info),
            Some((b"adtl", rest)) => self.cues.read_list(rest),
            _ => return false,
        }
        true
    }

    fn sampler(&mut self, payload: &[u8], metadata: &mut Metadata) -> bool {
        let Some((instrument, loops)) = sampler::read_sampler(payload) else { return false };
        self.sampler = Some(instrument);
        metadata.loops = loops;
        true
    }

    pub(crate) fn finish(self, metadata: &mut Metadata) {
        metadata.markers = self.cues.markers();
        metadata.instrument = metadata.instrument.or(self.sampler).filter(|found| *found != sampler::NEUTRAL);
        fields::fill(metadata, self.tag.unwrap_or_default());
        fields::fill(metadata, self.info);
        if metadata.isrc.is_none() {
            metadata.isrc = metadata.axml.as_ref().and_then(|document| axml::isrc(&document.data));
        }
    }
}

/// Keeps the first of several; returns whether there is one.
fn keep<T>(slot: &mut Option<T>, found: Option<T>) -> bool {
    let is_read = found.is_some() && slot.is_none();
    if slot.is_none() {
        *slot = found;
    }
    is_read
}

/// Decodes an XML document.
pub(crate) fn document(payload: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(payload).ok()?.trim_end_matches(|c: char| c == '\0' || c.is_whitespace());
    (!text.is_empty()).then(|| text.to_owned())
}

/// Chunks around the audio of a WAV file, each padded to an even number of bytes.
#[derive(Default)]
pub(crate) struct WaveChunks {
    /// Chunks before the audio.
    pub(crate) head: Vec<u8>,
    /// Chunks after the audio.
    pub(crate) tail: Vec<u8>,
}

/// Encodes metadata that [`fit_metadata`](super::fit_metadata) made fit for a WAV file.
pub(crate) fn chunks(metadata: &Metadata, sample_rate_hz: f64) -> WaveChunks {
    let mut chunks = WaveChunks::default();
    let (head, tail) = (&mut chunks.head, &mut chunks.tail);
    if let Some(broadcast) = &metadata.broadcast {
        push(head, b"bext", &bext::payload(broadcast));
    }
    if let Some(ixml) = &metadata.ixml {
        push(head, b"iXML", ixml.as_bytes());
    }
    if let Some(chna) = &metadata.chna {
        push(head, b"chna", &chna.data);
    }
    if let Some(axml) = &metadata.axml {
        push(tail, b"axml", &axml.data);
    }
    let fields = fields::listed(metadata);
    push(tail, b"LIST", &info::payload(&fields));
    if !metadata.markers.is_empty() {
        push(tail, b"cue ", &adtl::points(&metadata.markers));
        push(tail, b"LIST", &adtl::list(&metadata.markers));
    }
    if !metadata.loops.is_empty() || metadata.instrument.is_some() {
        push(tail, b"smpl", &sampler::sampler(metadata.instrument, &metadata.loops, sample_rate_hz));
    }
    if let Some(instrument) = &metadata.instrument {
        push(tail, b"inst", &sampler::instrument(instrument));
    }
    push(tail, b"id3 ", &id3::tag(&fields, &metadata.pictures));
    chunks
}

/// Appends a chunk, unless it is empty.
fn push(bytes: &mut Vec<u8>, id: &[u8; 4], payload: &[u8]) {
    if payload.is_empty() {
        return;
    }
    bytes.extend_from_slice(id);
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(payload);
    if payload.len() % 2 == 1 {
        bytes.push(0);
    }
}

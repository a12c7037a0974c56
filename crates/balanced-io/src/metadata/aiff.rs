//! Metadata chunks of AIFF and AIFF-C files (Apple, Audio Interchange File Format 1.3 and AIFF-C draft).

use std::collections::HashMap;
use std::io::{self, Read, Seek};

use balanced_model::{Instrument, LoopDirection, Marker, Metadata, SampleLoop};

use super::source::{Cut, MetadataSource, text};
use super::wave::document;
use super::{MAX_ITEMS, broadcast_text, fields, id3, sampler};

/// Chunks that describe the coding of the audio, or nothing.
const TECHNICAL: [&[u8; 4]; 5] = [b"COMM", b"SSND", b"FVER", b"CHAN", b"PEAK"];
/// Names of the markers that a loop refers to; a file that has them only for its loops has no markers.
const LOOP_NAMES: [&str; 4] = ["", "beg loop", "start loop", "end loop"];
/// Bytes of an `INST` chunk.
const INSTRUMENT_BYTES: usize = 20;

/// Reads the chunks of a file.
pub(crate) fn read<R: Read + Seek>(source: &mut MetadataSource<'_, R>, metadata: &mut Metadata) -> io::Result<()> {
    let mut found = Found::default();
    let mut at = 12;
    for _ in 0..MAX_ITEMS {
        let head = source.peek(at, 8)?;
        let Some((id, size)) = head.split_first_chunk::<4>() else { break };
        let Ok(size) = <[u8; 4]>::try_from(size) else { break };
        if !id.iter().all(|byte| (0x20..0x7f).contains(byte)) {
            break;
        }
        let bytes = u64::from(u32::from_be_bytes(size));
        if !TECHNICAL.contains(&id) {
            match source.take(at + 8, bytes)? {
                Some(payload) => found.visit(id, &payload, metadata),
                None => {
                    let name = String::from_utf8_lossy(id).trim_end().to_owned();
                    metadata.unread.push(format!("chunk {name} ({bytes} bytes, more than may be read)"));
                }
            }
        }
        at += 8 + bytes + bytes % 2;
    }
    found.finish(metadata);
    Ok(())
}

#[derive(Default)]
struct Found {
    texts: Metadata,
    tag: Option<Metadata>,
    marks: Vec<(u16, Marker)>,
    notes: HashMap<u16, String>,
    instrument: Vec<u8>,
}

impl Found {
    fn visit(&mut self, id: &[u8; 4], payload: &[u8], metadata: &mut Metadata) {
        match id {
            b"NAME" => fields::assign(&mut self.texts, "TITLE", &text(payload)),
            b"AUTH" => fields::assign(&mut self.texts, "ARTIST", &text(payload)),
            b"(c) " => fields::assign(&mut self.texts, "COPYRIGHT", &text(payload)),
            b"ANNO" => fields::assign(&mut self.texts, "COMMENT", &text(payload)),
            b"COMT" => self.comments(payload),
            b"MARK" => self.marks = marks(payload),
            b"INST" if payload.len() >= INSTRUMENT_BYTES => self.instrument = payload.to_vec(),
            b"ID3 " | b"id3 " if self.tag.is_none() => {
                self.tag = id3::read_blob(payload);
                if self.tag.is_none() {
                    metadata.unread.push("chunk ID3".to_owned());
                }
            }
            b"iXML" if metadata.ixml.is_none() => metadata.ixml = document(payload),
            other => metadata.unread.push(format!("chunk {}", String::from_utf8_lossy(other).trim_end())),
        }
    }

    /// Reads comments; one that names a marker is its note.
    fn comments(&mut self, payload: &[u8]) {
        let mut cut = Cut(payload);
        let count = cut.u16_be().unwrap_or(0);
        for _ in 0..count {
            let (Some(_), Some(marker), Some(bytes)) = (cut.u32_be(), cut.u16_be(), cut.u16_be()) else { break };
            let Some(comment) = cut.bytes(usize::from(bytes)) else { break };
            if bytes % 2 == 1 {
                cut.bytes(1);
            }
            if marker == 0 {
                fields::assign(&mut self.texts, "COMMENT", &text(comment));
            } else {
                self.notes.insert(marker, text(comment));
            }
        }
    }

    fn finish(mut self, metadata: &mut Metadata) {
        let positions: HashMap<u16, u64> = self.marks.iter().map(|(id, mark)| (*id, mark.position_frames)).collect();
        let mut of_loops = Vec::new();
        if let Some((instrument, loops)) = instrument(&self.instrument) {
            metadata.instrument = Some(instrument).filter(|found| *found != sampler::NEUTRAL);
            for (direction, begin, end) in loops {
                let frames = (positions.get(&begin), positions.get(&end));
                let (Some(&start_frame), Some(&end_frame)) = frames else { continue };
                of_loops.extend([begin, end]);
                if end_frame > start_frame {
                    metadata.loops.push(SampleLoop { start_frame, end_frame, direction, plays: None });
                }
            }
        }
        let is_told =
            |(id, mark): &(u16, Marker)| !(of_loops.contains(id) && LOOP_NAMES.contains(&mark.label.as_str()));
        let marks = std::mem::take(&mut self.marks).into_iter().filter(is_told);
        metadata.markers =
            marks.map(|(id, mark)| Marker { note: self.notes.get(&id).cloned().unwrap_or_default(), ..mark }).collect();
        metadata.markers.sort_by_key(|marker| marker.position_frames);
        fields::fill(metadata, self.tag.unwrap_or_default());
        fields::fill(metadata, self.texts);
        broadcast_text::gather(metadata);
    }
}

fn marks(payload: &[u8]) -> Vec<(u16, Marker)> {
    let mut cut = Cut(payload);
    let count = cut.u16_be().unwrap_or(0);
    let mut marks = Vec::new();
    for _ in 0..count {
        let (Some(id), Some(position), Some(length)) = (cut.u16_be(), cut.u32_be(), cut.u8()) else { break };
        let Some(label) = cut.bytes(usize::from(length)) else { break };
        if length % 2 == 0 {
            cut.bytes(1); // text and its length together are even
        }
        let marker = Marker { position_frames: u64::from(position), label: text(label), ..Marker::default() };
        marks.push((id, marker));
    }
    marks
}

/// A loop of an `INST` chunk: its direction, and the markers of its begin and its end.
type MarkedLoop = (LoopDirection, u16, u16);

/// Reads an `INST` chunk: the instrument and its loops.
fn instrument(payload: &[u8]) -> Option<(Instrument, Vec<MarkedLoop>)> {
    let mut cut = Cut(payload);
    let [base_note, detune, low_note, high_note, low_velocity, high_velocity] = cut.array::<6>()?;
    let instrument = Instrument {
        base_note: base_note.min(127),
        detune_cents: detune as i8,
        low_note: low_note.min(127),
        high_note: high_note.min(127),
        low_velocity: low_velocity.min(127),
        high_velocity: high_velocity.min(127),
        gain_db: cut.u16_be()? as i16,
    };
    let mut loops = Vec::new();
    for _ in 0..2 {
        let (mode, begin, end) = (cut.u16_be()?, cut.u16_be()?, cut.u16_be()?);
        match mode {
            1 => loops.push((LoopDirection::Forward, begin, end)),
            2 => loops.push((LoopDirection::Alternating, begin, end)),
            _ => {}
        }
    }
    Some((instrument, loops))
}

/// Encodes metadata that [`fit_metadata`](super::fit_metadata) made fit for an AIFF file, as chunks behind the audio.
pub(crate) fn chunks(metadata: &Metadata) -> Vec<u8> {
    let mut bytes = Vec::new();
    // The description of the broadcast extension is read as the first of several.
    let mut fields: Vec<_> = metadata.broadcast.iter().flat_map(broadcast_text::listed).collect();
    fields.extend(fields::listed(metadata));
    for (id, name) in [(b"NAME", "TITLE"), (b"AUTH", "ARTIST"), (b"(c) ", "COPYRIGHT"), (b"ANNO", "COMMENT")] {
        if let Some((_, value)) = fields.iter().find(|(known, _)| known == name) {
            push(&mut bytes, id, value.as_bytes());
        }
    }
    marker_chunks(&mut bytes, metadata);
    if let Some(ixml) = &metadata.ixml {
        push(&mut bytes, b"iXML", ixml.as_bytes());
    }
    push(&mut bytes, b"ID3 ", &id3::tag(&fields, &metadata.pictures));
    bytes
}

/// Appends `MARK`, `COMT` and `INST`.
fn marker_chunks(bytes: &mut Vec<u8>, metadata: &Metadata) {
    let mut marks: Vec<(u64, &str)> =
        metadata.markers.iter().map(|marker| (marker.position_frames, marker.label.as_str())).collect();
    let first_loop = marks.len() as u16 + 1;
    for entry in &metadata.loops {
        marks.extend([(entry.start_frame, LOOP_NAMES[1]), (entry.end_frame, LOOP_NAMES[3])]);
    }
    if !marks.is_empty() {
        push(bytes, b"MARK", &mark_payload(&marks));
    }
    let notes: Vec<(u16, &str)> = (1..)
        .zip(&metadata.markers)
        .filter(|(_, marker)| !marker.note.is_empty())
        .map(|(id, marker)| (id, marker.note.as_str()))
        .collect();
    if !notes.is_empty() {
        push(bytes, b"COMT", &comment_payload(&notes));
    }
    if metadata.instrument.is_some() || !metadata.loops.is_empty() {
        push(bytes, b"INST", &instrument_payload(metadata, first_loop));
    }
}

fn mark_payload(marks: &[(u64, &str)]) -> Vec<u8> {
    let mut payload = (marks.len() as u16).to_be_bytes().to_vec();
    for (id, (position, label)) in (1u16..).zip(marks) {
        payload.extend_from_slice(&id.to_be_bytes());
        payload.extend_from_slice(&(*position as u32).to_be_bytes());
        payload.push(label.len() as u8);
        payload.extend_from_slice(label.as_bytes());
        if label.len() % 2 == 0 {
            payload.push(0);
        }
    }
    payload
}

fn comment_payload(notes: &[(u16, &str)]) -> Vec<u8> {
    let mut payload = (notes.len() as u16).to_be_bytes().to_vec();
    for (marker, note) in notes {
        payload.extend_from_slice(&[0; 4]);
        payload.extend_from_slice(&marker.to_be_bytes());
        payload.extend_from_slice(&(note.len() as u16).to_be_bytes());
        payload.extend_from_slice(note.as_bytes());
        if note.len() % 2 == 1 {
            payload.push(0);
        }
    }
    payload
}

fn instrument_payload(metadata: &Metadata, first_loop: u16) -> Vec<u8> {
    let instrument = metadata.instrument.unwrap_or(sampler::NEUTRAL);
    let mut payload = vec![
        instrument.base_note,
        instrument.detune_cents as u8,
        instrument.low_note,
        instrument.high_note,
        instrument.low_velocity,
        instrument.high_velocity,
    ];
    payload.extend_from_slice(&instrument.gain_db.to_be_bytes());
    for (id, entry) in (first_loop..).step_by(2).zip(metadata.loops.iter().take(2)) {
        let mode: u16 = if entry.direction == LoopDirection::Alternating { 2 } else { 1 };
        payload.extend([mode, id, id + 1].iter().flat_map(|number| number.to_be_bytes()));
    }
    payload.resize(INSTRUMENT_BYTES, 0);
    payload
}

/// Appends a chunk, unless it is empty.
fn push(bytes: &mut Vec<u8>, id: &[u8; 4], payload: &[u8]) {
    if payload.is_empty() {
        return;
    }
    bytes.extend_from_slice(id);
    bytes.extend_from_slice(&(payload.len() as u32).to_be_bytes());
    bytes.extend_from_slice(payload);
    if payload.len() % 2 == 1 {
        bytes.push(0);
    }
}

//! Capacity of file formats for metadata.

use balanced_model::{LoopDirection, Metadata, Picture, SampleLoop};

use super::field::MetadataFields;
use super::source::{self, shortened};
use super::{
    MAX_BLOCK_BYTES, bext, broadcast_text, chapters, fields, flac, id3, picture, sampler, vorbis_comment, wave,
};
use crate::FileFormat;

/// Highest position that a chunk states.
const MAX_POSITION: u64 = u32::MAX as u64;
/// Largest number of markers of an AIFF file, those of two loops included: they are counted by positive 16-bit numbers.
const MAX_AIFF_MARKERS: usize = 32_767 - 4;
/// Bytes of a marker's name and note in an AIFF file.
const AIFF_LABEL_BYTES: usize = 255;
const AIFF_NOTE_BYTES: usize = 65_535;
/// Bytes of all comments of a FLAC file together, less what the block needs itself.
const FLAC_TEXT_BYTES: usize = MAX_BLOCK_BYTES - (1 << 20);

/// Returns what a file of the given format can hold of `metadata`, as it will be read from there, and what became of each
/// field.
#[must_use]
pub fn fit_metadata(metadata: &Metadata, format: FileFormat, sample_rate_hz: f64) -> (Metadata, MetadataFields) {
    let mut fitted = normalized(metadata);
    let mut told = MetadataFields::of(&fitted);
    fitted.instrument = fitted.instrument.filter(|instrument| *instrument != sampler::NEUTRAL);
    if let Some(broadcast) = &mut fitted.broadcast {
        broadcast.loudness = None;
    }
    match format {
        FileFormat::Wav => fit_wave(&mut fitted, &mut told),
        FileFormat::Aiff => fit_aiff(&mut fitted, &mut told),
        FileFormat::Flac => fit_flac(&mut fitted, sample_rate_hz, &mut told),
    }
    (fitted, told)
}

/// Returns metadata in the form in which every reader gives it: text trimmed, values once, markers by position.
fn normalized(metadata: &Metadata) -> Metadata {
    let mut clean = Metadata {
        pictures: pictures(&metadata.pictures),
        broadcast: metadata.broadcast.clone(),
        ixml: metadata.ixml.as_deref().and_then(|document| wave::document(document.as_bytes())),
        axml: metadata.axml.clone().filter(|document| !document.data.is_empty()),
        chna: metadata.chna.clone().filter(|table| !table.data.is_empty()),
        markers: metadata.markers.clone(),
        loops: metadata.loops.clone(),
        instrument: metadata.instrument,
        ..Metadata::default()
    };
    for (name, value) in fields::listed(metadata) {
        fields::assign(&mut clean, &id3::name_as_read(&name), &value);
    }
    broadcast_text::gather(&mut clean);
    let trim = |text: &mut String| *text = source::text(text.as_bytes());
    for marker in &mut clean.markers {
        trim(&mut marker.label);
        trim(&mut marker.note);
    }
    clean.markers.sort_by_key(|marker| marker.position_frames);
    if let Some(broadcast) = &mut clean.broadcast {
        trim(&mut broadcast.description);
        trim(&mut broadcast.originator);
        trim(&mut broadcast.originator_reference);
        trim(&mut broadcast.origination_date);
        trim(&mut broadcast.origination_time);
        broadcast.coding_history = bext::lines(&broadcast.coding_history);
        broadcast.umid = broadcast.umid.take().filter(|hex| bext::umid_bytes(hex).is_some());
    }
    clean
}

/// Returns the pictures that are there, each once, with types and media types as tags hold them.
fn pictures(list: &[Picture]) -> Vec<Picture> {
    let mut clean: Vec<Picture> = Vec::new();
    for picture in list.iter().filter(|picture| !picture.content.data.is_empty()) {
        let number = picture::kind_number(&picture.kind).min(u32::from(u8::MAX));
        let media_type = picture::media_type_as_read(&picture.media_type, &picture.content.data);
        let description = source::text(picture.description.as_bytes());
        let picture = Picture { kind: picture::kind_name(number), media_type, description, ..picture.clone() };
        if !clean.contains(&picture) {
            clean.push(picture);
        }
    }
    clean
}

fn fit_wave(metadata: &mut Metadata, told: &mut MetadataFields) {
    if let Some(broadcast) = &mut metadata.broadcast {
        let texts = [
            ("broadcast.description", &mut broadcast.description, bext::DESCRIPTION_BYTES),
            ("broadcast.originator", &mut broadcast.originator, bext::ORIGINATOR_BYTES),
            ("broadcast.originator_reference", &mut broadcast.originator_reference, bext::ORIGINATOR_BYTES),
            ("broadcast.origination_date", &mut broadcast.origination_date, 10),
            ("broadcast.origination_time", &mut broadcast.origination_time, 8),
        ];
        for (name, text, bytes) in texts {
            shorten(text, bytes, name, told);
        }
    }
    within_positions(metadata, told);
    if let Some(instrument) = &mut metadata.instrument {
        let gain_db = instrument.gain_db.clamp(-64, 64);
        if gain_db != instrument.gain_db {
            told.map("instrument", "a WAV file holds gains of -64 to 64 dB");
        }
        instrument.gain_db = gain_db;
    }
}

fn fit_aiff(metadata: &mut Metadata, told: &mut MetadataFields) {
    within_positions(metadata, told);
    for (name, chunk) in [("axml", &mut metadata.axml), ("chna", &mut metadata.chna)] {
        if chunk.take().is_some() {
            told.drop(name, "AIFF has no place for it");
        }
    }
    broadcast_as_text(metadata, told, "ID3 text");
    if metadata.markers.iter().any(|marker| marker.length_frames.is_some()) {
        told.map("markers", "AIFF has no regions: their lengths were dropped");
    }
    for marker in &mut metadata.markers {
        marker.length_frames = None;
        shorten(&mut marker.label, AIFF_LABEL_BYTES, "markers", told);
        shorten(&mut marker.note, AIFF_NOTE_BYTES, "markers", told);
    }
    if metadata.markers.len() > MAX_AIFF_MARKERS {
        metadata.markers.truncate(MAX_AIFF_MARKERS);
        told.map("markers", format!("AIFF holds {MAX_AIFF_MARKERS} of them"));
    }
    let count = metadata.loops.len();
    metadata.loops.retain(|entry| entry.direction != LoopDirection::Backward);
    metadata.loops.truncate(2);
    if metadata.loops.is_empty() && count > 0 {
        told.drop("loops", "AIFF has no backward loops");
    } else if metadata.loops.len() < count {
        told.map("loops", "AIFF holds two loops, none of them backward");
    }
    if metadata.loops.iter().any(|entry| entry.plays.is_some()) {
        told.map("loops", "AIFF does not count how often a loop is played");
    }
    metadata.loops.iter_mut().for_each(|entry| entry.plays = None);
}

fn fit_flac(metadata: &mut Metadata, sample_rate_hz: f64, told: &mut MetadataFields) {
    let absent = [
        ("ixml", metadata.ixml.take().is_some()),
        ("axml", metadata.axml.take().is_some()),
        ("chna", metadata.chna.take().is_some()),
        ("loops", !std::mem::take(&mut metadata.loops).is_empty()),
        ("instrument", metadata.instrument.take().is_some()),
    ];
    for (name, was_there) in absent {
        if was_there {
            told.drop(name, "FLAC has no place for it");
        }
    }
    chapters::gather(metadata, sample_rate_hz);
    fit_comments(metadata, told);
    broadcast_as_text(metadata, told, "comments");
    fit_chapters(metadata, sample_rate_hz, told);
    let count = metadata.pictures.len();
    metadata.pictures.retain(|picture| picture::block(picture).len() <= MAX_BLOCK_BYTES);
    if metadata.pictures.len() < count {
        told.drop("pictures", "FLAC holds pictures of up to 16 MiB");
    }
}

/// Drops comments whose names or sizes FLAC does not allow.
fn fit_comments(metadata: &mut Metadata, told: &mut MetadataFields) {
    let mut left = FLAC_TEXT_BYTES;
    let shorter = Metadata { other: std::collections::BTreeMap::new(), ..metadata.clone() };
    let fixed: usize = flac::listed(&shorter, 1.0).iter().map(|(name, value)| name.len() + value.len() + 5).sum();
    left = left.saturating_sub(fixed);
    if fixed > FLAC_TEXT_BYTES {
        metadata.comments.clear();
        told.drop("comments", "FLAC holds comments of up to 16 MiB");
    }
    let has_markers = !metadata.markers.is_empty();
    metadata.other.retain(|name, values| {
        let bytes: usize = values.iter().map(|value| name.len() + value.len() + 5).sum();
        let problem = match () {
            () if !vorbis_comment::is_name(name) => "FLAC comments have names in ASCII",
            () if has_markers && name.starts_with("CHAPTER") => "the markers are written as chapters",
            () if bytes > left => "FLAC holds comments of up to 16 MiB",
            () => {
                left -= bytes;
                return true;
            }
        };
        told.drop(&format!("other.{name}"), problem);
        false
    });
}

/// Turns the broadcast extension to text and back, as it will be read.
fn broadcast_as_text(metadata: &mut Metadata, told: &mut MetadataFields, where_to: &str) {
    let Some(broadcast) = metadata.broadcast.take() else { return };
    let names: Vec<String> = told.as_slice().iter().map(|field| field.field.clone()).collect();
    for name in names.iter().filter(|name| name.starts_with("broadcast.") && *name != "broadcast.loudness") {
        told.map(name, format!("written as {where_to}"));
    }
    let mut other = std::mem::take(&mut metadata.other);
    for (name, value) in broadcast_text::listed(&broadcast) {
        fields::assign(metadata, &name, &value);
        if let Some(own) = other.remove(&name) {
            let is_kept = name == "DESCRIPTION";
            if is_kept {
                own.iter().for_each(|value| fields::assign(metadata, &name, value));
            } else {
                told.drop(&format!("other.{name}"), "the broadcast extension has its own");
            }
        }
    }
    for (name, values) in other {
        values.iter().for_each(|value| fields::assign(metadata, &name, value));
    }
    broadcast_text::gather(metadata);
}

fn fit_chapters(metadata: &mut Metadata, sample_rate_hz: f64, told: &mut MetadataFields) {
    if metadata.markers.is_empty() {
        return;
    }
    told.map("markers", "written as chapters, to the millisecond");
    if metadata.markers.iter().any(|marker| marker.length_frames.is_some() || !marker.note.is_empty()) {
        told.map("markers", "chapters have neither lengths nor notes");
    }
    if metadata.markers.len() > chapters::MAX_CHAPTERS {
        metadata.markers.truncate(chapters::MAX_CHAPTERS);
        told.map("markers", format!("FLAC holds {} chapters", chapters::MAX_CHAPTERS));
    }
    for marker in &mut metadata.markers {
        let time_ms = chapters::milliseconds(marker.position_frames, sample_rate_hz);
        marker.position_frames = chapters::frames(time_ms, sample_rate_hz);
        (marker.length_frames, marker.note) = (None, String::new());
    }
}

/// Drops markers and loops beyond what 32 bits count.
fn within_positions(metadata: &mut Metadata, told: &mut MetadataFields) {
    let count = metadata.markers.len();
    metadata.markers.retain(|marker| {
        marker.position_frames <= MAX_POSITION && marker.length_frames.is_none_or(|length| length <= MAX_POSITION)
    });
    if metadata.markers.len() < count {
        told.map("markers", "positions beyond 2^32 frames cannot be written");
    }
    let count = metadata.loops.len();
    metadata
        .loops
        .retain(|SampleLoop { start_frame, end_frame, .. }| *end_frame <= MAX_POSITION && start_frame < end_frame);
    if metadata.loops.len() < count {
        told.map("loops", "positions beyond 2^32 frames cannot be written");
    }
}

fn shorten(text: &mut String, bytes: usize, field: &str, told: &mut MetadataFields) {
    if text.len() > bytes {
        *text = shortened(text, bytes).to_owned();
        told.map(field, format!("shortened to {bytes} bytes"));
    }
}

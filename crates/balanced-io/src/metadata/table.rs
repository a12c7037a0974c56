//! Table of what every format holds, for the documentation.

use balanced_model::{
    Broadcast, FieldOutcome, Instrument, LoopDirection, Marker, Metadata, MetadataField, Picture, SampleLoop,
};

use super::fit_metadata;
use super::picture::binary;
use crate::FileFormat;

const FORMATS: [FileFormat; 3] = [FileFormat::Wav, FileFormat::Aiff, FileFormat::Flac];

/// Returns a Markdown table of every field of metadata and what each format that is written makes of it.
#[must_use]
pub fn metadata_table() -> String {
    let columns = FORMATS.map(|format| fit_metadata(&full(), format, 48_000.0).1.into_vec());
    let mut table = "| field | WAV, RF64 | AIFF | FLAC |\n|---|---|---|---|\n".to_owned();
    for (index, field) in columns[0].iter().enumerate() {
        let cells = [0, 1, 2].map(|format| cell(&columns[format][index], FORMATS[format]));
        table += &format!("| `{}` | {} |\n", field.field.replace("other.COMPOSER", "other"), cells.join(" | "));
    }
    table
}

fn cell(field: &MetadataField, format: FileFormat) -> String {
    let outcome = match (field.field.as_str(), field.outcome) {
        ("broadcast.loudness", _) if format == FileFormat::Wav => return "renewed: measured on the master".to_owned(),
        ("broadcast.loudness", _) => return "dropped, said: tells of the mix".to_owned(),
        (_, FieldOutcome::Dropped) => "dropped, said",
        (_, outcome) => outcome.name(),
    };
    match &field.note {
        Some(note) => format!("{outcome}: {note}"),
        None => outcome.to_owned(),
    }
}

/// Returns metadata that has every field.
fn full() -> Metadata {
    let text = |value: &str| Some(value.to_owned());
    let list = |value: &str| vec![value.to_owned()];
    let entry = |start_frame, direction| SampleLoop { start_frame, end_frame: 40_000, direction, plays: Some(3) };
    Metadata {
        title: text("Överture"),
        artists: vec!["First".to_owned(), "Second".to_owned()],
        album: text("Album"),
        album_artists: list("Various"),
        track_number: Some(3),
        track_total: Some(12),
        disc_number: Some(1),
        disc_total: Some(2),
        isrc: text("USRC17607839"),
        upc: text("614141999996"),
        date: text("2024-05-17"),
        genres: list("Jazz"),
        comments: list("recorded at night"),
        other: [("COMPOSER".to_owned(), list("Composer"))].into(),
        pictures: vec![Picture {
            kind: "front cover".to_owned(),
            media_type: "image/png".to_owned(),
            description: String::new(),
            content: binary(b"\x89PNG\x0d\x0a\x1a\x0a".to_vec()),
        }],
        broadcast: Some(Broadcast {
            description: "Scene 5".to_owned(),
            originator: "Recorder".to_owned(),
            originator_reference: "REF0001".to_owned(),
            origination_date: "2024-05-17".to_owned(),
            origination_time: "21:03:59".to_owned(),
            time_reference_frames: 172_800_000,
            umid: Some("060a2b340101010501010f1013000000".repeat(2)),
            loudness: Some(balanced_model::DeclaredLoudness {
                integrated_lufs: Some(-23.0),
                ..balanced_model::DeclaredLoudness::default()
            }),
            coding_history: "A=PCM,F=48000,W=24,M=stereo,T=Recorder".to_owned(),
        }),
        ixml: text("<BWFXML><PROJECT>P</PROJECT></BWFXML>"),
        axml: Some(binary(b"<ebuCoreMain/>".to_vec())),
        chna: Some(binary(vec![0; 4])),
        markers: vec![
            Marker { position_frames: 4_801, label: "verse".to_owned(), ..Marker::default() },
            Marker {
                position_frames: 24_000,
                length_frames: Some(12_000),
                label: "chorus".to_owned(),
                note: "louder".to_owned(),
            },
        ],
        loops: vec![entry(1_000, LoopDirection::Forward), entry(2_000, LoopDirection::Backward)],
        instrument: Some(Instrument { base_note: 64, detune_cents: -12, ..super::sampler::NEUTRAL }),
        unread: Vec::new(),
    }
}

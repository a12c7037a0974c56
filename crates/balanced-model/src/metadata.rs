//! Descriptive metadata of a file: tags, pictures, broadcast data, markers and loops.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Metadata that a file carries beside its audio.
///
/// Every position counts frames of the file that it was read from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Metadata {
    /// Title of the track.
    pub title: Option<String>,
    /// Artists of the track, the main one first.
    pub artists: Vec<String>,
    /// Title of the album.
    pub album: Option<String>,
    /// Artists of the album.
    pub album_artists: Vec<String>,
    /// Number of the track on its disc, counted from 1.
    pub track_number: Option<u32>,
    /// Number of tracks on the disc.
    pub track_total: Option<u32>,
    /// Number of the disc, counted from 1.
    pub disc_number: Option<u32>,
    /// Number of discs.
    pub disc_total: Option<u32>,
    /// International Standard Recording Code (ISO 3901), twelve characters without hyphens where it is well formed.
    pub isrc: Option<String>,
    /// Universal Product Code or European Article Number of the release.
    pub upc: Option<String>,
    /// Date of the recording or release as the file has it: a year, or ISO 8601.
    pub date: Option<String>,
    /// Genres as the file names them.
    pub genres: Vec<String>,
    /// Comments.
    pub comments: Vec<String>,
    /// Every other text field by its Vorbis comment name, in capitals (`COMPOSER`, `COPYRIGHT` …).
    pub other: BTreeMap<String, Vec<String>>,
    /// Pictures, such as cover art.
    pub pictures: Vec<Picture>,
    /// Broadcast extension (EBU Tech 3285).
    pub broadcast: Option<Broadcast>,
    /// iXML document (production data of recorders and workstations).
    pub ixml: Option<String>,
    /// XML document of the `axml` chunk (EBU Tech 3285 supplement 5), such as an Audio Definition Model.
    pub axml: Option<Binary>,
    /// Table of the `chna` chunk (ITU-R BS.2088), which ties tracks to an Audio Definition Model.
    pub chna: Option<Binary>,
    /// Markers and regions (cue points), by position.
    pub markers: Vec<Marker>,
    /// Loops of a sampler.
    pub loops: Vec<SampleLoop>,
    /// How a sampler plays the file.
    pub instrument: Option<Instrument>,
    /// Names of what the file holds beside this and was not read (`chunk acid`, `frame GEOB` …).
    pub unread: Vec<String>,
}

/// Picture of a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Picture {
    /// Type of the picture: `front cover`, `back cover`, `artist` … (the types of ID3v2 and FLAC), or a number above 20.
    pub kind: String,
    /// Media type, such as `image/jpeg`.
    pub media_type: String,
    /// Description; empty if there is none.
    pub description: String,
    /// The picture itself, by length and hash.
    pub content: Binary,
}

/// Bytes that results show by length and hash only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Binary {
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// The bytes; empty in a result that was read from JSON.
    #[serde(skip)]
    pub data: Vec<u8>,
}

/// Broadcast extension of a file (`bext` chunk, EBU Tech 3285 version 2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Broadcast {
    /// Description of the sequence, at most 256 bytes.
    pub description: String,
    /// Name of the originator, at most 32 bytes.
    pub originator: String,
    /// Reference that the originator gave, at most 32 bytes.
    pub originator_reference: String,
    /// Date of creation, `yyyy-mm-dd`.
    pub origination_date: String,
    /// Time of creation, `hh:mm:ss`.
    pub origination_time: String,
    /// Time reference: frames from midnight to the first frame of the file.
    pub time_reference_frames: u64,
    /// Unique material identifier (SMPTE ST 330) in hex, 32 or 64 bytes; `null` if it is not set.
    pub umid: Option<String>,
    /// Loudness that the file declares; `null` if it declares none.
    pub loudness: Option<DeclaredLoudness>,
    /// Coding history (EBU R 98), one line for each step.
    pub coding_history: String,
}

/// Loudness that a broadcast extension declares, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DeclaredLoudness {
    /// Integrated loudness.
    pub integrated_lufs: Option<f64>,
    /// Loudness range.
    pub range_lu: Option<f64>,
    /// Highest true peak.
    pub max_true_peak_dbtp: Option<f64>,
    /// Highest momentary loudness.
    pub max_momentary_lufs: Option<f64>,
    /// Highest short-term loudness.
    pub max_short_term_lufs: Option<f64>,
}

/// Marker, or region if it has a length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Marker {
    /// Position in frames from the start of the file.
    pub position_frames: u64,
    /// Length of a region in frames; `null` for a point.
    pub length_frames: Option<u64>,
    /// Name.
    pub label: String,
    /// Longer note; empty if there is none.
    pub note: String,
}

/// Loop of a sampler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SampleLoop {
    /// First frame.
    pub start_frame: u64,
    /// Frame after the last one.
    pub end_frame: u64,
    /// Direction in which it is played.
    pub direction: LoopDirection,
    /// Number of times it is played; `null` for as long as the note is held.
    pub plays: Option<u32>,
}

/// Direction of a loop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LoopDirection {
    /// From start to end.
    #[default]
    Forward,
    /// To the end and back.
    Alternating,
    /// From end to start.
    Backward,
}

/// How a sampler plays a file: root note, tuning and ranges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Instrument {
    /// MIDI note at which the file is played at its own pitch, 0 to 127.
    pub base_note: u8,
    /// Tuning above that note in cents.
    pub detune_cents: i8,
    /// Lowest MIDI note.
    pub low_note: u8,
    /// Highest MIDI note.
    pub high_note: u8,
    /// Lowest MIDI velocity.
    pub low_velocity: u8,
    /// Highest MIDI velocity.
    pub high_velocity: u8,
    /// Gain in decibels.
    pub gain_db: i16,
}

impl Metadata {
    /// Returns whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the same metadata without the bytes of pictures and binary chunks, for results that are kept.
    #[must_use]
    pub fn without_bytes(mut self) -> Self {
        let binaries = self.pictures.iter_mut().map(|picture| &mut picture.content);
        for binary in binaries.chain(&mut self.axml).chain(&mut self.chna) {
            binary.data = Vec::new();
        }
        self
    }
}

/// What became of a field of the metadata of a mix in its master.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetadataField {
    /// Field: `title`, `broadcast.time_reference`, `markers`, `other.COMPOSER` …
    pub field: String,
    /// What became of it.
    pub outcome: FieldOutcome,
    /// What was changed or why it was dropped; `null` for what was kept or set.
    pub note: Option<String>,
}

/// What became of a field of the metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldOutcome {
    /// It stands in the master as in the mix.
    Kept,
    /// It stands in the master in another place or with another value, such as a marker that a trim moves.
    Mapped,
    /// It was written anew, such as the coding history or the declared loudness.
    Renewed,
    /// The caller gave it.
    Set,
    /// It is not in the master.
    Dropped,
}

impl FieldOutcome {
    /// Returns the name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Mapped => "mapped",
            Self::Renewed => "renewed",
            Self::Set => "set",
            Self::Dropped => "dropped",
        }
    }
}

//! Albums: the loudness of tracks taken together, and an album as it was written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Target;

/// Loudness that an album is brought to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AlbumMode {
    /// The loudest track is brought to the target, and every other by the same gain (AES TD1008).
    #[default]
    LoudestTrack,
    /// The album as a whole is brought to the target, every track by the same gain.
    Album,
    /// Every track is brought to the target by itself.
    PerTrack,
}

impl AlbumMode {
    /// Every mode with the name that users type.
    pub const ALL: [(&'static str, Self); 3] =
        [("loudest-track", Self::LoudestTrack), ("album", Self::Album), ("per-track", Self::PerTrack)];
}

/// Track or value that the tracks of an album are compared with in tone and width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Coherence {
    /// The median of all tracks is told beside each, and nothing is changed.
    #[default]
    Report,
    /// Tracks far from the median are moved towards it.
    Median,
    /// Tracks far from the anchor track are moved towards it.
    Anchor,
}

impl Coherence {
    /// Every way with the name that users type.
    pub const ALL: [(&'static str, Self); 3] =
        [("report", Self::Report), ("median", Self::Median), ("anchor", Self::Anchor)];
}

/// Loudness of several tracks taken together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlbumLoudness {
    /// Integrated loudness: the gates of BS.1770-5 over the blocks of every track together; `null` when nothing passes them.
    pub integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342) over all tracks.
    pub range_lu: Option<f64>,
    /// Highest momentary loudness of any track.
    pub max_momentary_lufs: Option<f64>,
    /// Highest short-term loudness of any track.
    pub max_short_term_lufs: Option<f64>,
    /// Highest true peak of any track.
    pub true_peak_dbtp: Option<f64>,
    /// Number of the loudest track, counted from 1; the first of equals.
    pub loudest_track: Option<usize>,
    /// Integrated loudness of that track.
    pub loudest_track_lufs: Option<f64>,
    /// ReplayGain 2.0 album gain: -18 LUFS less integrated loudness.
    pub replay_gain_db: Option<f64>,
    /// Duration of all tracks.
    pub duration_s: f64,
}

/// Result of `analyze_album`: the tracks beside each other, and all of them as one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AlbumAnalysis {
    /// All tracks as one.
    pub album: AlbumLoudness,
    /// The tracks that could be read, in the order given.
    pub tracks: Vec<AlbumMember>,
    /// Tracks that could not be read; they are not part of the album's values.
    pub failed: Vec<AlbumFailure>,
}

/// Track of an album, as it was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlbumMember {
    /// Path of the file.
    pub path: String,
    /// Title in the file's metadata.
    pub title: Option<String>,
    /// Measurements.
    pub levels: TrackLevels,
    /// Loudness less that of the album.
    pub relative_lu: Option<f64>,
    /// Tone, width and dynamics beside the album's median.
    pub deviations: Vec<AlbumDeviation>,
}

/// Track of an album that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlbumFailure {
    /// Path of the file.
    pub path: String,
    /// Problem with the track, in words.
    pub problem: String,
    /// What would be right.
    pub remedy: String,
}

/// Loudness and peak of one track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackLevels {
    /// Integrated loudness.
    pub integrated_lufs: Option<f64>,
    /// Loudness range.
    pub range_lu: Option<f64>,
    /// Highest short-term loudness.
    pub max_short_term_lufs: Option<f64>,
    /// True peak.
    pub true_peak_dbtp: Option<f64>,
    /// Duration.
    pub duration_s: f64,
}

/// Distance of one measure of a track from the median or the anchor of its album.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlbumDeviation {
    /// Measure: `bass`, `low_mids`, `mids`, `high_mids`, `treble`, `width` or `dynamics`.
    pub measure: String,
    /// Value of the track in dB.
    pub value_db: f64,
    /// Value of the median or the anchor in dB.
    pub reference_db: f64,
    /// Distance beyond which a track is an outlier, in dB: 2.5 robust standard deviations of the album, and at least 2.
    pub limit_db: f64,
    /// Whether the track is an outlier.
    pub is_outlier: bool,
    /// Change that was made; `null` if none was.
    pub move_db: Option<f64>,
    /// Value on the written file; `null` if nothing was changed.
    pub after_db: Option<f64>,
    /// Reason for the move, or for leaving an outlier as it is; empty for a track within the limit.
    pub reason: String,
}

/// Values for players that adjust the level, as tags hold them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GainTags {
    /// ReplayGain 2.0 gain: -18 LUFS less integrated loudness.
    pub replay_gain_db: Option<f64>,
    /// ReplayGain 2.0 peak: the true peak, 1 at full scale.
    pub replay_gain_peak: Option<f64>,
    /// Gain of Opus files (RFC 7845): 256ths of a decibel towards -23 LUFS. Only Opus files may carry it; it is told for encoders.
    pub r128_gain_q78: Option<i16>,
    /// Sound Check value of iTunes (`iTunNORM`), of a track only.
    pub sound_check: Option<String>,
}

/// Track of a written album.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlbumTrack {
    /// Number, counted from 1.
    pub number: usize,
    /// Title.
    pub title: String,
    /// Artist; `null` if there is none.
    pub artist: Option<String>,
    /// International Standard Recording Code.
    pub isrc: Option<String>,
    /// Path of the source.
    pub input: String,
    /// Name of the file in the album's folder that holds the track.
    pub output: String,
    /// SHA-256 of that file.
    pub sha256: Option<String>,
    /// First frame of the track on the album.
    pub start_frames: u64,
    /// Length in frames, up to the next track.
    pub length_frames: u64,
    /// Silence before the track's audio, in frames; it belongs to the track before.
    pub gap_frames: u64,
    /// Frames that the track shares with the one before it; they belong to this track.
    pub crossfade_frames: u64,
    /// Gain of the track before the limiter that the album's plan gives it.
    pub gain_db: f64,
    /// Gain beside it that makes up for what the limiter takes from the track.
    pub makeup_db: f64,
    /// Source as it was measured.
    pub before: TrackLevels,
    /// Track on the written album.
    pub after: TrackLevels,
    /// Loudness that the plan asks for.
    pub wanted_lufs: Option<f64>,
    /// Values for players.
    pub tags: GainTags,
    /// Tone, width and dynamics beside the rest of the album, with what was moved.
    pub deviations: Vec<AlbumDeviation>,
    /// Irregularities of the source, and changes that the album file does not ask for.
    pub notes: Vec<String>,
}

/// Result of `album`: the plan, the tracks, and the measurements of the written files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlbumResult {
    /// Folder of the album.
    pub output: String,
    /// Title of the album.
    pub title: Option<String>,
    /// Artist of the album.
    pub artist: Option<String>,
    /// UPC or EAN of the release.
    pub upc: Option<String>,
    /// Loudness that the target counts for.
    pub mode: AlbumMode,
    /// Target and ceiling.
    pub target: Target,
    /// Whether the target was reached.
    pub feasible: bool,
    /// Why it was not; `null` if it was.
    pub reason: Option<String>,
    /// Gain that all tracks share; `null` where each has its own.
    pub gain_db: Option<f64>,
    /// Sample rate of the album in Hz.
    pub sample_rate_hz: f64,
    /// Bits of a sample.
    pub bits: u16,
    /// All sources as one, before.
    pub before: AlbumLoudness,
    /// All tracks as one, on the written files.
    pub after: AlbumLoudness,
    /// Values for players, of the album.
    pub tags: GainTags,
    /// The tracks, in order.
    pub tracks: Vec<AlbumTrack>,
    /// Names of the files in the folder.
    pub files: Vec<String>,
    /// Changes to the album as a whole that were not asked for.
    pub notes: Vec<String>,
}

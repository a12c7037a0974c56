//! Analysis of an album: its tracks beside each other, and all of them as one.

use std::path::{Path, PathBuf};

use balanced_analysis::album_loudness;
use balanced_assistant::album_coherence;
use balanced_model::{
    AlbumAnalysis, AlbumFailure, AlbumLoudness, AlbumMember, Analysis, Family, Measurements, TrackLevels,
};

use crate::analyze::cores;
use crate::{AnalyzeOptions, Error, Order, analyze_many};

/// Families that an album's tracks are compared in.
pub(crate) const FAMILIES: [Family; 3] = [Family::Loudness, Family::Spectrum, Family::Stereo];

/// Measures the files `paths` as the tracks of one album, in this order.
///
/// The families in `options.config` are replaced by those that an album is compared in. A file that cannot be read is
/// listed under [`AlbumAnalysis::failed`], and the others stand for the album.
///
/// # Errors
/// Returns [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) if the call was cancelled.
pub fn analyze_album(paths: &[PathBuf], options: &AnalyzeOptions<'_>) -> Result<AlbumAnalysis, Error> {
    let config = balanced_model::AnalysisConfig { families: FAMILIES.to_vec(), ..options.config.clone() };
    let options = AnalyzeOptions { config, ..options.clone() };
    let mut tracks = Vec::new();
    let mut failed = Vec::new();
    let mut is_cancelled = false;
    analyze_many(paths, cores(), Order::AsGiven, &options, |path, result| match result {
        Ok(analysis) => tracks.push(analysis),
        Err(error) => {
            is_cancelled |= error.kind() == crate::ErrorKind::Cancelled;
            failed.push(failure(path, &error));
        }
    });
    if is_cancelled {
        return Err(Error::cancelled());
    }
    let mut album = album_of(&tracks);
    album.failed = failed;
    Ok(album)
}

/// Puts analyses of the tracks of an album beside each other, in this order.
///
/// Loudness of the album needs the family loudness of every track; what a track lacks is left out of the comparison.
#[must_use]
pub fn album_of(tracks: &[Analysis]) -> AlbumAnalysis {
    let album = album_levels(tracks);
    let measured: Vec<&Measurements> = tracks.iter().map(|track| &track.measurements).collect();
    let deviations = album_coherence(&measured, None);
    let members = tracks.iter().zip(deviations).map(|(track, deviations)| {
        let levels = levels(&track.measurements, track.source.duration_s);
        AlbumMember {
            path: track.source.path.clone().unwrap_or_default(),
            title: track.metadata.as_ref().and_then(|metadata| metadata.title.clone()),
            relative_lu: levels.integrated_lufs.zip(album.integrated_lufs).map(|(track, album)| track - album),
            levels,
            deviations,
        }
    });
    let mut result = AlbumAnalysis::default();
    result.tracks = members.collect();
    result.album = album;
    result
}

/// Returns the loudness of tracks taken as one.
pub(crate) fn album_levels(tracks: &[Analysis]) -> AlbumLoudness {
    let known = tracks.iter().map(|track| (track.measurements.loudness.as_ref(), track.source.duration_s));
    levels_of(known)
}

/// Returns the loudness of measured tracks, each with its duration in seconds, taken as one.
pub(crate) fn levels_of<'a>(
    tracks: impl Iterator<Item = (Option<&'a balanced_model::Loudness>, f64)>,
) -> AlbumLoudness {
    let silent = balanced_model::Loudness::default();
    let tracks: Vec<_> = tracks.map(|(loudness, duration_s)| (loudness.unwrap_or(&silent), duration_s)).collect();
    album_loudness(&tracks)
}

/// Returns the levels of one track.
pub(crate) fn levels(track: &Measurements, duration_s: f64) -> TrackLevels {
    let Some(loudness) = &track.loudness else { return TrackLevels { duration_s, ..TrackLevels::default() } };
    TrackLevels {
        integrated_lufs: loudness.integrated_lufs,
        range_lu: loudness.range_lu,
        max_short_term_lufs: loudness.max_short_term_lufs,
        true_peak_dbtp: loudness.true_peak_dbtp,
        duration_s,
    }
}

fn failure(path: &Path, error: &Error) -> AlbumFailure {
    AlbumFailure {
        path: path.display().to_string(),
        problem: error.problem().to_owned(),
        remedy: error.remedy().to_owned(),
    }
}

//! Albums: as they are, and as they were written.

use balanced_model::{AlbumAnalysis, AlbumDeviation, AlbumMode, AlbumResult};

use super::wrapped;
use crate::number::{clock, fixed, maybe, signed};

/// Letters of a title that a row shows.
const TITLE: usize = 34;

/// Formats an album for a terminal: the loudness of every track beside the others, and of all as one.
#[must_use]
pub fn album_analysis_text(analysis: &AlbumAnalysis) -> String {
    let AlbumAnalysis { album, tracks, failed, .. } = analysis;
    let mut out = String::from("Album\n");
    out.push_str(&format!("      {:<TITLE$} {:>8} {:>8} {:>7} {:>9}\n", "", "LUFS", "to album", "LU", "dBTP"));
    for (index, track) in tracks.iter().enumerate() {
        let name = track.title.clone().unwrap_or_else(|| crate::facts::last_part(&track.path).to_owned());
        out.push_str(&format!(
            "  {:>3} {:<TITLE$} {:>8} {:>8} {:>7} {:>9}\n",
            index + 1,
            short(&name),
            maybe(track.levels.integrated_lufs, 1),
            track.relative_lu.map_or_else(String::new, |lu| signed(lu, 1)),
            maybe(track.levels.range_lu, 1),
            maybe(track.levels.true_peak_dbtp, 2)
        ));
    }
    for failure in failed {
        out.push_str(&format!("{}\n", wrapped(&format!("Not measured: {}: {}.", failure.path, failure.problem), 2)));
    }
    let loudest = album.loudest_track.map_or_else(String::new, |number| format!(", track {number} is the loudest"));
    out.push_str(&format!(
        "  Together {} LUFS, range {} LU, true peak {} dBTP, {}{loudest}\n",
        maybe(album.integrated_lufs, 1),
        maybe(album.range_lu, 1),
        maybe(album.true_peak_dbtp, 2),
        clock(album.duration_s)
    ));
    for (index, track) in tracks.iter().enumerate() {
        outliers(&mut out, index + 1, &track.deviations);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Formats a written album for a terminal.
#[must_use]
pub fn album_text(album: &AlbumResult) -> String {
    let title = album.title.as_deref().map_or_else(String::new, |title| format!("{title}\n"));
    let mut out = format!("{title}→ {}\n\n{}\n\n", album.output, wrapped(&verdict(album), 0));
    out.push_str(&format!(
        "      {:<TITLE$} {:>8} {:>8} {:>8} {:>8} {:>8}\n",
        "", "start", "source", "album", "dBTP", "gain"
    ));
    for track in &album.tracks {
        out.push_str(&format!(
            "  {:>3} {:<TITLE$} {:>8} {:>8} {:>8} {:>8} {:>8}\n",
            track.number,
            short(&track.title),
            clock(track.start_frames as f64 / album.sample_rate_hz),
            maybe(track.before.integrated_lufs, 1),
            maybe(track.after.integrated_lufs, 1),
            maybe(track.after.true_peak_dbtp, 2),
            signed(track.gain_db + track.makeup_db, 2)
        ));
    }
    out.push_str(&format!(
        "      {:<TITLE$} {:>8} {:>8} {:>8} {:>8}\n",
        "all of them",
        clock(album.after.duration_s),
        maybe(album.before.integrated_lufs, 1),
        maybe(album.after.integrated_lufs, 1),
        maybe(album.after.true_peak_dbtp, 2)
    ));
    for track in &album.tracks {
        outliers(&mut out, track.number, &track.deviations);
    }
    let notes =
        album.tracks.iter().flat_map(|track| track.notes.iter().map(|note| format!("track {}: {note}", track.number)));
    for note in album.notes.iter().cloned().chain(notes) {
        out.push_str(&format!("{}\n", wrapped(&format!("Note: {note}."), 2)));
    }
    out.push_str(&format!("{}\n", wrapped(&format!("Files: {}", album.files.join(", ")), 2)));
    out.truncate(out.trim_end().len());
    out
}

/// Says in a sentence what was reached.
pub(crate) fn verdict(album: &AlbumResult) -> String {
    let target =
        format!("{} LUFS under {} dBTP", fixed(album.target.integrated_lufs, 1), fixed(album.target.ceiling_dbtp, 1));
    match &album.reason {
        Some(reason) => format!("The target of {target} was not reached: {reason}."),
        None => format!("{} at {target}, as asked.", mode_name(album.mode)),
    }
}

/// Returns what a target counts for, as readers say it.
pub(crate) fn mode_name(mode: AlbumMode) -> &'static str {
    match mode {
        AlbumMode::Album => "The album as a whole",
        AlbumMode::PerTrack => "Every track by itself",
        _ => "The loudest track",
    }
}

fn outliers(out: &mut String, number: usize, deviations: &[AlbumDeviation]) {
    for deviation in deviations.iter().filter(|deviation| deviation.is_outlier) {
        out.push_str(&format!("{}\n", wrapped(&format!("Track {number}: {}.", deviation.reason), 2)));
    }
}

/// Shortens a title to a row; what could steer a terminal is left out.
fn short(title: &str) -> String {
    let clean: String = title.chars().filter(|c| !c.is_control()).collect();
    if clean.chars().count() <= TITLE {
        return clean;
    }
    clean.chars().take(TITLE - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_model::{AlbumFailure, AlbumLoudness, AlbumMember, TrackLevels};

    #[test]
    fn an_album_is_told_with_what_is_missing() {
        let levels = TrackLevels { integrated_lufs: Some(-12.34), ..TrackLevels::default() };
        let member = AlbumMember {
            title: Some("A\u{1b}[2J".to_owned()),
            levels,
            relative_lu: Some(0.5),
            ..AlbumMember::default()
        };
        let failure = AlbumFailure { path: "b.wav".to_owned(), problem: "is empty".to_owned(), remedy: String::new() };
        let mut analysis = AlbumAnalysis::default();
        analysis.tracks = vec![member];
        analysis.failed = vec![failure];
        analysis.album =
            AlbumLoudness { integrated_lufs: Some(-12.84), loudest_track: Some(1), ..AlbumLoudness::default() };
        let text = album_analysis_text(&analysis);
        for said in ["-12.3", "+0.5", "b.wav: is empty", "Together -12.8 LUFS", "track 1 is the loudest"] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!text.contains('\u{1b}'));
    }
}

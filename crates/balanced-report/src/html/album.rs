//! The page about an album: every track, its level, and what was moved.

use balanced_model::{AlbumResult, AlbumTrack};

use super::analysis::figures;
use super::parts::{self, Stat};
use super::{escape, page, typeset};
use crate::number::{clock, maybe, signed};
use crate::svg::{self, Table};
use crate::text::album::{mode_name, verdict};

/// A finished album as a self-contained HTML page.
#[must_use]
pub fn album_html(album: &AlbumResult) -> String {
    let title = album.title.as_deref().unwrap_or(&album.output);
    let mut body = header(album, title);
    let level = figures([svg::album_loudness(album)]) + &parts::grid(&tracks(album), "Tracks of the album");
    body.push_str(&parts::section("tracks", "Tracks", &level));
    body.push_str(&parts::section("coherence", "Tone, width and dynamics", &coherence(album)));
    body.push_str(&parts::section("release", "Release", &release(album)));
    body.push_str(&parts::section("notes", "Notes", &notes(album)));
    let footer = format!(
        "<footer>\n<p>Loudness and true peak: ITU-R BS.1770-5, EBU Tech 3341 and 3342; all tracks gated together. \
         ReplayGain 2.0 counts towards -18 LUFS, R128 gains of Opus towards -23 LUFS (RFC 7845).</p>\n<p>Balanced {}</p>\n</footer>\n",
        escape(env!("CARGO_PKG_VERSION"))
    );
    page::document_with_footer(&format!("{title} · album"), &body, &footer)
}

fn header(album: &AlbumResult, title: &str) -> String {
    let state = if album.feasible { "good" } else { "warn" };
    let artist = album.artist.as_deref().unwrap_or_default();
    format!(
        "<header>\n<p class=\"eyebrow\">Album</p>\n<h1>{}</h1>\n<p class=\"sub\">{}</p>\n<p class=\"sub path\">{}</p>\n\
         <p class=\"verdict {state}\">{}</p>\n</header>\n{}",
        escape(title),
        escape(artist),
        escape(&album.output),
        typeset(&verdict(album)),
        parts::stats(&stats(album))
    )
}

fn stats(album: &AlbumResult) -> Vec<Stat> {
    let stat = |label, value: Option<f64>, decimals, unit, before: Option<f64>| Stat {
        label,
        value: maybe(value, decimals),
        unit: if value.is_some() { unit } else { "" },
        below: before.map_or_else(String::new, |before| format!("was {}", maybe(Some(before), decimals))),
    };
    let (before, after) = (&album.before, &album.after);
    vec![
        stat("Album loudness", after.integrated_lufs, 1, "LUFS", before.integrated_lufs),
        stat("Loudest track", after.loudest_track_lufs, 1, "LUFS", before.loudest_track_lufs),
        stat("True peak", after.true_peak_dbtp, 2, "dBTP", before.true_peak_dbtp),
        stat("Loudness range", after.range_lu, 1, "LU", before.range_lu),
    ]
}

fn tracks(album: &AlbumResult) -> Table {
    let row = |track: &AlbumTrack| {
        vec![
            format!("{} {}", track.number, track.title),
            clock(track.start_frames as f64 / album.sample_rate_hz),
            clock(track.after.duration_s),
            maybe(track.before.integrated_lufs, 1),
            maybe(track.after.integrated_lufs, 1),
            maybe(track.after.range_lu, 1),
            maybe(track.after.true_peak_dbtp, 2),
            signed(track.gain_db + track.makeup_db, 2),
            moves(track),
            maybe(track.tags.replay_gain_db, 2),
        ]
    };
    let columns = [
        "Track",
        "Start",
        "Length",
        "Source (LUFS)",
        "Album (LUFS)",
        "Range (LU)",
        "True peak (dBTP)",
        "Gain (dB)",
        "Moves",
        "ReplayGain (dB)",
    ];
    Table { columns: columns.map(str::to_owned).to_vec(), rows: album.tracks.iter().map(row).collect() }
}

fn moves(track: &AlbumTrack) -> String {
    let moves = track.deviations.iter().filter_map(|deviation| {
        Some(format!("{} {}", deviation.measure.replace('_', " "), signed(deviation.move_db?, 1)))
    });
    let moves: Vec<String> = moves.collect();
    if moves.is_empty() { "–".to_owned() } else { moves.join(", ") }
}

fn coherence(album: &AlbumResult) -> String {
    let outliers = album.tracks.iter().flat_map(|track| {
        track.deviations.iter().filter(|deviation| deviation.is_outlier).map(move |deviation| {
            let after = deviation.after_db.map_or_else(String::new, |db| format!("; on the album {}", signed(db, 1)));
            vec![format!("{} {}", track.number, track.title), format!("{}{after}", deviation.reason)]
        })
    });
    let rows: Vec<Vec<String>> = outliers.collect();
    if rows.is_empty() {
        let is_compared = album.tracks.iter().any(|track| !track.deviations.is_empty());
        let told = if is_compared { "No track stands out." } else { "There are too few tracks to compare." };
        return format!("<p>{told}</p>\n");
    }
    parts::grid(
        &Table { columns: ["Track", "What stands out"].map(str::to_owned).to_vec(), rows },
        "Tracks that stand out",
    )
}

fn release(album: &AlbumResult) -> String {
    let mut rows = vec![vec!["Loudness by".to_owned(), mode_name(album.mode).to_owned()]];
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.push(vec![name.to_owned(), value]);
        }
    };
    add("UPC or EAN", album.upc.clone());
    add("ReplayGain of the album", album.tags.replay_gain_db.map(|db| format!("{} dB", signed(db, 2))));
    for track in &album.tracks {
        add(&format!("ISRC of track {}", track.number), track.isrc.clone());
    }
    add("Files", Some(album.files.join(", ")));
    parts::grid(&Table { columns: ["Field", "Value"].map(str::to_owned).to_vec(), rows }, "Release")
}

fn notes(album: &AlbumResult) -> String {
    let of_tracks = album
        .tracks
        .iter()
        .flat_map(|track| track.notes.iter().map(move |note| format!("track {}: {note}", track.number)));
    let all = album.notes.iter().cloned().chain(of_tracks);
    all.map(|note| format!("<p>{}.</p>\n", typeset(&note))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_model::{AlbumDeviation, AlbumLoudness, TrackLevels};

    fn album() -> AlbumResult {
        let levels =
            |lufs: f64| TrackLevels { integrated_lufs: Some(lufs), duration_s: 200.0, ..TrackLevels::default() };
        let deviation = AlbumDeviation {
            measure: "low_mids".to_owned(),
            is_outlier: true,
            move_db: Some(-1.5),
            after_db: Some(-6.0),
            reason: "the low mids are <too> loud; moved by -1.5 dB".to_owned(),
            ..AlbumDeviation::default()
        };
        let track = |number: usize, lufs: f64, deviations: Vec<AlbumDeviation>| AlbumTrack {
            number,
            title: format!("Song <{number}>"),
            before: levels(lufs - 4.0),
            after: levels(lufs),
            gain_db: 4.0,
            deviations,
            ..AlbumTrack::default()
        };
        AlbumResult {
            output: "out & about".to_owned(),
            title: Some("Songs".to_owned()),
            sample_rate_hz: 44_100.0,
            feasible: true,
            after: AlbumLoudness { integrated_lufs: Some(-14.6), ..AlbumLoudness::default() },
            tracks: vec![track(1, -14.0, vec![deviation]), track(2, -17.5, Vec::new())],
            ..AlbumResult::default()
        }
    }

    #[test]
    fn the_page_is_well_formed_and_has_every_track() {
        let page = album_html(&album());
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
        let document = roxmltree::Document::parse_with_options(&page, options).unwrap();
        let bars = document.descendants().filter(|node| node.attribute("class") == Some("bar after"));
        assert_eq!(bars.count(), 2);
        for said in ["Song &lt;2&gt;", "low mids −1.5", "&lt;too&gt;", "out &amp; about", "album −14.6"] {
            assert!(page.contains(said), "{said}");
        }
        assert!(album_html(&AlbumResult::default()).contains("too few tracks"));
    }
}

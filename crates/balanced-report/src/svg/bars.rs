//! Loudness of an album's tracks, a bar for each.

use balanced_model::AlbumResult;

use super::plot::{Axis, Plot};
use super::{Figure, Table};
use crate::number::{fixed, maybe};

/// Tracks of which each gets its number under the chart; of more only every fifth.
const NUMBERED: usize = 40;

/// Loudness of every track before and after; `None` if no track has any.
pub(crate) fn album_loudness(album: &AlbumResult) -> Option<Figure> {
    let pairs: Vec<(Option<f64>, Option<f64>)> =
        album.tracks.iter().map(|track| (track.before.integrated_lufs, track.after.integrated_lufs)).collect();
    let known = || pairs.iter().flat_map(|(before, after)| [*before, *after]).flatten();
    let (low, high) = (known().reduce(f64::min)?, known().reduce(f64::max)?);
    let y = Axis::linear((low / 6.0).floor() * 6.0 - 6.0, (high.max(album.target.integrated_lufs) / 6.0).ceil() * 6.0);
    let mut plot = Plot::new(Axis::linear(0.5, pairs.len() as f64 + 0.5), y, 260.0).with_levels();
    plot.grid_y(&y.every(6.0), |tick| fixed(tick, 0));
    for (index, (before, after)) in pairs.iter().enumerate() {
        let place = index as f64 + 1.0;
        for (value, from, class) in [(before, -0.36, "bar before"), (after, 0.02, "bar after")] {
            if let Some(lufs) = value {
                plot.rect((place + from, place + from + 0.34), (y.min, *lufs), class);
            }
        }
        if pairs.len() <= NUMBERED || (index + 1) % 5 == 0 {
            plot.label_under(place, &format!("{}", index + 1));
        }
    }
    if let Some(lufs) = album.after.integrated_lufs {
        plot.level(lufs, "mark", &format!("album {}", fixed(lufs, 1)));
    }
    let told = format!("{} tracks, from {} to {} LUFS.", pairs.len(), fixed(low, 1), fixed(high, 1));
    Some(Figure {
        title: "Loudness of the tracks",
        caption: "Integrated loudness of each track, before and after; the line is the album as a whole.".to_owned(),
        svg: plot.finish("album-chart", "Loudness of the tracks", &told),
        legend: vec![("source".to_owned(), "before"), ("album".to_owned(), "after")],
        table: table(album),
    })
}

fn table(album: &AlbumResult) -> Table {
    let rows = album.tracks.iter().map(|track| {
        vec![
            format!("{} {}", track.number, track.title),
            maybe(track.before.integrated_lufs, 1),
            maybe(track.after.integrated_lufs, 1),
        ]
    });
    let columns = ["Track", "Source (LUFS)", "Album (LUFS)"].map(str::to_owned).to_vec();
    Table { columns, rows: rows.collect() }
}

//! Width of each region.

use super::curves::legend;
use super::plot::{Axis, Plot};
use super::{Figure, Table, Track};
use crate::facts::REGIONS;
use crate::number::{fixed, maybe};

/// Share of the sides in each region's power, a bar for each track; `None` if no track has any.
pub(crate) fn width_by_region(tracks: &[Track<'_>]) -> Option<Figure> {
    let shares: Vec<(Track<'_>, &[Option<f64>])> = tracks
        .iter()
        .filter_map(|track| Some((*track, track.analysis.measurements.stereo.as_ref()?.width_per_band.as_slice())))
        .filter(|(_, shares)| shares.iter().any(Option::is_some))
        .collect();
    if shares.is_empty() {
        return None;
    }
    let widest = shares.iter().flat_map(|(_, shares)| shares.iter().flatten()).copied().fold(0.5, f64::max);
    let y = Axis::linear(0.0, (100.0 * widest / 25.0).ceil() * 25.0);
    let mut plot = Plot::new(Axis::linear(0.0, REGIONS.len() as f64), y, 190.0);
    plot.grid_y(&y.every(25.0), |tick| format!("{} %", fixed(tick, 0)));
    plot.grid_x(&[], |_| String::new());
    let slot = 0.6 / shares.len() as f64;
    for (index, (name, _)) in REGIONS.iter().enumerate() {
        let left = index as f64 + 0.2;
        for (place, (track, shares)) in shares.iter().enumerate() {
            if let Some(share) = shares.get(index).copied().flatten() {
                let from = left + place as f64 * slot;
                plot.rect((from, from + 0.92 * slot), (0.0, 100.0 * share), &format!("bar {}", track.class));
            }
        }
        plot.label_under(index as f64 + 0.5, name);
    }
    let columns =
        std::iter::once("Region".to_owned()).chain(shares.iter().map(|(track, _)| format!("{} (%)", track.label)));
    let rows = REGIONS.iter().enumerate().map(|(index, (name, range))| {
        let values = shares.iter().map(|(_, shares)| maybe(shares.get(index).copied().flatten().map(|s| 100.0 * s), 0));
        std::iter::once(format!("{name}, {range}")).chain(values).collect()
    });
    Some(Figure {
        title: "Stereo width by region",
        caption:
            "How much of the power lies in the sides. 0 %: mono. 50 %: left and right are unrelated. Bass is usually \
                  near 0 %."
                .to_owned(),
        table: Table { columns: columns.collect(), rows: rows.collect() },
        svg: plot.finish("width-chart", "Stereo width by region", "Share of the sides in the power of seven regions."),
        legend: legend(tracks),
    })
}

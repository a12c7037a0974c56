//! Distribution of loudness.

use balanced_model::LoudnessHistogram;

use super::curves::legend;
use super::plot::{Axis, Plot};
use super::{Figure, Table, Track};
use crate::number::{NONE, fixed};

/// Steps further than this below the loudest are not drawn: silence between songs would flatten the rest.
const DEEPEST_LU: f64 = 40.0;

/// Share of time at each short-term loudness, a bar for each track; `None` if no track has any.
pub(crate) fn loudness_histogram(tracks: &[Track<'_>]) -> Option<Figure> {
    let shares: Vec<(Track<'_>, f64, &[f64])> = tracks.iter().filter_map(|track| steps(*track)).collect();
    let (low, high) = range(&shares)?;
    let most = shares.iter().flat_map(|(_, _, shares)| *shares).copied().fold(0.05, f64::max);
    let y = Axis::linear(0.0, (100.0 * most / 5.0).ceil() * 5.0);
    let mut plot = Plot::new(Axis::linear(low, high), y, 170.0);
    plot.grid_y(&y.every(if y.max > 30.0 { 20.0 } else { 5.0 }), |tick| format!("{} %", fixed(tick, 0)));
    let slot = 0.84 / shares.len() as f64;
    for (place, (track, from_lufs, shares)) in shares.iter().enumerate() {
        for (step, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            let left = from_lufs + step as f64 + 0.08 + place as f64 * slot;
            if left >= low {
                plot.rect((left, left + slot), (0.0, 100.0 * share), &format!("bar {}", track.class));
            }
        }
    }
    plot.grid_x(&Axis::linear(low, high).every(if high - low > 24.0 { 6.0 } else { 3.0 }), |lufs| fixed(lufs, 0));
    Some(Figure {
        title: "How long how loud",
        caption: "Share of time at each short-term loudness (3 s), in steps of 1 LU. Narrow: one level all along. Wide or with two hills: \
                  soft and loud passages."
            .to_owned(),
        svg: plot.finish("histogram-chart", "Short-term loudness histogram", &summary(&shares)),
        legend: legend(tracks),
        table: table(&shares, low, high),
    })
}

fn steps(track: Track<'_>) -> Option<(Track<'_>, f64, &[f64])> {
    let histogram: &LoudnessHistogram = &track.analysis.measurements.loudness.as_ref()?.histogram;
    let shares = histogram.short_term_share.as_slice();
    (!shares.is_empty()).then_some((track, histogram.from_lufs?, shares))
}

/// Lowest and highest edge that is drawn.
fn range(shares: &[(Track<'_>, f64, &[f64])]) -> Option<(f64, f64)> {
    let edges = |(_, from, shares): &(Track<'_>, f64, &[f64])| (*from, from + shares.len() as f64);
    let high = shares.iter().map(|shares| edges(shares).1).reduce(f64::max)?;
    let low = shares.iter().map(|shares| edges(shares).0).reduce(f64::min)?;
    Some((low.max(high - DEEPEST_LU), high))
}

fn summary(shares: &[(Track<'_>, f64, &[f64])]) -> String {
    let most = |(track, from, shares): &(Track<'_>, f64, &[f64])| {
        let (step, share) = shares.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        let lufs = fixed(from + step as f64 + 0.5, 0);
        Some(format!("{}: most often around {lufs} LUFS, {} % of the time.", track.label, fixed(100.0 * share, 0)))
    };
    shares.iter().filter_map(most).collect::<Vec<_>>().join(" ")
}

fn table(shares: &[(Track<'_>, f64, &[f64])], low: f64, high: f64) -> Table {
    let rows = (0..(high - low).round() as usize).map(|row| {
        let lufs = low + row as f64;
        let share = |(_, from, shares): &(Track<'_>, f64, &[f64])| {
            let step = (lufs - from).round();
            let share = if step < 0.0 { None } else { shares.get(step as usize) };
            share.map_or_else(|| NONE.to_owned(), |share| fixed(100.0 * share, 1))
        };
        std::iter::once(format!("{} to {}", fixed(lufs, 0), fixed(lufs + 1.0, 0)))
            .chain(shares.iter().map(share))
            .collect()
    });
    let names = shares.iter().map(|(track, ..)| format!("{} (% of time)", track.label));
    Table { columns: std::iter::once("LUFS".to_owned()).chain(names).collect(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn bars_stand_at_their_loudness_and_deep_silence_is_left_out() {
        let analysis = cases::with(|analysis| {
            let mut short_term_share = vec![0.0; 60];
            (short_term_share[0], short_term_share[50], short_term_share[59]) = (0.25, 0.5, 0.25);
            let histogram = &mut analysis.measurements.loudness.as_mut().unwrap().histogram;
            *histogram = LoudnessHistogram { from_lufs: Some(-69.0), short_term_share, ..LoudnessHistogram::default() };
        });
        let figure = loudness_histogram(&[Track::alone(&analysis)]).unwrap();
        assert_eq!(figure.svg.matches("<rect class=\"bar after\"").count(), 2, "{}", figure.svg);
        assert_eq!(
            (figure.table.rows.len(), figure.table.rows[31].clone()),
            (40, vec!["-18 to -17".to_owned(), "0.0".to_owned()])
        );
        assert_eq!(figure.table.rows[30][1], "50.0");
        assert!(loudness_histogram(&[Track::alone(&cases::full())]).is_none());
    }
}

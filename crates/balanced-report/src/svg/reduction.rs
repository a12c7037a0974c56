//! How far a master holds the peaks of its mix down.

use super::curves::{self, Curve};
use super::plot::{Axis, Plot};
use super::{Figure, Track};
use crate::number::fixed;

/// Peaks below this are not compared: noise and fades.
const FLOOR_DBTP: f64 = -40.0;

/// Peaks of the mix, raised by the gain, less the peaks of the master at the same time: the gain reduction of peaks. `None` without both
/// curves, or if the grids differ.
pub(crate) fn gain_reduction(mix: Track<'_>, master: Track<'_>, gain_db: f64) -> Option<Figure> {
    let (before, after) = (curves::true_peak(mix)?, curves::true_peak(master)?);
    if before.is_empty() || after.is_empty() || before.hop_s != after.hop_s {
        return None;
    }
    let reduction = reduction(&before, &after, gain_db);
    let known = || reduction.iter().flatten().copied();
    let deepest = known().reduce(f64::max)?;
    let curve = Curve { start_s: after.start_s, hop_s: after.hop_s, values: &reduction };
    let end_s = curves::length_s(&[mix, master]);
    let y = Axis::linear(-(deepest.max(3.0) / 3.0).ceil() * 3.0, 0.0);
    let mut plot = Plot::over_time(end_s, y, 150.0);
    plot.grid_y(&y.every(if y.min < -12.0 { 6.0 } else { 3.0 }), |tick| fixed(tick, 0));
    let points = curve.thinned(curves::highest);
    let area: Vec<_> = points.iter().filter_map(|(at_s, db)| Some((*at_s, -(*db)?, 0.0))).collect();
    plot.area(&area, "reduction");
    let held = known().filter(|db| *db > 1.0).count() as f64 / known().count().max(1) as f64;
    let summary =
        format!("At most {} dB; more than 1 dB in {} % of the time.", fixed(deepest, 1), fixed(100.0 * held, 0));
    Some(Figure {
        title: "Gain reduction of peaks",
        caption: format!(
            "How far the peaks of each tenth of a second lie under where the gain of {} dB alone would have put them, in dB: what \
             limiter, clipper, compressor and equaliser took together. {summary}",
            crate::number::signed(gain_db, 1)
        ),
        svg: plot.finish("reduction-chart", "Gain reduction of peaks", &summary),
        legend: Vec::new(),
        table: curves::time_table(&[master], end_s, "dB of gain reduction", 1, |_| {
            Some(Curve { start_s: curve.start_s, hop_s: curve.hop_s, values: curve.values })
        }),
    })
}

/// Reduction in each hop of the master, 0 or more.
fn reduction(before: &Curve<'_>, after: &Curve<'_>, gain_db: f64) -> Vec<Option<f64>> {
    let moved = ((after.start_s - before.start_s) / after.hop_s).round().max(0.0) as usize;
    let pairs = after.values.iter().zip(before.values.iter().skip(moved));
    pairs
        .map(|(after, before)| {
            let (after, before) = ((*after)?, (*before)?);
            (before > FLOOR_DBTP).then(|| (before + gain_db - after).max(0.0))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    fn curve(start_s: f64, values: &[Option<f64>]) -> Curve<'_> {
        Curve { start_s, hop_s: 0.1, values }
    }

    #[test]
    fn what_the_gain_alone_would_have_made_counts_and_a_trim_is_minded() {
        let mix = [Some(-6.0), Some(-9.0), Some(-50.0), Some(-3.0), None];
        let master = [Some(-4.0), Some(-20.0), Some(-1.0), Some(-1.0)];
        let found = reduction(&curve(0.0, &mix), &curve(0.1, &master), 6.0);
        assert_eq!(found, [Some(1.0), None, Some(4.0), None]);
    }

    #[test]
    fn the_figure_tells_the_deepest_reduction() {
        let (mix, master) = (
            cases::full(),
            cases::with(|analysis| {
                let curve = &mut analysis.measurements.loudness.as_mut().unwrap().curve;
                curve.true_peak_dbtp.iter_mut().for_each(|peak| *peak = peak.map(|peak| (peak + 4.0).min(-1.0)));
            }),
        );
        let tracks = [Track::alone(&mix), Track::alone(&master)];
        let figure = gain_reduction(tracks[0], tracks[1], 4.0).unwrap();
        assert!(figure.caption.contains("At most 1.7 dB"), "{}", figure.caption);
        assert!(
            gain_reduction(tracks[0], Track::alone(&cases::with(|a| a.measurements.loudness = None)), 4.0).is_none()
        );
    }
}

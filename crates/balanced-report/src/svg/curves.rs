//! Values over time.

use balanced_model::{Loudness, LoudnessCurve, Target};

use super::plot::{Axis, Plot};
use super::{Figure, Table, Track};
use crate::number::{clock, fixed, maybe};

/// Points a line is drawn with; more would not be seen.
const POINTS: usize = 640;
/// Rows of the table beside a curve.
const ROWS: usize = 24;

/// Values `hop_s` apart, the first window ending one hop after the start.
pub(super) struct Curve<'a> {
    /// Time of the track's start on the axis.
    pub start_s: f64,
    pub hop_s: f64,
    pub values: &'a [Option<f64>],
}

impl Curve<'_> {
    /// At most [`POINTS`] points, each the `pick` of its stretch; absent where the whole stretch is.
    pub fn thinned(&self, pick: fn(&[f64]) -> f64) -> Vec<(f64, Option<f64>)> {
        let stretch = self.values.len().div_ceil(POINTS).max(1);
        let chunks = self.values.chunks(stretch).enumerate();
        chunks
            .map(|(index, chunk)| {
                let known: Vec<f64> = chunk.iter().flatten().copied().collect();
                let at_s =
                    self.start_s + (index * stretch) as f64 * self.hop_s + 0.5 * (chunk.len() + 1) as f64 * self.hop_s;
                (at_s, (!known.is_empty()).then(|| pick(&known)))
            })
            .collect()
    }

    pub fn at(&self, time_s: f64) -> Option<f64> {
        let index = ((time_s - self.start_s) / self.hop_s).round();
        if index < 1.0 { None } else { self.values.get(index as usize - 1).copied().flatten() }
    }

    pub fn is_empty(&self) -> bool {
        self.hop_s <= 0.0 || self.values.iter().all(Option::is_none)
    }
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub(super) fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

pub(super) fn lowest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn loudness(track: Track<'_>) -> Option<&Loudness> {
    track.analysis.measurements.loudness.as_ref()
}

/// One of the curves of a track's loudness.
fn curve<'a>(track: Track<'a>, values: impl Fn(&'a LoudnessCurve) -> &'a [Option<f64>]) -> Option<Curve<'a>> {
    let curve = &loudness(track)?.curve;
    Some(Curve { start_s: track.start_s, hop_s: curve.hop_s, values: values(curve) })
}

fn momentary(track: Track<'_>) -> Option<Curve<'_>> {
    curve(track, |curve| &curve.momentary_lufs)
}

fn short_term(track: Track<'_>) -> Option<Curve<'_>> {
    curve(track, |curve| &curve.short_term_lufs)
}

pub(super) fn true_peak(track: Track<'_>) -> Option<Curve<'_>> {
    curve(track, |curve| &curve.true_peak_dbtp)
}

fn psr(track: Track<'_>) -> Option<Curve<'_>> {
    curve(track, |curve| &curve.psr_db)
}

fn has_none<'a>(tracks: &[Track<'a>], curve: impl Fn(Track<'a>) -> Option<Curve<'a>>) -> bool {
    tracks.iter().filter_map(|track| curve(*track)).all(|curve| curve.is_empty())
}

/// End of the longest track on the axis.
pub(super) fn length_s(tracks: &[Track<'_>]) -> f64 {
    tracks.iter().map(|track| track.start_s + track.analysis.source.duration_s).fold(0.1, f64::max)
}

/// The level axis: from 5 LU under what matters to just above the loudest moment.
fn level_axis(tracks: &[Track<'_>], target: Option<&Target>) -> Axis {
    let mut loud: Vec<f64> = target.iter().map(|target| target.integrated_lufs).collect();
    let mut soft: Vec<f64> = loud.clone();
    for loudness in tracks.iter().filter_map(|track| loudness(*track)) {
        loud.extend(loudness.max_momentary_lufs.or(loudness.integrated_lufs));
        soft.extend(loudness.integrated_lufs.map(|lufs| lufs - 18.0));
    }
    let top = (loud.iter().copied().fold(-60.0, f64::max) / 3.0).ceil() * 3.0 + 3.0;
    let bottom = (soft.iter().copied().fold(top - 18.0, f64::min) / 3.0).floor() * 3.0;
    Axis::linear(bottom.max(-72.0), top)
}

/// Momentary (faint) and short-term loudness, with integrated loudness as a line for each track; `None` without a curve.
pub(crate) fn loudness_over_time(tracks: &[Track<'_>], target: Option<&Target>) -> Option<Figure> {
    let known: Vec<(Track<'_>, &Loudness)> =
        tracks.iter().filter_map(|track| Some((*track, loudness(*track)?))).collect();
    if has_none(tracks, momentary) {
        return None;
    }
    let end_s = length_s(tracks);
    let y = level_axis(tracks, target);
    let mut plot = Plot::over_time(end_s, y, 260.0);
    plot.grid_y(&y.every(6.0), |tick| fixed(tick, 0));
    for (track, curve) in tracks.iter().filter_map(|track| Some((track, momentary(*track)?))) {
        plot.line(&curve.thinned(highest), &format!("{} faint", track.class));
    }
    for (track, curve) in tracks.iter().filter_map(|track| Some((track, short_term(*track)?))) {
        plot.line(&curve.thinned(mean), track.class);
    }
    for (track, loudness) in &known {
        if let Some(lufs) = loudness.integrated_lufs {
            plot.level(lufs, track.class, &fixed(lufs, 1));
        }
    }
    if let Some(missed) = target.filter(|target| missed(&known, target)) {
        plot.level(missed.integrated_lufs, "mark", &fixed(missed.integrated_lufs, 1));
    }
    let summary = known
        .iter()
        .map(|(track, loudness)| {
            let (lufs, range) = (maybe(loudness.integrated_lufs, 1), maybe(loudness.range_lu, 1));
            format!("{}: integrated loudness {lufs} LUFS, range {range} LU.", track.label)
        })
        .collect::<Vec<_>>()
        .join(" ");
    Some(Figure {
        title: "Loudness over time",
        caption:
            "Bold: the last 3 seconds (short-term). Faint: the last 0.4 seconds (momentary). Dashed: the whole track \
                  (integrated, gated), in LUFS."
                .to_owned(),
        svg: plot.finish("loudness-curve", "Loudness over time", &summary),
        legend: legend(tracks),
        table: time_table(tracks, end_s, "LUFS, short-term", 1, short_term),
    })
}

/// Whether the last track is so far from the target that the target deserves a line of its own.
fn missed(known: &[(Track<'_>, &Loudness)], target: &Target) -> bool {
    let reached = known.last().and_then(|(_, loudness)| loudness.integrated_lufs);
    reached.is_some_and(|lufs| (lufs - target.integrated_lufs).abs() > 0.3)
}

pub(super) fn legend(tracks: &[Track<'_>]) -> Vec<(String, &'static str)> {
    if tracks.len() < 2 {
        return Vec::new();
    }
    tracks.iter().map(|track| (track.label.to_owned(), track.class)).collect()
}

/// A row for every so many seconds, a column for each track.
pub(super) fn time_table<'a>(
    tracks: &[Track<'a>],
    end_s: f64,
    quantity: &str,
    decimals: usize,
    curve: impl Fn(Track<'a>) -> Option<Curve<'a>>,
) -> Table {
    let step_s = (end_s / ROWS as f64).max(1.0).ceil();
    let curves: Vec<_> = tracks.iter().map(|track| curve(*track)).collect();
    let rows = (1..=(end_s / step_s).floor() as usize).map(|row| {
        let time_s = row as f64 * step_s;
        let values = curves.iter().map(|curve| maybe(curve.as_ref().and_then(|curve| curve.at(time_s)), decimals));
        std::iter::once(clock(time_s)).chain(values).collect()
    });
    let names = tracks.iter().map(|track| format!("{} ({quantity})", track.label));
    Table { columns: std::iter::once("Time".to_owned()).chain(names).collect(), rows: rows.collect() }
}

/// Highest true peak of each moment, with the ceiling; `None` without a curve.
pub(crate) fn true_peak_over_time(tracks: &[Track<'_>], target: Option<&Target>) -> Option<Figure> {
    let known: Vec<(Track<'_>, &Loudness)> =
        tracks.iter().filter_map(|track| Some((*track, loudness(*track)?))).collect();
    if has_none(tracks, true_peak) {
        return None;
    }
    let end_s = length_s(tracks);
    let top = known.iter().filter_map(|(_, loudness)| loudness.true_peak_dbtp).fold(0.0, f64::max);
    let y = Axis::linear(-24.0, (top / 3.0).ceil() * 3.0 + 1.0);
    let mut plot = Plot::over_time(end_s, y, 170.0);
    plot.grid_y(&y.every(6.0), |tick| fixed(tick, 0));
    for (track, curve) in tracks.iter().filter_map(|track| Some((track, true_peak(*track)?))) {
        plot.line(&curve.thinned(highest), track.class);
    }
    if let Some(target) = target {
        plot.level(target.ceiling_dbtp, "mark", &fixed(target.ceiling_dbtp, 1));
    }
    let ceiling = if target.is_some() { " Dashed: the ceiling." } else { "" };
    let mut summary = String::new();
    for (track, loudness) in &known {
        if let (Some(at_s), Some(peak)) = (loudness.true_peak_at_s, loudness.true_peak_dbtp) {
            let at_s = track.start_s + at_s;
            plot.dot(at_s, peak, track.class);
            summary.push_str(&format!("{}: highest {} dBTP at {}. ", track.label, fixed(peak, 2), clock(at_s)));
        }
    }
    Some(Figure {
        title: "True peak over time",
        caption: format!("The highest peak on or between the samples, in dBTP.{ceiling} {}", summary.trim_end()),
        svg: plot.finish("true-peak-curve", "True peak over time", &summary),
        legend: legend(tracks),
        table: time_table(tracks, end_s, "dBTP", 2, true_peak),
    })
}

/// PSR under which engineers call a passage dense: a convention, in no standard.
const DENSE_PSR_DB: f64 = 8.0;

/// Peak to short-term loudness ratio over time; `None` without a curve.
pub(crate) fn psr_over_time(tracks: &[Track<'_>]) -> Option<Figure> {
    if has_none(tracks, psr) {
        return None;
    }
    let end_s = length_s(tracks);
    let y = Axis::linear(0.0, 24.0);
    let mut plot = Plot::over_time(end_s, y, 170.0);
    plot.grid_y(&y.every(6.0), |tick| fixed(tick, 0));
    for (track, curve) in tracks.iter().filter_map(|track| Some((track, psr(*track)?))) {
        plot.line(&curve.thinned(mean), track.class);
    }
    plot.level(DENSE_PSR_DB, "guide", &fixed(DENSE_PSR_DB, 0));
    let lowest = tracks.iter().filter_map(|track| Some((track.label, loudness(*track)?.min_psr_db?)));
    let summary: Vec<String> =
        lowest.map(|(label, db)| format!("{label}: at least {} dB where it is not quiet.", fixed(db, 1))).collect();
    let summary = summary.join(" ");
    Some(Figure {
        title: "Peak to short-term loudness (PSR)",
        caption: format!(
            "How far the peaks of each 3 seconds stand above their loudness, in dB: room for punch. {summary} Dashed: 8 dB, under which \
             engineers call a passage dense (a convention, no rule)."
        ),
        svg: plot.finish("psr-curve", "Peak to short-term loudness", &summary),
        legend: legend(tracks),
        table: time_table(tracks, end_s, "dB", 1, psr),
    })
}

/// Correlation of left and right over time; `None` without a curve.
pub(crate) fn correlation_over_time(tracks: &[Track<'_>]) -> Option<Figure> {
    fn curve<'a>(track: Track<'a>) -> Option<Curve<'a>> {
        let curve = &track.analysis.measurements.stereo.as_ref()?.correlation_curve;
        Some(Curve { start_s: track.start_s, hop_s: curve.hop_s, values: &curve.correlation })
    }
    if has_none(tracks, curve) {
        return None;
    }
    let end_s = length_s(tracks);
    let mut plot = Plot::over_time(end_s, Axis::linear(-1.0, 1.0), 150.0);
    plot.grid_y(&[-1.0, 0.0, 1.0], |tick| fixed(tick, 0));
    for track in tracks {
        if let Some(curve) = curve(*track) {
            plot.line(&curve.thinned(lowest), track.class);
        }
    }
    Some(Figure {
        title: "Correlation over time",
        caption: "1: left and right are the same. 0: unrelated, very wide. Below 0: they cancel on a mono speaker."
            .to_owned(),
        svg: plot.finish("correlation-curve", "Correlation over time", "Correlation of left and right, -1 to 1."),
        legend: legend(tracks),
        table: time_table(tracks, end_s, "correlation", 2, curve),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn thinning_keeps_the_extremes_and_the_gaps() {
        let mut values: Vec<Option<f64>> = (0..10_000).map(|i| Some(f64::from(i % 7))).collect();
        values[5003] = Some(99.0);
        values[..400].fill(None);
        let points = Curve { start_s: 0.0, hop_s: 0.02, values: &values }.thinned(highest);
        assert!(points.len() <= POINTS);
        assert_eq!(points[0].1, None);
        let top = points.iter().find(|(_, value)| *value == Some(99.0)).expect("the peak is still there");
        assert!((top.0 - 5003.0 * 0.02).abs() < 0.4, "{top:?}");
    }

    #[test]
    fn without_a_curve_there_is_no_figure() {
        let analysis = cases::with(|analysis| analysis.measurements.loudness = Some(Loudness::default()));
        let track = Track::alone(&analysis);
        assert!(loudness_over_time(&[track], None).is_none());
        assert!(true_peak_over_time(&[track], None).is_none());
        assert!(correlation_over_time(&[track]).is_none());
    }

    #[test]
    fn a_trimmed_master_stands_where_it_was_cut() {
        let values: Vec<Option<f64>> = (0..10).map(|i| Some(f64::from(i))).collect();
        let curve = Curve { start_s: 5.0, hop_s: 1.0, values: &values };
        assert_eq!([curve.at(5.0), curve.at(6.0), curve.at(15.0), curve.at(16.0)], [None, Some(0.0), Some(9.0), None]);
        assert_eq!(curve.thinned(mean)[0], (6.0, Some(0.0)));
    }

    #[test]
    fn the_table_tells_the_curve() {
        let analysis = cases::full();
        let track = Track::alone(&analysis);
        let figure = loudness_over_time(&[track], None).unwrap();
        assert_eq!(figure.table.columns, ["Time", "Track (LUFS, short-term)"]);
        let curve = &analysis.measurements.loudness.as_ref().unwrap().curve;
        assert_eq!(figure.table.rows[0], ["0:08.0".to_owned(), maybe(curve.short_term_lufs[79], 1)]);
        assert!(figure.svg.contains(">−18.0</span>"), "{}", figure.svg);
    }
}

//! Things that happen at times: beats and faults.

use balanced_model::{Defect, Tempo};

use super::plot::{Axis, Plot};
use super::{Figure, Table};
use crate::facts::defect_name;
use crate::number::{clock, fixed};

/// Bars (one row a bar) that the table lists at most.
const BARS: usize = 400;
/// Beats closer than this many user units are drawn as downbeats only.
const CROWDED: f64 = 3.0;

/// A stroke for each beat, higher for downbeats; `None` without beats.
pub(crate) fn beats(tempo: &Tempo, duration_s: f64) -> Option<Figure> {
    let first = *tempo.beats_s.first()?;
    let mut plot = Plot::over_time(duration_s, Axis::linear(0.0, 1.0), 84.0);
    let width = super::plot::WIDTH / duration_s.max(0.1);
    let spacing = (tempo.beats_s.last().unwrap_or(&first) - first) / (tempo.beats_s.len().max(2) - 1) as f64;
    if spacing * width >= CROWDED || tempo.downbeats_s.is_empty() {
        for beat_s in &tempo.beats_s {
            plot.stroke(*beat_s, (0.0, 0.45), "beat");
        }
    }
    for beat_s in &tempo.downbeats_s {
        plot.stroke(*beat_s, (0.0, 0.95), "beat down");
    }
    let summary = format!("{} beats, {} bars.", tempo.beats_s.len(), tempo.downbeats_s.len());
    Some(Figure {
        title: "Beats and bars",
        caption: format!("{summary} High strokes begin a bar."),
        svg: plot.finish("beat-chart", "Beats and bars", &summary),
        legend: Vec::new(),
        table: bar_table(tempo),
    })
}

/// Start and tempo of each bar, or of each beat where bars are not known.
fn bar_table(tempo: &Tempo) -> Table {
    let (name, starts) =
        if tempo.downbeats_s.len() > 1 { ("Bar", &tempo.downbeats_s) } else { ("Beat", &tempo.beats_s) };
    let rows = starts.windows(2).take(BARS).enumerate().map(|(index, pair)| {
        vec![(index + 1).to_string(), clock(pair[0]), format!("{} s", fixed(pair[1] - pair[0], 2))]
    });
    Table { columns: vec![name.to_owned(), "Start".to_owned(), "Length".to_owned()], rows: rows.collect() }
}

/// One lane a kind of fault, a bar for each range; `None` without faults.
pub(crate) fn faults(defects: &[Defect], duration_s: f64) -> Option<Figure> {
    let mut kinds: Vec<_> = defects.iter().map(|defect| defect.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() {
        return None;
    }
    let lanes = kinds.len() as f64;
    let mut plot = Plot::over_time(duration_s, Axis::linear(0.0, lanes), 44.0 + 34.0 * lanes);
    for (lane, kind) in kinds.iter().enumerate() {
        let base = lanes - 1.0 - lane as f64;
        plot.text(0.0, base + 0.74, "tick start", &defect_name(*kind));
        plot.rect((0.0, duration_s), (base + 0.14, base + 0.46), "lane");
        for defect in defects.iter().filter(|defect| defect.kind == *kind) {
            plot.rect(
                (defect.start_s, defect.end_s),
                (base + 0.14, base + 0.46),
                &format!("bar {}", defect.severity.name()),
            );
        }
    }
    let rows = defects.iter().map(|defect| {
        let channel = defect.channel.0.map_or_else(|| "all".to_owned(), |index| (index + 1).to_string());
        let (start, end) = (clock(defect.start_s), clock(defect.end_s));
        vec![defect_name(defect.kind), defect.severity.name().to_owned(), start, end, channel, defect.message.clone()]
    });
    let columns = ["Fault", "Weight", "From", "To", "Channel", "What"].map(str::to_owned).to_vec();
    let summary = format!("{} places of {} kinds.", defects.len(), kinds.len());
    Some(Figure {
        title: "Where the faults are",
        caption: summary.clone(),
        svg: plot.finish("fault-chart", "Where the faults are", &summary),
        legend: Vec::new(),
        table: Table { columns, rows: rows.collect() },
    })
}

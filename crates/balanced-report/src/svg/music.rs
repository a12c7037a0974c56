//! Tempo and key through time.

use balanced_model::{Key, Tempo};

use super::plot::{Axis, Plot};
use super::{Figure, Table};
use crate::number::{clock, fixed};

/// Rows of the table beside a curve.
const ROWS: usize = 24;
/// Keys that get a row of their own; the rest of a restless track shares the last.
const LANES: usize = 8;

/// Tempo over time; `None` without a curve.
pub(crate) fn tempo_over_time(tempo: &Tempo, duration_s: f64) -> Option<Figure> {
    let points: Vec<(f64, f64)> = tempo.curve.times_s.iter().copied().zip(tempo.curve.bpm.iter().copied()).collect();
    let low = points.iter().map(|(_, bpm)| *bpm).reduce(f64::min)?;
    let high = points.iter().map(|(_, bpm)| *bpm).reduce(f64::max)?;
    let step = if high - low > 40.0 {
        20.0
    } else if high - low > 12.0 {
        5.0
    } else {
        2.0
    };
    let y = Axis::linear((low / step).floor() * step - step, (high / step).ceil() * step + step);
    let mut plot = Plot::over_time(duration_s, y, 150.0);
    plot.grid_y(&y.every(if y.max - y.min > 8.0 * step { 2.0 * step } else { step }), |tick| fixed(tick, 0));
    plot.line(&points.iter().map(|(at_s, bpm)| (*at_s, Some(*bpm))).collect::<Vec<_>>(), "after");
    if let Some(bpm) = tempo.bpm {
        plot.level(bpm, "after", &fixed(bpm, 1));
    }
    let summary = format!("From {} to {} BPM.", fixed(low, 1), fixed(high, 1));
    let stride = points.len().div_ceil(ROWS).max(1);
    let rows = points.iter().step_by(stride).map(|(at_s, bpm)| vec![clock(*at_s), fixed(*bpm, 1)]);
    Some(Figure {
        title: "Tempo over time",
        caption: format!("{summary} Dashed: the tempo of the whole track."),
        svg: plot.finish("tempo-curve", "Tempo over time", &summary),
        legend: Vec::new(),
        table: Table { columns: ["Time", "Tempo (BPM)"].map(str::to_owned).to_vec(), rows: rows.collect() },
    })
}

/// Key of each stretch, a lane for each key; `None` without stretches.
pub(crate) fn key_over_time(key: &Key, duration_s: f64) -> Option<Figure> {
    let mut names: Vec<&str> = Vec::new();
    for segment in &key.segments {
        if !names.contains(&segment.name.as_str()) {
            names.push(&segment.name);
        }
    }
    if names.is_empty() {
        return None;
    }
    let lanes = names.len().min(LANES);
    let mut plot = Plot::over_time(duration_s, Axis::linear(0.0, lanes as f64), 40.0 + 30.0 * lanes as f64);
    for segment in &key.segments {
        let lane = names.iter().position(|name| *name == segment.name).unwrap_or(0).min(LANES - 1);
        let base = (lanes - 1 - lane) as f64;
        plot.rect((segment.start_s, segment.end_s), (base + 0.08, base + 0.5), "bar after");
    }
    for (lane, name) in names.iter().take(lanes).enumerate() {
        let name = if lane + 1 == LANES && names.len() > LANES { "other keys" } else { name };
        plot.text(0.0, (lanes - 1 - lane) as f64 + 0.74, "tick start", name);
    }
    let rows = key.segments.iter().map(|segment| {
        let sure = format!("{} %", fixed(100.0 * segment.confidence, 0));
        vec![clock(segment.start_s), clock(segment.end_s), segment.name.clone(), segment.camelot.clone(), sure]
    });
    let columns = ["From", "To", "Key", "Camelot", "Sure"].map(str::to_owned).to_vec();
    let changes = key.segments.len() - 1;
    let summary = match changes {
        0 => format!("{} from beginning to end.", names[0]),
        1 => format!("1 change: {}.", names.join(", ")),
        _ => format!("{changes} changes among {} keys: {}.", names.len(), names.join(", ")),
    };
    Some(Figure {
        title: "Key over time",
        caption: summary.clone(),
        svg: plot.finish("key-chart", "Key over time", &summary),
        legend: Vec::new(),
        table: Table { columns, rows: rows.collect() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_model::{KeySegment, TempoCurve};

    #[test]
    fn a_change_of_key_has_two_lanes_and_a_restless_track_not_more_than_eight() {
        let segment = |index: usize, name: String| KeySegment {
            start_s: index as f64,
            end_s: index as f64 + 1.0,
            name,
            camelot: "8B".to_owned(),
            confidence: 0.5,
        };
        let key = |count: usize| Key {
            segments: (0..count).map(|index| segment(index, format!("key {index}"))).collect(),
            ..Key::default()
        };
        let figure = key_over_time(&key(2), 2.0).unwrap();
        assert_eq!(figure.caption, "1 change: key 0, key 1.");
        assert_eq!(figure.svg.matches("tick start").count(), 2);
        let restless = key_over_time(&key(20), 20.0).unwrap();
        assert_eq!((restless.svg.matches("tick start").count(), restless.table.rows.len()), (8, 20));
        assert!(restless.svg.contains("other keys") && key_over_time(&Key::default(), 1.0).is_none());
    }

    #[test]
    fn a_tempo_that_grows_is_drawn_and_tabled() {
        let times_s: Vec<f64> = (0..60).map(f64::from).collect();
        let bpm = times_s.iter().map(|at_s| 100.0 + 0.2 * at_s).collect();
        let tempo = Tempo { bpm: Some(106.0), curve: TempoCurve { times_s, bpm }, ..Tempo::default() };
        let figure = tempo_over_time(&tempo, 60.0).unwrap();
        assert_eq!(
            (figure.caption.as_str(), figure.table.rows.len()),
            ("From 100.0 to 111.8 BPM. Dashed: the tempo of the whole track.", 20)
        );
        assert!(tempo_over_time(&Tempo::default(), 60.0).is_none());
    }
}

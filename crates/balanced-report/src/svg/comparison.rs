//! Charts of a residual: one recording less another.

use balanced_compare::Residual;

use super::plot::{Axis, Plot};
use super::{Figure, Table};
use crate::number::{NONE, clock, fixed, frequency, maybe};

/// Levels that charts show, in dB relative to A.
const LEVELS: (f64, f64) = (-100.0, 10.0);
const TICKS_HZ: [f64; 7] = [50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 10_000.0];

/// The rest in third octaves, with and without what an equaliser explains; `None` if there is no rest.
pub(crate) fn residual_bands(residual: &Residual) -> Option<Figure> {
    let bands = residual.bands.iter().filter(|band| band.level_db.is_some()).collect::<Vec<_>>();
    let (first, last) = (bands.first()?, bands.last()?);
    let y = Axis::linear(LEVELS.0, LEVELS.1);
    let mut plot = Plot::new(Axis::logarithmic(first.center_hz, last.center_hz.max(2.0 * first.center_hz)), y, 240.0);
    plot.grid_y(&y.every(20.0), |tick| fixed(tick, 0));
    let ticks: Vec<f64> = TICKS_HZ.into_iter().filter(|hz| (first.center_hz..=last.center_hz).contains(hz)).collect();
    plot.grid_x(&ticks, frequency);
    let line = |of: fn(&balanced_compare::ResidualBand) -> Option<f64>| {
        bands.iter().map(|band| (band.center_hz, of(band))).collect::<Vec<_>>()
    };
    plot.line(&line(|band| band.level_db), "before");
    plot.line(&line(|band| band.nonlinear_db), "after");
    let rows = bands.iter().map(|band| {
        vec![frequency(band.center_hz), maybe(band.gain_db, 1), maybe(band.level_db, 1), maybe(band.nonlinear_db, 1)]
    });
    let columns = ["Third octave", "Gain (dB)", "Rest (dB)", "Rest after equaliser (dB)"].map(str::to_owned).to_vec();
    let summary = format!(
        "{} dB in all, {} dB after an equaliser.",
        maybe(residual.level_db, 1),
        maybe(residual.nonlinear_db, 1)
    );
    Some(Figure {
        title: "What is left of B without A",
        caption: "Level relative to A in third octaves, after the gain that leaves least, and after an equaliser too."
            .to_owned(),
        svg: plot.finish("residual-chart", "What is left of B without A", &summary),
        legend: vec![("after gain".to_owned(), "before"), ("after gain and equaliser".to_owned(), "after")],
        table: Table { columns, rows: rows.collect() },
    })
}

/// The rest over time; `None` if there is none.
pub(crate) fn residual_over_time(residual: &Residual) -> Option<Figure> {
    let seconds = &residual.seconds;
    let end_s = seconds.last()?.start_s + 1.0;
    seconds.iter().find(|second| second.level_db.is_some())?;
    let y = Axis::linear(LEVELS.0, LEVELS.1);
    let mut plot = Plot::over_time(end_s, y, 200.0);
    plot.grid_y(&y.every(20.0), |tick| fixed(tick, 0));
    let line: Vec<_> = seconds.iter().map(|second| (second.start_s + 0.5, second.level_db)).collect();
    plot.line(&line, "before");
    let rows = seconds.iter().map(|second| {
        vec![
            clock(second.start_s),
            second.level_db.map_or_else(|| NONE.to_owned(), |db| fixed(db, 1)),
            maybe(second.gain_db, 1),
        ]
    });
    let columns = ["Time in B", "Rest (dB)", "Gain (dB)"].map(str::to_owned).to_vec();
    Some(Figure {
        title: "What is left over time",
        caption: "Level relative to A in each second, after the gain that leaves least over the whole.".to_owned(),
        svg: plot.finish("residual-time-chart", "What is left over time", &format!("{} seconds.", seconds.len())),
        legend: Vec::new(),
        table: Table { columns, rows: rows.collect() },
    })
}

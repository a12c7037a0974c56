//! Frequency response of the equalisers of a chain, as a chart.

use balanced_mastering::processors::eq;
use balanced_mastering::{ChainSpec, EqBand, EqChannels, ProcessorSpec};

use super::plot::{Axis, Plot};
use super::{Figure, Table, Track, spectrum};
use crate::number::{fixed, frequency, signed};

const RANGE_HZ: (f64, f64) = (20.0, 20_000.0);
const TICKS_HZ: [f64; 10] = [20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0];

/// One line: its legend, its style class, the bands it sums.
type Curve = (&'static str, &'static str, Vec<EqBand>);

/// Curves of all equalisers together, one for what acts on both channels and one for what acts on the sides; `None` if
/// none acts.
///
/// Behind them lies the room that `mix` leaves: changes after which it is within the usual range of popular recordings.
pub(crate) fn equaliser(chain: &ChainSpec, mix: Track<'_>) -> Option<Figure> {
    let curves = curves(chain);
    if curves.is_empty() {
        return None;
    }
    let highest = curves.iter().flat_map(|(.., bands)| bands).map(|band| band.gain_db.abs()).fold(3.0, f64::max);
    let reach_db = (highest / 3.0).ceil() * 3.0 + 3.0;
    let y = Axis::linear(-reach_db, reach_db);
    let mut plot = Plot::new(Axis::logarithmic(RANGE_HZ.0, RANGE_HZ.1), y, 190.0);
    let room = spectrum::room(mix);
    plot.area(&room, "tolerance");
    plot.grid_y(&y.every(if reach_db > 9.0 { 6.0 } else { 3.0 }), |tick| signed(tick, 0));
    plot.grid_x(&TICKS_HZ, |hz| if hz < 1000.0 { fixed(hz, 0) } else { format!("{}k", fixed(hz / 1000.0, 0)) });
    let places: Vec<f64> = (0..=150).map(|n| RANGE_HZ.0 * 10f64.powf(f64::from(n) * 0.02)).collect();
    for (_, class, bands) in &curves {
        let level = |hz: &f64| Some(eq::level_db(bands, *hz)).filter(|db| *db >= -reach_db);
        let points: Vec<_> = places.iter().map(|hz| (*hz, level(hz))).collect();
        plot.line(&points, class);
    }
    Some(Figure {
        title: "Equaliser curve",
        caption: caption(&room).to_owned(),
        svg: plot.finish("equaliser-chart", "Equaliser curve", "Level change over frequency."),
        legend: legend(&curves, &room),
        table: table(&curves, &places),
    })
}

fn caption(room: &[(f64, f64, f64)]) -> &'static str {
    if room.is_empty() {
        return "Level change in decibels, all equalisers of the chain together.";
    }
    "Level change in decibels, all equalisers of the chain together. Shaded: changes after which the mix lies in the usual range of \
     popular recordings. Where 0 dB lies within it, that range asks for nothing; the chain acts on findings, which may ask for less, or \
     for something else."
}

fn legend(curves: &[Curve], room: &[(f64, f64, f64)]) -> Vec<(String, &'static str)> {
    let lines = curves.iter().map(|(name, class, _)| ((*name).to_owned(), *class));
    let shade = (!room.is_empty()).then(|| ("into the usual range".to_owned(), "tolerance"));
    lines.chain(shade).collect()
}

fn curves(chain: &ChainSpec) -> Vec<Curve> {
    let acting = chain.steps.iter().filter(|step| !step.bypass && step.mix >= 1.0);
    let bands: Vec<&EqBand> = acting
        .filter_map(|step| if let Some(ProcessorSpec::Eq(eq)) = step.processor() { Some(&eq.bands) } else { None })
        .flatten()
        .filter(|band| band.enabled)
        .collect();
    let on = |channels| bands.iter().filter(|band| band.channels == channels).map(|band| (*band).clone()).collect();
    let curves: [Curve; 2] =
        [("whole sound", "after", on(EqChannels::Stereo)), ("sides only", "before", on(EqChannels::Side))];
    curves.into_iter().filter(|(.., bands)| !bands.is_empty()).collect()
}

fn table(curves: &[Curve], places: &[f64]) -> Table {
    let rows = places.iter().step_by(5).map(|hz| {
        let levels = curves.iter().map(|(.., bands)| signed(eq::level_db(bands, *hz), 1));
        std::iter::once(frequency(*hz)).chain(levels).collect()
    });
    let names = curves.iter().map(|(name, ..)| format!("{name} (dB)"));
    Table { columns: std::iter::once("Frequency".to_owned()).chain(names).collect(), rows: rows.collect() }
}

//! The long-term spectrum against popular recordings.

use balanced_assistant::tonal_balance::{TonalBalance, reference_db, tolerance_db};

use super::curves::legend;
use super::plot::{Axis, Plot};
use super::{Figure, Table, Track};
use crate::number::{fixed, frequency, maybe, signed};

const RANGE_HZ: (f64, f64) = (20.0, 20_000.0);
const TICKS_HZ: [f64; 10] = [20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0];
/// Borders of the regions, with their names.
const REGIONS: [(&str, f64, f64); 7] = [
    ("sub", 20.0, 60.0),
    ("low", 60.0, 200.0),
    ("low mid", 200.0, 500.0),
    ("mid", 500.0, 2000.0),
    ("high mid", 2000.0, 5000.0),
    ("high", 5000.0, 10_000.0),
    ("air", 10_000.0, 20_000.0),
];

/// Frequency and level of each band.
type Levels = Vec<(f64, Option<f64>)>;

/// Third-octave levels of each track, aligned so that their shapes compare; `None` if no track has a spectrum.
pub(crate) fn long_term_spectrum(tracks: &[Track<'_>]) -> Option<Figure> {
    let lines: Vec<(Track<'_>, Levels)> = tracks.iter().filter_map(|track| Some((*track, aligned(*track)?))).collect();
    if lines.is_empty() {
        return None;
    }
    let y = Axis::linear(-42.0, 12.0);
    let mut plot = Plot::new(Axis::logarithmic(RANGE_HZ.0, RANGE_HZ.1), y, 280.0);
    for (index, (name, from_hz, to_hz)) in REGIONS.into_iter().enumerate() {
        if index % 2 == 1 {
            plot.rect((from_hz, to_hz), (y.min, y.max), "region");
        }
        plot.text((from_hz * to_hz).sqrt(), y.max - 2.5, "tick middle wide", name);
    }
    plot.grid_y(&y.every(12.0), |tick| signed(tick, 0));
    plot.grid_x(&TICKS_HZ, |hz| if hz < 1000.0 { fixed(hz, 0) } else { format!("{}k", fixed(hz / 1000.0, 0)) });
    plot.area(&reference_band(), "tolerance");
    for (track, line) in &lines {
        plot.line(line, track.class);
    }
    let mut legend = legend(tracks);
    legend.push(("usual range of popular recordings".to_owned(), "tolerance"));
    Some(Figure {
        title: "Tonal balance",
        caption:
            "Average level of each third octave, aligned at mid frequencies. The band is the shape that Pestana et al. \
                  (AES 2013) found in commercial recordings, with our tolerance; outside it is unusual, not wrong."
                .to_owned(),
        svg: plot.finish("spectrum-chart", "Tonal balance", &summary(&lines)),
        legend,
        table: table(tracks),
    })
}

/// Levels relative to where the reference's mid frequencies lie; plain levels relative to the loudest band for tones.
fn aligned(track: Track<'_>) -> Option<Levels> {
    let ltas = &track.analysis.measurements.spectrum.as_ref()?.ltas;
    let loudest = ltas.level_db.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    if !loudest.is_finite() {
        return None;
    }
    let offset_db = TonalBalance::of(ltas).map_or(loudest, |balance| balance.offset_db);
    let levels = ltas.level_db.iter().map(|level| level.map(|db| db - offset_db));
    Some(ltas.center_hz.iter().copied().zip(levels).collect())
}

/// Change of each third octave, lower and upper edge, that leaves a track within the usual range; empty without a spectrum.
pub(super) fn room(track: Track<'_>) -> Vec<(f64, f64, f64)> {
    let levels = aligned(track).unwrap_or_default();
    let bands = levels.into_iter().filter_map(|(hz, db)| Some((hz, db?)));
    bands
        .filter(|(hz, _)| (RANGE_HZ.0..=RANGE_HZ.1).contains(hz))
        .map(|(hz, db)| {
            let (below_db, above_db) = tolerance_db(hz);
            (hz, reference_db(hz) - below_db - db, reference_db(hz) + above_db - db)
        })
        .collect()
}

/// Frequency, lower and upper edge of the tolerance, in sixth octaves.
fn reference_band() -> Vec<(f64, f64, f64)> {
    let points = (0..=60).map(|n| RANGE_HZ.0 * 10f64.powf(f64::from(n) * 0.05));
    points
        .map(|hz| {
            let (below_db, above_db) = tolerance_db(hz);
            (hz, reference_db(hz) - below_db, reference_db(hz) + above_db)
        })
        .collect()
}

/// Third octaves that lie outside the usual range, in the order of frequency.
fn outside(line: &[(f64, Option<f64>)]) -> Vec<f64> {
    let bands = line.iter().filter_map(|(hz, db)| Some((*hz, (*db)? - reference_db(*hz))));
    let is_outside = |(hz, difference): &(f64, f64)| {
        let (below_db, above_db) = tolerance_db(*hz);
        (RANGE_HZ.0..=RANGE_HZ.1).contains(hz) && (*difference < -below_db || *difference > above_db)
    };
    bands.filter(is_outside).map(|(hz, _)| hz).collect()
}

/// Regions in which a track leaves the shaded range of the chart: `sub (25 Hz to 40 Hz)`; `None` if it stays within or has no spectrum.
pub(crate) fn outside_names(track: Track<'_>) -> Option<String> {
    let outside = outside(&aligned(track)?);
    let region = |(name, from_hz, to_hz): (&str, f64, f64)| {
        let here: Vec<f64> = outside.iter().copied().filter(|hz| (from_hz..to_hz).contains(hz)).collect();
        let (first, last) = (here.first()?, here.last()?);
        Some(match first == last {
            true => format!("{name} ({})", frequency(*first)),
            false => format!("{name} ({} to {})", frequency(*first), frequency(*last)),
        })
    };
    let names: Vec<String> = REGIONS.into_iter().filter_map(region).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn summary(lines: &[(Track<'_>, Levels)]) -> String {
    let said = |line: &[(f64, Option<f64>)]| match &outside(line)[..] {
        [] => "within the usual range everywhere".to_owned(),
        outside => {
            let names: Vec<String> = outside.iter().map(|hz| frequency(*hz)).collect();
            format!("outside the usual range at {}", names.join(", "))
        }
    };
    lines.iter().map(|(track, line)| format!("{}: {}.", track.label, said(line))).collect::<Vec<_>>().join(" ")
}

fn table(tracks: &[Track<'_>]) -> Table {
    let spectra: Vec<_> = tracks.iter().map(|track| track.analysis.measurements.spectrum.as_ref()).collect();
    let longest = spectra.iter().flatten().max_by_key(|spectrum| spectrum.ltas.center_hz.len());
    let centers: &[f64] = longest.map_or(&[], |spectrum| &spectrum.ltas.center_hz);
    let rows = centers.iter().enumerate().map(|(index, hz)| {
        let level = |spectrum: &Option<&balanced_model::Spectrum>| {
            spectrum.and_then(|spectrum| spectrum.ltas.level_db.get(index).copied().flatten())
        };
        let levels = spectra.iter().map(|spectrum| maybe(level(spectrum), 1));
        std::iter::once(frequency(*hz)).chain(levels).collect()
    });
    let names = tracks.iter().map(|track| format!("{} (dB)", track.label));
    Table { columns: std::iter::once("Third octave".to_owned()).chain(names).collect(), rows: rows.collect() }
}

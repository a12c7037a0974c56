//! Where the spectrum ends, if it ends in a wall.

use balanced_dsp::decibel::power_to_db;

/// Width of the cells that the spectrum is averaged into.
const CELL_HZ: f64 = 100.0;
/// Span below the wall whose median level counts as programme: one tone does not make a band.
const BELOW_HZ: f64 = 1000.0;
/// A wall falls within this span.
const TRANSITION_HZ: f64 = 500.0;
/// By at least this much: 18 dB in 500 Hz is beyond any equaliser, instrument or microphone.
const DROP_DB: f64 = 18.0;
/// Walls are looked for above this frequency.
const LOWEST_HZ: f64 = 2500.0;
/// An end this close to the Nyquist frequency is the converter's own filter.
const NYQUIST_SHARE: f64 = 0.95;

/// A brick wall in the spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wall {
    /// Frequency at which the level has fallen half the way, in dB.
    pub hz: f64,
    /// Median level below minus highest level above.
    pub drop_db: f64,
}

/// The wall that ends the spectrum `power` (mean power by bin), if there is one: programme below it, nothing above.
///
/// A natural decay of level towards the top is no wall, however far it falls.
pub(crate) fn find_wall(power: &[f64], bin_hz: f64) -> Option<Wall> {
    let cells = cells_db(power, bin_hz);
    let cell_hz = cell_bins(bin_hz) as f64 * bin_hz;
    let (below, transition) = (span(BELOW_HZ, cell_hz), span(TRANSITION_HZ, cell_hz));
    let above = running_maximum_from_top(&cells);
    let first = span(LOWEST_HZ, cell_hz).max(below);
    let wall = (first..cells.len().saturating_sub(transition))
        .map(|i| (i, median(&cells[i - below..i]) - above[i + transition]))
        .filter(|(_, drop_db)| *drop_db >= DROP_DB)
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (start, drop_db) = wall;
    let half_db = above[start + transition] + 0.5 * drop_db;
    let mut edge = start + transition;
    while edge > start - below && cells[edge - 1] < half_db {
        edge -= 1;
    }
    Some(Wall { hz: edge as f64 * cell_hz, drop_db })
}

/// Frequency of the wall, unless it is so close to the Nyquist frequency that it limits nothing.
pub(crate) fn limit_hz(power: &[f64], bin_hz: f64) -> Option<f64> {
    let nyquist_hz = bin_hz * (power.len() - 1) as f64;
    find_wall(power, bin_hz).map(|wall| wall.hz).filter(|hz| *hz < NYQUIST_SHARE * nyquist_hz)
}

fn cell_bins(bin_hz: f64) -> usize {
    (CELL_HZ / bin_hz).round().max(1.0) as usize
}

fn span(hz: f64, cell_hz: f64) -> usize {
    (hz / cell_hz).round().max(1.0) as usize
}

/// Mean level a bin in each cell, floored where nothing is.
fn cells_db(power: &[f64], bin_hz: f64) -> Vec<f64> {
    const FLOOR: f64 = 1e-20;
    let width = cell_bins(bin_hz);
    power.chunks_exact(width).map(|bins| power_to_db(bins.iter().sum::<f64>() / width as f64 + FLOOR)).collect()
}

fn running_maximum_from_top(cells: &[f64]) -> Vec<f64> {
    let mut highest = f64::NEG_INFINITY;
    let mut maxima: Vec<f64> = cells
        .iter()
        .rev()
        .map(|c| {
            highest = highest.max(*c);
            highest
        })
        .collect();
    maxima.reverse();
    maxima
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIN_HZ: f64 = 44_100.0 / 4096.0;

    fn spectrum(level_db: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..2049).map(|bin| 10f64.powf(level_db(bin as f64 * BIN_HZ) / 10.0)).collect()
    }

    #[test]
    fn a_wall_is_found_where_it_stands() {
        let wall = find_wall(&spectrum(|hz| if hz < 16_000.0 { -70.0 } else { -130.0 }), BIN_HZ).unwrap();
        assert!((wall.hz - 16_000.0).abs() < 150.0 && (wall.drop_db - 60.0).abs() < 1.0, "{wall:?}");
    }

    #[test]
    fn slopes_tones_and_the_converter_are_no_wall() {
        // 60 dB an octave above 5 kHz.
        let slope = spectrum(|hz| -60.0 - 60.0 * (hz / 5000.0).max(1.0).log2());
        assert_eq!(limit_hz(&slope, BIN_HZ), None);
        let tone = spectrum(|hz| if (hz - 10_000.0).abs() < 30.0 { -10.0 } else { -140.0 });
        assert_eq!(limit_hz(&tone, BIN_HZ), None);
        let converter = spectrum(|hz| if hz < 21_300.0 { -80.0 } else { -140.0 });
        assert_eq!(limit_hz(&converter, BIN_HZ), None);
        assert_eq!(limit_hz(&vec![0.0; 2049], BIN_HZ), None);
    }
}

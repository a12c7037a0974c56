//! The metre and the place of the bar line: of every way to count the beats of a stretch in twos to sevens from every beat,
//! the one that listeners would count. A trained [`Chooser`] compares them by what happens at the beginning of a bar, in
//! its middle and on the beats beside, and by how the sound comes back after a bar.

use super::change::{LAGS, standardised};
use super::choice::Chooser;
use super::network::Activations;
use super::pattern::{Pattern, VOICES};

/// Beats a bar that are tried.
pub(super) const METRES: [usize; 5] = [2, 3, 4, 5, 7];
/// Sequences of values at beats: network, change, bass, and the voices of the drum pattern.
const SERIES: usize = 3 + VOICES;
/// Least deviation of the rises of a voice that counts.
const LEAST_DEVIATION: f64 = 1e-3;
/// Features of a way to count.
pub(super) const FEATURES: usize = 4 * SERIES + 2 + 3 + METRES.len() + 3;
/// Weights that `tools/beat-training/choose.py` wrote.
static WEIGHTS: &[u8] = include_bytes!("metre.bin");

/// A way to count: beats a bar, and the first beat that begins one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Count {
    pub metre: usize,
    pub first: usize,
}

/// Measurements at each beat of a stretch of music, by which ways to count bars are compared.
pub(super) struct Beats {
    pub series: [Vec<f64>; SERIES],
    pub differences: [f64; LAGS],
    pub in_three_parts: bool,
    pub bpm: f64,
}

impl Beats {
    /// Values at the beats of one stretch: log odds of the network, changes of the sound and struck basses in deviations, and
    /// rises of the voices.
    pub fn series(
        network: &[f64],
        change: &[f64],
        bass: &[f64],
        pattern: &Pattern,
        beats: &[f64],
    ) -> [Vec<f64>; SERIES] {
        let voice =
            |voice: usize| standardised(beats.iter().map(|beat| pattern.near(voice, *beat)).collect(), LEAST_DEVIATION);
        let [a, b, c, d] = std::array::from_fn(voice);
        [network.to_vec(), change.to_vec(), bass.to_vec(), a, b, c, d]
    }
}

/// Every way to count that has two bars, with its probability.
pub(super) fn probabilities(beats: &Beats) -> Vec<(Count, f64)> {
    let counts = counts(beats.series[0].len());
    let rows: Vec<[f64; FEATURES]> = counts.iter().map(|count| features(*count, beats)).collect();
    let found = Chooser::<FEATURES>::new(WEIGHTS).probabilities(&rows);
    counts.into_iter().zip(found).collect()
}

/// Ways to count `beats` beats.
pub(super) fn counts(beats: usize) -> Vec<Count> {
    let fitting = METRES.into_iter().filter(|metre| beats >= 2 * metre);
    fitting.flat_map(|metre| (0..metre).map(move |first| Count { metre, first })).collect()
}

/// What tells a way to count from the others.
pub(super) fn features(count: Count, beats: &Beats) -> [f64; FEATURES] {
    let Count { metre, first } = count;
    let mut row = Vec::with_capacity(FEATURES);
    for series in &beats.series {
        // Mean at each place of the bar, against the mean of all places.
        let places: Vec<f64> = (0..metre).map(|place| at_place(series, metre, (first + place) % metre)).collect();
        let mean = places.iter().sum::<f64>() / metre as f64;
        let middle = if metre % 2 == 0 && metre > 2 { places[metre / 2] - mean } else { 0.0 };
        let rival = places[1..].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.extend([places[0] - mean, middle, places[1] - mean, places[0] - rival]);
    }
    let level = at_place(&beats.series[0], 1, 0);
    row.extend([level, at_place(&beats.series[0], metre, first)]);
    let lag = |beats_apart: usize| beats.differences[beats_apart.min(LAGS) - 1];
    let nearby = 0.5 * (lag(metre - 1) + lag(metre + 1));
    let least = beats.differences.iter().take(8).copied().fold(f64::INFINITY, f64::min);
    row.extend([lag(metre) - nearby, lag(metre) - least, lag((2 * metre).min(LAGS)) - nearby]);
    row.extend(METRES.map(|other| f64::from(other == metre)));
    let three = if beats.in_three_parts { 1.0 } else { 0.0 };
    row.extend([three * f64::from(metre == 2), three * f64::from(metre == 3)]);
    row.push(if metre % 2 == 1 { (beats.bpm / 100.0).log2() } else { 0.0 });
    std::array::from_fn(|i| row[i])
}

/// Mean of every `metre`th value from `first` on.
fn at_place(series: &[f64], metre: usize, first: usize) -> f64 {
    let values = series.iter().skip(first).step_by(metre);
    let (sum, number) = values.fold((0.0, 0), |(sum, number), value| (sum + value, number + 1));
    sum / f64::from(number.max(1))
}

/// Log odds of the beginning of a bar at a beat: the greatest near it.
pub(super) fn down_odds(down: &[i8], beat: f64) -> f64 {
    let at = beat.round().max(0.0) as usize;
    let near = &down[at.saturating_sub(3).min(down.len())..(at + 4).min(down.len())];
    near.iter().map(|odds| f64::from(*odds) * f64::from(Activations::STEP)).fold(-8.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats of which those that begin a bar of `metre` stand out in everything, and which come back after a bar.
    fn clear(metre: usize, first: usize) -> Beats {
        let at =
            |high: f64, low: f64| (0..60).map(|i| if i % metre == first { high } else { low }).collect::<Vec<f64>>();
        let back = if metre == 2 { [0.0; 2] } else { [1.5, -0.5] };
        let beside: Vec<f64> =
            (0..60).map(|i| if (i + metre - first) % metre % 2 == 1 { back[0] } else { back[1] }).collect();
        let series =
            [at(2.0, -3.0), at(1.5, -0.5), at(1.5, -0.5), at(1.5, -0.5), beside.clone(), beside, at(0.5, -0.1)];
        let differences = std::array::from_fn(|lag| if (lag + 1) % metre == 0 { 0.8 } else { 1.1 });
        Beats { series, differences, in_three_parts: metre == 2, bpm: 100.0 }
    }

    #[test]
    fn clear_bars_are_counted_in_twos_to_sevens_from_any_beat() {
        for metre in METRES {
            for first in [0, metre - 1] {
                let found = probabilities(&clear(metre, first));
                assert!((found.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-9);
                let best = found.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("sixty beats").0;
                assert_eq!(best, Count { metre, first });
            }
        }
    }

    #[test]
    fn a_metre_needs_two_bars() {
        assert!(counts(3).is_empty());
        assert_eq!(counts(7).len(), 2 + 3);
        assert_eq!(counts(14).len(), 2 + 3 + 4 + 5 + 7);
    }
}

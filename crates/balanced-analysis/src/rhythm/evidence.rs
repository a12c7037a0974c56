//! How sure one may be of the beats that were found.

use super::network::{Activations, TEMPO_BINS_PER_OCTAVE, TEMPO_SLOWEST_BPM};

/// Frames within which an activation belongs to a beat.
const NEAR_FRAMES: usize = 2;
/// Bins of tempo within four percent.
const NEAR_BINS: f64 = 2.2;

/// Evidence for the beats and for the tempo, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Evidence {
    /// Mean activation at the beats.
    pub at_beats: f64,
    /// Mean activation half-way between them.
    pub between: f64,
    /// Share of the network's distribution of tempo that agrees.
    pub agreeing: f64,
}

impl Evidence {
    /// For beats given in frames and their tempo.
    pub fn new(heard: &Activations, beats: &[f64], bpm: f64) -> Self {
        let places = |list: &mut dyn Iterator<Item = f64>| {
            let (mut sum, mut count) = (0.0, 0);
            list.for_each(|place| (sum, count) = (sum + near(&heard.beat, place), count + 1));
            sum / f64::from(count.max(1))
        };
        let bin = (bpm / TEMPO_SLOWEST_BPM).log2() * TEMPO_BINS_PER_OCTAVE;
        let bins = heard.tempo.iter().enumerate().filter(|(at, _)| (*at as f64 - bin).abs() <= NEAR_BINS);
        Self {
            at_beats: places(&mut beats.iter().copied()),
            between: places(&mut beats.windows(2).map(|pair| 0.5 * (pair[0] + pair[1]))),
            agreeing: bins.map(|(_, share)| share).sum(),
        }
    }

    /// Probability that a listener would name this tempo, within 4 %: logistic, fitted to held-out synthetic songs, as they
    /// are and under other sounds (see the README beside this file).
    pub fn confidence(&self) -> f64 {
        let odds = -1.47 + 1.79 * self.at_beats - 4.12 * self.between + 4.38 * self.agreeing;
        1.0 / (1.0 + (-odds).exp())
    }
}

/// Greatest probability of a beat near a place.
fn near(odds: &[i8], place: f64) -> f64 {
    let at = place.round().max(0.0) as usize;
    let range = at.saturating_sub(NEAR_FRAMES).min(odds.len())..(at + NEAR_FRAMES + 1).min(odds.len());
    let top = odds[range].iter().copied().max().unwrap_or(i8::MIN);
    1.0 / (1.0 + (-f64::from(f32::from(top) * Activations::STEP)).exp())
}

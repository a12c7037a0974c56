//! How sure one may be of the beats that were found.

use super::choice::{log_odds, logistic};
use super::level::{self, Runs};
use super::network::{Activations, TEMPO_BINS_PER_OCTAVE, TEMPO_SLOWEST_BPM};

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
    /// Share that agrees with half, twice, a third or three times the tempo.
    pub related: f64,
    /// How much the activation repeats at the beat.
    pub pulse: f64,
    /// Probability of this level against the others.
    pub level: f64,
}

/// Offset and weights of `at_beats`, `pulse`, `agreeing + related` in the pulse's log odds.
const PULSE: [f64; 4] = [-1.297, 1.363, 2.895, 2.625];
/// Offset and weights of the level's log odds, the pulse's log odds, `between` and `agreeing` in the tempo's log odds.
const TEMPO: [f64; 5] = [-1.875, 0.753, 0.446, 0.879, 0.479];

impl Evidence {
    /// For beats given in frames, their tempo, how the activation repeats there, and the probability of the level.
    pub fn new(heard: &Activations, beats: &Runs, bpm: f64, pulse: f64, level: f64) -> Self {
        let places = |list: &mut dyn Iterator<Item = f64>| {
            let (mut sum, mut count) = (0.0, 0);
            list.for_each(|place| (sum, count) = (sum + level::near(&heard.beat, place), count + 1));
            sum / f64::from(count.max(1))
        };
        let share = |ratio: f64| -> f64 {
            let bin = (bpm * ratio / TEMPO_SLOWEST_BPM).log2() * TEMPO_BINS_PER_OCTAVE;
            let bins = heard.tempo.iter().enumerate().filter(|(at, _)| (*at as f64 - bin).abs() <= NEAR_BINS);
            bins.map(|(_, share)| share).sum()
        };
        Self {
            at_beats: places(&mut beats.iter().flatten().copied()),
            between: places(&mut level::parts(beats, 0.5)),
            agreeing: share(1.0),
            related: share(0.5) + share(2.0) + share(3.0) + share(1.0 / 3.0),
            pulse,
            level,
        }
    }

    /// Log odds that the beats lie on a pulse that listeners feel, at this level or a related one: logistic, fitted to
    /// held-out synthetic songs, as they are and under other sounds (see the README beside this file).
    pub fn pulse_odds(&self) -> f64 {
        PULSE[0] + PULSE[1] * self.at_beats + PULSE[2] * self.pulse + PULSE[3] * (self.agreeing + self.related)
    }

    /// Probability of the same.
    pub fn pulse_confidence(&self) -> f64 {
        logistic(self.pulse_odds())
    }

    /// Log odds that a listener would name this tempo, within 4 %; fitted to the same songs.
    pub fn odds(&self) -> f64 {
        let (level, pulse) = (log_odds(self.level), self.pulse_odds());
        TEMPO[0] + TEMPO[1] * level + TEMPO[2] * pulse + TEMPO[3] * self.between + TEMPO[4] * self.agreeing
    }

    /// Probability of the same; it is no greater than that of the pulse.
    pub fn confidence(&self) -> f64 {
        logistic(self.odds()).min(self.pulse_confidence())
    }
}

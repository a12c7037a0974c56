//! The score: tempo, key, chords, and where the beats are.

use super::Rng;

const MAJOR: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
const MINOR: [i32; 7] = [0, 2, 3, 5, 7, 8, 10];
const MAJOR_TURNS: [[i32; 4]; 4] = [[0, 4, 5, 3], [0, 5, 3, 4], [0, 3, 4, 3], [0, 3, 0, 4]];
const MINOR_TURNS: [[i32; 4]; 4] = [[0, 5, 2, 6], [0, 3, 6, 2], [0, 3, 4, 0], [0, 6, 5, 4]];

/// Silence before the first beat.
const LEAD_IN_S: f64 = 0.1;

/// The plan every player reads.
pub(super) struct Score {
    pub rate: f64,
    pub frames: usize,
    pub seed: u64,
    pub bpm: f64,
    pub tonic: u8,
    pub minor: bool,
    turn: [i32; 4],
    pub last_onset_s: f64,
}

/// One beat: when, and what chord.
pub(super) struct Beat {
    pub index: usize,
    pub at_s: f64,
    /// Scale degree of the chord's root, 0 is the tonic.
    pub degree: i32,
}

impl Score {
    pub fn new(rate: f64, duration_s: f64, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let minor = rng.chance(0.5);
        let turns = if minor { &MINOR_TURNS } else { &MAJOR_TURNS };
        Self {
            rate,
            frames: (rate * duration_s).round() as usize,
            seed,
            bpm: rng.range(70.0, 150.0).round(),
            tonic: rng.below(12) as u8,
            minor,
            turn: turns[rng.below(turns.len())],
            last_onset_s: (duration_s - 2.0).max(0.75 * duration_s),
        }
    }

    pub fn beat_s(&self) -> f64 {
        60.0 / self.bpm
    }

    /// Returns a generator for each player, so that adding one does not change the others.
    pub fn rng(&self, player: u64) -> Rng {
        Rng::new(self.seed.wrapping_mul(1000).wrapping_add(player))
    }

    pub fn beats(&self) -> impl Iterator<Item = Beat> + '_ {
        (0..)
            .map(|index| Beat {
                index,
                at_s: LEAD_IN_S + index as f64 * self.beat_s(),
                degree: self.turn[index / 4 % 4],
            })
            .take_while(|beat| beat.at_s < self.last_onset_s)
    }

    pub fn beats_s(&self) -> Vec<f64> {
        self.beats().map(|beat| beat.at_s).collect()
    }

    /// Returns the frequency of a scale degree; octave 0 holds the tonic nearest above C4 (MIDI 60).
    pub fn hz(&self, degree: i32, octave: i32) -> f64 {
        let scale = if self.minor { &MINOR } else { &MAJOR };
        let semitones = scale[degree.rem_euclid(7) as usize] + 12 * (degree.div_euclid(7) + octave);
        440.0 * 2f64.powf(f64::from(60 + i32::from(self.tonic) + semitones - 69) / 12.0)
    }

    /// Returns the root of a chord in the register of a bass guitar, E1 (41.2 Hz) upwards.
    pub fn bass_hz(&self, degree: i32) -> f64 {
        let mut hz = self.hz(degree, 0);
        while hz >= 82.4 {
            hz /= 2.0;
        }
        hz
    }
}

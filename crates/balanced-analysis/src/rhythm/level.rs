//! The level of the beat: of the decoder's beats, their halves and their doubles, the one that listeners would tap.
//!
//! Each candidate is a whole sequence of beats with features of what happens on its beats, between them, and at every other
//! one: activations, the four voices of the drum [`Pattern`], periods at which they repeat, and the network's tempo there.
//! A trained [`Chooser`] compares the candidates.

use super::choice::{Chooser, logistic};
use super::decode;
use super::network::Activations;
use super::pattern::{Pattern, VOICES};
use super::tempo::{self, Pulse};

/// Features of a candidate.
pub(super) const FEATURES: usize = 3 + 1 + 4 * VOICES + 2 + 4 * VOICES + 4 + 5 + 2 + 3 + 1 + 1;
/// Weights that `tools/beat-training/choose.py` wrote.
static WEIGHTS: &[u8] = include_bytes!("level.bin");
/// Log odds by which another reading must beat the decoder's: of values that score alike on held-out synthetic songs (0 to 1)
/// the one that relies least on the choosers.
const MARGIN: f64 = 1.0;
/// Added to a rise before its logarithm is taken.
const LEAST_RISE: f64 = 0.05;
/// Frames within which an activation belongs to a place.
const NEAR_FRAMES: usize = 2;

/// Beats of each stretch of music, in frames.
pub(super) type Runs = Vec<Vec<f64>>;

/// A reading of the beats.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub bpm: f64,
    pub beats: Runs,
    /// Whether it is what the decoder found.
    decoded: bool,
}

/// What candidates are judged by.
pub(super) struct Heard<'a> {
    pub activations: &'a Activations,
    pub pattern: &'a Pattern,
    pub frames_per_s: f64,
    pulse: Pulse,
    voices: [Pulse; VOICES],
    onsets: f64,
}

impl<'a> Heard<'a> {
    /// `onsets` is the number of notes that begin.
    pub fn new(activations: &'a Activations, pattern: &'a Pattern, onsets: usize, frames_per_s: f64) -> Self {
        Self {
            activations,
            pattern,
            frames_per_s,
            pulse: tempo::pulse(activations),
            voices: std::array::from_fn(|voice| Pulse::new(pattern.centred(voice))),
            onsets: onsets as f64,
        }
    }

    /// How much the network's activation repeats at a tempo.
    pub fn repeats(&self, bpm: f64) -> f64 {
        self.pulse.at(60.0 * self.frames_per_s / bpm)
    }

    fn share(&self, bpm: f64) -> f64 {
        decode::tempo_share(&self.activations.tempo, bpm).ln()
    }
}

/// The decoder's beats at `bpm`, and the readings at half and twice the tempo that the decoder could have found.
pub(super) fn candidates(decoded: Runs, bpm: f64, heard: &Heard<'_>) -> Vec<Candidate> {
    let odds = &heard.activations.beat;
    let mut found = Vec::new();
    if bpm * 2.0 <= decode::FASTEST_BPM {
        let beats = decoded.iter().map(|run| doubled(run, odds)).collect();
        found.push(Candidate { bpm: 2.0 * bpm, beats, decoded: false });
    }
    if bpm * 0.5 >= decode::SLOWEST_BPM && decoded.iter().all(|run| run.len() >= 4) {
        for strong in [true, false] {
            let beats = decoded.iter().map(|run| halved(run, odds, strong)).collect();
            found.push(Candidate { bpm: 0.5 * bpm, beats, decoded: false });
        }
    }
    found.insert(0, Candidate { bpm, beats: decoded, decoded: true });
    found
}

/// Probability of each candidate.
pub(super) fn probabilities(candidates: &[Candidate], heard: &Heard<'_>) -> Vec<f64> {
    let rows: Vec<[f64; FEATURES]> = candidates.iter().map(|candidate| features(candidate, heard)).collect();
    Chooser::<FEATURES>::new(WEIGHTS).probabilities(&rows)
}

/// The reading that was chosen.
pub(super) struct Chosen {
    pub beats: Runs,
    /// Its probability.
    pub probability: f64,
    /// Tempi of the others, relative to it, with their probabilities.
    others: Vec<(f64, f64)>,
}

impl Chosen {
    /// Tempi of all readings and their probabilities, the chosen one's being `bpm`.
    pub fn levels(&self, bpm: f64) -> Vec<(f64, f64)> {
        let mut levels = vec![(bpm, self.probability)];
        for (ratio, share) in &self.others {
            let tempo = ratio * bpm;
            match levels.iter_mut().find(|(known, _)| (*known / tempo - 1.0).abs() < 0.01) {
                Some(known) => known.1 += share,
                None => levels.push((tempo, *share)),
            }
        }
        levels
    }
}

/// Of the decoder's beats at `bpm`, their halves and their doubles, those that listeners would tap.
pub(super) fn choose(decoded: Runs, bpm: f64, heard: &Heard<'_>) -> Chosen {
    let mut candidates = candidates(decoded, bpm, heard);
    let shares = probabilities(&candidates, heard);
    let worth = |at: usize| shares[at].max(1e-12).ln() + if candidates[at].decoded { MARGIN } else { 0.0 };
    let best = (0..shares.len()).max_by(|a, b| worth(*a).total_cmp(&worth(*b))).unwrap_or(0);
    let own = candidates[best].bpm;
    let others = (0..shares.len()).filter(|at| *at != best).map(|at| (candidates[at].bpm / own, shares[at])).collect();
    Chosen { beats: candidates.swap_remove(best).beats, probability: shares[best], others }
}

/// Every other beat: those that are heard more, or the others.
fn halved(run: &[f64], odds: &[i8], strong: bool) -> Vec<f64> {
    let heard = |first: usize| {
        let places: Vec<f64> = run.iter().skip(first).step_by(2).map(|place| near(odds, *place)).collect();
        places.iter().sum::<f64>() / places.len().max(1) as f64
    };
    let first = usize::from((heard(1) > heard(0)) == strong);
    run.iter().skip(first).step_by(2).copied().collect()
}

/// The beats and those half-way between them.
fn doubled(run: &[f64], odds: &[i8]) -> Vec<f64> {
    let mut beats = Vec::with_capacity(2 * run.len());
    for pair in run.windows(2) {
        beats.extend([pair[0], decode::settle(odds, 0.5 * (pair[0] + pair[1]))]);
    }
    beats.extend(run.last());
    beats
}

/// Greatest probability of a beat near a place.
pub(super) fn near(odds: &[i8], place: f64) -> f64 {
    let at = place.round().max(0.0) as usize;
    let range = at.saturating_sub(NEAR_FRAMES).min(odds.len())..(at + NEAR_FRAMES + 1).min(odds.len());
    let top = odds[range].iter().copied().max().unwrap_or(i8::MIN);
    logistic(f64::from(f32::from(top) * Activations::STEP))
}

/// Places a part of the way from each beat to the next.
pub(super) fn parts(beats: &Runs, part: f64) -> impl Iterator<Item = f64> + '_ {
    beats.iter().flat_map(move |run| run.windows(2).map(move |pair| pair[0] + part * (pair[1] - pair[0])))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count.max(1))
}

/// Mean of a value at every other beat, from the first or second of each run.
fn alternate(beats: &Runs, value: &dyn Fn(f64) -> f64) -> [f64; 2] {
    [0, 1].map(|first| mean(beats.iter().flat_map(|run| run.iter().skip(first).step_by(2)).map(|place| value(*place))))
}

/// What tells a candidate from the others; `tools/beat-training/choose.py` gets them from here too.
pub(super) fn features(candidate: &Candidate, heard: &Heard<'_>) -> [f64; FEATURES] {
    let (beats, bpm) = (&candidate.beats, candidate.bpm);
    let odds = &heard.activations.beat;
    let mut row = Vec::with_capacity(FEATURES);
    let at = |part: f64| mean(parts(beats, part).map(|place| near(odds, place)));
    row.extend([at(0.0), at(0.5), 0.5 * (at(0.25) + at(0.75))]);
    let [even, odd] = alternate(beats, &|place| near(odds, place));
    row.push((even - odd).abs());
    let mut alternations = [0.0; VOICES];
    for voice in 0..VOICES {
        let rise = |part: f64| mean(parts(beats, part).map(|place| heard.pattern.near(voice, place)));
        let (on, half, quarter) = (rise(0.0), rise(0.5), 0.5 * (rise(0.25) + rise(0.75)));
        let level = (on + half + 2.0 * quarter) / 4.0 + LEAST_RISE;
        row.extend([on, half, quarter].map(|rise| ((rise + LEAST_RISE) / level).ln()));
        let [even, odd] = alternate(beats, &|place| heard.pattern.near(voice, place));
        alternations[voice] = ((even + LEAST_RISE) / (odd + LEAST_RISE)).ln();
        row.push(alternations[voice].abs());
    }
    // A kick where there is no snare, and the other way round, is a backbeat.
    row.extend([-alternations[0] * alternations[2], -alternations[0] * alternations[1]]);
    let period = 60.0 * heard.frames_per_s / bpm;
    for voice in &heard.voices {
        row.extend([0.5, 1.0, 2.0, 4.0].map(|beats| voice.once(beats * period)));
    }
    row.extend([0.5, 1.0, 2.0, 4.0].map(|beats| heard.pulse.once(beats * period)));
    row.extend([0.5, 1.0, 2.0, 1.5, 2.0 / 3.0].map(|ratio| heard.share(bpm * ratio)));
    let octaves = (bpm / 100.0).log2();
    row.extend([octaves, octaves * octaves]);
    let down = &heard.activations.down;
    let [even, odd] = alternate(beats, &|place| near(down, place));
    let fourths = [0, 1, 2, 3].map(|first| {
        mean(beats.iter().flat_map(|run| run.iter().skip(first).step_by(4)).map(|place| near(down, *place)))
    });
    let top = fourths.iter().copied().fold(0.0, f64::max);
    row.extend([0.5 * (even + odd), (even - odd).abs(), top - fourths.iter().sum::<f64>() / 4.0]);
    let count = beats.iter().map(Vec::len).sum::<usize>().max(1) as f64;
    row.push((heard.onsets / count + 0.1).ln());
    row.push(f64::from(candidate.decoded));
    std::array::from_fn(|i| row[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_doubles_and_the_decoders_own_are_compared() {
        let beats: Vec<f64> = (0..40).map(|k| 20.0 + 50.0 * f64::from(k)).collect();
        let mut activations = Activations { beat: vec![-50; 2100], down: vec![-50; 2100], ..Activations::default() };
        activations.stretches = std::iter::once(0..2100).collect();
        beats
            .iter()
            .enumerate()
            .for_each(|(k, beat)| activations.beat[*beat as usize] = if k % 2 == 1 { 40 } else { 10 });
        let pattern = Pattern::default();
        let heard = Heard::new(&activations, &pattern, 40, 100.0);
        let found = candidates(vec![beats.clone()], 120.0, &heard);
        assert_eq!(found.iter().map(|c| c.bpm).collect::<Vec<f64>>(), [120.0, 240.0, 60.0, 60.0]);
        assert_eq!(found[0].beats[0], beats);
        assert_eq!(found[1].beats[0].len(), 79);
        assert_eq!((found[2].beats[0][0], found[3].beats[0][0]), (beats[1], beats[0]), "the stronger half is first");
        let shares = probabilities(&found, &heard);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let chosen = choose(vec![beats], 120.0, &heard);
        let levels = chosen.levels(120.0);
        assert!((levels.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-9, "{levels:?}");
        // Twice 160 and half of 50 BPM are no tempi.
        let bpm = |bpm: f64| {
            candidates(vec![vec![0.0, 1.0, 2.0, 3.0]], bpm, &heard).iter().map(|c| c.bpm).collect::<Vec<_>>()
        };
        assert_eq!((bpm(160.0), bpm(50.0)), (vec![160.0, 80.0, 80.0], vec![50.0, 100.0]));
    }
}

//! Which beats begin a bar, by the likeliest way to count ([`metre`]) and what is heard at each beat.

use super::change::Levels;
use super::choice::logistic;
use super::metre::{self, Beats, Count};
use super::network::Activations;
use super::pattern::Pattern;

/// Weights of change and bass, in log odds a deviation: `SURE` of change always, and these times the doubt in the network.
const SURE_CHANGE: f64 = 0.4;
const DOUBTFUL_CHANGE: f64 = 0.4;
const DOUBTFUL_BASS: f64 = 1.0;
/// Where the network tells beats apart by this deviation of its log odds, doubt is `exp(-1/2)`.
const CLEAR_DEVIATION: f64 = 0.8;
/// Log odds against leaving the count at a beat.
const SLIP_COST: f64 = 6.0;
/// Log odds by which each beat agrees with the likeliest way to count, or does not.
const COUNT_WORTH: f64 = 1.0;

/// The bars of the music.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bars {
    pub metre: usize,
    /// Indices of the beats that begin one, for each stretch.
    pub downbeats: Vec<Vec<usize>>,
    /// Probability of the way to count, by the longest stretch.
    pub probability: f64,
}

/// Bars of beats in stretches, in frames; none where no stretch has two.
pub(super) fn bars(
    runs: &[Vec<f64>],
    heard: &Activations,
    levels: &Levels,
    pattern: &Pattern,
    in_three_parts: bool,
    bpm: f64,
) -> Option<Bars> {
    let longest = (0..runs.len()).max_by_key(|run| runs[*run].len())?;
    let known: Vec<Beats> = runs.iter().map(|run| beats(run, heard, levels, pattern, in_three_parts, bpm)).collect();
    let ways = metre::probabilities(&known[longest]);
    let (best, probability) = ways.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let downbeats = known.iter().map(|beats| downbeats(beats, best.metre)).collect();
    Some(Bars { metre: best.metre, downbeats, probability })
}

/// Measures the beats of a stretch: activations, changes of the sound, drum pattern, tempo.
pub(super) fn beats(
    run: &[f64],
    heard: &Activations,
    levels: &Levels,
    pattern: &Pattern,
    in_three_parts: bool,
    bpm: f64,
) -> Beats {
    let network: Vec<f64> = run.iter().map(|beat| metre::down_odds(&heard.down, *beat)).collect();
    let series = Beats::series(&network, &levels.changes(run), &levels.struck(run), pattern, run);
    Beats { series, differences: levels.differences(run), in_three_parts, bpm }
}

/// First beats of bars of `metre` beats: where the likeliest way to count has them, but for slips of the beats.
fn downbeats(beats: &Beats, metre: usize) -> Vec<usize> {
    let ways = metre::probabilities(beats).into_iter().filter(|(count, _)| count.metre == metre);
    let Some((Count { first, .. }, _)) = ways.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Vec::new();
    };
    let [network, change, bass, ..] = &beats.series;
    let mut odds = evidence(network, change, bass);
    for (at, odds) in odds.iter_mut().enumerate() {
        *odds += if at % metre == first { COUNT_WORTH } else { -COUNT_WORTH };
    }
    count(&odds, metre)
}

/// Log odds that each beat begins a bar: the `network`'s, with the second opinion of change and bass, which counts more where
/// the network hardly tells one beat from another.
fn evidence(network: &[f64], change: &[f64], bass: &[f64]) -> Vec<f64> {
    let count = network.len().max(1) as f64;
    let mean = network.iter().sum::<f64>() / count;
    let variance = network.iter().map(|odds| (odds - mean).powi(2)).sum::<f64>() / count;
    let doubt = (-0.5 * variance / CLEAR_DEVIATION.powi(2)).exp();
    let second = change
        .iter()
        .zip(bass)
        .map(|(change, bass)| (SURE_CHANGE + DOUBTFUL_CHANGE * doubt) * change + DOUBTFUL_BASS * doubt * bass);
    network.iter().zip(second).map(|(odds, more)| odds + more).collect()
}

/// Time signature as in a score: `6/8` for two beats of three parts each.
pub(super) fn signature(metre: usize, in_three_parts: bool) -> String {
    if metre == 2 && in_three_parts { "6/8".to_owned() } else { format!("{metre}/4") }
}

/// Probability that bars begin where a listener would begin them: logistic, fitted to held-out synthetic songs (see the
/// README beside this file). `chosen` is the log odds of the way to count, `level` those of the level of the beats.
pub(super) fn confidence(chosen: f64, level: f64) -> f64 {
    logistic(CONFIDENCE[0] + CONFIDENCE[1] * chosen + CONFIDENCE[2] * level)
}

/// Offset and weights of [`confidence`].
const CONFIDENCE: [f64; 3] = [-1.728, 0.825, 0.503];

/// Best way to count through `evidence` in `metre`: Viterbi over the place in the bar, restarts allowed at a price.
fn count(evidence: &[f64], metre: usize) -> Vec<usize> {
    let mut scores = vec![0.0; metre];
    let mut steps: Vec<Vec<usize>> = Vec::with_capacity(evidence.len());
    for odds in evidence {
        let mut next = vec![f64::NEG_INFINITY; metre];
        let mut sources = vec![0; metre];
        for (place, score) in next.iter_mut().enumerate() {
            for (before, old) in scores.iter().enumerate() {
                let regular = (before + 1) % metre == place;
                let total = old - if regular { 0.0 } else { SLIP_COST };
                if total > *score {
                    (*score, sources[place]) = (total, before);
                }
            }
            // Log likelihood of the odds: log p for a downbeat, log (1 - p) otherwise.
            *score += if place == 0 { -(-odds).exp().ln_1p() } else { -odds.exp().ln_1p() };
        }
        (scores, _) = (next, steps.push(sources));
    }
    let mut place = (0..metre).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
    let mut downbeats = Vec::new();
    for (index, sources) in steps.iter().enumerate().rev() {
        if place == 0 {
            downbeats.push(index);
        }
        place = sources[place];
    }
    downbeats.reverse();
    downbeats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_counted_from_any_start_and_a_slip_is_followed() {
        for metre in [2, 3, 4, 5, 7] {
            for first in 0..metre {
                let evidence: Vec<f64> = (0..40).map(|i| if i % metre == first { 1.5 } else { -2.0 }).collect();
                assert_eq!(count(&evidence, metre), (first..40).step_by(metre).collect::<Vec<_>>());
            }
        }
        let slipped: Vec<f64> = (0..41).map(|i| if (i + i / 21) % 4 == 0 { 1.5 } else { -2.0 }).collect();
        assert_eq!(count(&slipped, 4)[4..7], [16, 20, 23]);
    }

    #[test]
    fn the_second_opinion_counts_where_the_network_has_none() {
        let (undecided, clear) = ([-1.0; 4], [3.0, -4.0, -3.0, -4.0]);
        let (change, bass) = ([-1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 1.5, 0.0]);
        let first = |network: &[f64]| {
            let odds = evidence(network, &change, &bass);
            (0..4).max_by(|a, b| odds[*a].total_cmp(&odds[*b]))
        };
        assert_eq!((first(&undecided), first(&clear)), (Some(2), Some(0)));
    }

    #[test]
    fn only_two_beats_of_three_parts_are_six_eight() {
        assert_eq!(
            [(2, true), (2, false), (3, true), (4, false), (7, false)].map(|(m, c)| signature(m, c)),
            ["6/8", "2/4", "3/4", "4/4", "7/4"]
        );
    }
}

//! Which beats begin a bar, and how beats are grouped and divided.

use super::change::LAGS;

/// Beats in a bar that are tried, and the log odds of each before listening.
const METRES: [(usize, f64); 3] = [(4, 1.5), (3, 0.0), (2, -4.0)];
/// Log odds that a difference of one mean distance between beats is worth (see [`metre_odds`]), and the largest that counts.
const THREE_WORTH: f64 = 240.0;
const TWO_WORTH: f64 = 40.0;
const LARGEST_DIFFERENCE: f64 = 0.3;
/// Head start of two beats a bar where these have three parts and are no faster than a jig's: few would count that in fours.
const COMPOUND_TWO: f64 = 6.0;
const FASTEST_COMPOUND_BPM: f64 = 132.0;
/// Weights of change and bass, in log odds a deviation: `SURE` of change always, and these times the doubt in the network.
const SURE_CHANGE: f64 = 0.4;
const DOUBTFUL_CHANGE: f64 = 0.4;
const DOUBTFUL_BASS: f64 = 1.0;
/// Where the network tells beats apart by this deviation of its log odds, doubt is `exp(-1/2)`.
const CLEAR_DEVIATION: f64 = 0.8;
/// Log odds against leaving the count at a beat.
const SLIP_COST: f64 = 6.0;

/// Beats a bar, and the indices of the beats that begin one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bars {
    pub metre: usize,
    pub downbeats: Vec<usize>,
}

/// Log odds that each beat begins a bar: the `network`'s, with the second opinion of change and bass, which counts more where
/// the network hardly tells one beat from another.
pub(super) fn evidence(network: &[f64], change: &[f64], bass: &[f64]) -> Vec<f64> {
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

/// Log odds of four, three and two beats a bar by how the sound comes back: bars are alike, beats within a bar are not
/// (Gainza, ICASSP 2009). `differences` are those of beats one, two, … beats apart.
pub(super) fn metre_odds(differences: &[f64; LAGS], in_three_parts: bool, bpm: f64) -> [f64; METRES.len()] {
    let [_, two, three, four, _, six, _, eight, nine, ..] = differences;
    let limited = |x: f64| x.clamp(-LARGEST_DIFFERENCE, LARGEST_DIFFERENCE);
    let for_three = 0.5 * THREE_WORTH * limited((four + eight) / 2.0 - (three + six + nine) / 3.0);
    let compound = in_three_parts && bpm <= FASTEST_COMPOUND_BPM;
    let for_two = if compound { COMPOUND_TWO + TWO_WORTH * limited(four - two) } else { 0.0 };
    [-for_three, for_three, for_two - for_three]
}

/// The most likely bars, where `evidence[i]` is the log odds that beat `i` begins one, and `metre_odds` those of
/// [`metre_odds`].
pub(super) fn bars(evidence: &[f64], metre_odds: [f64; METRES.len()]) -> Option<Bars> {
    METRES
        .into_iter()
        .zip(metre_odds)
        .map(|((metre, prior), odds)| {
            let (score, downbeats) = count(evidence, metre);
            (score + prior + odds, Bars { metre, downbeats })
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, bars)| bars)
        .filter(|bars| evidence.len() >= 2 * bars.metre)
}

/// Time signature as in a score: `6/8` for two beats of three parts each.
pub(super) fn signature(metre: usize, in_three_parts: bool) -> String {
    if metre == 2 && in_three_parts { "6/8".to_owned() } else { format!("{metre}/4") }
}

/// Best way to count through `evidence` in `metre`: Viterbi over the place in the bar, restarts allowed at a price.
fn count(evidence: &[f64], metre: usize) -> (f64, Vec<usize>) {
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
    let best = scores[place];
    let mut downbeats = Vec::new();
    for (index, sources) in steps.iter().enumerate().rev() {
        if place == 0 {
            downbeats.push(index);
        }
        place = sources[place];
    }
    downbeats.reverse();
    (best, downbeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_are_told_apart_from_any_start() {
        for metre in [2, 3, 4] {
            for first in 0..metre {
                let evidence: Vec<f64> = (0..40).map(|i| if i % metre == first { 1.5 } else { -2.0 }).collect();
                let expected = Bars { metre, downbeats: (first..40).step_by(metre).collect() };
                assert_eq!(bars(&evidence, [0.0; 3]), Some(expected));
            }
        }
        assert_eq!(bars(&[1.0, -1.0, -1.0], [0.0; 3]), None);
    }

    #[test]
    fn without_evidence_it_is_four() {
        assert_eq!(bars(&[-1.1; 24], [0.0; 3]).map(|bars| bars.metre), Some(4));
    }

    #[test]
    fn what_comes_back_after_three_beats_is_in_three() {
        let odds = |period: usize, three_parts| {
            let differences = std::array::from_fn(|lag| if (lag + 1) % period == 0 { 0.8 } else { 1.1 });
            bars(&[-1.1; 24], metre_odds(&differences, three_parts, 70.0)).map(|bars| bars.metre)
        };
        assert_eq!([odds(3, false), odds(4, false), odds(2, false)], [Some(3), Some(4), Some(4)]);
        assert_eq!(odds(3, true), Some(3));
    }

    #[test]
    fn slow_beats_of_three_parts_go_in_twos_more_readily() {
        let differences = std::array::from_fn(|lag| if lag % 2 == 1 { 0.8 } else { 1.1 });
        let for_two = |three_parts, bpm| metre_odds(&differences, three_parts, bpm)[2];
        assert!((for_two(true, 70.0) - for_two(false, 70.0) - COMPOUND_TWO).abs() < 1e-9);
        assert!((for_two(true, 150.0) - for_two(false, 150.0)).abs() < 1e-9);
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
            [(2, true), (2, false), (3, true), (4, false)].map(|(m, c)| signature(m, c)),
            ["6/8", "2/4", "3/4", "4/4"]
        );
    }
}

//! Which beats begin a bar, and how beats are grouped and divided.

/// Beats in a bar that are tried, and the log odds of each before listening.
const METRES: [(usize, f64); 3] = [(4, 1.5), (3, 0.0), (2, -4.0)];
/// Log odds against leaving the count at a beat.
const SLIP_COST: f64 = 6.0;

/// Beats a bar, and the indices of the beats that begin one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bars {
    pub metre: usize,
    pub downbeats: Vec<usize>,
}

/// The most likely bars, where `evidence[i]` is the log odds that beat `i` begins one.
pub(super) fn bars(evidence: &[f64]) -> Option<Bars> {
    METRES
        .into_iter()
        .map(|(metre, prior)| {
            let (score, downbeats) = count(evidence, metre);
            (score + prior, Bars { metre, downbeats })
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, bars)| bars)
        .filter(|bars| evidence.len() >= 2 * bars.metre)
}

/// What a score would say: `6/8` for two beats of three parts each.
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
                assert_eq!(bars(&evidence), Some(expected));
            }
        }
        assert_eq!(bars(&[1.0, -1.0, -1.0]), None);
    }

    #[test]
    fn without_evidence_it_is_four() {
        assert_eq!(bars(&[-1.1; 24]).map(|bars| bars.metre), Some(4));
    }

    #[test]
    fn only_two_beats_of_three_parts_are_six_eight() {
        assert_eq!(
            [(2, true), (2, false), (3, true), (4, false)].map(|(m, c)| signature(m, c)),
            ["6/8", "2/4", "3/4", "4/4"]
        );
    }
}

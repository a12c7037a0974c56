//! Which beats begin a bar.

/// Beats in a bar that are tried.
const METRES: [usize; 2] = [4, 3];
/// Log odds against leaving the metre or the count at a beat.
const SLIP_COST: f64 = 6.0;
/// Log odds of 4/4 before listening.
const FOUR_PRIOR: f64 = 1.5;

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
        .map(|metre| {
            let (score, downbeats) = count(evidence, metre);
            (score + if metre == 4 { FOUR_PRIOR } else { 0.0 }, Bars { metre, downbeats })
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, bars)| bars)
        .filter(|bars| evidence.len() >= 2 * bars.metre)
}

/// Best way to count through `evidence` in `metre`: Viterbi over the place in the bar, restarts allowed at a price.
/// Odds are taken relative to their mean share, so that a longer bar gains nothing by having fewer downbeats.
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
    fn three_and_four_are_told_apart_from_any_start() {
        for metre in [3, 4] {
            for first in 0..metre {
                let evidence: Vec<f64> = (0..40).map(|i| if i % metre == first { 1.0 } else { -1.5 }).collect();
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
}

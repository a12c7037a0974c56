//! The decision: is there a key, and which.

use balanced_model::{Key, KeyCandidate, finite};

use super::chroma::FineChroma;
use super::names::KeyIndex;
use super::network;
use super::profiles::{self, softmax};
use super::sections::Sections;
use super::steps::Steps;

/// Readings listed.
const CANDIDATES: usize = 5;
/// A key is given from this significance of the peaks' agreement up (overlapping frames see the same peaks up to four times
/// and so double the 1 that independent ones would give), and from this size of it: the significance of the little that noise
/// has grows with its length, 2.5 after 40 s.
const LEAST_PITCHEDNESS: f64 = 2.5;
const LEAST_AGREEMENT: f64 = 0.042;
/// Fewer frames than this (about half a second of sound) are too few to say a key.
const LEAST_FRAMES: f64 = 3.0;

/// The network's first key has at least this share, or there is none: it was trained to be undecided by what has no key.
const LEAST_SHARE: f64 = 0.085;
/// How much the profiles' shares count beside the network's, as an exponent; and the temperature of both.
const PROFILES: f64 = 1.0;
const TEMPERATURE: f64 = 1.6;

/// The key, or why none can be told.
pub(super) fn decide(
    chroma: &FineChroma,
    steps: &Steps,
    sections: &Sections,
    duration_s: f64,
) -> Result<Key, &'static str> {
    let (tuning, pitchedness) = (chroma.tuning(), chroma.pitchedness());
    if chroma.frames < LEAST_FRAMES {
        return Err("silence, or less than half a second of sound");
    }
    if pitchedness < LEAST_PITCHEDNESS || chroma.agreement() < LEAST_AGREEMENT {
        return Err("no pitches that agree on a tuning: noise, drums or speech");
    }
    let Some(scores) = profiles::scores(&chroma.pitch_classes(tuning)) else {
        return Err("no pitch class stands out");
    };
    let odds = network::hear(&steps.classes(tuning));
    if softmax(&odds).iter().all(|share| *share < LEAST_SHARE) {
        return Err("no key is much likelier than others: clusters, speech, or notes at random");
    }
    let weights = fused(&odds, &scores);
    let mut order: Vec<usize> = (0..24).collect();
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]).then(a.cmp(b)));
    let best = KeyIndex(order[0]);
    Ok(Key {
        name: Some(best.name()),
        tonic: Some(best.tonic().to_owned()),
        mode: Some(best.mode()),
        camelot: Some(best.camelot()),
        open_key: Some(best.open_key()),
        confidence: weights[order[0]],
        candidates: order[..CANDIDATES]
            .iter()
            .map(|key| KeyCandidate { name: KeyIndex(*key).name(), weight: weights[*key] })
            .collect(),
        tuning_hz: finite(440.0 * 2f64.powf(tuning / 12.0)),
        segments: sections.segments(tuning, (best, weights[order[0]]), duration_s),
    })
}

/// Shares of the evidence of network and profiles together; they add up to one.
fn fused(odds: &[f64; 24], scores: &[f64; 24]) -> [f64; 24] {
    let (heard, matched) = (softmax(odds), profiles::shares(scores));
    softmax(&std::array::from_fn(|key| (log(heard[key]) + PROFILES * log(matched[key])) / TEMPERATURE))
}

/// Natural logarithm of a share, no lower than that of one in a trillion.
fn log(share: f64) -> f64 {
    share.max(1e-12).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_both_opinions_count() {
        let (mut odds, mut scores) = ([0.0; 24], [0.0; 24]);
        (odds[3], odds[9]) = (2.0, 2.0);
        scores[9] = 0.3;
        let shares = fused(&odds, &scores);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(shares[9] > shares[3] && shares[3] > shares[0], "{shares:?}");
    }
}

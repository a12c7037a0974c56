//! The decision: is there a key, and which.

use balanced_model::{Key, KeyCandidate, finite};

use super::chroma::FineChroma;
use super::names::KeyIndex;
use super::network;
use super::profiles;
use super::sections::Sections;
use super::steps::Steps;

/// Readings listed.
const CANDIDATES: usize = 5;
/// A key is given from this significance of the peaks' agreement up (overlapping frames see the same peaks up to four times
/// and so double the 1 that independent ones would give), and from this size of it: the significance of the little that noise
/// has grows with its length, 2.5 after 40 s.
const LEAST_PITCHEDNESS: f64 = 2.5;
const LEAST_AGREEMENT: f64 = 0.018;
/// Fewer frames than this (about half a second of sound) are too few to say a key.
const LEAST_FRAMES: f64 = 3.0;

/// How much the profiles' shares count beside the network's, as exponents; and the temperature of both.
const PROFILES: f64 = 0.2;
const TEMPERATURE: f64 = 1.2;

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
    let weights = fused(&network::hear(&steps.classes(tuning)), &scores);
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
        segments: sections.segments(tuning, best, duration_s),
    })
}

/// Shares of the evidence of network and profiles together; they add up to one.
fn fused(odds: &[f64; 24], scores: &[f64; 24]) -> [f64; 24] {
    let prior = profiles::shares(scores);
    let sums: [f64; 24] = std::array::from_fn(|key| (odds[key] + PROFILES * prior[key].max(1e-12).ln()) / TEMPERATURE);
    let top = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares = sums.map(|sum| (sum - top).exp());
    let total: f64 = shares.iter().sum();
    shares.map(|share| share / total)
}

//! How much each pitch class belongs to a key, and the scores of 24 keys.
//!
//! Two opinions are averaged. The first is the mean correlation with published profiles: Temperley 2007 (Kostka-Payne
//! corpus), Sha'ath 2011 (KeyFinder), Faraldo et al. 2016 (EDM-A) and 2017 (beat-gate), and a plain scale. The second
//! allows for music that is not in the textbook's scale: the soft maximum over six scales, of which Ionian and
//! Mixolydian count as major and Aeolian, harmonic minor, Dorian and blues as minor.

use crate::neural;

/// One value for each pitch class, tonic first.
type Profile = [f64; 12];

/// Major and minor profile of each set.
const PUBLISHED: [[Profile; 2]; 5] = [
    [
        [0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400],
        [0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330],
    ],
    [
        [6.6, 2.0, 3.5, 2.3, 4.6, 4.0, 2.5, 5.2, 2.4, 3.7, 2.3, 3.4],
        [6.5, 2.7, 3.5, 5.4, 2.6, 3.5, 2.5, 5.2, 4.0, 2.7, 4.3, 3.2],
    ],
    [
        [0.165, 0.047, 0.083, 0.067, 0.100, 0.093, 0.053, 0.132, 0.052, 0.074, 0.069, 0.064],
        [0.172, 0.053, 0.076, 0.100, 0.056, 0.085, 0.050, 0.135, 0.075, 0.050, 0.092, 0.055],
    ],
    [
        [1.00, 0.00, 0.42, 0.00, 0.53, 0.37, 0.00, 0.77, 0.00, 0.38, 0.21, 0.30],
        [1.00, 0.00, 0.36, 0.39, 0.00, 0.38, 0.00, 0.74, 0.27, 0.00, 0.42, 0.23],
    ],
    [
        [2.0, 0.0, 1.0, 0.0, 1.5, 1.0, 0.0, 1.7, 0.0, 1.0, 0.0, 0.8],
        [2.0, 0.0, 1.0, 1.5, 0.0, 1.0, 0.0, 1.7, 0.8, 0.0, 0.8, 0.3],
    ],
];

/// Tonic, third and fifth lead, the other notes of the scale follow, the rest is absent.
const MAJOR_SCALES: [Profile; 2] = [
    [1.0, 0.0, 0.45, 0.0, 0.6, 0.45, 0.0, 0.8, 0.0, 0.45, 0.0, 0.35],
    [1.0, 0.0, 0.45, 0.0, 0.6, 0.45, 0.0, 0.8, 0.0, 0.45, 0.35, 0.0],
];
const MINOR_SCALES: [Profile; 4] = [
    [1.0, 0.0, 0.45, 0.6, 0.0, 0.45, 0.0, 0.8, 0.35, 0.0, 0.45, 0.0],
    [1.0, 0.0, 0.45, 0.6, 0.0, 0.45, 0.0, 0.8, 0.35, 0.0, 0.0, 0.35],
    [1.0, 0.0, 0.45, 0.6, 0.0, 0.45, 0.0, 0.8, 0.0, 0.35, 0.45, 0.0],
    [1.0, 0.0, 0.0, 0.5, 0.2, 0.5, 0.15, 0.8, 0.0, 0.0, 0.5, 0.0],
];
/// Sharpness of the maximum over scales.
const SCALE_SHARPNESS: f64 = 8.0;
/// Head start of minor: most popular music outside the textbook is labelled minor (84 % of GiantSteps Key), and its
/// raised thirds and sevenths pull the correlation towards major.
const MINOR_PRIOR: f64 = 0.07;

/// Sharpness with which scores become shares of the evidence.
const SHARPNESS: f64 = 12.0;

/// Scores of the 24 keys, twelve major from C, then twelve minor; about -1 to 1. `None` if no class stands out.
pub(super) fn scores(classes: &[f64; 12]) -> Option<[f64; 24]> {
    let chroma = standardised(classes)?;
    let mut scores = [0.0; 24];
    for tonic in 0..12 {
        let turned: Profile = std::array::from_fn(|i| chroma[(i + tonic) % 12]);
        for minor in 0..2 {
            let published = PUBLISHED.iter().map(|set| correlation(&turned, &set[minor])).sum::<f64>();
            let scales: &[Profile] = if minor == 0 { &MAJOR_SCALES } else { &MINOR_SCALES };
            let score = 0.5 * (published / PUBLISHED.len() as f64 + soft_maximum(&turned, scales));
            scores[12 * minor + tonic] = score + MINOR_PRIOR * minor as f64;
        }
    }
    Some(scores)
}

/// Shares of the evidence that scores amount to; they add up to one.
pub(super) fn shares(scores: &[f64; 24]) -> [f64; 24] {
    softmax(&scores.map(|score| SHARPNESS * score))
}

/// Shares in proportion to the exponentials of `odds`.
pub(super) fn softmax(odds: &[f64; 24]) -> [f64; 24] {
    let mut shares = *odds;
    neural::softmax(&mut shares);
    shares
}

fn soft_maximum(chroma: &Profile, scales: &[Profile]) -> f64 {
    let sum: f64 = scales.iter().map(|scale| (SCALE_SHARPNESS * correlation(chroma, scale)).exp()).sum();
    (sum / scales.len() as f64).ln() / SCALE_SHARPNESS
}

/// Pearson's, `chroma` being standardised already.
fn correlation(chroma: &Profile, profile: &Profile) -> f64 {
    standardised(profile).map_or(0.0, |profile| chroma.iter().zip(profile).map(|(c, p)| c * p).sum::<f64>() / 12.0)
}

/// Mean 0, variance 1; `None` if all values are the same.
fn standardised(values: &Profile) -> Option<Profile> {
    let mean = values.iter().sum::<f64>() / 12.0;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 12.0).sqrt();
    (deviation > 1e-9 * mean.abs().max(1e-30)).then(|| values.map(|v| (v - mean) / deviation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(classes: &[f64; 12]) -> usize {
        let scores = scores(classes).expect("not flat");
        (0..24).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).expect("24 keys")
    }

    #[test]
    fn every_scale_is_its_own_key() {
        for tonic in 0..12 {
            for (first_key, scales) in [(0, &MAJOR_SCALES[..]), (12, &MINOR_SCALES[..])] {
                for scale in scales {
                    let classes = std::array::from_fn(|i| scale[(i + 12 - tonic) % 12]);
                    assert_eq!(best(&classes), first_key + tonic);
                }
            }
        }
    }

    #[test]
    fn a_flat_chroma_has_no_key() {
        assert_eq!(scores(&[0.3; 12]), None);
        assert_eq!(scores(&[0.0; 12]), None);
    }
}

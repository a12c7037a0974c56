//! A small network of our own that hears all twelve keys alike: every layer is a circular convolution over the pitch
//! classes, so that music a semitone higher gives the same answer a semitone higher.
//!
//! `tools/key-training/` has the music it was trained on, the training, and the model card.

mod layer;
mod weights;

use layer::Turn;

use super::steps::{CHANNELS, Step};
use crate::neural::{Numbers, rectify};

pub(crate) use weights::{NAME, SHA256};

/// Sizes of the layers, as in `tools/key-training/network.py`.
const CHORD: usize = 14;
const PHRASE: usize = 14;
const PHRASE_TAPS: usize = 3;
const SUMMARY: usize = 24;
const HIDDEN: usize = 24;
/// Steps at either end that are looked at by themselves.
const EDGE_STEPS: usize = 4;
const POOLED: usize = 3 * SUMMARY + CHANNELS;
/// Added to a channel's mean over the piece, so that a register in which nothing sounds stays small.
const FLOOR: f32 = 0.02;

/// Log odds of 24 keys, twelve major from C, then twelve minor. `steps` must not be empty.
pub(super) fn hear(steps: &[Step]) -> [f64; 24] {
    let mut numbers = Numbers::new(weights::BYTES);
    let mut turn = |channels, outputs, taps| Turn::new(&mut numbers, channels, outputs, taps);
    let layers = [turn(CHANNELS, CHORD, 1), turn(CHORD, PHRASE, PHRASE_TAPS), turn(PHRASE, SUMMARY, 1)];
    let (hidden, mode) = (turn(POOLED, HIDDEN, 1), turn(HIDDEN, 2, 1));
    let levels = levels(steps);
    let mut flow = levels.clone();
    for layer in &layers {
        flow = layer.run(&flow);
        rectify(&mut flow);
    }
    let mut found = hidden.run(&pooled(&flow, &levels));
    rectify(&mut found);
    let odds = mode.run(&found);
    std::array::from_fn(|key| f64::from(odds[2 * (key % 12) + key / 12]))
}

/// Roots of the share of each channel's mean over the piece.
fn levels(steps: &[Step]) -> Vec<f32> {
    let mut mean = [0.0; CHANNELS];
    for class in steps.iter().flatten() {
        mean.iter_mut().zip(class).for_each(|(sum, value)| *sum += value / (12 * steps.len()) as f32);
    }
    let classes = steps.iter().flatten();
    classes.flat_map(|class| std::array::from_fn::<_, CHANNELS, _>(|c| (class[c] / (mean[c] + FLOOR)).sqrt())).collect()
}

/// For each pitch class, what was heard in the mean, in the beginning and at the end, then the mean level.
fn pooled(heard: &[f32], levels: &[f32]) -> Vec<f32> {
    let steps = levels.len() / (12 * CHANNELS);
    let edge = EDGE_STEPS.min(steps);
    let parts = [
        mean(heard, SUMMARY, 0..steps),
        mean(heard, SUMMARY, 0..edge),
        mean(heard, SUMMARY, steps - edge..steps),
        mean(levels, CHANNELS, 0..steps),
    ];
    let of_class = |class: usize| {
        let part = move |(index, part): (usize, &[f32])| {
            let width = if index < 3 { SUMMARY } else { CHANNELS };
            part[class * width..(class + 1) * width].to_vec()
        };
        parts.iter().map(Vec::as_slice).enumerate().flat_map(part).collect::<Vec<f32>>()
    };
    (0..12).flat_map(of_class).collect()
}

/// Mean over `steps` of each class and channel.
fn mean(values: &[f32], channels: usize, steps: std::ops::Range<usize>) -> Vec<f32> {
    let width = 12 * channels;
    let count = steps.len() as f64;
    let mut sums = vec![0.0; width];
    for step in values[steps.start * width..steps.end * width].chunks_exact(width) {
        sums.iter_mut().zip(step).for_each(|(sum, value)| *sum += f64::from(*value) / count);
    }
    sums.into_iter().map(|sum| sum as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `tools/key-training/export.py` feeds.
    fn golden_steps(count: usize) -> Vec<Step> {
        let value = |step: usize, class: usize, channel: usize| {
            ((step * 5 + class * 7 + channel * 3 + step * class) % 23) as f32 / (40.0 + 20.0 * channel as f32)
        };
        (0..count).map(|s| std::array::from_fn(|p| std::array::from_fn(|c| value(s, p, c)))).collect()
    }

    #[test]
    fn it_says_what_the_trained_network_said() {
        for (line, count) in include_str!("golden.txt").lines().zip([1, 3, 20, 160]) {
            let odds = hear(&golden_steps(count));
            for (expected, odds) in line.split(' ').zip(odds) {
                let expected: f64 = expected.parse().expect("a number");
                assert!((expected - odds).abs() < 2e-3, "{count} steps: {odds} for {expected}");
            }
        }
    }

    #[test]
    fn a_semitone_higher_is_a_semitone_higher() {
        let steps = golden_steps(17);
        let higher: Vec<Step> = steps.iter().map(|step| std::array::from_fn(|p| step[(p + 11) % 12])).collect();
        let (odds, moved) = (hear(&steps), hear(&higher));
        for key in 0..24 {
            let at = (key % 12 + 1) % 12 + key / 12 * 12;
            assert!((odds[key] - moved[at]).abs() < 1e-4, "{key}: {} {}", odds[key], moved[at]);
        }
    }
}

//! Whether the music goes on over a suspected click as if nothing had been there.
//!
//! The surroundings of the spike are described by an autoregressive model; the spike is taken out and the gap filled so that the
//! model is violated least (Janssen, Veldhuis and Vries, IEEE Trans. ASSP 34(2), 1986; Godsill and Rayner, "Digital Audio
//! Restoration", 1998). Under a click the filled gap is as ordinary as its surroundings. The edge of a synthetic wave or the first
//! sample of a drum is a step from one signal to another, and no filling makes that ordinary.

use balanced_dsp::autoregression::{Autoregression, Interpolator};

/// Order of the model, and samples on each side that it is made from.
const ORDER: usize = 20;
const SPAN: usize = 400;
/// The spike reaches as far as second differences stand over those of the surroundings by this factor, but at least over the first
/// and at most over the second of these shares of the largest; and a little further.
const OVER: f64 = 1.5;
const SHARES: (f64, f64) = (0.02, 0.25);
const FURTHER: usize = 3;
/// Furthest from the largest on each side.
const REACH: usize = 9;
/// Prediction error in the gap relative to that of the surroundings: root mean square and peak in their root mean square…
const MOST_RMS: f64 = 1.7;
const MOST_PEAK: f64 = 4.0;
/// …or in their peak: a saw is quiet but for its edges, and one of them may lie in the gap.
const RMS_IN_PEAKS: f64 = 0.5;
const PEAK_IN_PEAKS: f64 = 1.5;
/// Violations under this (-120 dBFS) are rounding.
const FLOOR: f64 = 1e-6;
/// Largest third difference beside the largest second one: narrow spikes have twice this, treble notes half of it.
const SHARPNESS: f64 = 1.1;

/// Samples on each side of the spike that tell the slope there.
const SLOPE: usize = 3;
/// The smaller of the largest jumps up and down, beside the larger, in what is no step.
const OUT_AND_BACK: f64 = 0.25;

/// Samples on each side of the loudest that are read.
pub(super) const NEEDED: usize = SPAN + REACH + ORDER + 4;

/// Whether the spike whose largest second difference ends at index `loudest` is an addition to music that goes on beneath it.
pub(super) fn is_added(samples: &[f32], loudest: usize) -> bool {
    if loudest < NEEDED || loudest + NEEDED > samples.len() {
        return false;
    }
    let s: Vec<f64> = samples[loudest - NEEDED..loudest + NEEDED].iter().map(|s| f64::from(*s)).collect();
    if !is_sharp(&s) {
        return false;
    }
    let (first, last) = gap(&s);
    if is_step(&s[first - SLOPE - 1..=last + SLOPE + 1]) {
        return false;
    }
    let sides = [&s[first - SPAN..first], &s[last + 1..=last + SPAN]];
    let mut model = Autoregression::new(ORDER, 0);
    let (spread, highest) = model.fit_sides(sides);
    let mut around = s[first - ORDER..=last + ORDER].to_vec();
    let unknown: Vec<usize> = (ORDER..=ORDER + last - first).collect();
    Interpolator::new(ORDER, unknown.len()).fill(&model, &mut around, &unknown);
    let violations: Vec<f64> = around.windows(ORDER + 1).map(|row| model.error(row)).collect();
    let rms = (violations.iter().map(|e| e * e).sum::<f64>() / violations.len() as f64).sqrt();
    let peak = violations.iter().fold(0f64, |p, e| p.max(e.abs()));
    let spread = spread.max(FLOOR);
    rms <= (MOST_RMS * spread).max(RMS_IN_PEAKS * highest) && peak <= (MOST_PEAK * spread).max(PEAK_IN_PEAKS * highest)
}

fn second(s: &[f64], i: usize) -> f64 {
    (s[i] - 2.0 * s[i - 1] + s[i - 2]).abs()
}

fn is_sharp(s: &[f64]) -> bool {
    let near = NEEDED - 8..NEEDED + 8;
    let third = |i: usize| (s[i] - 3.0 * s[i - 1] + 3.0 * s[i - 2] - s[i - 3]).abs();
    let largest = |f: &dyn Fn(usize) -> f64| near.clone().map(f).fold(0.0, f64::max);
    largest(&third) >= SHARPNESS * largest(&|i| second(s, i))
}

/// Whether the samples between the first and last [`SLOPE`]` + 1` lead from one level to another, rather than out and back: beside
/// the slope around, they jump one way only.
fn is_step(s: &[f64]) -> bool {
    let (from, to) = (SLOPE, s.len() - 1 - SLOPE);
    let slope = 0.5 * ((s[from] - s[0]) + (s[s.len() - 1] - s[to])) / SLOPE as f64;
    let jumps = s[from..=to].windows(2).map(|pair| pair[1] - pair[0] - slope);
    let (down, up) = jumps.fold((0f64, 0f64), |(low, high), jump| (low.min(jump), high.max(jump)));
    up.min(-down) < OUT_AND_BACK * up.max(-down)
}

/// First and last sample of the spike.
fn gap(s: &[f64]) -> (usize, usize) {
    let largest = second(s, NEEDED);
    let around = (NEEDED - SPAN..NEEDED - 2 * REACH).chain(NEEDED + 2 * REACH..NEEDED + SPAN);
    let background = around.map(|i| second(s, i)).fold(0.0, f64::max);
    let least = (OVER * background).clamp(SHARES.0 * largest, SHARES.1 * largest);
    let reaching = |i: &usize| second(s, *i) > least;
    let first = (NEEDED - REACH..=NEEDED).find(reaching).unwrap_or(NEEDED);
    let last = (NEEDED..=NEEDED + REACH).rev().find(reaching).unwrap_or(NEEDED);
    (first - 1, (last + FURTHER).min(NEEDED + REACH) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_testkit::music::Rng;

    /// Smooth music: a few tones and a little noise.
    fn music(seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        (0..2000)
            .map(|i| {
                let t = f64::from(i);
                (0.4 * (0.011 * t).sin() + 0.2 * (0.07 * t).sin() + 0.05 * (0.31 * t).sin() + 1e-3 * rng.bipolar())
                    as f32
            })
            .collect()
    }

    fn loudest(s: &[f32]) -> usize {
        let bend = |i: &usize| f64::from((s[*i] - 2.0 * s[*i - 1] + s[*i - 2]).abs());
        (900..1100).max_by(|a, b| bend(a).total_cmp(&bend(b))).unwrap()
    }

    #[test]
    fn spikes_are_added_and_steps_are_not() {
        for seed in 0..20 {
            let mut rng = Rng::new(100 + seed);
            let mut spiked = music(seed);
            for i in 0..1 + rng.below(6) {
                spiked[1000 + i] += 0.2 * if i == 0 { 1.0 } else { rng.bipolar() as f32 };
            }
            assert!(is_added(&spiked, loudest(&spiked)), "{seed}");
            let mut stepped = music(seed);
            stepped[1000..].iter_mut().for_each(|s| *s += 0.2);
            assert!(!is_added(&stepped, loudest(&stepped)), "{seed}");
        }
    }
}

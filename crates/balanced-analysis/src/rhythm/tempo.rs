//! Tempo measures computed from the beats.

use balanced_model::{TempoCandidate, TempoCurve};

use super::decode::{self, FASTEST_BPM, SLOWEST_BPM};
use super::network::Activations;

/// Beats over which one local tempo is measured: long enough that the jitter of one beat does not matter.
const SPAN_BEATS: usize = 8;
/// Ratios at which the same music is heard by others.
const OTHER_READINGS: [f64; 6] = [0.5, 2.0, 1.0 / 3.0, 3.0, 2.0 / 3.0, 1.5];
/// Readings listed.
const CANDIDATES: usize = 4;

/// Beats that lie this near to a line are a machine's, and the slope of the line is its tempo.
const MACHINE_S: f64 = 0.03;

/// Tempo in beats a minute of beats given in seconds: that of the line through them where they lie on one, else the median
/// of the local tempi.
pub(super) fn bpm(beats_s: &[f64]) -> Option<f64> {
    let span = SPAN_BEATS.min(beats_s.len().saturating_sub(1));
    if span == 0 {
        return None;
    }
    let local: Vec<f64> =
        (span..beats_s.len()).map(|i| 60.0 * span as f64 / (beats_s[i] - beats_s[i - span])).collect();
    let middle = median(local);
    Some(steady(beats_s, 60.0 / middle).map_or(middle, |interval_s| 60.0 / interval_s))
}

/// Interval of the line through beats about `interval_s` apart, if nine in ten of them lie on it.
fn steady(beats_s: &[f64], interval_s: f64) -> Option<f64> {
    let mut numbers = vec![0.0];
    for pair in beats_s.windows(2) {
        numbers.push(numbers[numbers.len() - 1] + ((pair[1] - pair[0]) / interval_s).round().max(1.0));
    }
    let count = beats_s.len() as f64;
    let (mean_n, mean_s) = (numbers.iter().sum::<f64>() / count, beats_s.iter().sum::<f64>() / count);
    let pairs = || numbers.iter().map(|n| n - mean_n).zip(beats_s.iter().map(|s| s - mean_s));
    let slope = pairs().map(|(n, s)| n * s).sum::<f64>() / pairs().map(|(n, _)| n * n).sum::<f64>();
    let near = pairs().filter(|(n, s)| (s - slope * n).abs() < MACHINE_S).count();
    (near as f64 >= 0.9 * count).then_some(slope)
}

/// Local tempo at each beat, over the two intervals before and after it.
pub(super) fn curve(beats_s: &[f64]) -> TempoCurve {
    let last = beats_s.len().saturating_sub(1);
    let local = |i: usize| {
        let (from, to) = (i.saturating_sub(2), (i + 2).min(last));
        60.0 * (to - from) as f64 / (beats_s[to] - beats_s[from])
    };
    let bpm = if last == 0 { Vec::new() } else { (0..=last).map(local).collect() };
    TempoCurve { times_s: beats_s[..bpm.len()].to_vec(), bpm }
}

/// One minus ten times the median relative deviation of the intervals from their local median, not below 0: 1 for a
/// machine, about 0.8 for a band, under 0.5 for rubato.
pub(super) fn stability(beats_s: &[f64]) -> Option<f64> {
    let intervals: Vec<f64> = beats_s.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if intervals.len() < 4 {
        return None;
    }
    let middle = median(intervals.clone());
    let deviation = median(intervals.iter().map(|i| (i / middle - 1.0).abs()).collect());
    Some((1.0 - 10.0 * deviation).max(0.0))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Readings of the tempo with their shares of the evidence: how well the activation repeats at each, times how likely the
/// network holds it.
pub(super) fn candidates(bpm: f64, heard: &Activations, frames_per_s: f64) -> Vec<TempoCandidate> {
    let centred = centred(heard);
    let repeats = |bpm: f64| periodicity(&centred, 60.0 * frames_per_s / bpm).max(0.0);
    let weight = |bpm: f64| repeats(bpm) * decode::tempo_share(&heard.tempo, bpm);
    let mut readings: Vec<(f64, f64)> = std::iter::once(1.0)
        .chain(OTHER_READINGS)
        .map(|ratio| (bpm * ratio, weight(bpm * ratio)))
        .filter(|(bpm, weight)| (SLOWEST_BPM..=FASTEST_BPM).contains(bpm) && *weight > 0.0)
        .collect();
    let top = readings.iter().map(|(_, w)| *w).fold(f64::MIN_POSITIVE, f64::max);
    match readings.iter_mut().find(|(b, _)| *b == bpm) {
        // The decoder has listened to more than this: its reading leads.
        Some(chosen) => chosen.1 = chosen.1.max(1.05 * top),
        None => readings.push((bpm, 1.05 * top)),
    }
    readings.sort_by(|a, b| b.1.total_cmp(&a.1));
    readings.truncate(CANDIDATES);
    let total: f64 = readings.iter().map(|(_, w)| w).sum();
    readings.into_iter().map(|(bpm, weight)| TempoCandidate { bpm, weight: weight / total }).collect()
}

/// How much the network's activation repeats at a period in frames: mean autocorrelation at one to four periods, 1 at most.
pub(super) fn pulse(heard: &Activations, period: f64) -> f64 {
    periodicity(&centred(heard), period)
}

/// The network's activation around its mean.
fn centred(heard: &Activations) -> Vec<f32> {
    let activation = || heard.beat.iter().map(|odds| 1.0 / (1.0 + (-f32::from(*odds) * Activations::STEP).exp()));
    let mean = activation().sum::<f32>() / heard.beat.len().max(1) as f32;
    activation().map(|a| a - mean).collect()
}

/// Mean autocorrelation at one to four periods, relative to that at lag 0.
fn periodicity(centred: &[f32], period: f64) -> f64 {
    let at = |lag: usize| {
        let len = centred.len().saturating_sub(lag);
        if len == 0 { 0.0 } else { f64::from(balanced_dsp::lanes::dot(&centred[..len], &centred[lag..])) / len as f64 }
    };
    let power = at(0);
    // A constant has rounding errors only.
    if power < 1e-8 {
        return 0.0;
    }
    let near = |lag: f64| {
        let lag = lag.round() as usize;
        (lag.saturating_sub(1)..=lag + 1).map(at).fold(f64::NEG_INFINITY, f64::max)
    };
    (1..=4).map(|k| near(f64::from(k) * period)).sum::<f64>() / (4.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_exact_and_stable() {
        let beats: Vec<f64> = (0..60).map(|i| 0.3 + f64::from(i) * 60.0 / 128.0).collect();
        assert!((bpm(&beats).expect("beats") - 128.0).abs() < 1e-9);
        assert_eq!(stability(&beats).map(|s| (1000.0 * s).round()), Some(1000.0));
        assert_eq!((bpm(&beats[..1]), stability(&beats[..3])), (None, None));
    }

    #[test]
    fn candidates_name_the_octaves_and_add_up() {
        let mut heard = Activations { beat: vec![-50; 6000], ..Activations::default() };
        (0..6000).step_by(50).for_each(|i| heard.beat[i] = 30);
        let readings = candidates(120.0, &heard, 100.0);
        assert_eq!(readings[0].bpm, 120.0);
        assert!(readings.iter().any(|r| r.bpm == 60.0) && readings.len() >= 2);
        assert!((readings.iter().map(|r| r.weight).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

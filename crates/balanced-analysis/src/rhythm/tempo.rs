//! What the beats say in numbers.

use super::decode::{FASTEST_BPM, SLOWEST_BPM};
use crate::model::TempoCandidate;

/// Beats over which one local tempo is measured: long enough that the jitter of one beat does not matter.
const SPAN_BEATS: usize = 8;
/// Ratios at which the same music is heard by others.
const OTHER_READINGS: [f64; 6] = [0.5, 2.0, 1.0 / 3.0, 3.0, 2.0 / 3.0, 1.5];
/// Readings listed.
const CANDIDATES: usize = 4;

/// Median tempo in beats a minute of beats given in seconds.
pub(super) fn bpm(beats_s: &[f64]) -> Option<f64> {
    let span = SPAN_BEATS.min(beats_s.len().saturating_sub(1));
    if span == 0 {
        return None;
    }
    let mut local: Vec<f64> =
        (span..beats_s.len()).map(|i| 60.0 * span as f64 / (beats_s[i] - beats_s[i - span])).collect();
    local.sort_by(f64::total_cmp);
    Some(local[local.len() / 2])
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

/// Readings of the tempo with their shares of the evidence: periodicity of the activation at each, times a prior.
pub(super) fn candidates(bpm: f64, activation: &[f32], frames_per_s: f64) -> Vec<TempoCandidate> {
    let mean = activation.iter().sum::<f32>() / activation.len().max(1) as f32;
    let centred: Vec<f32> = activation.iter().map(|a| a - mean).collect();
    let weight = |bpm: f64| periodicity(&centred, 60.0 * frames_per_s / bpm).max(0.0) * prior(bpm);
    let mut readings: Vec<(f64, f64)> = std::iter::once(1.0)
        .chain(OTHER_READINGS)
        .map(|ratio| (bpm * ratio, weight(bpm * ratio)))
        .filter(|(bpm, weight)| (SLOWEST_BPM..=FASTEST_BPM).contains(bpm) && *weight > 0.0)
        .collect();
    if let Some(top) = readings.iter().map(|(_, w)| *w).reduce(f64::max)
        && let Some(chosen) = readings.iter_mut().find(|(b, _)| *b == bpm)
    {
        // The decoder has listened to more than periodicity: its reading leads.
        chosen.1 = chosen.1.max(1.05 * top);
    }
    readings.sort_by(|a, b| b.1.total_cmp(&a.1));
    readings.truncate(CANDIDATES);
    let total: f64 = readings.iter().map(|(_, w)| w).sum();
    readings.into_iter().map(|(bpm, weight)| TempoCandidate { bpm, weight: weight / total }).collect()
}

/// Mean autocorrelation at one to four periods, relative to that at lag 0.
pub(super) fn periodicity(centred: &[f32], period: f64) -> f64 {
    let at = |lag: usize| {
        let len = centred.len().saturating_sub(lag);
        if len == 0 { 0.0 } else { f64::from(crate::lowrate::dot(&centred[..len], &centred[lag..])) / len as f64 }
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

/// Log-normal around 115 BPM, 0.9 octaves wide.
fn prior(bpm: f64) -> f64 {
    (-0.5 * ((bpm / 115.0).log2() / 0.9).powi(2)).exp()
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
        let mut activation = vec![0.02f32; 6000];
        (0..6000).step_by(50).for_each(|i| activation[i] = 0.9);
        let readings = candidates(120.0, &activation, 100.0);
        assert_eq!(readings[0].bpm, 120.0);
        assert!(readings.iter().any(|r| r.bpm == 60.0) && readings.len() >= 2);
        assert!((readings.iter().map(|r| r.weight).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

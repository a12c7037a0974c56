//! Tempo measures computed from the beats.

use balanced_model::{TempoCandidate, TempoCurve};

use super::decode::{self, FASTEST_BPM, SLOWEST_BPM};
use super::level::Heard;
use super::network::Activations;

/// Beats over which one local tempo is measured: long enough that the jitter of one beat does not matter.
const SPAN_BEATS: usize = 8;
/// Ratios at which the same music is heard by others.
const OTHER_READINGS: [f64; 4] = [1.0 / 3.0, 3.0, 2.0 / 3.0, 1.5];
/// Largest weight of such a reading, relative to that of the chosen one.
const MOST_OF_OTHERS: f64 = 0.9;
/// Readings listed.
const CANDIDATES: usize = 4;

/// Beats that lie this near to a line are a machine's, and the slope of the line is its tempo.
const MACHINE_S: f64 = 0.03;

/// Tempo in beats a minute of the beats of each stretch of music, in seconds: that of the line through them where they lie on
/// one, else the median of the local tempi. Nothing is measured across the gaps.
pub(super) fn bpm(runs_s: &[Vec<f64>]) -> Option<f64> {
    let longest = runs_s.iter().map(Vec::len).max()?;
    let span = SPAN_BEATS.min(longest.saturating_sub(1));
    if span == 0 {
        return None;
    }
    let local = |run: &Vec<f64>| {
        run.windows(span + 1).map(|beats| 60.0 * span as f64 / (beats[span] - beats[0])).collect::<Vec<f64>>()
    };
    let middle = median(runs_s.iter().flat_map(local).collect());
    Some(steady(runs_s, 60.0 / middle).map_or(middle, |interval_s| 60.0 / interval_s))
}

/// Interval of the line through beats about `interval_s` apart, if nine in ten of them lie on it; each stretch has a line of
/// its own, and all have one slope.
fn steady(runs_s: &[Vec<f64>], interval_s: f64) -> Option<f64> {
    let centred: Vec<(f64, f64)> = runs_s.iter().flat_map(|run| numbered(run, interval_s)).collect();
    let slope = centred.iter().map(|(n, s)| n * s).sum::<f64>() / centred.iter().map(|(n, _)| n * n).sum::<f64>();
    let near = centred.iter().filter(|(n, s)| (s - slope * n).abs() < MACHINE_S).count();
    (near as f64 >= 0.9 * centred.len() as f64).then_some(slope)
}

/// Numbers and times of the beats of a stretch, each around its mean.
fn numbered(run: &[f64], interval_s: f64) -> Vec<(f64, f64)> {
    let mut numbers = vec![0.0];
    for pair in run.windows(2) {
        numbers.push(numbers[numbers.len() - 1] + ((pair[1] - pair[0]) / interval_s).round().max(1.0));
    }
    let count = run.len() as f64;
    let (mean_n, mean_s) = (numbers.iter().sum::<f64>() / count, run.iter().sum::<f64>() / count);
    numbers.iter().zip(run).map(|(n, s)| (n - mean_n, s - mean_s)).collect()
}

/// Local tempo at each beat, over the two intervals before and after it in its stretch.
pub(super) fn curve(runs_s: &[Vec<f64>]) -> TempoCurve {
    let mut curve = TempoCurve::default();
    for run in runs_s.iter().filter(|run| run.len() > 1) {
        let last = run.len() - 1;
        let local = |i: usize| {
            let (from, to) = (i.saturating_sub(2), (i + 2).min(last));
            60.0 * (to - from) as f64 / (run[to] - run[from])
        };
        curve.bpm.extend((0..=last).map(local));
        curve.times_s.extend(run);
    }
    curve
}

/// One minus ten times the median relative deviation of the intervals from their local median, not below 0: 1 for a
/// machine, about 0.8 for a band, under 0.5 for rubato.
pub(super) fn stability(runs_s: &[Vec<f64>]) -> Option<f64> {
    let intervals: Vec<f64> = runs_s.iter().flat_map(|run| run.windows(2).map(|pair| pair[1] - pair[0])).collect();
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

/// Readings of the tempo with their shares of the evidence: `levels` (tempo and probability) as chosen among, and ratios
/// beyond the octaves by how well the activation repeats at each, times how likely the network holds it.
pub(super) fn candidates(bpm: f64, levels: &[(f64, f64)], heard: &Heard<'_>) -> Vec<TempoCandidate> {
    let weight = |bpm: f64| heard.repeats(bpm).max(0.0) * decode::tempo_share(&heard.activations.tempo, bpm);
    let own = weight(bpm).max(f64::MIN_POSITIVE);
    let top = levels.iter().map(|(_, share)| *share).fold(f64::MIN_POSITIVE, f64::max);
    let others = OTHER_READINGS
        .iter()
        .map(|ratio| (bpm * ratio, top * (weight(bpm * ratio) / own).min(MOST_OF_OTHERS)))
        .filter(|(bpm, _)| (SLOWEST_BPM..=FASTEST_BPM).contains(bpm));
    let mut readings: Vec<(f64, f64)> =
        levels.iter().copied().chain(others).filter(|(_, weight)| *weight > 1e-4).collect();
    if let Some(chosen) = readings.iter_mut().find(|(reading, _)| *reading == bpm) {
        // Two halves may add up to more, or the decoder's has a head start: what was chosen leads.
        chosen.1 = chosen.1.max(1.05 * top);
    }
    readings.sort_by(|a, b| b.1.total_cmp(&a.1));
    readings.truncate(CANDIDATES);
    let total: f64 = readings.iter().map(|(_, w)| w).sum();
    readings.into_iter().map(|(bpm, weight)| TempoCandidate { bpm, weight: weight / total }).collect()
}

/// How a function of time repeats: its autocorrelation, relative to that at lag 0.
pub(super) struct Pulse {
    centred: Vec<f32>,
    power: f64,
}

impl Pulse {
    /// From values around their mean.
    pub fn new(centred: Vec<f32>) -> Self {
        let power = if centred.is_empty() { 0.0 } else { autocorrelation(&centred, 0) };
        Self { centred, power }
    }

    /// Mean autocorrelation at one to four periods in frames, 1 at most.
    pub fn at(&self, period: f64) -> f64 {
        (1..=4).map(|k| self.once(f64::from(k) * period)).sum::<f64>() / 4.0
    }

    /// Autocorrelation at one lag in frames, give or take one.
    pub fn once(&self, lag: f64) -> f64 {
        // A constant has rounding errors only.
        if self.power < 1e-8 {
            return 0.0;
        }
        let lag = lag.round() as usize;
        let near = (lag.saturating_sub(1)..=lag + 1).map(|lag| autocorrelation(&self.centred, lag));
        near.fold(f64::NEG_INFINITY, f64::max) / self.power
    }
}

fn autocorrelation(centred: &[f32], lag: usize) -> f64 {
    let len = centred.len().saturating_sub(lag);
    if len == 0 { 0.0 } else { f64::from(balanced_dsp::lanes::dot(&centred[..len], &centred[lag..])) / len as f64 }
}

/// The network's activation of beats within the stretches of music, around its mean there.
pub(super) fn pulse(heard: &Activations) -> Pulse {
    let activation = |odds: &i8| 1.0 / (1.0 + (-f32::from(*odds) * Activations::STEP).exp());
    let mut centred = vec![0.0; heard.beat.len()];
    let count = heard.stretches.iter().map(|stretch| stretch.len()).sum::<usize>().max(1);
    let sum: f32 = heard.stretches.iter().flat_map(|stretch| &heard.beat[stretch.clone()]).map(activation).sum();
    let mean = sum / count as f32;
    for at in heard.stretches.iter().cloned().flatten() {
        centred[at] = activation(&heard.beat[at]) - mean;
    }
    Pulse::new(centred)
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::*;

    #[test]
    fn a_machine_is_exact_and_stable() {
        let beats: Vec<f64> = (0..60).map(|i| 0.3 + f64::from(i) * 60.0 / 128.0).collect();
        let runs = |runs: &[&[f64]]| runs.iter().map(|run| run.to_vec()).collect::<Vec<_>>();
        assert!((bpm(&runs(&[&beats])).expect("beats") - 128.0).abs() < 1e-9);
        assert_eq!(stability(&runs(&[&beats])).map(|s| (1000.0 * s).round()), Some(1000.0));
        assert_eq!((bpm(&runs(&[&beats[..1]])), stability(&runs(&[&beats[..3]])), bpm(&[])), (None, None, None));
    }

    #[test]
    fn a_gap_between_two_stretches_is_no_interval() {
        let beats = |from: f64| (0..30).map(|i| from + 0.5 * f64::from(i)).collect::<Vec<f64>>();
        let runs = [beats(0.2), beats(77.777)];
        assert!((bpm(&runs).expect("beats") - 120.0).abs() < 1e-9);
        assert_eq!(stability(&runs), Some(1.0));
        let curve = curve(&runs);
        assert_eq!(curve.times_s.len(), 60);
        assert!(curve.bpm.iter().all(|bpm| (bpm - 120.0).abs() < 1e-6));
    }

    #[test]
    fn candidates_name_the_octaves_and_add_up() {
        let mut activations = Activations {
            beat: vec![-50; 6000],
            stretches: std::iter::once(0..6000).collect(),
            ..Activations::default()
        };
        (0..6000).step_by(50).for_each(|i| activations.beat[i] = 30);
        let pattern = Pattern::default();
        let heard = Heard::new(&activations, &pattern, 0, 100.0);
        let readings = candidates(120.0, &[(120.0, 0.7), (60.0, 0.2), (240.0, 0.1)], &heard);
        assert_eq!(readings[0].bpm, 120.0);
        assert!(readings.iter().any(|r| r.bpm == 60.0) && readings.len() >= 3);
        assert!((readings.iter().map(|r| r.weight).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

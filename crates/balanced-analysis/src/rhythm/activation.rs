//! How much each frame looks like a beat.

/// Surroundings a rise is compared with.
const RADIUS: usize = 100;
/// Bounds that keep every path possible.
const FLOOR: f32 = 0.02;
/// Share of the bass, and the deviation of the sum of two unit variances correlated by 0.4.
const BASS_SHARE: f32 = 0.2;
const BOTH_DEVIATION: f32 = 1.095;
/// A rise of this many deviations is as likely a beat as not, and how fast that turns.
const THRESHOLD: f32 = 1.75;
const SLOPE: f32 = 2.0;

/// Probability-like beat activation of each frame: the onset envelope (flux) of the whole spectrum and, less, of the bass,
/// each relative to its surroundings.
pub(super) fn activation(all_flux: &[f32], bass_flux: &[f32]) -> Vec<f32> {
    let all = standing_out(all_flux, 0.5);
    let bass = standing_out(bass_flux, 0.25);
    let combined = all.iter().zip(bass).map(|(all, bass)| (all + BASS_SHARE * bass) / BOTH_DEVIATION);
    combined.map(|z| (1.0 / (1.0 + (-SLOPE * (z - THRESHOLD)).exp())).clamp(FLOOR, 1.0 - FLOOR)).collect()
}

/// How many standard deviations of its surroundings (within [`RADIUS`]) each value of the smoothed envelope exceeds
/// their mean; `least` is added to the deviation, so that faint rises in silence do not count.
fn standing_out(envelope: &[f32], least: f64) -> Vec<f32> {
    let smooth: Vec<f32> = (0..envelope.len()).map(|i| weighted(envelope, i)).collect();
    let mut sums = vec![(0f64, 0f64)];
    for value in smooth.iter().map(|v| f64::from(*v)) {
        let (sum, squares) = sums[sums.len() - 1];
        sums.push((sum + value, squares + value * value));
    }
    (0..smooth.len())
        .map(|i| {
            let (from, to) = (i.saturating_sub(RADIUS), (i + RADIUS).min(smooth.len()));
            let count = (to - from) as f64;
            let mean = (sums[to].0 - sums[from].0) / count;
            let deviation = ((sums[to].1 - sums[from].1) / count - mean * mean).max(0.0).sqrt();
            ((f64::from(smooth[i]) - mean) / (deviation + least)) as f32
        })
        .collect()
}

fn weighted(values: &[f32], at: usize) -> f32 {
    let get = |i: usize| values.get(i).copied().unwrap_or(0.0);
    0.5 * get(at) + 0.25 * (get(at.wrapping_sub(1)) + get(at + 1))
}

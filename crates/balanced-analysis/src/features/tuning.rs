//! How far the music's pitches lie from A = 440 Hz: the peaks of the spectrum, interpolated by parabolas (J. O. Smith, "Spectral
//! Audio Signal Processing", 2011, "Quadratic Interpolation of Spectral Peaks"), by their distance from the nearest pitch.

use super::{FeatureError, Matrix, StftParams, spectrogram};

/// Peaks in this range count: librosa's defaults.
const RANGE_HZ: (f64, f64) = (150.0, 4000.0);
/// Peaks below this share of a frame's largest value do not count.
const THRESHOLD: f32 = 0.1;
/// Steps of the answer, in fractions of a bin.
const STEPS: usize = 100;
/// The A from which pitches are counted, four octaves below A = 440 Hz.
const A0_HZ: f32 = 27.5;

/// Deviation from A = 440 Hz in fractions of a bin, -0.5 to 0.49 in steps of 0.01, as librosa 0.11's `chroma_stft` estimates it
/// unless it is given; 0 where there is no pitch.
///
/// # Errors
/// [`FeatureError`] for samples or parameters that make no sense.
pub fn estimate_tuning(
    samples: &[f32],
    sample_rate_hz: f64,
    stft: &StftParams,
    bins_per_octave: usize,
) -> Result<f64, FeatureError> {
    if !(sample_rate_hz > 0.0 && sample_rate_hz.is_finite()) {
        return Err(FeatureError::Parameter("sample_rate_hz", "positive"));
    }
    let power = spectrogram(samples, stft, 2.0)?;
    let mut peaks = peaks(&power, sample_rate_hz / stft.n_fft as f64, sample_rate_hz / 2.0);
    let median = median(peaks.iter().map(|peak| peak.power).collect());
    peaks.retain(|peak| peak.power >= median);
    Ok(most_frequent(peaks.iter().map(|peak| deviation(peak.frequency_hz, bins_per_octave as f32))))
}

struct Peak {
    frequency_hz: f32,
    power: f32,
}

fn peaks(power: &Matrix, bin_hz: f64, nyquist_hz: f64) -> Vec<Peak> {
    let in_range = |bin: &usize| (RANGE_HZ.0..RANGE_HZ.1.min(nyquist_hz)).contains(&(*bin as f64 * bin_hz));
    let bins: Vec<usize> = (1..power.rows.saturating_sub(1)).filter(in_range).collect();
    let at = |bin: usize, frame: usize| power.values[bin * power.frames + frame];
    let mut found = Vec::new();
    for frame in 0..power.frames {
        let floor = THRESHOLD * (0..power.rows).map(|bin| at(bin, frame)).fold(0.0, f32::max);
        let heard = |bin: usize| if at(bin, frame) > floor { at(bin, frame) } else { 0.0 };
        for bin in bins.iter().copied().filter(|bin| heard(*bin) > heard(bin - 1) && heard(*bin) >= heard(bin + 1)) {
            let (before, here, after) = (at(bin - 1, frame), at(bin, frame), at(bin + 1, frame));
            let (slope, curvature) = ((after - before) / 2.0, after + before - 2.0 * here);
            let shift = if slope.abs() >= curvature.abs() { 0.0 } else { -slope / curvature };
            let frequency_hz = ((bin as f64 + f64::from(shift)) * bin_hz) as f32;
            found.push(Peak { frequency_hz, power: here + 0.5 * slope * shift });
        }
    }
    found
}

/// The middle value; the mean of the two middle ones where there are two; 0 of none.
fn median(mut values: Vec<f32>) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[half],
        _ => (values[half - 1] + values[half]) / 2.0,
    }
}

/// Distance from the nearest pitch, in bins: from -0.5 up to 0.5.
fn deviation(frequency_hz: f32, bins_per_octave: f32) -> f32 {
    let fraction = (bins_per_octave * (frequency_hz / A0_HZ).log2()).rem_euclid(1.0);
    if fraction >= 0.5 { fraction - 1.0 } else { fraction }
}

/// The lower end of the fullest of [`STEPS`] steps; of several the lowest; 0 of no deviations.
fn most_frequent(deviations: impl Iterator<Item = f32>) -> f64 {
    let edge = |step: usize| step as f64 / STEPS as f64 - 0.5;
    let mut counts = [0usize; STEPS];
    for deviation in deviations.map(f64::from) {
        // Rounding decides which of two steps an edge belongs to.
        let mut step = (((deviation + 0.5) * STEPS as f64) as usize).min(STEPS - 1);
        step += usize::from(step + 1 < STEPS && deviation >= edge(step + 1));
        step -= usize::from(step > 0 && deviation < edge(step));
        counts[step] += 1;
    }
    let fullest = counts.iter().copied().max().filter(|count| *count > 0);
    fullest.and_then(|fullest| counts.iter().position(|count| *count == fullest)).map_or(0.0, edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tuning(semitones: f32) -> f64 {
        let hz = 440.0 * (semitones / 12.0).exp2();
        let step = std::f32::consts::TAU * hz / 22_050.0;
        let tone: Vec<f32> = (0..44_100).map(|n| 0.5 * (step * n as f32).sin()).collect();
        estimate_tuning(&tone, 22_050.0, &StftParams::default(), 12).unwrap()
    }

    #[test]
    fn a_tone_says_how_far_it_is_off() {
        for (semitones, expected) in [(0.0, 0.0), (0.3, 0.3), (-0.2, -0.2), (7.4, 0.4), (0.7, -0.3)] {
            let found = tuning(semitones);
            // Parabolas over power are off by some hundredths of a bin.
            assert!((found - expected).abs() <= 0.05, "{semitones}: {found}");
        }
    }

    #[test]
    fn silence_is_in_tune_and_nonsense_is_refused() {
        let silence = vec![0.0; 8192];
        assert_eq!(estimate_tuning(&silence, 22_050.0, &StftParams::default(), 12).unwrap(), 0.0);
        assert!(estimate_tuning(&silence, f64::NAN, &StftParams::default(), 12).is_err());
    }
}

//! Measures that need no network: formulas on the same log-mel patches. None of them depends on the track's level.
//!
//! With `M(t, b)` the mel power of frame `t` in band `b`, in decibels over the mean of its patch and no lower than -40:
//!
//! | value | formula |
//! |---|---|
//! | `activity` | mean rise of `M` from frame to frame (16 ms), falls counting zero, over bands and frames; divided by 2.5 dB, at most 1 |
//! | `fullness` | spectral flatness (geometric over arithmetic mean of the bands) in dB, mean over frames; -30 dB is 0, 0 dB is 1 |
//! | `brightness` | share of the magnitude spectrum that lies above 1.5 kHz, up to 8 kHz (Juslin 2000; mirbrightness of MIRtoolbox) |
//! | `energy` | mean of activity and fullness |
//! | `pulse_clarity` | highest value of the autocorrelation of the onset strength (the rise, mean over bands) at lags of 0.25 to 1.5 s, its value at lag 0 being 1; averaged over patches first (Lartillot et al., ISMIR 2008) |
//! | `arousal_proxy` | mean of activity and brightness: two of the three cues with which felt arousal rises most steadily (Schubert 2004); the third, loudness, is the engineer's choice and left out |

use balanced_model::{SoundMeasures, finite};

use crate::mel::{BANDS, HOP, RATE_HZ, centres_and_widths, energy};
use crate::patches::Patch;
use crate::scores::rounded;

/// Decibels under the patch's mean where hearing ends.
const FLOOR_DB: f64 = -40.0;
/// Mean rise that counts as full activity, decibels a frame.
const FULL_RISE_DB: f64 = 2.5;
/// Flatness that counts as no fullness.
const EMPTY_FLATNESS_DB: f64 = -30.0;
/// Cut-off of brightness.
const BRIGHT_FROM_HZ: f64 = 1500.0;
/// With a mean rise below this, there are no onsets whose pulse could be clear.
const LEAST_RISE_DB: f64 = 0.1;
/// Lags of the pulse in frames: 240 and 40 beats a minute.
const PULSE_LAGS: std::ops::Range<usize> = lag(0.25)..lag(1.5) + 1;

const fn lag(seconds: f64) -> usize {
    (seconds * RATE_HZ / HOP as f64) as usize
}

/// Sums over patches.
#[derive(Default)]
struct Sums {
    rise_db: f64,
    flatness_db: f64,
    bright: f64,
    magnitude: f64,
    autocorrelation: Vec<f64>,
}

/// The measures of all `patches`; nothing is said without one. `notes` gets the reason where a value makes no sense.
pub(crate) fn measure(patches: &[&Patch], notes: &mut Vec<String>) -> SoundMeasures {
    if patches.is_empty() {
        return SoundMeasures::default();
    }
    let mut sums = Sums { autocorrelation: vec![0.0; PULSE_LAGS.end], ..Sums::default() };
    patches.iter().for_each(|patch| sums.add(patch));
    let count = patches.len() as f64;
    let activity = (sums.rise_db / count / FULL_RISE_DB).min(1.0);
    let fullness = (1.0 - sums.flatness_db / count / EMPTY_FLATNESS_DB).clamp(0.0, 1.0);
    let brightness = sums.bright / sums.magnitude.max(f64::MIN_POSITIVE);
    let pulse = sums.pulse_clarity(count);
    if pulse.is_none() {
        notes.push("pulse_clarity: null, since the sound has no onsets".to_owned());
    }
    let said = |value: f64| finite(rounded(value));
    SoundMeasures {
        energy: said(0.5 * (activity + fullness)),
        brightness: said(brightness),
        pulse_clarity: pulse.and_then(said),
        arousal_proxy: said(0.5 * (activity + brightness)),
        activity: said(activity),
        fullness: said(fullness),
    }
}

impl Sums {
    fn add(&mut self, patch: &Patch) {
        let energies: Vec<f64> = patch.mel.iter().map(|m| energy(*m)).collect();
        let mean = energies.iter().sum::<f64>() / energies.len() as f64;
        let floor = 10f64.powf(FLOOR_DB / 10.0);
        let level_db: Vec<f64> = energies.iter().map(|e| 10.0 * (e / mean).max(floor).log10()).collect();
        let rises = onset_strength(&level_db);
        self.rise_db += rises.iter().sum::<f64>() / rises.len() as f64;
        let frames = level_db.chunks_exact(BANDS);
        let count = frames.len() as f64;
        self.flatness_db += frames.map(flatness_db).sum::<f64>() / count;
        for frame in energies.chunks_exact(BANDS) {
            for ((hz, width), e) in centres_and_widths().zip(frame) {
                let magnitude = e.max(0.0).sqrt() * width;
                self.magnitude += magnitude;
                self.bright += if hz > BRIGHT_FROM_HZ { magnitude } else { 0.0 };
            }
        }
        add_autocorrelation(&rises, &mut self.autocorrelation);
    }

    fn pulse_clarity(&self, count: f64) -> Option<f64> {
        let enough = self.rise_db / count >= LEAST_RISE_DB && self.autocorrelation[0] > 0.0;
        let best = self.autocorrelation[PULSE_LAGS].iter().copied().fold(0.0, f64::max);
        enough.then(|| (best / self.autocorrelation[0]).min(1.0))
    }
}

/// Mean rise over the bands, frame by frame.
fn onset_strength(level_db: &[f64]) -> Vec<f64> {
    let rise = |(now, before): (&f64, &f64)| (now - before).max(0.0);
    let pairs = level_db.chunks_exact(BANDS).zip(level_db.chunks_exact(BANDS).skip(1));
    pairs.map(|(before, now)| now.iter().zip(before).map(rise).sum::<f64>() / BANDS as f64).collect()
}

fn flatness_db(level_db: &[f64]) -> f64 {
    let geometric = level_db.iter().sum::<f64>() / BANDS as f64;
    let arithmetic = level_db.iter().map(|l| 10f64.powf(l / 10.0)).sum::<f64>() / BANDS as f64;
    geometric - 10.0 * arithmetic.log10()
}

/// Add the unbiased autocorrelation of the deviations from the mean, scaled to 1 at lag 0.
fn add_autocorrelation(values: &[f64], sums: &mut [f64]) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let values: Vec<f64> = values.iter().map(|v| v - mean).collect();
    let at = |lag: usize| {
        let products = values.iter().zip(&values[lag..]).map(|(a, b)| a * b);
        products.sum::<f64>() / (values.len() - lag) as f64
    };
    let variance = at(0);
    if variance > 0.0 {
        sums.iter_mut().enumerate().for_each(|(lag, sum)| *sum += at(lag) / variance);
    }
}

//! EBU Tech 3341 (v4, November 2023), table 1, signals 15 to 23: true peak. All frequencies are shares of the rate.

use std::f64::consts::{PI, TAU};

/// A true-peak test signal of one channel.
#[derive(Clone, Debug)]
pub struct TruePeakSignal {
    /// The number, such as `3341-15`.
    pub name: String,
    /// The samples.
    pub samples: Vec<f64>,
    /// The true peak that a meter must read, within +0.2 and -0.4 dB.
    pub expected_dbtp: f64,
}

/// Fades and length of the published files.
const FADE_S: f64 = 0.1;
const LENGTH_S: f64 = 3.2;

/// Returns signals 15 to 23 at `sample_rate_hz`.
#[must_use]
pub fn tech3341_true_peak(sample_rate_hz: f64) -> Vec<TruePeakSignal> {
    let tone = |number: usize, divisor: f64, amplitude: f64, phase_degrees: f64, expected_dbtp: f64| TruePeakSignal {
        name: format!("3341-{number}"),
        samples: tone(sample_rate_hz, divisor, amplitude, phase_degrees),
        expected_dbtp,
    };
    let mut signals = vec![
        tone(15, 4.0, 0.50, 0.0, -6.0),
        tone(16, 4.0, 0.50, 45.0, -6.0),
        tone(17, 6.0, 0.50, 60.0, -6.0),
        tone(18, 8.0, 0.50, 67.5, -6.0),
        tone(19, 4.0, 1.41, 45.0, 3.0),
    ];
    let fine = fine_burst(sample_rate_hz);
    signals.extend((0..4).map(|offset| TruePeakSignal {
        name: format!("3341-{}", 20 + offset),
        samples: decimate(&fine, offset),
        expected_dbtp: 0.0,
    }));
    signals
}

fn tone(sample_rate_hz: f64, divisor: f64, amplitude: f64, phase_degrees: f64) -> Vec<f64> {
    let frames = (LENGTH_S * sample_rate_hz) as usize;
    let fade = FADE_S * sample_rate_hz;
    let sample = |i: usize| {
        let envelope = (i.min(frames - 1 - i) as f64 / fade).min(1.0);
        envelope * amplitude * (TAU * (i as f64 / divisor) + phase_degrees.to_radians()).sin()
    };
    (0..frames).map(sample).collect()
}

/// At four times the rate: a sixth of the rate at half scale, with exactly one period of a quarter of the rate at full
/// scale inside, phase continuous.
fn fine_burst(sample_rate_hz: f64) -> Vec<f64> {
    let frames = 4 * ((0.5 * sample_rate_hz) as usize);
    let fade = 4.0 * FADE_S * sample_rate_hz;
    // The loud period begins where the quiet tone completes one of its periods of 24 fine samples.
    let burst = frames / 48 * 24;
    let sample = |i: usize| {
        let envelope = (i.min(frames - 1 - i) as f64 / fade).min(1.0);
        let (amplitude, cycles) = match i.checked_sub(burst) {
            Some(since) if since < 16 => (1.0, since as f64 / 16.0),
            Some(since) => (0.5, (since - 16) as f64 / 24.0),
            None => (0.5, i as f64 / 24.0),
        };
        envelope * amplitude * (TAU * cycles).sin()
    };
    (0..frames).map(sample).collect()
}

/// Low-pass at half the target rate and keep every fourth sample from `offset`.
fn decimate(fine: &[f64], offset: usize) -> Vec<f64> {
    const HALF: i64 = 256;
    // Blackman-windowed sinc, -6 dB at 0.475 of the target rate, stop-band from its half.
    let cutoff = 0.475 / 4.0;
    let tap = |k: i64| {
        let x = k as f64;
        let window = 0.42 + 0.5 * (PI * x / HALF as f64).cos() + 0.08 * (TAU * x / HALF as f64).cos();
        let sinc = if k == 0 { 1.0 } else { (TAU * cutoff * x).sin() / (TAU * cutoff * x) };
        2.0 * cutoff * sinc * window
    };
    let taps: Vec<f64> = (-HALF..=HALF).map(tap).collect();
    let at = |i: i64| usize::try_from(i).ok().and_then(|i| fine.get(i)).copied().unwrap_or(0.0);
    let sample = |i: usize| taps.iter().zip(-HALF..).map(|(tap, k)| tap * at(i as i64 + k)).sum();
    (offset..fine.len()).step_by(4).map(sample).collect()
}

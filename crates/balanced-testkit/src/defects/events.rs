//! Faults that happen at a time, or all the time.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI, TAU};

use balanced_dsp::PlanarBuffer;

use super::Grade;
use super::place::{find, rms};
use crate::music::Rng;

/// Five bursts of tones whose samples miss the peak: by 1.25 dB (a sixth of the rate, 60 degrees) or 3 dB (a quarter, 45 degrees).
pub(super) fn overs(audio: &mut PlanarBuffer, rate: f64, grade: Grade, rng: &mut Rng) -> Vec<f64> {
    let (step, phase) = match grade {
        Grade::Faint => (PI / 3.0, PI / 3.0),
        _ => (FRAC_PI_2, FRAC_PI_4),
    };
    // Samples of a sine at these phases reach sin(phase) of the peak at most.
    let amplitude = grade_peak(grade) * 0.98 / phase.sin();
    let length = (0.01 * rate) as usize;
    let mut events_s = Vec::new();
    for _ in 0..5 {
        let Some(start) = find(audio, rate, rng, |_| true) else { break };
        for channel in 0..audio.channels() {
            for i in 0..length {
                let fade = (PI * i as f64 / length as f64).sin().powi(2).min(0.5) * 2.0;
                let sample = &mut audio.channel_mut(channel)[start + i];
                *sample = *sample * (1.0 - fade) + fade * amplitude * (step * i as f64 + phase).sin();
            }
        }
        events_s.push(start as f64 / rate);
    }
    events_s
}

fn grade_peak(grade: Grade) -> f64 {
    match grade {
        Grade::Faint => 0.97,
        Grade::Audible => 0.95,
        Grade::Gross => 1.0,
    }
}

/// Six clicks, each `prominence` times the largest second difference within 12 ms, and at least 0.01 high.
pub(super) fn clicks(audio: &mut PlanarBuffer, rate: f64, prominence: f64, rng: &mut Rng) -> Option<Vec<f64>> {
    let around = (0.012 * rate) as usize;
    let clean = audio.clone();
    let bend = |frame: usize| {
        let s = clean.channel(0);
        (frame - around..frame + around).map(|i| (s[i] - 2.0 * s[i - 1] + s[i - 2]).abs()).fold(0f64, f64::max)
    };
    let mut events_s: Vec<f64> = Vec::new();
    for _ in 0..6 {
        let room = |frame: usize| {
            let apart = events_s.iter().all(|t| (t - frame as f64 / rate).abs() > 0.7);
            apart && 0.5 * prominence * bend(frame) < 0.6
        };
        let Some(frame) = find(audio, rate, rng, room) else { break };
        // The second difference of a lone spike is twice its height.
        let height = (0.5 * prominence * bend(frame)).max(0.01);
        let length = 1 + rng.below(6);
        for i in 0..length {
            let shape = if i == 0 { 1.0 } else { rng.bipolar() };
            let sign = if rng.chance(0.5) { 1.0 } else { -1.0 };
            audio.channel_mut(0)[frame + i] += sign * height * shape;
        }
        events_s.push(frame as f64 / rate);
    }
    (!events_s.is_empty()).then_some(events_s)
}

/// `count` stretches of zeros on all channels, where the programme is loud.
pub(super) fn silence(
    audio: &mut PlanarBuffer,
    rate: f64,
    length_s: f64,
    count: usize,
    rng: &mut Rng,
) -> Option<Vec<f64>> {
    let length = (length_s * rate) as usize;
    let near = (0.004 * rate) as usize;
    let wide = (0.03 * rate) as usize;
    let mut events_s: Vec<f64> = Vec::new();
    for _ in 0..count {
        let fits = |frame: usize| {
            let end = frame + length;
            let loud = |from: usize, to: usize| {
                (0..audio.channels()).all(|c| {
                    let s = &audio.channel(c)[from.min(audio.frames())..to.min(audio.frames())];
                    (s.iter().map(|s| s * s).sum::<f64>() / s.len().max(1) as f64).sqrt() > 0.02
                })
            };
            let apart = events_s.iter().all(|t| (t - frame as f64 / rate).abs() > 0.7 + length_s);
            let steady = rms(audio, frame - near, frame) > 0.6 * rms(audio, frame - wide, frame);
            let resumes = rms(audio, end, end + near) > 0.6 * rms(audio, frame - wide, frame);
            apart && steady && resumes && loud(frame - near, frame) && loud(end, end + near)
        };
        let Some(frame) = find(audio, rate, rng, fits) else { break };
        for channel in 0..audio.channels() {
            let end = (frame + length).min(audio.frames());
            audio.channel_mut(channel)[frame..end].fill(0.0);
        }
        events_s.push(frame as f64 / rate);
    }
    (!events_s.is_empty()).then_some(events_s)
}

/// Mains hum with five harmonics and a total level of `level_dbfs` (RMS), the same on all channels.
pub(super) fn hum(audio: &mut PlanarBuffer, rate: f64, mains_hz: f64, level_dbfs: f64) {
    const HARMONICS: [f64; 5] = [1.0, 0.5, 0.35, 0.25, 0.15];
    let power: f64 = HARMONICS.iter().map(|a| 0.5 * a * a).sum();
    let gain = 10f64.powf(level_dbfs / 20.0) / power.sqrt();
    for channel in 0..audio.channels() {
        for (i, sample) in audio.channel_mut(channel).iter_mut().enumerate() {
            let angle = TAU * mains_hz * i as f64 / rate;
            let hum: f64 = HARMONICS.iter().enumerate().map(|(k, a)| a * ((k + 1) as f64 * angle).sin()).sum();
            *sample = 0.8 * *sample + gain * hum;
        }
    }
}

/// `count` samples that are not numbers.
pub(super) fn not_finite(audio: &mut PlanarBuffer, rate: f64, count: usize, rng: &mut Rng) -> Vec<f64> {
    let mut events_s = Vec::new();
    for i in 0..count {
        let frame = rng.below(audio.frames());
        audio.channel_mut(i % 2)[frame] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][i % 3];
        events_s.push(frame as f64 / rate);
    }
    events_s
}

//! Tests of resampling: passband within 0.01 dB, aliases and images at least 120 dB down, no delay.

use std::f64::consts::TAU;

use balanced_dsp::PlanarBuffer;
use balanced_io::Resampler;

use crate::support::programme;

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];

fn resample(from_hz: f64, to_hz: f64, input: &[Vec<f64>], block: usize) -> Vec<Vec<f64>> {
    let mut resampler = Resampler::new(from_hz, to_hz, input.len()).unwrap();
    let audio = PlanarBuffer::from_channels(input);
    let mut buffer = PlanarBuffer::new(input.len(), 16);
    let mut output = vec![Vec::new(); input.len()];
    let mut take = |buffer: &PlanarBuffer| {
        for (index, channel) in output.iter_mut().enumerate() {
            channel.extend_from_slice(buffer.channel(index));
        }
    };
    for start in (0..audio.frames()).step_by(block) {
        let block = audio.block().slice(start..(start + block).min(audio.frames()));
        resampler.process(&block, &mut buffer);
        take(&buffer);
    }
    resampler.finish(&mut buffer);
    take(&buffer);
    output
}

fn sine(frequency_hz: f64, rate_hz: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|i| (TAU * frequency_hz / rate_hz * i as f64 + 0.3).sin()).collect()
}

fn rms(samples: &[f64]) -> f64 {
    (samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64).sqrt()
}

/// Fits a sine by least squares: amplitude, phase and the RMS of the residual.
fn fit(samples: &[f64], first: usize, frequency_hz: f64, rate_hz: f64) -> (f64, f64, f64) {
    let angle = |i: usize| TAU * frequency_hz / rate_hz * (first + i) as f64;
    let (mut ss, mut sc, mut cc, mut ys, mut yc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (i, y) in samples.iter().enumerate() {
        let (s, c) = angle(i).sin_cos();
        (ss, sc, cc) = (ss + s * s, sc + s * c, cc + c * c);
        (ys, yc) = (ys + y * s, yc + y * c);
    }
    let determinant = ss * cc - sc * sc;
    let (a, b) = ((ys * cc - yc * sc) / determinant, (yc * ss - ys * sc) / determinant);
    let rest: Vec<f64> = samples.iter().enumerate().map(|(i, y)| y - a * angle(i).sin() - b * angle(i).cos()).collect();
    (a.hypot(b), b.atan2(a), rms(&rest))
}

/// Returns the part of an output that the edges of the input do not affect.
fn middle(output: &[f64]) -> (usize, &[f64]) {
    let start = output.len() / 3;
    (start, &output[start..2 * start])
}

#[test]
fn the_passband_is_flat_in_time_and_clean_between_all_rates() {
    for from_hz in RATES_HZ {
        for to_hz in RATES_HZ.into_iter().filter(|to_hz| *to_hz != from_hz) {
            let nyquist_hz = from_hz.min(to_hz) / 2.0;
            let frames = (from_hz * 0.35) as usize;
            for fraction in [0.01, 0.3, 0.7, 0.9, 0.95, 0.97] {
                let frequency_hz = nyquist_hz * fraction;
                let output = resample(from_hz, to_hz, &[sine(frequency_hz, from_hz, frames)], 4096);
                let (first, output) = middle(&output[0]);
                let (amplitude, phase, rest) = fit(output, first, frequency_hz, to_hz);
                let gain_db = 20.0 * amplitude.log10();
                assert!(gain_db.abs() <= 0.01, "{from_hz} to {to_hz} at {fraction}: {gain_db} dB");
                assert!((phase - 0.3).abs() < 1e-6, "{from_hz} to {to_hz} at {fraction}: phase {phase}");
                let rest_db = 20.0 * (rest / amplitude * 2f64.sqrt()).log10();
                assert!(rest_db <= -120.0, "{from_hz} to {to_hz} at {fraction}: images and aliases at {rest_db} dB");
            }
        }
    }
}

#[test]
fn what_lies_beyond_the_lower_nyquist_frequency_is_120_db_down() {
    for from_hz in RATES_HZ {
        for to_hz in RATES_HZ.into_iter().filter(|to_hz| *to_hz < from_hz) {
            let frames = (from_hz * 0.35) as usize;
            for fraction in [1.0005, 1.002, 1.01, 1.07, 1.5, 1.9, 3.0] {
                let frequency_hz = to_hz / 2.0 * fraction;
                if frequency_hz >= 0.499 * from_hz {
                    continue;
                }
                let output = resample(from_hz, to_hz, &[sine(frequency_hz, from_hz, frames)], 4096);
                let level_db = 20.0 * (rms(middle(&output[0]).1) * 2f64.sqrt()).log10();
                assert!(level_db <= -120.0, "{from_hz} to {to_hz} at {fraction}: {level_db} dB");
            }
        }
    }
}

#[test]
fn the_length_is_exact_and_independent_of_blocks() {
    for (from_hz, to_hz) in [(44_100.0, 48_000.0), (192_000.0, 44_100.0), (48_000.0, 48_000.0), (47_952.05, 48_000.0)] {
        for frames in [1usize, 2, 160, 4097, 30_011] {
            let input = programme(2, frames);
            let whole = resample(from_hz, to_hz, &input, frames);
            let expected = (frames as f64 * to_hz / from_hz).round() as usize;
            assert_eq!(whole[0].len(), expected, "{frames} frames, {from_hz} to {to_hz}");
            for block in [1, 7, 64, 4096] {
                if block > 1 || frames < 1000 {
                    assert_eq!(resample(from_hz, to_hz, &input, block), whole, "{block}");
                }
            }
        }
    }
}

#[test]
fn a_converter_that_finished_is_as_new() {
    let input = programme(1, 3000);
    let audio = PlanarBuffer::from_channels(&input);
    let mut resampler = Resampler::new(44_100.0, 48_000.0, 1).unwrap();
    let mut run = || {
        let (mut all, mut buffer) = (Vec::new(), PlanarBuffer::new(1, 0));
        resampler.process(&audio.block(), &mut buffer);
        all.extend_from_slice(buffer.channel(0));
        resampler.finish(&mut buffer);
        all.extend_from_slice(buffer.channel(0));
        all
    };
    assert_eq!(run(), run());
}

#[test]
fn equal_rates_pass_through_untouched() {
    let input = programme(2, 1000);
    assert_eq!(resample(48_000.0, 48_000.0, &input, 333), input);
}

#[test]
fn impossible_rates_are_refused() {
    for (from_hz, to_hz, channels) in
        [(0.0, 48_000.0, 2), (48_000.0, f64::NAN, 2), (48_000.0, 1e9, 2), (44_100.0, 48_000.0, 0)]
    {
        assert!(Resampler::new(from_hz, to_hz, channels).is_err());
    }
}

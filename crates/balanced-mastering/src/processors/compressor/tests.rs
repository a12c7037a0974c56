use super::*;
use balanced_dsp::decibel::{db_to_gain, gain_to_db};

fn process(spec: CompressorSpec, sample_rate_hz: f64, channels: &[Vec<f64>]) -> PlanarBuffer {
    let mut audio = PlanarBuffer::from_channels(channels);
    let format = StreamFormat::new(sample_rate_hz, channels.len());
    ProcessorSpec::Compressor(spec).build(&format).unwrap().process(&mut audio.block_mut());
    audio
}

/// A square wave: its magnitude is constant, so the detector sees one level.
fn square(level_db: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|n| if n / 24 % 2 == 0 { db_to_gain(level_db) } else { -db_to_gain(level_db) }).collect()
}

fn quick() -> CompressorSpec {
    CompressorSpec {
        threshold_db: -20.0,
        ratio: 4.0,
        knee_db: 0.0,
        attack_ms: 1.0,
        release_ms: 20.0,
        ..CompressorSpec::default()
    }
}

/// Output level in dB that a steady `level_db` settles at.
fn settled_db(spec: CompressorSpec, level_db: f64) -> f64 {
    let output = process(spec, 48_000.0, &[square(level_db, 48_000)]);
    gain_to_db(output.channel(0)[47_999].abs())
}

#[test]
fn the_static_curve_is_the_papers() {
    for detector in [Detector::Peak, Detector::Rms] {
        for (level_db, output_db) in [(-40.0, -40.0), (-20.0, -20.0), (-12.0, -18.0), (0.0, -15.0)] {
            let out = settled_db(CompressorSpec { detector, ..quick() }, level_db);
            assert!((out - output_db).abs() < 1e-3, "{detector:?} {level_db}: {out}");
        }
        // Equation 4 in a 12 dB knee: x + (1/R - 1)(x - T + W/2)^2 / (2W)
        for level_db in [-25.0, -20.0, -16.0f64] {
            let expected_db = level_db + (0.25 - 1.0) * (level_db + 20.0 + 6.0).powi(2) / 24.0;
            let out = settled_db(CompressorSpec { detector, knee_db: 12.0, ..quick() }, level_db);
            assert!((out - expected_db).abs() < 1e-3, "{detector:?} {level_db}: {out} {expected_db}");
        }
    }
    let bounded = CompressorSpec { range_db: 5.0, makeup_db: 2.0, ..quick() };
    assert!((settled_db(bounded, 0.0) + 3.0).abs() < 1e-3);
}

#[test]
fn time_constants_hold_at_every_rate() {
    for sample_rate_hz in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        let spec = CompressorSpec { attack_ms: 10.0, release_ms: 60.0, ..quick() };
        let frames = |s: f64| (s * sample_rate_hz) as usize;
        let mut input = square(-30.0, frames(0.2));
        input.extend(square(-4.0, frames(0.5)));
        input.extend(square(-30.0, frames(0.5)));
        let output = process(spec, sample_rate_hz, std::slice::from_ref(&input));
        let reduction_db = |n: usize| gain_to_db((input[n] / output.channel(0)[n]).abs());
        let rest = (-1f64).exp();
        let attack = (frames(0.2)..).find(|n| reduction_db(*n) >= 12.0 * (1.0 - rest)).unwrap() - frames(0.2);
        let release = (frames(0.7)..).find(|n| reduction_db(*n) <= 12.0 * rest).unwrap() - frames(0.7);
        let (attack_s, release_s) = (attack as f64 / sample_rate_hz, release as f64 / sample_rate_hz);
        assert!((attack_s / 0.010 - 1.0).abs() < 0.01, "attack {attack_s} at {sample_rate_hz}");
        assert!((release_s / 0.060 - 1.0).abs() < 0.01, "release {release_s} at {sample_rate_hz}");
    }
}

#[test]
fn lookahead_has_the_gain_down_when_the_peak_arrives() {
    let mut input = vec![db_to_gain(-40.0); 4_800];
    input.extend(vec![1.0; 4_800]);
    let first_peak = |lookahead_ms: f64| {
        let output = process(CompressorSpec { lookahead_ms, ..quick() }, 48_000.0, std::slice::from_ref(&input));
        gain_to_db(output.channel(0)[4_800 + (48.0 * lookahead_ms) as usize])
    };
    assert!(first_peak(0.0) > -1.0, "{}", first_peak(0.0));
    assert!((first_peak(10.0) + 15.0).abs() < 0.1, "{}", first_peak(10.0));
}

#[test]
fn the_link_shares_reduction_by_its_percentage() {
    for (link_percent, quiet_db) in [(0.0, -30.0), (50.0, -37.5), (100.0, -45.0)] {
        let spec = CompressorSpec { link_percent, ..quick() };
        let output = process(spec, 48_000.0, &[square(0.0, 48_000), square(-30.0, 48_000)]);
        let level_db = |channel: usize| gain_to_db(output.channel(channel)[47_999].abs());
        assert!((level_db(0) + 15.0).abs() < 1e-3, "{}", level_db(0));
        assert!((level_db(1) - quiet_db).abs() < 1e-3, "{}", level_db(1));
    }
}

#[test]
fn mid_side_reduces_the_middle_and_leaves_the_sides() {
    let (mid, side) = (square(0.0, 48_000), square(-30.0, 48_000));
    let side: Vec<f64> = side.iter().enumerate().map(|(n, s)| if n / 100 % 2 == 0 { *s } else { -s }).collect();
    let left: Vec<f64> = mid.iter().zip(&side).map(|(m, s)| m + s).collect();
    let right: Vec<f64> = mid.iter().zip(&side).map(|(m, s)| m - s).collect();
    let spec = CompressorSpec { channels: CompressorChannels::MidSide, link_percent: 0.0, ..quick() };
    let output = process(spec, 48_000.0, &[left, right]);
    let (l, r) = (output.channel(0)[47_999], output.channel(1)[47_999]);
    assert!((gain_to_db((0.5 * (l + r)).abs()) + 15.0).abs() < 1e-3);
    assert!((gain_to_db((0.5 * (l - r)).abs()) + 30.0).abs() < 1e-3);
}

#[test]
fn the_sidechain_filter_ignores_bass() {
    let bass: Vec<f64> = (0..48_000).map(|n| (std::f64::consts::TAU * 40.0 * f64::from(n) / 48_000.0).sin()).collect();
    let level_db = |sidechain_high_pass_hz: f64| {
        let spec = CompressorSpec { sidechain_high_pass_hz, ..quick() };
        let output = process(spec, 48_000.0, std::slice::from_ref(&bass));
        gain_to_db(output.channel(0)[24_000..].iter().fold(0.0, |peak: f64, s| peak.max(s.abs())))
    };
    // 40 Hz is 4.6 octaves below 1 kHz: 56 dB down for the detector, far below the threshold.
    assert!(level_db(0.0) < -8.0 && level_db(1000.0).abs() < 1e-6, "{} {}", level_db(0.0), level_db(1000.0));
}

#[test]
fn below_the_threshold_samples_stay_bit_exact() {
    let input: Vec<f64> = (0..9_600).map(|n| 0.05 * (f64::from(n) * 0.1).sin()).collect();
    let output = process(quick(), 48_000.0, std::slice::from_ref(&input));
    assert_eq!(output.channel(0), input);
}

#[test]
fn true_rms_is_the_mean_of_exactly_its_window() {
    // A sine over whole periods has -3.01 dB at once and for ever: no ripple, unlike a one-pole mean.
    let tone: Vec<f64> = (0..9_600).map(|n| (std::f64::consts::TAU * 500.0 * f64::from(n) / 48_000.0).sin()).collect();
    let spec = CompressorSpec {
        detector: Detector::TrueRms,
        rms_window_ms: 10.0,
        threshold_db: -13.0103,
        attack_ms: 0.05,
        release_ms: 1.0,
        ratio: 2.0,
        knee_db: 0.0,
        ..CompressorSpec::default()
    };
    let output = process(spec, 48_000.0, std::slice::from_ref(&tone));
    for n in (4_800..9_600).filter(|n| tone[*n].abs() > 0.5) {
        let gain_db = gain_to_db(output.channel(0)[n] / tone[n]);
        assert!((gain_db + 5.0).abs() < 1e-3, "{n}: {gain_db}");
    }
}

#[test]
fn mid_alone_leaves_the_side_to_the_bit() {
    let (mid, side) = (square(0.0, 9_600), square(-6.0, 9_600));
    let spec = CompressorSpec { channels: CompressorChannels::Mid, ..quick() };
    let left: Vec<f64> = mid.iter().map(|m| 0.5 * m).collect();
    let output = process(spec.clone(), 48_000.0, &[left.clone(), left.clone()]);
    assert!(output.channel(0)[9_599].abs() < 0.9 * left[9_599].abs(), "the mid is compressed");
    let opposite: Vec<f64> = side.iter().map(|s| -s).collect();
    let output = process(spec, 48_000.0, &[side.clone(), opposite.clone()]);
    assert_eq!((output.channel(0), output.channel(1)), (&side[..], &opposite[..]));
}

#[test]
fn the_sidechain_low_pass_ignores_treble() {
    let treble: Vec<f64> =
        (0..48_000).map(|n| (std::f64::consts::TAU * 12_000.0 * f64::from(n) / 48_000.0).sin()).collect();
    let spec = CompressorSpec { sidechain_low_pass_hz: 200.0, ..quick() };
    let output = process(spec, 48_000.0, std::slice::from_ref(&treble));
    assert_eq!(output.channel(0)[24_000..], treble[24_000..]);
}

//! Exactness and distortion.

use std::f64::consts::TAU;

use super::{Limiter, LimiterSpec, limit, run, run_metered};
use crate::processors::limiter::LimiterStyle;
use crate::{Processor, ProcessorSpec, Update};
use balanced_dsp::StreamFormat;
use balanced_dsp::decibel::db_to_gain;
use balanced_dsp::intersample::HOP_FRAMES;
use balanced_testkit::music::Rng;
use balanced_testkit::oracle::true_peak_32x;

fn noise(frames: usize, level: f64, seed: u64) -> Vec<f64> {
    let mut rng = Rng::new(seed);
    (0..frames).map(|_| level * rng.bipolar()).collect()
}

#[test]
fn below_the_ceiling_every_bit_passes() {
    let input = [noise(20_000, 0.3, 1), noise(20_000, 0.25, 2)];
    let spec = LimiterSpec { ceiling_dbtp: -0.1, ..LimiterSpec::default() };
    assert!(limit(&spec, 48_000.0, &input) == input);
}

#[test]
fn the_cut_into_blocks_changes_nothing() {
    let input = [noise(9_000, 2.0, 3), noise(9_000, 0.5, 4)];
    for link_percent in [100.0, 30.0] {
        let spec = LimiterSpec { drive_db: 3.0, link_percent, ..LimiterSpec::default() };
        let out: Vec<_> = [1, 7, 64, 4096]
            .iter()
            .map(|&block| run(&mut Limiter::new(&spec, &StreamFormat::new(44_100.0, 2)), &input, block))
            .collect();
        assert!(out.iter().all(|o| *o == out[0]));
    }
}

const RATE_HZ: f64 = 48_000.0;

/// Sum of tones (Hz, level) over `seconds`, scaled so that the limiter must take off 6 dB.
fn tones(tones: &[(f64, f64)], seconds: usize, ceiling: f64) -> Vec<f64> {
    let mut rng = Rng::new(11);
    let phases: Vec<f64> = tones.iter().map(|_| rng.range(0.0, TAU)).collect();
    let at = |n: usize| -> f64 {
        let t = n as f64 / RATE_HZ;
        tones.iter().zip(&phases).map(|((hz, level), phase)| level * (TAU * hz * t + phase).sin()).sum()
    };
    let signal: Vec<f64> = (0..seconds * RATE_HZ as usize).map(at).collect();
    let peak = true_peak_32x(&signal[..RATE_HZ as usize]);
    signal.iter().map(|x| x * ceiling * db_to_gain(6.0) / peak).collect()
}

/// Everything that is not the tones themselves, in dB against everything, over the last second but one (tones are whole Hz).
fn residual_db(signal: &[f64], tones: &[(f64, f64)]) -> f64 {
    let rate = RATE_HZ as usize;
    let second = &signal[signal.len() - 2 * rate..signal.len() - rate];
    let mut rest = second.to_vec();
    for (hz, _) in tones {
        let wave = |n: usize| (TAU * hz * n as f64 / RATE_HZ).sin_cos();
        let (mut sin, mut cos) = (0.0, 0.0);
        for (n, x) in second.iter().enumerate() {
            let (s, c) = wave(n);
            sin += x * s;
            cos += x * c;
        }
        for (n, x) in rest.iter_mut().enumerate() {
            let (s, c) = wave(n);
            *x -= 2.0 / RATE_HZ * (sin * s + cos * c);
        }
    }
    let power = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
    10.0 * (power(&rest) / power(second)).log10()
}

#[test]
fn distortion_at_6_db_of_gain_reduction() {
    let sine = [(1000.0, 1.0)];
    let bass = [(60.0, 1.0)];
    let smpte = [(60.0, 4.0), (7000.0, 1.0)];
    let ccif = [(19_000.0, 1.0), (20_000.0, 1.0)];
    let multi: Vec<(f64, f64)> =
        [45.0, 91.0, 183.0, 366.0, 733.0, 1465.0, 2930.0, 5859.0, 11_719.0, 15_000.0].map(|hz| (hz, 1.0)).to_vec();
    let signals: [(&str, &[(f64, f64)]); 5] =
        [("1 kHz", &sine), ("60 Hz", &bass), ("60 Hz + 7 kHz", &smpte), ("19 + 20 kHz", &ccif), ("ten tones", &multi)];
    let gates = [
        (LimiterStyle::Transparent, [-120.0, -120.0, -80.0, -120.0, -20.0]),
        (LimiterStyle::Punchy, [-100.0, -20.0, -20.0, -50.0, -10.0]),
        (LimiterStyle::Loud, [-100.0, -20.0, -20.0, -40.0, -10.0]),
    ];
    for (style, gates_db) in gates {
        for ((name, parts), gate_db) in signals.iter().zip(gates_db) {
            let spec = LimiterSpec { style, ..LimiterSpec::default() };
            let ceiling = db_to_gain(spec.ceiling_dbtp);
            let mut limiter = Limiter::new(&spec, &StreamFormat::new(RATE_HZ, 1));
            let (out, reduction_db) = run_metered(&mut limiter, &[tones(parts, 6, ceiling)], HOP_FRAMES);
            let residual_db = residual_db(&out[0], parts);
            println!("{style:?} {name}: residual {residual_db:.1} dB at {reduction_db:.2} dB reduction");
            assert!((5.9..6.6).contains(&reduction_db), "{name}: {reduction_db}");
            assert!(residual_db < gate_db, "{style:?} {name}: {residual_db}");
        }
    }
}

/// A hold over half a period of the bass keeps the gain still; one that is shorter than the style's changes no bit.
#[test]
fn a_longer_hold_keeps_dense_bass_clean() {
    let bass = [(30.0, 1.0)];
    let limited = |style, hold_ms| {
        let spec = LimiterSpec { style, hold_ms, ..LimiterSpec::default() };
        limit(&spec, RATE_HZ, &[tones(&bass, 6, db_to_gain(spec.ceiling_dbtp))]).remove(0)
    };
    for style in [LimiterStyle::Transparent, LimiterStyle::Loud] {
        let (short, long) = (limited(style, 0.0), limited(style, 20.0));
        let (short_db, long_db) = (residual_db(&short, &bass), residual_db(&long, &bass));
        println!("{style:?}: residual {short_db:.1} dB, {long_db:.1} dB with a hold of 20 ms");
        assert!(long_db < -90.0 && long_db < short_db - 20.0, "{style:?}: {short_db}, {long_db}");
        assert!(limited(style, 2.0) == short, "{style:?}");
    }
}

#[test]
fn a_click_stays_where_it_was() {
    for position in [3000, 3001, 3517] {
        let mut input = noise(8000, 0.01, 9);
        input[position] = 4.0;
        let out = &limit(&LimiterSpec { drive_db: 6.0, ..LimiterSpec::default() }, 44_100.0, &[input])[0];
        let loudest = (0..out.len()).max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs())).unwrap();
        assert_eq!(loudest, position);
    }
}

#[test]
fn unlinked_channels_leave_each_other_alone() {
    let (loud, quiet) = (noise(20_000, 3.0, 6), noise(20_000, 0.2, 7));
    let spec = LimiterSpec { link_percent: 0.0, sustain_link_percent: 0.0, ..LimiterSpec::default() };
    let out = limit(&spec, 48_000.0, &[loud.clone(), quiet.clone()]);
    assert!(out[1] == quiet);
    let alone = &limit(&spec, 48_000.0, std::slice::from_ref(&loud))[0];
    assert!(out[0].iter().zip(alone).all(|(a, b)| (a - b).abs() < 1e-5));
    let linked = limit(&LimiterSpec::default(), 48_000.0, &[loud, quiet.clone()]);
    let ratio = |n: usize| linked[1][n] / quiet[n];
    assert!(ratio(10_000) < 0.6, "linked channels share the reduction: {}", ratio(10_000));
}

#[test]
fn new_settings_glide_in_and_the_new_ceiling_holds() {
    let format = StreamFormat::new(48_000.0, 2);
    let input: Vec<f64> = (0..96_000).map(|n| (TAU * 997.0 * n as f64 / 48_000.0).sin()).collect();
    let mut limiter = Limiter::new(&LimiterSpec::default(), &format);
    let first = run(&mut limiter, &[input.clone(), input.clone()], 512);
    let changed = LimiterSpec {
        drive_db: 6.0,
        ceiling_dbtp: -3.0,
        style: LimiterStyle::Loud,
        link_percent: 50.0,
        ..LimiterSpec::default()
    };
    assert_eq!(limiter.update(&ProcessorSpec::Limiter(changed.clone())), Update::Applied);
    let second = run(&mut limiter, &[input.clone(), input.clone()], 512);
    let all: Vec<f64> = first[0][24_000..72_000].iter().chain(&second[0][24_000..]).copied().collect();
    let settled = all[100_000..].iter().fold(0.0f64, |m, x| m.max(x.abs()));
    assert!(settled <= db_to_gain(-3.0), "{settled}");
    let other = ProcessorSpec::Limiter(LimiterSpec { lookahead_ms: 9.0, ..changed });
    assert_eq!(limiter.update(&other), Update::NeedsRebuild, "look-ahead is latency");
}

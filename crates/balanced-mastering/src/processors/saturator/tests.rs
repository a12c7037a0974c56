//! Aliasing, level, harmonics, band limits.

use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_testkit::music::Rng;

use super::{SaturationCurve, SaturatorSpec};
use crate::ProcessorSpec;
use crate::processors::alias::{LOW_LATENCY, worst_alias_below, worst_alias_dbc};

const CURVES: [SaturationCurve; 4] =
    [SaturationCurve::Tube, SaturationCurve::Tape, SaturationCurve::Transformer, SaturationCurve::SoftClip];

fn saturate(spec: SaturatorSpec, input: &[f64]) -> Vec<f64> {
    let mut processor = ProcessorSpec::Saturator(spec).build(&StreamFormat::new(48_000.0, 1)).unwrap();
    let latency = processor.latency_frames();
    let padded: Vec<f64> = input.iter().copied().chain(std::iter::repeat_n(0.0, latency)).collect();
    let mut audio = PlanarBuffer::from_channels(&[padded]);
    processor.process(&mut audio.block_mut());
    audio.channel(0)[latency..].to_vec()
}

fn rms_db(x: &[f64]) -> f64 {
    10.0 * (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).log10()
}

/// Level of the `hz` component over the last second, dBFS peak.
fn level_db(x: &[f64], hz: f64) -> f64 {
    let last = &x[x.len() - 48_000..];
    let step = std::f64::consts::TAU * hz / 48_000.0;
    let (sin, cos) = last
        .iter()
        .enumerate()
        .fold((0.0, 0.0), |(s, c), (n, x)| (s + x * (step * n as f64).sin(), c + x * (step * n as f64).cos()));
    20.0 * (f64::hypot(sin, cos) / 24_000.0).log10()
}

fn tone(hz: f64, peak: f64) -> Vec<f64> {
    (0..96_000).map(|n| peak * (std::f64::consts::TAU * hz * f64::from(n) / 48_000.0).sin()).collect()
}

#[test]
fn four_times_too_hot_a_tone_does_not_alias() {
    for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        for curve in CURVES {
            let spec = SaturatorSpec { curve, drive_db: 12.041, ..SaturatorSpec::default() };
            let alias_dbc = worst_alias_dbc(&spec, ProcessorSpec::Saturator, rate_hz);
            println!("{curve:?}, {rate_hz} Hz: worst alias {alias_dbc:.1} dBc");
            assert!(alias_dbc <= -120.0, "{rate_hz} {curve:?}: {alias_dbc}");
        }
    }
}

/// With low latency only what falls back above a third of the rate is to be heard.
#[test]
fn low_latency_keeps_aliases_out_of_all_but_the_top() {
    for rate_hz in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for curve in CURVES {
            let settings = SaturatorSpec { curve, drive_db: 12.041, ..SaturatorSpec::default() };
            let spec = ProcessorSpec::Saturator(settings);
            let worst = |top_hz: f64| {
                worst_alias_below(
                    top_hz,
                    spec.build_with(&StreamFormat::new(rate_hz, 1), &LOW_LATENCY).unwrap(),
                    rate_hz,
                )
            };
            let (whole, most) = (worst(20_000.0), worst(16_000.0));
            println!("{curve:?}, {rate_hz} Hz: worst alias {whole:.1} dBc, below 16 kHz {most:.1} dBc");
            assert!(most <= -75.0 && (rate_hz == 44_100.0 || whole <= -60.0), "{rate_hz} {curve:?}: {whole}, {most}");
        }
    }
}

#[test]
fn programme_keeps_its_level_whatever_the_drive() {
    let mut rng = Rng::new(4);
    let input: Vec<f64> = (0..96_000).map(|_| 0.125_893 * rng.normal()).collect();
    for curve in [SaturationCurve::Tube, SaturationCurve::SoftClip] {
        for drive_db in [0.0, 12.0, 24.0] {
            let output = saturate(SaturatorSpec { curve, drive_db, ..SaturatorSpec::default() }, &input);
            let change_db = rms_db(&output) - rms_db(&input);
            println!("{curve:?} at {drive_db} dB: {change_db:.2} dB");
            assert!(change_db.abs() < 0.5, "{curve:?} {drive_db}: {change_db}");
        }
    }
}

#[test]
fn harmonics_are_those_of_the_character() {
    let input = tone(200.0, 0.25);
    let run = |curve, even_percent| {
        saturate(SaturatorSpec { curve, drive_db: 12.0, even_percent, ..SaturatorSpec::default() }, &input)
    };
    let tube = run(SaturationCurve::Tube, 0.0);
    assert!(level_db(&tube, 400.0) > -50.0 && level_db(&tube, 600.0) > -50.0);
    let odd = run(SaturationCurve::SoftClip, 0.0);
    assert!(level_db(&odd, 400.0) < -150.0 && level_db(&odd, 600.0) > -60.0);
    assert!(level_db(&run(SaturationCurve::SoftClip, 100.0), 400.0) > -50.0);
    let mean = tube[48_000..].iter().sum::<f64>() / 48_000.0;
    assert!(mean.abs() < 1e-5, "no offset: {mean}");
}

#[test]
fn emphasis_decides_which_end_saturates_first() {
    let third = |curve, hz| {
        let out = saturate(SaturatorSpec { curve, drive_db: 6.0, ..SaturatorSpec::default() }, &tone(hz, 0.25));
        level_db(&out, 3.0 * hz) - level_db(&out, hz)
    };
    assert!(third(SaturationCurve::Tape, 6_000.0) > third(SaturationCurve::Tape, 60.0) + 6.0);
    assert!(third(SaturationCurve::Transformer, 60.0) > third(SaturationCurve::Transformer, 6_000.0) + 6.0);
}

#[test]
fn outside_the_band_and_when_dry_nothing_changes() {
    let bass = tone(50.0, 0.5);
    let exciter =
        SaturatorSpec { low_hz: 6_000.0, drive_db: 24.0, level_compensation: false, ..SaturatorSpec::default() };
    let out = saturate(exciter, &bass);
    let change: Vec<f64> = out.iter().zip(&bass).map(|(y, x)| y - x).collect();
    assert!(rms_db(&change) < -90.0, "{}", rms_db(&change));
    assert!(saturate(SaturatorSpec { wet_percent: 0.0, ..SaturatorSpec::default() }, &bass) == bass);
}

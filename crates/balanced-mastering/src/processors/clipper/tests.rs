//! Aliasing, exactness and the curve.

use balanced_dsp::{PlanarBuffer, StreamFormat};

use super::ClipperSpec;
use crate::ProcessorSpec;
use crate::processors::alias::{LOW_LATENCY, worst_alias_below, worst_alias_dbc};

fn clip(spec: ClipperSpec, input: &[f64]) -> Vec<f64> {
    let mut processor = ProcessorSpec::Clipper(spec).build(&StreamFormat::new(48_000.0, 1)).unwrap();
    let latency = processor.latency_frames();
    let padded: Vec<f64> = input.iter().copied().chain(std::iter::repeat_n(0.0, latency)).collect();
    let mut audio = PlanarBuffer::from_channels(&[padded]);
    processor.process(&mut audio.block_mut());
    audio.channel(0)[latency..].to_vec()
}

#[test]
fn four_times_too_hot_a_tone_does_not_alias() {
    for rate_hz in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for knee_db in [0.0, 6.0] {
            let spec = ClipperSpec { drive_db: 12.041, ceiling_dbfs: 0.0, knee_db };
            let alias_dbc = worst_alias_dbc(&spec, ProcessorSpec::Clipper, rate_hz);
            println!("clipper, knee {knee_db} dB, {rate_hz} Hz: worst alias {alias_dbc:.1} dBc");
            assert!(alias_dbc <= -120.0, "{rate_hz} {knee_db}: {alias_dbc}");
        }
    }
}

/// With low latency only what falls back above a third of the rate is to be heard.
#[test]
fn low_latency_keeps_aliases_out_of_all_but_the_top() {
    for rate_hz in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for knee_db in [0.0, 6.0] {
            let spec = ProcessorSpec::Clipper(ClipperSpec { drive_db: 12.041, ceiling_dbfs: 0.0, knee_db });
            let worst = |top_hz: f64| {
                worst_alias_below(
                    top_hz,
                    spec.build_with(&StreamFormat::new(rate_hz, 1), &LOW_LATENCY).unwrap(),
                    rate_hz,
                )
            };
            let (whole, most) = (worst(20_000.0), worst(16_000.0));
            println!(
                "clipper, knee {knee_db} dB, {rate_hz} Hz: worst alias {whole:.1} dBc, below 16 kHz {most:.1} dBc"
            );
            assert!(most <= -75.0 && (rate_hz == 44_100.0 || whole <= -60.0), "{rate_hz} {knee_db}: {whole}, {most}");
        }
    }
}

#[test]
fn below_the_knee_every_bit_passes() {
    let input: Vec<f64> = (0..5000).map(|n| 0.45 * (f64::from(n) * 0.37).sin()).collect();
    assert!(clip(ClipperSpec { knee_db: 3.0, ..ClipperSpec::default() }, &input) == input);
}

#[test]
fn slow_signals_follow_the_curve() {
    let input: Vec<f64> =
        (0..48_000).map(|n| 2.0 * (f64::from(n) * 40.0 * std::f64::consts::TAU / 48_000.0).sin()).collect();
    let hard = clip(ClipperSpec { ceiling_dbfs: -6.0, ..ClipperSpec::default() }, &input);
    let ceiling = 10f64.powf(-0.3);
    // Half-way up the flat tops, far from the corners' ringing.
    assert!((hard[12_300] - ceiling * input[12_300].signum()).abs() < 1e-4, "{}", hard[12_300]);
    let largest = hard.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    assert!(largest < ceiling * 1.05, "{largest}");
}

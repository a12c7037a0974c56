use super::*;
use crate::DynamicsMode;
use balanced_dsp::PlanarBuffer;
use balanced_dsp::decibel::{db_to_gain, gain_to_db};

fn process(spec: DynamicEqSpec, input: &[f64]) -> Vec<f64> {
    let mut audio = PlanarBuffer::from_channels(&[input]);
    let mut eq = ProcessorSpec::DynamicEq(spec).build(&StreamFormat::new(48_000.0, 1)).unwrap();
    eq.process(&mut audio.block_mut());
    audio.channel(0).to_vec()
}

fn tone(frequency_hz: f64, level_db: f64) -> Vec<f64> {
    let peak = db_to_gain(level_db);
    (0..48_000).map(|n| peak * (std::f64::consts::TAU * frequency_hz * f64::from(n) / 48_000.0).sin()).collect()
}

fn level_db(samples: &[f64]) -> f64 {
    gain_to_db(samples[24_000..].iter().fold(0.0, |peak: f64, s| peak.max(s.abs())))
}

/// A slow release holds the gain at what the sine's peaks ask for.
fn band(mode: DynamicsMode) -> DynamicEqSpec {
    let band = DynamicEqBand {
        frequency_hz: 1000.0,
        mode,
        ratio: 2.0,
        knee_db: 0.0,
        range_db: 24.0,
        attack_ms: 1.0,
        release_ms: 4000.0,
        ..DynamicEqBand::default()
    };
    DynamicEqSpec { bands: vec![band] }
}

#[test]
fn loud_goes_down_at_the_centre_only() {
    let down = band(DynamicsMode::Compress);
    let at_centre_db = level_db(&process(down.clone(), &tone(1000.0, -10.0)));
    assert!((at_centre_db + 20.0).abs() < 0.3, "{at_centre_db}");
    let far_db = level_db(&process(down, &tone(20.0, -10.0)));
    assert!((far_db + 10.0).abs() < 0.05, "{far_db}");
    let up_db = level_db(&process(band(DynamicsMode::UpwardExpand), &tone(1000.0, -26.0)));
    assert!((up_db + 22.0).abs() < 0.3, "{up_db}");
}

#[test]
fn below_the_threshold_it_is_bit_exact() {
    let quiet = tone(1000.0, -40.0);
    assert_eq!(process(band(DynamicsMode::Compress), &quiet), quiet);
}

#[test]
fn the_range_bounds_it() {
    let mut spec = band(DynamicsMode::Compress);
    spec.bands[0].range_db = 3.0;
    let bounded_db = level_db(&process(spec, &tone(1000.0, 0.0)));
    assert!((bounded_db + 3.0).abs() < 0.02, "{bounded_db}");
}

#[test]
fn a_band_hears_and_moves_its_channels_only() {
    let (loud, quiet) = (tone(1000.0, -10.0), tone(1000.0, -50.0));
    let inverted: Vec<f64> = loud.iter().map(|x| -x).collect();
    let on = |channels, left: &[f64], right: &[f64]| {
        let mut spec = band(DynamicsMode::Compress);
        spec.bands[0].channels = channels;
        let mut audio = PlanarBuffer::from_channels(&[left, right]);
        ProcessorSpec::DynamicEq(spec).build(&StreamFormat::new(48_000.0, 2)).unwrap().process(&mut audio.block_mut());
        [audio.channel(0).to_vec(), audio.channel(1).to_vec()]
    };
    assert_eq!(on(EqChannels::Side, &loud, &loud), [loud.clone(), loud.clone()], "a mono signal has no side");
    assert_eq!(on(EqChannels::Mid, &loud, &inverted), [loud.clone(), inverted.clone()], "this one has no mid");
    assert_eq!(on(EqChannels::Right, &loud, &quiet), [loud.clone(), quiet.clone()], "right is quiet");
    let [left, right] = on(EqChannels::Left, &loud, &quiet);
    assert!((level_db(&left) + 20.0).abs() < 0.3 && right == quiet);
    let [left, right] = on(EqChannels::Side, &loud, &inverted);
    assert!((level_db(&left) + 20.0).abs() < 0.3 && (level_db(&right) + 20.0).abs() < 0.3);
}

use super::*;
use balanced_dsp::PlanarBuffer;
use balanced_dsp::decibel::{db_to_gain, gain_to_db};

const RATE_HZ: f64 = 48_000.0;

fn process(spec: &MultibandSpec, input: &[f64]) -> Vec<f64> {
    let mut audio = PlanarBuffer::from_channels(&[input]);
    let mut multiband = ProcessorSpec::Multiband(spec.clone()).build(&StreamFormat::new(RATE_HZ, 1)).unwrap();
    multiband.process(&mut audio.block_mut());
    audio.channel(0).to_vec()
}

fn tone(frequency_hz: f64, peak: f64) -> Vec<f64> {
    (0..48_000).map(|n| peak * (std::f64::consts::TAU * frequency_hz * f64::from(n) / RATE_HZ).sin()).collect()
}

fn level_db(samples: &[f64]) -> f64 {
    gain_to_db(samples[24_000..].iter().fold(0.0, |peak: f64, s| peak.max(s.abs())))
}

fn resting(crossovers_hz: &[f64]) -> MultibandSpec {
    let band = MultibandBand { enabled: false, ..MultibandBand::default() };
    MultibandSpec {
        crossovers_hz: crossovers_hz.to_vec(),
        bands: vec![band; crossovers_hz.len() + 1],
        ..MultibandSpec::default()
    }
}

/// The gate: the bands sum flat within 0.01 dB.
#[test]
fn at_rest_it_is_flat() {
    for corners_hz in [&[500.0][..], &[60.0, 250.0, 1_000.0, 4_000.0, 12_000.0]] {
        let mut impulse = vec![0.0; 24_000];
        impulse[0] = 1.0;
        let output = process(&resting(corners_hz), &impulse);
        for at_hz in (0..40).map(|step| 20.0 * 1000f64.powf(f64::from(step) / 39.0)) {
            let omega = std::f64::consts::TAU * at_hz / RATE_HZ;
            let (re, im) = output.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, h)| {
                (re + h * (omega * n as f64).cos(), im - h * (omega * n as f64).sin())
            });
            assert!(gain_to_db(f64::hypot(re, im)).abs() < 0.01, "{at_hz} Hz");
        }
    }
}

#[test]
fn one_band_moves_and_the_others_stay() {
    let mut spec = resting(&[200.0, 3_000.0]);
    spec.bands[1] =
        MultibandBand { threshold_db: -30.0, ratio: 2.0, knee_db: 0.0, release_ms: 2000.0, ..MultibandBand::default() };
    let middle_db = level_db(&process(&spec, &tone(800.0, db_to_gain(-10.0))));
    assert!((middle_db + 20.0).abs() < 0.6, "{middle_db}");
    for frequency_hz in [30.0, 15_000.0] {
        let outer_db = level_db(&process(&spec, &tone(frequency_hz, db_to_gain(-10.0))));
        assert!((outer_db + 10.0).abs() < 0.05, "{frequency_hz} Hz: {outer_db}");
    }
}

#[test]
fn solo_leaves_one_band() {
    let mut spec = resting(&[200.0, 3_000.0]);
    spec.bands[0].solo = true;
    assert!(level_db(&process(&spec, &tone(40.0, 1.0))).abs() < 0.1);
    assert!(level_db(&process(&spec, &tone(3_200.0, 1.0))) < -90.0);
}

#[test]
fn corners_and_bands_must_fit() {
    let path = |spec: MultibandSpec| ProcessorSpec::Multiband(spec).validate().unwrap_err().path;
    assert_eq!(path(MultibandSpec { crossovers_hz: vec![100.0], ..MultibandSpec::default() }), "crossovers_hz");
    assert_eq!(path(resting(&[100.0, 90.0])), "crossovers_hz[1]");
    assert_eq!(path(resting(&[])), "bands");
}

/// The gate: the sum of linear-phase bands less the delayed input is under -140 dBFS; and each band has its slope.
#[test]
fn linear_phase_bands_null_against_the_input() {
    let mut spec = resting(&[80.0, 400.0, 2_000.0, 6_000.0, 14_000.0]);
    spec.phase = CrossoverType::Linear;
    let mut noise = balanced_testkit::music::Rng::new(3);
    let input: Vec<f64> = (0..40_000).map(|_| noise.bipolar()).collect();
    let latency =
        ProcessorSpec::Multiband(spec.clone()).build(&StreamFormat::new(RATE_HZ, 1)).unwrap().latency_frames();
    assert_eq!(latency, 2_880);
    let output = process(&spec, &input);
    let worst = input.iter().zip(&output[latency..]).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
    println!("linear phase: null at {:.1} dBFS", gain_to_db(worst));
    assert!(gain_to_db(worst) < -140.0);

    let mut solo = resting(&[500.0, 4_000.0]);
    solo.phase = CrossoverType::Linear;
    solo.bands[1].solo = true;
    for (at_hz, expected_db) in [(500.0, -6.02), (250.0, -24.6), (125.0, -48.2), (1_400.0, -0.2), (4_000.0, -6.02)] {
        let level = level_db(&process(&solo, &tone(at_hz, 1.0)));
        assert!((level - expected_db).abs() < 0.3, "{at_hz} Hz: {level} dB");
    }
}

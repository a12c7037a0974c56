use super::*;
use balanced_dsp::PlanarBuffer;

fn process(spec: StereoSpec, left: &[f64], right: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut audio = PlanarBuffer::from_channels(&[left, right]);
    let mut stereo = ProcessorSpec::Stereo(spec).build(&StreamFormat::new(48_000.0, 2)).unwrap();
    stereo.process(&mut audio.block_mut());
    (audio.channel(0).to_vec(), audio.channel(1).to_vec())
}

fn tone(frequency_hz: f64) -> Vec<f64> {
    (0..48_000).map(|n| 0.5 * (std::f64::consts::TAU * frequency_hz * f64::from(n) / 48_000.0).sin()).collect()
}

fn rms(samples: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = samples.skip(24_000).fold((0.0, 0.0), |(sum, count), s| (sum + s * s, count + 1.0));
    f64::sqrt(sum / count)
}

/// Side over mid of the output for a left-only tone, where the input has 1.
fn side_to_mid(spec: StereoSpec, frequency_hz: f64) -> f64 {
    let (left, right) = process(spec, &tone(frequency_hz), &vec![0.0; 48_000]);
    let pairs = || left.iter().zip(&right);
    rms(pairs().map(|(l, r)| l - r)) / rms(pairs().map(|(l, r)| l + r))
}

#[test]
fn untouched_is_bit_exact() {
    let (left, right) = process(StereoSpec::default(), &tone(300.0), &tone(500.0));
    assert_eq!((left, right), (tone(300.0), tone(500.0)));
}

#[test]
fn widths_act_by_band_and_bass_becomes_mono() {
    assert!((side_to_mid(StereoSpec { width_percent: 150.0, ..StereoSpec::default() }, 1000.0) - 1.5).abs() < 1e-9);
    let banded = StereoSpec {
        mono_below_hz: 120.0,
        crossovers_hz: vec![2_000.0],
        widths_percent: vec![50.0, 180.0],
        ..StereoSpec::default()
    };
    for (frequency_hz, width) in [(25.0, 0.0), (490.0, 0.5), (12_000.0, 1.8)] {
        let measured = side_to_mid(banded.clone(), frequency_hz);
        assert!((measured - width).abs() < 0.02, "{frequency_hz} Hz: {measured}");
    }
}

#[test]
fn a_mono_signal_keeps_its_level_whatever_the_widths() {
    let spec = StereoSpec {
        mono_below_hz: 100.0,
        crossovers_hz: vec![1_000.0],
        widths_percent: vec![0.0, 200.0],
        ..StereoSpec::default()
    };
    for frequency_hz in [50.0, 100.0, 1_000.0, 9_000.0] {
        let (left, right) = process(spec.clone(), &tone(frequency_hz), &tone(frequency_hz));
        assert_eq!(left, right);
        let level = rms(left.iter().copied()) / rms(tone(frequency_hz).into_iter());
        assert!((level - 1.0).abs() < 1e-3, "{frequency_hz} Hz: {level}");
    }
}

#[test]
fn balance_and_rotation_move_the_image() {
    let level = |spec: StereoSpec| {
        let (left, right) = process(spec, &tone(1000.0), &tone(1000.0));
        (rms(left.into_iter()), rms(right.into_iter()))
    };
    let (left, right) = level(StereoSpec { balance_percent: 50.0, ..StereoSpec::default() });
    assert!((left / right - 0.5).abs() < 1e-9);
    let (left, right) = level(StereoSpec { rotation_degrees: 45.0, ..StereoSpec::default() });
    assert!(left < 1e-9 && (right - 0.5).abs() < 1e-6, "{left} {right}");
}

/// Noise that is wider and wider: the guard's output never contradicts itself more than asked, over a meter's window.
#[test]
fn the_guard_keeps_the_correlation() {
    let mut random = balanced_testkit::music::Rng::new(7);
    let frames = 192_000;
    let pairs = (0..frames).map(|n| {
        let (mid, side) = (random.bipolar(), random.bipolar() * (1.0 + 3.0 * n as f64 / frames as f64));
        (0.1 * (mid + side), 0.1 * (mid - side))
    });
    let (left, right): (Vec<f64>, Vec<f64>) = pairs.unzip();
    for min_correlation in [-0.3, 0.0, 0.4] {
        let spec = ProcessorSpec::Stereo(StereoSpec { min_correlation, ..StereoSpec::default() });
        let mut audio = balanced_dsp::PlanarBuffer::from_channels(&[left.clone(), right.clone()]);
        spec.build(&StreamFormat::new(48_000.0, 2)).unwrap().process(&mut audio.block_mut());
        let lowest = (48_000..frames - 19_200)
            .step_by(4_800)
            .map(|start| {
                let pairs = audio.channel(0)[start..start + 19_200].iter().zip(&audio.channel(1)[start..]);
                let (lr, ll, rr) = pairs.fold((0.0, 0.0, 0.0), |s, (l, r)| (s.0 + l * r, s.1 + l * l, s.2 + r * r));
                lr / f64::sqrt(ll * rr)
            })
            .fold(1.0, f64::min);
        println!("guard at {min_correlation}: lowest correlation {lowest:.3}");
        assert!(lowest > min_correlation - 0.03, "{lowest}");
    }
}

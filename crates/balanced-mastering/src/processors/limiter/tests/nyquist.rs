//! Signals that reach half the sample rate, read by interpolators of many lengths: all of them stay under the ceiling.

use balanced_dsp::decibel::gain_to_db;
use balanced_testkit::mixes::HardMix;
use balanced_testkit::nyquist::{clipped_noise, signals};
use balanced_testkit::oracle::{Interpolator, infinite_sinc_peak};

use super::{LimiterSpec, limit};
use crate::processors::limiter::LimiterStyle;

/// Taps a side and shape of the window.
const INTERPOLATORS: [(usize, f64); 8] =
    [(64, 5.0), (64, 8.0), (64, 12.0), (64, 14.0), (128, 6.0), (128, 12.0), (256, 12.0), (1024, 10.0)];

/// The highest reading of `signal` over a ceiling of -1 dBTP, by all interpolators and the sinc without end.
fn over_db(interpolators: &[Interpolator], signal: &[f64]) -> f64 {
    let readings = interpolators.iter().map(|interpolator| interpolator.true_peak(signal));
    gain_to_db(readings.fold(infinite_sinc_peak(signal), f64::max)) + 1.0
}

fn interpolators() -> Vec<Interpolator> {
    INTERPOLATORS.map(|(taps_a_side, beta)| Interpolator::new(taps_a_side, beta)).into()
}

#[test]
fn no_interpolator_finds_noise_hats_tones_or_alternations_over_the_ceiling() {
    let interpolators = interpolators();
    let mut worst_db = f64::NEG_INFINITY;
    for (rate_hz, style, drive_db) in [
        (44_100.0, LimiterStyle::Transparent, 12.0),
        (48_000.0, LimiterStyle::Loud, 3.0),
        (96_000.0, LimiterStyle::Punchy, 6.0),
    ] {
        let spec = LimiterSpec { drive_db, style, ..LimiterSpec::default() };
        for signal in signals(rate_hz, 12_000, 2) {
            let out = limit(&spec, rate_hz, &[signal.samples]).remove(0);
            let over_db = over_db(&interpolators, &out);
            println!("{rate_hz} Hz {style:?} {}: {over_db:.4} dB over", signal.name);
            worst_db = worst_db.max(over_db);
        }
    }
    assert!(worst_db <= 0.0, "{worst_db} dB over");
}

/// Noise, clipped as little as makes it worst, for as long as rare coincidences need; by stereo pairs and a channel alone.
#[test]
fn no_interpolator_finds_long_clipped_noise_over_the_ceiling() {
    let interpolators = interpolators();
    let mut worst_db = f64::NEG_INFINITY;
    for (level_db, drive_db, link_percent) in [(0.0, 3.0, 100.0), (3.0, 3.0, 0.0), (3.0, 12.0, 100.0)] {
        let channels: Vec<Vec<f64>> = (2..5).map(|seed| clipped_noise(150_000, level_db, seed)).collect();
        let spec = LimiterSpec { drive_db, link_percent, style: LimiterStyle::Loud, ..LimiterSpec::default() };
        for (channel, out) in limit(&spec, 48_000.0, &channels).iter().enumerate() {
            let over_db = over_db(&interpolators, out);
            println!("clipped by {level_db} dB, channel {channel}: {over_db:.4} dB over");
            worst_db = worst_db.max(over_db);
        }
    }
    assert!(worst_db <= 0.0, "{worst_db} dB over");
}

/// The margin is for what needs it: music reaches the ceiling as closely as the limiter's margin lets it.
#[test]
fn music_comes_as_close_to_the_ceiling_as_ever() {
    let interpolators = interpolators();
    for mix in [HardMix::BassHeavy, HardMix::TransientRich] {
        let audio = mix.render(48_000.0, 4.0);
        let spec = LimiterSpec { drive_db: 9.0, ..LimiterSpec::default() };
        let out = limit(&spec, 48_000.0, &[audio.channel(0).to_vec()]).remove(0);
        let over_db = over_db(&interpolators, &out);
        println!("{}: {over_db:.4} dB over", mix.name());
        assert!((-0.06..=0.0).contains(&over_db), "{}: {over_db}", mix.name());
    }
}

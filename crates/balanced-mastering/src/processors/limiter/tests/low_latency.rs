//! The form with low latency: its ceiling by the same signals, its exactness, its latency.

use balanced_dsp::PlanarBuffer;
use balanced_dsp::StreamFormat;
use balanced_dsp::decibel::{db_to_gain, gain_to_db};
use balanced_testkit::mixes::HardMix;
use balanced_testkit::oracle::true_peak_32x;

use super::torture::signals;
use crate::ProcessorSpec;
use crate::processors::alias::LOW_LATENCY;
use crate::processors::limiter::{LimiterSpec, LimiterStyle};

fn limit(spec: &LimiterSpec, rate_hz: f64, channels: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let format = StreamFormat::new(rate_hz, channels.len());
    let mut limiter = ProcessorSpec::Limiter(spec.clone()).build_with(&format, &LOW_LATENCY).unwrap();
    let latency = limiter.latency_frames();
    let padded: Vec<Vec<f64>> = channels
        .iter()
        .map(|channel| channel.iter().copied().chain(std::iter::repeat_n(0.0, latency)).collect())
        .collect();
    let mut audio = PlanarBuffer::from_channels(&padded);
    limiter.process(&mut audio.block_mut());
    (0..channels.len()).map(|channel| audio.channel(channel)[latency..].to_vec()).collect()
}

#[test]
fn music_stays_under_the_ceiling() {
    let mut worst_db = f64::NEG_INFINITY;
    for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        for mix in HardMix::ALL {
            let audio = mix.render(rate_hz, 3.0);
            let channels = [audio.channel(0).to_vec(), audio.channel(1).to_vec()];
            let drive_db = if mix == HardMix::Quiet { 40.0 } else { 9.0 };
            for style in [LimiterStyle::Transparent, LimiterStyle::Loud] {
                let out = limit(&LimiterSpec { drive_db, style, ..LimiterSpec::default() }, rate_hz, &channels);
                let peaks = out.iter().map(|channel| gain_to_db(true_peak_32x(channel)) + 1.0);
                let over_db = peaks.fold(f64::NEG_INFINITY, f64::max);
                println!("{} at {rate_hz} Hz, {style:?}: {over_db:.4} dB over", mix.name());
                worst_db = worst_db.max(over_db);
            }
        }
    }
    assert!(worst_db <= 0.0, "{worst_db} dB over");
}

/// A detector of ±12 frames cannot know what 64 and more samples of a worst-case pattern add up to; everything else it holds.
#[test]
fn torture_signals_stay_under_the_ceiling() {
    let (mut worst_db, mut worst_long_db) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (rate_hz, style) in [(44_100.0, LimiterStyle::Transparent), (48_000.0, LimiterStyle::Loud)] {
        let spec = LimiterSpec { drive_db: 12.0, style, ..LimiterSpec::default() };
        for (name, signal) in signals(rate_hz) {
            let out = limit(&spec, rate_hz, std::slice::from_ref(&signal));
            let over_db = gain_to_db(true_peak_32x(&out[0]) / db_to_gain(-1.0));
            println!("{rate_hz} Hz {style:?} {name}: {over_db:.4} dB over");
            let worst = if LONG.contains(&name.as_str()) { &mut worst_long_db } else { &mut worst_db };
            *worst = worst.max(over_db);
        }
    }
    assert!(worst_db <= 0.0, "{worst_db} dB over");
    assert!(worst_long_db <= 3.0, "{worst_long_db} dB over");
}

const LONG: [&str; 3] = ["worst 64", "worst 256", "worst 1024"];

#[test]
fn below_the_ceiling_every_bit_passes_33_frames_late() {
    for rate_hz in [44_100.0, 192_000.0] {
        let format = StreamFormat::new(rate_hz, 2);
        let limiter = ProcessorSpec::Limiter(LimiterSpec::default()).build_with(&format, &LOW_LATENCY).unwrap();
        assert_eq!(limiter.latency_frames(), 33);
        let quiet = |step: f64| (0..9000).map(|n| 0.85 * (step * f64::from(n)).sin()).collect::<Vec<f64>>();
        let input = [quiet(0.031), quiet(0.17)];
        assert!(limit(&LimiterSpec::default(), rate_hz, &input) == input);
    }
}

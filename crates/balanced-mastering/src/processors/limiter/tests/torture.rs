//! Signals made to slip through between the samples (peaks of 3 to 14 dB above the largest sample).

use std::f64::consts::TAU;

use balanced_dsp::decibel::{db_to_gain, gain_to_db};
use balanced_testkit::mixes::HardMix;
use balanced_testkit::music::Rng;
use balanced_testkit::oracle::true_peak_32x;

use super::oracle::{infinite_sinc_peak, true_peak};
use super::{LimiterSpec, limit};
use crate::processors::limiter::LimiterStyle;

const FRAMES: usize = 12_000;

/// Tones whose samples all miss the peak, square waves and bursts, clipped and random noise, and the worst patterns of
/// ±1 there are: sign(sinc(k + 1/2)) adds up every tail of the sinc in its middle.
pub(super) fn signals(rate_hz: f64) -> Vec<(String, Vec<f64>)> {
    let mut all = Vec::new();
    for (divisor, phase_degrees) in [(4.0, 45.0), (6.0, 60.0), (8.0, 67.5), (12.0, 75.0)] {
        let phase = f64::to_radians(phase_degrees);
        let tone: Vec<f64> = (0..FRAMES).map(|n| (TAU * n as f64 / divisor + phase).sin()).collect();
        let largest = tone.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        all.push((format!("fs/{divisor}"), tone.iter().map(|x| x / largest).collect()));
    }
    let square = |n: usize| if (TAU * 4000.0 * (n as f64 + 0.5) / rate_hz).sin() < 0.0 { -1.0 } else { 1.0 };
    all.push(("4 kHz square".into(), (0..FRAMES).map(square).collect()));
    let burst = |n: usize| [1.0; 11].iter().chain(&[-1.0, 1.0]).nth(n % 200).copied().unwrap_or(0.0);
    all.push(("11-1-1 bursts".into(), (0..FRAMES).map(burst).collect()));
    let mut rng = Rng::new(5);
    all.push(("random ±1".into(), (0..FRAMES).map(|_| rng.bipolar().signum()).collect()));
    all.push(("clipped noise".into(), (0..FRAMES).map(|_| (1.4 * rng.normal()).clamp(-1.0, 1.0)).collect()));
    all.push((
        "silence, random ±1".into(),
        (0..FRAMES).map(|n| if n < 6000 { 0.0 } else { rng.bipolar().signum() }).collect(),
    ));
    for length in [2usize, 4, 8, 16, 32, 64, 256, 1024] {
        let mut pattern = vec![0.0; 6000];
        for k in 0..length {
            let t = k as f64 - (length / 2) as f64 + 0.5;
            pattern[2000 + k] = (t * std::f64::consts::PI).sin().signum() * t.signum();
        }
        all.push((format!("worst {length}"), pattern));
    }
    all
}

fn worst_over_db(rate_hz: f64, style: LimiterStyle, ceiling_dbtp: f64) -> f64 {
    let spec = LimiterSpec { drive_db: 12.0, ceiling_dbtp, style, ..LimiterSpec::default() };
    let ceiling = db_to_gain(ceiling_dbtp);
    let mut worst = f64::NEG_INFINITY;
    for pair in signals(rate_hz).chunks(2) {
        let channels: Vec<Vec<f64>> = pair.iter().map(|(_, signal)| signal.clone()).collect();
        // One at a time, so that the louder channel does not shelter the other.
        for (channel, (name, _)) in channels.iter().zip(pair) {
            let out = &limit(&spec, rate_hz, std::slice::from_ref(channel))[0];
            let others = [32, 64, 1024].map(|half_width| true_peak(out, half_width, 0.98 * ceiling));
            let peaks = [true_peak_32x(out), others[0], others[1], others[2]];
            let over = peaks.map(|peak| gain_to_db(peak / ceiling));
            println!("{rate_hz} Hz {style:?} {name}: {over:.4?} dB over");
            worst = over.iter().copied().fold(worst, f64::max);
        }
    }
    worst
}

#[test]
fn no_torture_signal_exceeds_the_ceiling_at_44_1_khz() {
    let worst_db = worst_over_db(44_100.0, LimiterStyle::Transparent, -1.0);
    assert!(worst_db <= 0.0, "{worst_db} dB over");
}

#[test]
fn no_torture_signal_exceeds_the_ceiling_at_48_khz() {
    let worst_db = worst_over_db(48_000.0, LimiterStyle::Loud, 0.0);
    assert!(worst_db <= 0.0, "{worst_db} dB over");
}

#[test]
fn no_torture_signal_exceeds_the_ceiling_at_96_khz() {
    let worst_db = worst_over_db(96_000.0, LimiterStyle::Punchy, -9.0);
    assert!(worst_db <= 0.0, "{worst_db} dB over");
}

#[test]
fn no_hard_mix_exceeds_the_ceiling() {
    for mix in HardMix::ALL {
        let audio = mix.render(44_100.0, 4.0);
        let channels = [audio.channel(0).to_vec(), audio.channel(1).to_vec()];
        let drive_db = if mix == HardMix::Quiet { 40.0 } else { 9.0 };
        let out =
            limit(&LimiterSpec { drive_db, style: LimiterStyle::Loud, ..LimiterSpec::default() }, 44_100.0, &channels);
        let over_db =
            out.iter().map(|channel| gain_to_db(true_peak_32x(channel)) + 1.0).fold(f64::NEG_INFINITY, f64::max);
        println!("{}: {over_db:.4} dB over", mix.name());
        assert!(over_db <= 0.0 && over_db > -0.2, "{}: {over_db}", mix.name());
    }
}

/// Programme that is full up to half the sample rate: mixes decimated without a filter, as bad converters do it.
#[test]
fn the_infinite_sinc_finds_nothing_over_the_ceiling() {
    let mut worst_db = f64::NEG_INFINITY;
    for mix in HardMix::ALL {
        let audio = mix.render(44_100.0, 4.0);
        let bare: Vec<f64> = audio.channel(0).iter().step_by(2).copied().collect();
        let drive_db = if mix == HardMix::Quiet { 40.0 } else { 9.0 };
        for style in [LimiterStyle::Transparent, LimiterStyle::Loud] {
            let spec = LimiterSpec { drive_db, style, ..LimiterSpec::default() };
            let out = limit(&spec, 22_050.0, std::slice::from_ref(&bare));
            let over_db = gain_to_db(infinite_sinc_peak(&out[0])) + 1.0;
            println!("{} at 22.05 kHz, {style:?}: {over_db:.4} dB over", mix.name());
            worst_db = worst_db.max(over_db);
        }
    }
    assert!(worst_db <= 0.0, "{worst_db} dB over");
}

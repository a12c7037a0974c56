//! The stereo family from outside.

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Ltas, Stereo};
use balanced_testkit::music::{Rng, Style, render};

const RATE: f64 = 44_100.0;

fn stereo(channels: &[Vec<f64>], block: usize) -> Stereo {
    let audio = PlanarBuffer::from_channels(channels);
    let config = AnalysisConfig { families: vec![Family::Stereo], ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::new(&StreamFormat::new(RATE, channels.len()), &config);
    let mut at = 0;
    while at < audio.frames() {
        let take = block.min(audio.frames() - at);
        analyzer.push(audio.block().slice(at..at + take));
        at += take;
    }
    analyzer.finish().stereo.unwrap()
}

fn noise(seed: u64, gain: f64) -> Vec<f64> {
    let mut rng = Rng::new(seed);
    (0..4 * 44_100).map(|_| gain * rng.bipolar()).collect()
}

fn close(value: Option<f64>, expected: f64, tolerance: f64) {
    let value = value.expect("a value");
    assert!((value - expected).abs() <= tolerance, "{value}, expected {expected}");
}

#[test]
fn unrelated_noise_has_no_correlation_and_loses_three_decibels() {
    let s = stereo(&[noise(1, 0.2), noise(2, 0.2)], 4096);
    close(s.correlation_mean, 0.0, 0.01);
    close(s.mono_loss_db, 3.01, 0.05);
    close(s.side_to_mid_db, 0.0, 0.1);
    close(s.balance_db, 0.0, 0.1);
    for width in &s.width_per_band[2..] {
        close(*width, 0.5, 0.05);
    }
    assert_eq!((s.polarity_inverted, s.mono_as_stereo), (Some(false), Some(false)));
    assert_eq!(s.correlation_curve.correlation.len(), 40);
}

#[test]
fn one_signal_twice_is_mono_and_upside_down_is_inverted() {
    let same = stereo(&[noise(1, 0.2), noise(1, 0.2)], 4096);
    assert_eq!((same.correlation_mean, same.mono_loss_db), (Some(1.0), Some(0.0)));
    assert_eq!((same.mono_as_stereo, same.polarity_inverted), (Some(true), Some(false)));
    let opposed = stereo(&[noise(1, 0.2), noise(1, -0.1)], 4096);
    close(opposed.correlation_mean, -1.0, 1e-6);
    close(opposed.balance_db, -6.02, 0.01);
    // L + R is half of L: a quarter of its power, against five eighths before; mid is a sixteenth.
    close(opposed.mono_loss_db, 10.0, 0.01);
    close(opposed.mono_loss_per_band_db[4], 10.0, 0.01);
    assert_eq!(opposed.polarity_inverted, Some(true));
}

#[test]
fn the_centre_follows_a_low_channel_and_no_panned_player() {
    let take = render(Style::Band, RATE, 10.0, 4).audio;
    let pair = |left: f64, right: f64, panned: f64| {
        let extra = noise(7, panned);
        let channel = |index: usize, gain: f64| take.channel(index).iter().map(|s| gain * s).collect::<Vec<f64>>();
        let right: Vec<f64> = channel(1, right).iter().zip(extra.iter().cycle()).map(|(a, b)| a + b).collect();
        stereo(&[channel(0, left), right], 4096)
    };
    close(pair(1.0, 1.0, 0.0).centre_db, 0.0, 0.4);
    close(pair(1.0, 0.5, 0.0).centre_db, -6.02, 0.4);
    close(pair(0.7, 1.0, 0.0).centre_db, 3.1, 0.4);
    let panned = pair(1.0, 1.0, 0.2);
    assert!(panned.balance_db.unwrap() > 2.0, "{:?}", panned.balance_db);
    assert!(panned.centre_db.is_none_or(|db| db.abs() < 0.5), "{:?}", panned.centre_db);
    assert_eq!(stereo(&[noise(1, 0.2), noise(2, 0.2)], 4096).centre_db, None);
}

#[test]
fn bass_upside_down_is_laid_to_the_channel_with_the_hole() {
    let tones = |gain: fn(f64) -> f64| -> Vec<f64> {
        let fade = |i: u32| (f64::from(i.min(4 * 44_100 - i)) / 22_050.0).min(1.0);
        let hz: Vec<f64> = (-14..7).map(|step| 1000.0 * 10f64.powf(0.1 * f64::from(step))).collect();
        let at = |i: u32| {
            hz.iter().map(|hz| gain(*hz) * (std::f64::consts::TAU * hz * f64::from(i) / RATE).sin()).sum::<f64>()
        };
        (0..4 * 44_100).map(|i| 0.03 * fade(i) * at(i)).collect()
    };
    let upright = tones(|_| 1.0);
    // Upside down to 100 Hz, nearly nothing at 125 Hz, upright above.
    let turned = tones(|hz| if hz < 110.0 { -1.0 } else { f64::from(hz > 140.0) + 0.1 });
    let right = stereo(&[upright.clone(), turned.clone()], 4096);
    let left = stereo(&[turned, upright], 4096);
    assert!(right.bass_inverted_below_hz.is_some(), "{:?}", right.bass_correlation);
    assert_eq!((left.bass_inverted_channel, right.bass_inverted_channel), (Some(0), Some(1)));
}

#[test]
fn width_is_told_apart_by_band() {
    let tone = |hz: f64, gain: f64| -> Vec<f64> {
        // Faded in and out over half a second: an abrupt start is a click, which has bass of its own.
        let fade = |i: u32| (f64::from(i.min(4 * 44_100 - i)) / 22_050.0).min(1.0);
        (0..4 * 44_100).map(|i| fade(i) * gain * (std::f64::consts::TAU * hz * f64::from(i) / RATE).sin()).collect()
    };
    let add = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    // Bass mono, treble opposed, a little side at 40 Hz.
    let left = add(&add(&tone(100.0, 0.3), &tone(3000.0, 0.1)), &tone(40.0, 0.01));
    let right = add(&add(&tone(100.0, 0.3), &tone(3000.0, -0.1)), &tone(40.0, -0.01));
    let s = stereo(&[left, right], 4096);
    close(s.width_per_band[1], 0.0, 1e-3);
    close(s.width_per_band[4], 1.0, 1e-3);
    close(s.correlation_per_band[4], -1.0, 1e-3);
    close(s.width_per_band[0], 1.0, 0.01);
    close(s.low_side_to_mid_db, -29.54, 0.1);
    assert_eq!(s.width_per_band[6], None, "nothing sounds there");
    // Tones of 0.3 in the middle and 0.1 at the sides: 9.54 dB apart.
    let level = |ltas: &Ltas, band: usize| ltas.level_db[band].unwrap();
    close(Some(level(&s.ltas_mid, 7) - level(&s.ltas_side, 22)), 9.54, 0.05);
    assert!(level(&s.ltas_mid, 7) - level(&s.ltas_side, 7) > 40.0);
}

#[test]
fn mono_and_silence_have_no_image() {
    assert_eq!(stereo(&[noise(1, 0.2)], 4096), Stereo::default());
    let silent = stereo(&[vec![0.0; 44_100], vec![0.0; 44_100]], 4096);
    assert_eq!((silent.correlation_mean, silent.balance_db, silent.mono_as_stereo), (None, None, None));
    assert!(silent.correlation_curve.correlation.iter().all(Option::is_none));
}

#[test]
fn does_not_depend_on_the_block_size() {
    let take = render(Style::Band, RATE, 3.0, 4).audio;
    let channels = [take.channel(0).to_vec(), take.channel(1).to_vec()];
    let whole = stereo(&channels, usize::MAX);
    assert!((0.0..1.0).contains(&whole.correlation_mean.unwrap()));
    for block in [1, 100, 4096] {
        assert_eq!(stereo(&channels, block), whole);
    }
}

/// The LFE (noise low-passed at 60 Hz, twice) where SMPTE order has it, and last, where film order has it.
#[test]
fn another_order_of_surround_channels_is_suspected() {
    let rumble: Vec<f64> = {
        let pole = (-std::f64::consts::TAU * 60.0 / RATE).exp();
        let mut state = [0.0; 2];
        let low_pass = |sample: f64| {
            state[0] = pole * state[0] + (1.0 - pole) * sample;
            state[1] = pole * state[1] + (1.0 - pole) * state[0];
            4.0 * state[1]
        };
        noise(9, 0.5).into_iter().map(low_pass).collect()
    };
    let others: Vec<Vec<f64>> = (1..6).map(|seed| noise(seed, 0.2)).collect();
    let with_lfe_at = |place: usize| {
        let mut channels = others.clone();
        channels.insert(place, rumble.clone());
        stereo(&channels, 4096).channel_order_hint
    };
    assert_eq!(with_lfe_at(3), None);
    assert!(with_lfe_at(5).is_some_and(|hint| hint.starts_with("channel 6 ") && hint.contains("channel 4")));
    assert_eq!(stereo(&[noise(1, 0.2), rumble], 4096).channel_order_hint, None);
}

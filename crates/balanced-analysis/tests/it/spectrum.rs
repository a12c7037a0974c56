//! The spectral family from outside: against librosa, against arithmetic, and whatever the block size.

use std::f64::consts::TAU;

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family, Spectrum};
use balanced_testkit::music::Rng;

fn spectrum(rate: f64, channels: &[Vec<f64>], block: usize) -> Spectrum {
    let audio = PlanarBuffer::from_channels(channels);
    let config = AnalysisConfig { families: vec![Family::Spectrum], ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::new(&StreamFormat::new(rate, channels.len()), &config);
    let mut at = 0;
    while at < audio.frames() {
        let take = block.min(audio.frames() - at);
        analyzer.push(audio.block().slice(at..at + take));
        at += take;
    }
    let result = analyzer.finish();
    assert!(result.stereo.is_none() && result.defects.is_none(), "what was not asked for is absent");
    result.spectrum.unwrap()
}

/// 44.1 kHz, three seconds and 777 samples: a sweep from 100 Hz at 2000 Hz a second, a tone, and noise from the LCG
/// `1664525 x + 1013904223` that is loud for half a second of every three quarters.
fn golden_signal() -> Vec<f64> {
    let mut state = 12_345u32;
    (0..3 * 44_100 + 777)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state) / 2f64.powi(31) - 1.0;
            let t = i as f64 / 44_100.0;
            let gate = if (i / 11_025) % 3 != 2 { 1.0 } else { 0.01 };
            let sweep = (TAU * (100.0 * t + 0.5 * 2000.0 * t * t)).sin();
            0.3 * sweep + 0.05 * noise * gate + 0.2 * (TAU * 440.0 * t).sin()
        })
        .collect()
}

fn close(name: &str, value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{name}: {value}, expected {expected} ± {tolerance}");
}

/// Golden numbers: librosa 0.11.0 with numpy 2.4.6, `n_fft=4096, hop_length=2048`, other arguments at their defaults, mean
/// over frames; flux from the columns of `abs(stft)` scaled to unit length. Tolerances allow for `f32` here, which may move the
/// roll-off of a frame by a bin, and for the flatness, which halves the power of the two bins without a mirror image.
#[test]
fn agrees_with_librosa() {
    let s = spectrum(44_100.0, &[golden_signal()], 4096);
    close("centroid", s.centroid_hz.unwrap(), GOLDEN_SHAPE[0], 0.05);
    close("rolloff", s.rolloff85_hz.unwrap(), GOLDEN_SHAPE[1], 0.2);
    close("bandwidth", s.bandwidth_hz.unwrap(), GOLDEN_SHAPE[2], 0.05);
    close("flatness", s.flatness.unwrap(), GOLDEN_SHAPE[3], 5e-6);
    close("flux", s.flux.unwrap(), GOLDEN_SHAPE[4], 1e-4);
    assert_eq!((s.contrast_db.len(), s.mfcc_mean.len()), (7, 20));
    for (i, expected) in GOLDEN_CONTRAST_DB.iter().enumerate() {
        close(&format!("contrast {i}"), s.contrast_db[i], *expected, 0.01);
    }
    for (i, expected) in GOLDEN_MFCC.iter().enumerate() {
        close(&format!("mfcc {i}"), s.mfcc_mean[i], *expected, 0.02);
    }
}

#[test]
fn two_equal_channels_measure_as_one_and_cancelling_ones_do_not_vanish() {
    let one = golden_signal();
    let inverted: Vec<f64> = one.iter().map(|s| -s).collect();
    let mono = spectrum(44_100.0, std::slice::from_ref(&one), 4096);
    for pair in [[one.clone(), one.clone()], [one.clone(), inverted]] {
        let stereo = spectrum(44_100.0, &pair, 4096);
        close("centroid", stereo.centroid_hz.unwrap(), mono.centroid_hz.unwrap(), 0.01);
        close("1 kHz", stereo.ltas.level_db[17].unwrap(), mono.ltas.level_db[17].unwrap(), 1e-3);
    }
}

#[test]
fn a_tone_has_its_level_in_its_band_at_every_rate() {
    for rate in [22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for (hz, band) in [(63.1, 5), (1000.0, 17), (5011.9, 24)] {
            let tone: Vec<f64> = (0..(rate * 4.0) as usize).map(|i| 0.1 * (TAU * hz * i as f64 / rate).sin()).collect();
            let s = spectrum(rate, &[tone], 4096);
            close("level", s.ltas.level_db[band].unwrap(), -23.0103, 0.1);
            let strongest = s.ltas_twelfth.level_db.iter().flatten().fold(-200f64, |a, b| a.max(*b));
            close("strongest twelfth octave", strongest, -23.0103, 3.1);
        }
    }
}

#[test]
fn noise_has_the_tilt_it_was_given() {
    let mut rng = Rng::new(5);
    let white: Vec<f64> = (0..20 * 44_100).map(|_| 0.1 * rng.bipolar()).collect();
    // First-order low-pass at 20 Hz: -6.02 dB an octave above it.
    let pole = (-TAU * 20.0 / 44_100.0f64).exp();
    let mut state = 0.0;
    let brown: Vec<f64> = white
        .iter()
        .map(|s| {
            state = pole * state + (1.0 - pole) * s;
            state
        })
        .collect();
    let (white, brown) = (spectrum(44_100.0, &[white], 4096), spectrum(44_100.0, &[brown], 4096));
    close("white", white.tilt_db_per_octave.unwrap(), 0.0, 0.1);
    close("brown", brown.tilt_db_per_octave.unwrap(), -6.0, 0.3);
    assert_eq!(white.bandwidth_limit_hz, None);
    let total = 10.0 * (0.01f64 / 3.0).log10();
    let sum = white.ltas.level_db.iter().flatten().map(|db| 10f64.powf(db / 10.0)).sum::<f64>();
    close("sum of bands", 10.0 * sum.log10(), total, 0.1);
}

#[test]
fn does_not_depend_on_the_block_size() {
    let signal = golden_signal();
    let stereo = [signal.clone(), signal.iter().rev().copied().collect()];
    let whole = spectrum(44_100.0, &stereo, usize::MAX);
    for block in [1, 441, 4096] {
        assert_eq!(spectrum(44_100.0, &stereo, block), whole, "block {block}");
    }
}

#[test]
fn silence_and_nothing_have_no_shape() {
    for channels in [vec![vec![0.0; 44_100]], vec![Vec::new(), Vec::new()], vec![vec![f64::NAN; 9000]]] {
        let s = spectrum(44_100.0, &channels, 4096);
        assert_eq!((s.centroid_hz, s.flux, s.tilt_db_per_octave, s.bands.mid), (None, None, None, None));
        assert!(s.mfcc_mean.is_empty() && s.ltas.level_db.iter().all(Option::is_none));
    }
}

#[test]
fn odd_rates_are_survived() {
    for rate in [1.0, 50.0, 3000.0, 8000.0, 384_000.0] {
        let s = spectrum(rate, &[vec![0.1; 1], vec![0.2; 1]], 4096);
        assert!(s.ltas.center_hz.iter().all(|hz| *hz < rate / 2.0));
        assert!(serde_json::to_string(&s).is_ok());
    }
}

const GOLDEN_SHAPE: [f64; 5] = [5855.61815409, 12465.24000901, 5242.48103660, 0.00525792, 1.03371617];
const GOLDEN_CONTRAST_DB: [f64; 7] =
    [10.21853013, 12.87016729, 35.59009024, 16.16926608, 19.71256719, 24.31374052, 13.63833395];
const GOLDEN_MFCC: [f64; 20] = [
    -189.70350521,
    20.38951191,
    5.64409187,
    11.53719931,
    5.56678211,
    -5.51990561,
    -4.60747010,
    -10.55503141,
    -18.33848601,
    -18.70597088,
    -20.28302869,
    -17.60971515,
    -8.10592640,
    -4.74505538,
    -2.07908204,
    4.95211821,
    9.72584923,
    12.93941364,
    15.59638047,
    15.98057858,
];

//! Feature arrays against librosa (`fixtures/golden/librosa_features.json`, made by the script beside it), and against bad input.

use std::f64::consts::TAU;

use balanced_analysis::features::{
    ChromaParams, DbParams, FeatureError, Matrix, MelParams, MfccParams, StftParams, Window, chroma_stft,
    mel_filterbank, melspectrogram, mfcc, power_to_db, spectral_contrast, spectral_shape, spectrogram, stft,
};
use serde_json::Value;

const RATE: f64 = 22_050.0;
const FRAMES: [i64; 7] = [0, 1, 2, 17, 30, -2, -1];

/// The signal of the script.
fn signal() -> Vec<f32> {
    let mut state = 12_345u32;
    (0..22_050 * 6 / 5 + 77)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state) / 2f64.powi(31) - 1.0;
            let t = i as f64 / RATE;
            let gate = if (i / 4000) % 3 != 2 { 1.0 } else { 0.01 };
            let sweep = (TAU * (100.0 * t + 0.5 * 2000.0 * t * t)).sin();
            (0.3 * sweep + 0.05 * noise * gate + 0.2 * (TAU * 440.0 * t).sin()) as f32
        })
        .collect()
}

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/golden/librosa_features.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Compare with the sampled golden array: within `relative` of the value, or `absolute`.
fn agrees(name: &str, ours: &Matrix, relative: f64, absolute: f64) {
    let golden = &golden()[name];
    assert_eq!(serde_json::json!([ours.rows, ours.frames]), golden["shape"], "{name}");
    let step = golden["step"].as_u64().unwrap() as usize;
    for (index, row) in golden["rows"].as_array().unwrap().iter().enumerate() {
        for (column, frame) in FRAMES.iter().enumerate() {
            let frame = frame.rem_euclid(ours.frames as i64) as usize;
            let (value, expected) = (f64::from(ours.row(index * step)[frame]), row[column].as_f64().unwrap());
            let tolerance = (relative * expected.abs()).max(absolute);
            assert!((value - expected).abs() <= tolerance, "{name} row {index} frame {frame}: {value}, {expected}");
        }
    }
}

fn curve(name: &str, ours: &[f64], relative: f64, absolute: f64) {
    let values = ours.iter().map(|v| *v as f32).collect();
    agrees(name, &Matrix { rows: 1, frames: ours.len(), values }, relative, absolute);
}

/// A frame's largest bin is about 150 and `f32` keeps seven digits of it, hence the absolute part.
#[test]
fn spectra_agree_with_librosa() {
    let (signal, params) = (signal(), StftParams::default());
    let spectrum = stft(&signal, &params).unwrap();
    let part = |of: fn(&balanced_analysis::features::Complex<f32>) -> f32| Matrix {
        rows: spectrum.rows,
        frames: spectrum.frames,
        values: spectrum.values.iter().map(of).collect(),
    };
    agrees("stft_real", &part(|x| x.re), 1e-5, 3e-5);
    agrees("stft_imag", &part(|x| x.im), 1e-5, 3e-5);
    agrees("power", &spectrogram(&signal, &params, 2.0).unwrap(), 1e-4, 1e-5);
    let odd =
        StftParams { n_fft: 1200, hop_length: 300, win_length: Some(1000), window: Window::Hamming, center: false };
    agrees("stft_odd_magnitude", &spectrogram(&signal, &odd, 1.0).unwrap(), 1e-4, 3e-5);
}

#[test]
fn mel_bands_and_coefficients_agree_with_librosa() {
    let (signal, params) = (signal(), StftParams::default());
    let mel = melspectrogram(&signal, RATE, &params, &MelParams::default()).unwrap();
    agrees("mel", &mel, 1e-4, 1e-7);
    agrees("mel_db", &power_to_db(&mel, &DbParams::default()).unwrap(), 0.0, 1e-3);
    let htk = MelParams { n_mels: 40, htk: true, slaney_norm: false, fmin_hz: 50.0, fmax_hz: Some(8000.0), power: 1.0 };
    agrees("mel_htk", &melspectrogram(&signal, RATE, &params, &htk).unwrap(), 1e-4, 1e-6);
    agrees("mfcc", &mfcc(&signal, RATE, &params, &MfccParams::default()).unwrap(), 1e-4, 2e-3);
    let odd = StftParams { n_fft: 1200, hop_length: 300, win_length: Some(1000), ..StftParams::default() };
    let small =
        MfccParams { n_mfcc: 13, mel: MelParams { n_mels: 64, ..MelParams::default() }, db: DbParams::default() };
    agrees("mfcc_13", &mfcc(&signal, RATE, &odd, &small).unwrap(), 1e-4, 2e-3);
    let filters = mel_filterbank(RATE, 2048, &MelParams::default()).unwrap();
    assert_eq!((filters.rows, filters.frames), (128, 1025));
    for (row, sum) in golden()["mel_filters"]["sums"].as_array().unwrap().iter().enumerate() {
        let ours: f64 = filters.row(row).iter().map(|w| f64::from(*w)).sum();
        assert!((ours / sum.as_f64().unwrap() - 1.0).abs() < 1e-6, "{row}: {ours} {sum}");
    }
}

#[test]
fn chroma_agrees_with_librosa() {
    let (signal, params) = (signal(), StftParams::default());
    agrees("chroma", &chroma_stft(&signal, RATE, &params, &ChromaParams::default()).unwrap(), 1e-4, 1e-6);
    let tuned = ChromaParams { n_chroma: 24, tuning: 0.25, normalize: false };
    agrees("chroma_tuned", &chroma_stft(&signal, RATE, &params, &tuned).unwrap(), 1e-4, 1e-5);
}

/// Roll-off is a bin's frequency (10.8 Hz apart): `f32` sums may tip it to the next bin where they tie.
#[test]
fn shape_agrees_with_librosa() {
    let (signal, params) = (signal(), StftParams::default());
    let shape = spectral_shape(&signal, RATE, &params).unwrap();
    curve("centroid_hz", &shape.centroid_hz, 1e-5, 0.0);
    curve("bandwidth_hz", &shape.bandwidth_hz, 1e-5, 0.0);
    curve("rolloff_hz", &shape.rolloff85_hz, 1e-6, 0.0);
    curve("flatness", &shape.flatness, 1e-4, 0.0);
    curve("flux", &shape.flux, 1e-4, 1e-6);
    agrees("contrast_db", &spectral_contrast(&signal, RATE, &params).unwrap(), 0.0, 2e-3);
}

#[test]
fn silence_gives_numbers_and_no_nan() {
    let (silence, params) = (vec![0.0; 5000], StftParams::default());
    let shape = spectral_shape(&silence, RATE, &params).unwrap();
    assert_eq!((shape.centroid_hz[3], shape.rolloff85_hz[3], shape.flux[3]), (0.0, 0.0, 0.0));
    assert!((shape.flatness[3] - 1.0).abs() < 1e-6);
    let arrays = [
        mfcc(&silence, RATE, &params, &MfccParams::default()),
        chroma_stft(&silence, RATE, &params, &ChromaParams::default()),
        spectral_contrast(&silence, RATE, &params),
    ];
    assert!(arrays.into_iter().all(|array| array.unwrap().values.iter().all(|v| v.is_finite())));
    assert_eq!(stft(&[], &params).unwrap().frames, 1, "as librosa: one frame of padding");
}

#[test]
fn arguments_that_make_no_sense_are_refused_with_their_name() {
    let samples = vec![0.1; 4000];
    let base = StftParams::default;
    let of = |params: StftParams| stft(&samples, &params).unwrap_err().to_string();
    assert!(of(StftParams { n_fft: 1, ..base() }).contains("n_fft"));
    assert!(of(StftParams { n_fft: usize::MAX, ..base() }).contains("n_fft"));
    assert!(of(StftParams { hop_length: 0, ..base() }).contains("hop_length"));
    assert!(of(StftParams { win_length: Some(4096), ..base() }).contains("win_length"));
    assert!(of(StftParams { n_fft: 8192, center: false, ..base() }).contains("4000 samples"));
    let mut bad = samples.clone();
    bad[77] = f32::NAN;
    assert_eq!(stft(&bad, &base()), Err(FeatureError::Sample(77)));
    bad[77] = 1e30;
    assert_eq!(stft(&bad, &base()), Err(FeatureError::Sample(77)));
    let mel = |params: MelParams| melspectrogram(&samples, RATE, &base(), &params).unwrap_err().to_string();
    assert!(mel(MelParams { n_mels: 0, ..MelParams::default() }).contains("n_mels"));
    assert!(mel(MelParams { fmin_hz: 9000.0, fmax_hz: Some(8000.0), ..MelParams::default() }).contains("fmin_hz"));
    assert!(mel(MelParams { power: f64::NAN, ..MelParams::default() }).contains("power"));
    assert!(melspectrogram(&samples, 0.0, &base(), &MelParams::default()).is_err());
    let too_many = MfccParams { n_mfcc: 129, ..MfccParams::default() };
    assert!(mfcc(&samples, RATE, &base(), &too_many).unwrap_err().to_string().contains("n_mfcc"));
    assert!(chroma_stft(&samples, RATE, &base(), &ChromaParams { n_chroma: 0, ..ChromaParams::default() }).is_err());
}

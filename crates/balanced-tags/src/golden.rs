//! The front end and the networks against librosa and onnxruntime (`tests/golden/make_tag_goldens.py`).

use std::f64::consts::TAU;

use balanced_analysis::front_end::Frames;

use crate::mel::{BANDS, FRAME, HOP, LogMel};

/// The script's signal.
fn signal() -> Vec<f32> {
    let mut state = 1u64;
    (0..112_000)
        .map(|i| {
            let t = f64::from(i) / 16_000.0;
            let pitch = if (t as u32).is_multiple_of(2) { 110.0 } else { 164.81 };
            let tone: f64 = (1..6).map(|h| (TAU * pitch * f64::from(h) * t).sin() / f64::from(h)).sum();
            state = (1_664_525 * state + 1_013_904_223) % (1 << 32);
            let noise = state as f64 / f64::from(1u32 << 31) - 1.0;
            (0.1 * tone + 0.3 * noise * (-12.0 * (t % 0.5)).exp()) as f32
        })
        .collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

fn log_mel() -> Vec<[f32; BANDS]> {
    let (mut frames, mut mel, mut found) = (Frames::new(FRAME, HOP), LogMel::new(), Vec::new());
    frames.push(&signal(), |frame| found.push(mel.of(frame)));
    frames.finish(|frame| found.push(mel.of(frame)));
    found
}

fn worst(found: impl IntoIterator<Item = f32>, golden: &[f32]) -> f32 {
    let mut count = 0;
    let worst = found.into_iter().zip(golden).inspect(|_| count += 1).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert_eq!(count, golden.len());
    worst
}

#[test]
fn the_mel_front_end_is_librosas() {
    let golden = floats(include_bytes!("../tests/golden/tag_mel.f32"));
    let found = log_mel();
    assert_eq!(found.len(), 438);
    let worst = worst(found.into_iter().step_by(16).flatten(), &golden);
    assert!(worst < 1e-3, "{worst}");
}

#[test]
fn the_networks_are_onnxruntimes() {
    use crate::network::{msd, mtt};
    let golden = floats(include_bytes!("../tests/golden/tag_probabilities.f32"));
    let embedding = floats(include_bytes!("../tests/golden/tag_embedding.f32"));
    let mel = log_mel();
    let patches = [&mel[..187], &mel[187..374]].map(|part| part.concat());
    let (msd, mtt) = (msd().unwrap().hear(&patches).unwrap(), mtt().unwrap().hear(&patches).unwrap());
    let found = msd.iter().zip(&mtt).flat_map(|(a, b)| a.tags.iter().chain(&b.tags)).map(|v| *v as f32);
    let off = worst(found, &golden);
    assert!(off < 1e-4, "{off}");
    let off = worst(msd[0].embedding.iter().map(|v| *v as f32), &embedding);
    assert!(off < 2e-3, "{off}");
}

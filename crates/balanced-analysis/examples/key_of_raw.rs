//! Prints the key of raw mono samples (little-endian `f32` at 22.05 kHz) from standard input, and its candidates.
//!
//! `tools/key-training` compares its front end with this one.
//!
//! `cargo run --release -p balanced-analysis --example key_of_raw < samples.f32`

use std::io::Read;

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Family};

fn main() -> std::io::Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let samples: Vec<f64> = bytes.as_chunks::<4>().0.iter().map(|four| f64::from(f32::from_le_bytes(*four))).collect();
    let config = AnalysisConfig { families: vec![Family::Key], ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::new(&StreamFormat::new(22_050.0, 1), &config);
    analyzer.push(PlanarBuffer::from_channels(&[samples]).block());
    let found = analyzer.finish();
    let key = found.key.unwrap_or_default();
    let why = found.reasons.get("key.name").map_or("", String::as_str);
    print!("{} {:.4} {:.2} {why}", key.name.as_deref().unwrap_or("none"), key.confidence, key.tuning_hz.unwrap_or(0.0));
    key.candidates.iter().for_each(|candidate| print!(" | {} {:.4}", candidate.name, candidate.weight));
    println!();
    Ok(())
}

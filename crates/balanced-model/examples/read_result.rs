//! Prints loudness, tempo and key from a file that `balanced analyze --json` wrote.
//!
//! `cargo run -p balanced-model --example read_result -- analysis.json`

use std::error::Error;

use balanced_model::Analysis;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: read_result ANALYSIS.json")?;
    let analysis: Analysis = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let measured = &analysis.measurements;
    let number = |value: Option<f64>| value.map_or("unknown".to_owned(), |value| format!("{value:.1}"));
    println!("loudness  {} LUFS", number(measured.loudness.as_ref().and_then(|l| l.integrated_lufs)));
    println!("tempo     {} BPM", number(measured.tempo.as_ref().and_then(|t| t.bpm)));
    println!("key       {}", measured.key.as_ref().and_then(|k| k.name.as_deref()).unwrap_or("unknown"));
    for (path, reason) in &measured.reasons {
        println!("{path} is unknown: {reason}");
    }
    Ok(())
}

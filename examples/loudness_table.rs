//! Measures the loudness of many files in parallel and prints a table.
//!
//! `cargo run --release --package balanced-examples --example loudness_table -- *.wav`

use std::path::PathBuf;

use balanced::{AnalysisConfig, AnalyzeOptions, Family, Order, analyze_many};

fn main() {
    let files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let config = AnalysisConfig { families: vec![Family::Loudness], ..AnalysisConfig::default() };
    let options = AnalyzeOptions { config, ..AnalyzeOptions::default() };
    println!("{:>8} {:>8} {:>8}  file", "LUFS", "LU", "dBTP");
    analyze_many(&files, 2, Order::AsGiven, &options, |path, result| match result {
        Ok(analysis) => {
            let loudness = analysis.measurements.loudness.unwrap_or_default();
            let cells = [loudness.integrated_lufs, loudness.range_lu, loudness.true_peak_dbtp];
            let [lufs, lu, dbtp] = cells.map(|value| value.map_or("-".to_owned(), |value| format!("{value:.1}")));
            println!("{lufs:>8} {lu:>8} {dbtp:>8}  {}", path.display());
        }
        Err(error) => eprintln!("{error}"),
    });
}

//! Prints the tags of five seconds of noise bursts, four per second.
//!
//! `cargo run --release -p balanced-tags --example tag_noise`

use balanced_analysis::Analyzer;
use balanced_dsp::{PlanarBuffer, Random, StreamFormat};
use balanced_model::{AnalysisConfig, Family};

const RATE_HZ: usize = 44_100;

fn main() {
    let mut random = Random::new(1, 0);
    let burst = |n: usize| (-30.0 * (n % (RATE_HZ / 4)) as f64 / RATE_HZ as f64).exp();
    let samples: Vec<f64> = (0..5 * RATE_HZ).map(|n| 0.5 * burst(n) * random.centred()).collect();

    let format = StreamFormat::new(RATE_HZ as f64, 1);
    let config = AnalysisConfig { families: vec![Family::Tags], ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::with_stages(&format, &config, balanced_tags::stages(&format, &config), 1);
    analyzer.push(PlanarBuffer::from_channels(&[samples]).block());
    let tags = analyzer.finish().tags.unwrap_or_default();
    for (category, list) in [("genre", &tags.genre), ("mood", &tags.mood), ("instrument", &tags.instrument)] {
        let best: Vec<String> = list.iter().take(3).map(|tag| format!("{} {:.2}", tag.label, tag.score)).collect();
        println!("{category:>10}: {}", best.join(", "));
    }
    println!("{:?}", tags.measures);
}

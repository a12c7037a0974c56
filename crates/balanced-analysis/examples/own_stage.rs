//! Adds a measurement to the analyser: counts zero crossings of the first channel.
//!
//! `cargo run -p balanced-analysis --example own_stage`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use balanced_analysis::{Analyzer, Programme, Stage};
use balanced_dsp::{Block, PlanarBuffer, StreamFormat};
use balanced_model::{AnalysisConfig, Measurements};

#[derive(Default)]
struct ZeroCrossings {
    count: u64,
    last: f64,
    answer: Arc<AtomicU64>,
}

impl Stage for ZeroCrossings {
    fn weight(&self) -> u32 {
        20
    }

    fn push(&mut self, block: Block<'_>) {
        for sample in block.channel(0) {
            self.count += u64::from(self.last < 0.0 && *sample >= 0.0);
            self.last = *sample;
        }
    }

    // The result tree has no place for it, so it is handed out beside it.
    fn finish(self: Box<Self>, _: &mut Measurements, _: &Programme) {
        self.answer.store(self.count, Ordering::Relaxed);
    }
}

fn main() {
    let stage = ZeroCrossings::default();
    let answer = stage.answer.clone();
    let config = AnalysisConfig { families: Vec::new(), ..AnalysisConfig::default() };
    let mut analyzer = Analyzer::with_stages(&StreamFormat::new(48_000.0, 1), &config, vec![Box::new(stage)], 1);
    let sine: Vec<f64> = (0..48_000).map(|n| (std::f64::consts::TAU * 440.0 * f64::from(n) / 48_000.0).sin()).collect();
    analyzer.push(PlanarBuffer::from_channels(&[sine]).block());
    let _ = analyzer.finish();
    println!("{} zero crossings upwards in a second of 440 Hz", answer.load(Ordering::Relaxed));
}

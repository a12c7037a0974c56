#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[cfg(test)]
mod golden;
pub mod heads;
mod listen;
mod measures;
mod mel;
mod network;
mod patches;
mod scores;
mod stage;
mod vocabulary;

pub use stage::TagStage;

use balanced_analysis::Stage;
use balanced_dsp::StreamFormat;
use balanced_model::{AnalysisConfig, Family};

/// What [`Tag::source`](balanced_model::Tag::source) says.
const SOURCE: &str = "balanced";

/// The guests that `config` asks for: one [`TagStage`] if its families contain tags, else none.
#[must_use]
pub fn stages(format: &StreamFormat, config: &AnalysisConfig) -> Vec<Box<dyn Stage>> {
    if config.families().contains(Family::Tags) {
        vec![Box::new(TagStage::new(format, &config.tags))]
    } else {
        Vec::new()
    }
}

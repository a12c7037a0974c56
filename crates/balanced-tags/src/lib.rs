//! Genre, mood, instruments and voice, as a guest of the analyser.
//!
//! Two neural networks of Pons & Serra (musicnn, ISMIR-LBD 2019) hear a bounded number of three-second patches; their tags
//! are gathered into a stable vocabulary, and six measures of the sound are taken by formula from the same patches. Networks
//! and their runtime are in this crate alone, so that `balanced-analysis` needs neither.
//!
//! ```text
//! stream ─ 16 kHz mono ─ mel (log-mel frames) ─ patches (at most 64 held, some chosen) ─┬─ network ─ scores (vocabulary)
//!                                                                                      └─ measures
//! ```
//!
//! [`stages`] gives what [`Analyzer::with_stages`](balanced_analysis::Analyzer::with_stages) takes:
//!
//! ```
//! use balanced_analysis::Analyzer;
//! use balanced_dsp::StreamFormat;
//! use balanced_model::{AnalysisConfig, Family};
//!
//! let format = StreamFormat::new(44_100.0, 2);
//! let config = AnalysisConfig { families: vec![Family::Tags], ..AnalysisConfig::default() };
//! let analyzer = Analyzer::with_stages(&format, &config, balanced_tags::stages(&format, &config), 1);
//! let tags = analyzer.finish().tags.expect("tags were asked for");
//! assert!(tags.genre.is_empty(), "nothing was pushed");
//! ```
//!
//! The page about vocabulary, formulas and models is `docs/tags.md`.
#![forbid(unsafe_code)]

#[cfg(test)]
mod golden;
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

//! Measurements of audio, streaming and pure: no file, clock or environment is read here.
//!
//! [`Analyzer::new`] takes the format and what to measure, [`Analyzer::push`] takes blocks of any size, and
//! [`Analyzer::finish`] returns [`Measurements`]. The same samples give the same bits whatever the block sizes.
#![forbid(unsafe_code)]

mod analyzer;
mod config;
mod crew;
mod defects;
mod dynamics;
pub mod features;
mod intake;
mod loudness;
mod lowrate;
pub mod model;
mod reasons;
mod rhythm;
mod spectrum;
mod stage;
mod stereo;
mod tags;
mod tonal;
mod windowed_fft;

pub use analyzer::Analyzer;
pub use config::{AnalysisConfig, Families, Family, TagConfig};
pub use loudness::{Boost, PlatformRule, mean_above_gates, platform_rules};
pub use model::{Analysis, Measurements, SCHEMA_VERSION};

//! Results and settings as plain data: what the analyser measures, what the assistant finds, what a master reaches.
//!
//! Everything here is `serde` data with unit-suffixed names. Nothing computes audio, so a program that only reads results
//! (a viewer, a report, a database) needs this crate alone.
//!
//! - [`Analysis`]: the whole answer about one file; [`Measurements`] holds one struct a [`Family`].
//! - [`AnalysisConfig`]: what to measure, with [`PlatformRule`]s for streaming services.
//! - [`Finding`], [`Target`], [`Expected`], [`Reason`]: what the assistant says.
//! - [`Achieved`]: what a written master measures.
//!
//! A family that was not asked for is absent; a value that cannot be said (the loudness of silence) is `null`, with the
//! reason in [`Measurements::reasons`]; NaN and infinity never appear.
#![forbid(unsafe_code)]

mod advice;
mod analysis;
mod config;
mod defects;
mod dynamics;
mod finding;
mod loudness;
mod master;
mod platforms;
mod source;
mod spectrum;
mod stereo;
mod tags;
mod target;
mod tempo;
mod tonal;

pub use advice::{Expected, Reason};
pub use analysis::{Analysis, Measurements, SCHEMA_VERSION, finite, thousandths};
pub use config::{AnalysisConfig, Families, Family, TagConfig};
pub use defects::{Channel, Defect, DefectKind, Severity};
pub use dynamics::{Dynamics, LoudnessSection};
pub use finding::{Finding, FindingKind, Observation};
pub use loudness::{ClippedRun, Loudness, LoudnessCurve, LoudnessHistogram, PlatformGain, TruePeakOver};
pub use master::Achieved;
pub use platforms::{Boost, PlatformRule, platform_rules};
pub use source::{ModelUsed, Provenance, Source};
pub use spectrum::{Bands, Ltas, Spectrogram, Spectrum};
pub use stereo::{CorrelationCurve, Stereo};
pub use tags::{SoundMeasures, Tag, Tags};
pub use target::Target;
pub use tempo::{Tempo, TempoCandidate, TempoCurve};
pub use tonal::{Key, KeyCandidate, KeyMode, KeySegment};

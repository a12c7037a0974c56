//! Commands, one per file.

pub mod album;
pub mod analyze;
pub mod check;
pub mod compare;
#[cfg(feature = "cyanite")]
pub mod cyanite;
pub mod deliver;
pub mod demo;
pub mod engineers;
pub mod fingerprint;
pub mod heads;
pub mod inputs;
pub mod master;
pub mod merge;
pub mod outputs;
pub mod preview;
pub mod recommend;
pub mod repair;
pub mod report;
pub mod reproduce;
pub mod schema;
pub mod show;
mod target;
pub mod vault;

use std::path::Path;

use balanced::{AnalysisConfig, PlatformRule, ReportAudio};

use crate::exit::Exit;

/// Returns the platform rules: a user's file merged into the built-in table, or that table.
fn platforms(file: Option<&Path>) -> Result<Vec<PlatformRule>, Exit> {
    let Some(file) = file else { return Ok(AnalysisConfig::default().platforms) };
    balanced::platforms(file).map_err(|error| outputs::report(&error))
}

/// Returns the form of the audio that `--with-audio` names for a report.
fn audio_of_report(name: Option<&str>) -> Result<Option<ReportAudio>, Exit> {
    name.map(str::parse).transpose().map_err(|error| outputs::report(&error))
}

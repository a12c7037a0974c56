//! Checks of files against the rules of a profile.

use std::path::Path;

use balanced_assistant::{CheckResult, Profile};
use balanced_model::AnalysisConfig;

use crate::{AnalyzeOptions, Error};

/// Measures the file at `path` and checks it against the rules of `profile`.
///
/// The families in `options.config` are replaced by those that the rules read.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()).
pub fn check(path: impl AsRef<Path>, profile: &Profile, options: &AnalyzeOptions<'_>) -> Result<CheckResult, Error> {
    let config = check_config(profile);
    let analysis = crate::analyze(path, &AnalyzeOptions { config, ..options.clone() })?;
    Ok(balanced_assistant::check(&analysis, profile))
}

/// Returns the analysis configuration that measures only what the rules of `profile` read.
#[must_use]
pub fn check_config(profile: &Profile) -> AnalysisConfig {
    AnalysisConfig { families: profile.families(), ..AnalysisConfig::default() }
}

/// Returns the TOML text of a built-in profile, or `None` if no built-in profile has that name.
///
/// Saved to a file and edited, it is a profile that [`profile`] reads.
#[must_use]
pub fn profile_toml(name: &str) -> Option<&'static str> {
    Profile::built_in_text(name)
}

/// Reads a profile: a built-in one by its name, or a TOML file by its path.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the names of the built-in profiles, or with the
/// mistake in the file.
pub fn profile(name_or_file: &str) -> Result<Profile, Error> {
    if let Some(profile) = Profile::named(name_or_file) {
        return Ok(profile);
    }
    let path = Path::new(name_or_file);
    let is_file = path.is_file() || path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("toml"));
    if !is_file {
        let names: Vec<String> = Profile::all().into_iter().map(|profile| profile.name).collect();
        let remedy = format!("use one of {}, or give the path of a .toml file", names.join(", "));
        return Err(Error::settings(format!("unknown profile \"{name_or_file}\""), remedy));
    }
    let text = std::fs::read_to_string(path).map_err(|error| {
        let remedy = "give the path of a profile, a .toml file";
        Error::settings(format!("cannot be read ({error})"), remedy).in_file(path).caused_by(error)
    })?;
    Profile::from_toml(&text).map_err(|slip| Error::settings(slip, "correct the profile").in_file(path))
}

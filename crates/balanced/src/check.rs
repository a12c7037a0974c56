//! Does a file keep the rules of a profile?

use std::path::Path;

use balanced_assistant::{CheckResult, Profile};
use balanced_model::AnalysisConfig;

use crate::{AnalyzeOptions, Error};

/// Measure what the profile's rules read, and apply them. The families in `options` are replaced.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read as audio.
pub fn check(path: impl AsRef<Path>, profile: &Profile, options: &AnalyzeOptions<'_>) -> Result<CheckResult, Error> {
    let config = check_config(profile);
    let analysis = crate::analyze(path, &AnalyzeOptions { config, ..options.clone() })?;
    Ok(balanced_assistant::check(&analysis, profile))
}

/// The configuration that measures just what `profile` reads.
#[must_use]
pub fn check_config(profile: &Profile) -> AnalysisConfig {
    AnalysisConfig { families: profile.families(), ..AnalysisConfig::default() }
}

/// The text of a built-in profile, to read, edit and give back as a file; `None` for a name that is not built in.
#[must_use]
pub fn profile_toml(name: &str) -> Option<&'static str> {
    Profile::built_in_text(name)
}

/// Read a profile: the name of a built-in one, or a TOML file.
///
/// # Errors
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) naming the built-in profiles, or the slip in the file.
pub fn profile(name_or_file: &str) -> Result<Profile, Error> {
    if let Some(profile) = Profile::named(name_or_file) {
        return Ok(profile);
    }
    let path = Path::new(name_or_file);
    let is_file = path.is_file() || path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("toml"));
    if !is_file {
        let names: Vec<String> = Profile::all().into_iter().map(|profile| profile.name).collect();
        return Err(Error::settings(format!(
            "unknown profile \"{name_or_file}\"; built in are {}, or name a .toml file",
            names.join(", ")
        )));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::settings(format!("{name_or_file}: cannot be read: {error}")))?;
    Profile::from_toml(&text).map_err(|slip| Error::settings(format!("{name_or_file}: {slip}")))
}

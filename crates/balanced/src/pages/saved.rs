//! Pages of results that were saved as JSON.

use std::path::Path;

use balanced_model::{AlbumResult, Analysis};
use balanced_report::Extras;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{analysis_report, master_report};
use crate::master::MasterResult;
use crate::{AnalyzeOptions, AudioSource, Error, InputFault, ReportAudio};

/// Makes the page of a result of `analyze`, `master` or `album` from its JSON.
///
/// Files that the result names are read for the waveforms and, with `audio`, for the sound. Where one is gone, or holds other bytes than
/// those that were measured, the page is made without and says so.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the text is no such result, and the errors of
/// [`analysis_report`] and, with `audio`, [`ErrorKind::Input`](crate::ErrorKind::Input) if a file is gone or changed.
pub fn saved_report(json: &str, audio: Option<ReportAudio>, options: &AnalyzeOptions<'_>) -> Result<String, Error> {
    let tree: Value = serde_json::from_str(json).map_err(|error| {
        let problem = format!("is no JSON object ({error})");
        Error::settings(problem, "save what `balanced analyze --json` prints for one file, or `balanced master --json`")
    })?;
    let has = |name: &str| tree.get(name).is_some();
    if has("achieved") && has("before") && has("after") {
        return of_master(&parsed(tree)?, audio, options);
    }
    if has("tracks") && has("mode") {
        return match audio {
            None => Ok(balanced_report::album_html(&parsed::<AlbumResult>(tree)?)),
            Some(_) => Err(Error::settings("the page of an album holds no audio", "make it without audio")),
        };
    }
    if has("source") && has("provenance") {
        return of_analysis(&parsed(tree)?, audio, options);
    }
    let remedy = "give what `balanced analyze`, `master` or `album` print with --json";
    Err(Error::settings("is JSON, but no analysis, master or album", remedy))
}

fn parsed<T: DeserializeOwned>(tree: Value) -> Result<T, Error> {
    serde_json::from_value(tree).map_err(|error| {
        let problem = format!("is not a whole result ({error})");
        Error::settings(problem, "give the JSON as this version of Balanced prints it")
    })
}

fn of_analysis(analysis: &Analysis, audio: Option<ReportAudio>, options: &AnalyzeOptions<'_>) -> Result<String, Error> {
    let Some(path) = &analysis.source.path else {
        return match audio {
            None => Ok(balanced_report::analysis_html(analysis)),
            Some(_) => Err(Error::settings("the audio was in memory only", "make the page without audio")),
        };
    };
    match analysis_report(analysis, AudioSource::Path(Path::new(path)), audio, options) {
        Err(error) if is_gone(&error) && audio.is_none() => {
            Ok(balanced_report::analysis_page(analysis, &without(&error)))
        }
        made => made,
    }
}

fn of_master(result: &MasterResult, audio: Option<ReportAudio>, options: &AnalyzeOptions<'_>) -> Result<String, Error> {
    let sources = [&result.input, &result.output].map(|path| AudioSource::Path(Path::new(path)));
    match master_report(result, sources, audio, options) {
        Err(error) if is_gone(&error) && audio.is_none() => {
            Ok(balanced_report::master_page(&result.to_report(), &without(&error)))
        }
        made => made,
    }
}

/// Whether a file cannot be had as it was measured.
fn is_gone(error: &Error) -> bool {
    matches!(
        error.input_fault(),
        Some(InputFault::Open | InputFault::Changed | InputFault::NotAudio | InputFault::Read)
    )
}

fn without(error: &Error) -> Extras {
    let mut extras = Extras::default();
    let name =
        error.path().map_or_else(|| "the audio".to_owned(), |path| balanced_io::printable(&path.display().to_string()));
    extras.notes = vec![format!("There is no waveform here: {name} {}.", error.problem())];
    extras
}

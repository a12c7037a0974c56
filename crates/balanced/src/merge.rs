//! Cyanite's results beside the local analysis: values of both side by side, measured agreement, and a value to use where
//! that is sound.
//!
//! ```
//! use balanced::merge::{FieldName, Local, ProviderResult, merge};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let analysis = balanced::analyze_bytes(balanced::DEMO_FLAC.to_vec(), &balanced::AnalyzeOptions::default())?;
//! let answer = r#"{"items": [{"version": "BpmV2", "tag": 86}]}"#;
//! let merged = merge(&Local::from_analysis(&analysis), &[ProviderResult::from_json(answer)?]);
//! let tempo = merged.field(FieldName::Tempo).expect("both have one");
//! assert_eq!(tempo.values.len(), 2);
//! # Ok(())
//! # }
//! ```

use std::path::Path;

pub use balanced_merge::{
    Agreement, Comparison, Consensus, Disagreement, Field, FieldName, FieldValue, Holds, HumanValue, Local, Merged,
    MergedSource, NotAResult, ProviderResult, RankedLabel, Raw, Relation, SetAside, assumptions, cyanite, merge,
    vocabulary,
};

use crate::Error;

/// What makes the local side right.
const LOCAL: &str = "give what `balanced analyze --json` prints for one file, or a merged document";
/// What makes a result right.
const RESULT: &str =
    "give GraphQL's answer to libraryTrack, REST's answer to /models, or a provider result that holds one";

/// Reads the local side of a merge: an analysis, or a merged document.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if it is neither, or holds a person's value that does not fit.
pub fn read_local(path: impl AsRef<Path>) -> Result<Local, Error> {
    let path = path.as_ref();
    parse_local(&text(path)?).map_err(|error| error.in_file(path))
}

/// Reads the local side of a merge from JSON text, as [`read_local`] does.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings), as [`read_local`] does.
pub fn parse_local(text: &str) -> Result<Local, Error> {
    Local::from_json(without_mark(text)).map_err(|error| Error::settings(error.to_string(), LOCAL).caused_by(error))
}

/// Reads a result of Cyanite, with or without where it comes from.
///
/// # Errors
/// Returns [`ErrorKind::Input`](crate::ErrorKind::Input) if the file cannot be read, and
/// [`ErrorKind::Settings`](crate::ErrorKind::Settings) if it is no result.
pub fn read_result(path: impl AsRef<Path>) -> Result<ProviderResult, Error> {
    let path = path.as_ref();
    parse_result(&text(path)?).map_err(|error| error.in_file(path))
}

/// Reads a result of Cyanite from JSON text, as [`read_result`] does.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings), as [`read_result`] does.
pub fn parse_result(text: &str) -> Result<ProviderResult, Error> {
    ProviderResult::from_json(without_mark(text))
        .map_err(|error| Error::settings(error.to_string(), RESULT).caused_by(error))
}

/// JSON without the byte order mark that some editors put in front.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::not_openable(path, "there is no such file", "check the path").caused_by(error)
        }
        std::io::ErrorKind::InvalidData => {
            Error::settings("is not text", "give a JSON file").in_file(path).caused_by(error)
        }
        _ => Error::unreadable(path, &error),
    })
}

//! The GraphQL answer about a track: one analysis a version, each in a state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::read::{Read, take};
use super::result::AnalysisResult;

/// Prefix of the fields that hold an analysis: `audioAnalysisV6`, `audioAnalysisV7`.
const ANALYSIS: &str = "audioAnalysis";

/// Answer to `libraryTrack`: a track, or the error that there is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LibraryTrack {
    /// `LibraryTrack`, or the name of an error such as `LibraryTrackNotFoundError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typename: Option<String>,
    /// Cyanite's number of the track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Title given at the upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The uploader's name for the track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What an error says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Analyses by version, the oldest first.
    pub analyses: Vec<VersionedAnalysis>,
    /// Fields that this version does not know, or that held something unexpected.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub unread: Map<String, Value>,
}

/// One version's analysis of a track.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct VersionedAnalysis {
    /// Such as `V7`.
    pub version: String,
    /// How far the analysis is.
    pub state: AnalysisState,
    /// Cyanite's name of the state, such as `AudioAnalysisV7Finished`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typename: Option<String>,
    /// The result, once it is finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<AnalysisResult>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Fields that this version does not know, or that held something unexpected.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub unread: Map<String, Value>,
}

/// How far an analysis is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnalysisState {
    /// Nobody asked for it.
    NotStarted,
    /// It waits.
    Enqueued,
    /// It runs.
    Processing,
    /// The result is there.
    Finished,
    /// Cyanite could not analyse the track.
    Failed,
    /// The plan does not include it: an ordinary state, not an error.
    NotAuthorized,
    /// A state that this version does not know; its name is in `typename`.
    #[default]
    Unknown,
}

impl AnalysisState {
    /// Returns whether the state will not change by itself.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::NotAuthorized)
    }

    /// Returns the word for it, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Enqueued => "enqueued",
            Self::Processing => "processing",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::NotAuthorized => "not_authorized",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the name of a member of the union, such as `AudioAnalysisV6NotStarted`.
    fn of_typename(typename: &str) -> Self {
        let end = typename.strip_prefix("AudioAnalysis").unwrap_or(typename);
        let end = end.strip_prefix('V').map_or(end, |end| end.trim_start_matches(|c: char| c.is_ascii_digit()));
        match end {
            "NotStarted" => Self::NotStarted,
            "Enqueued" => Self::Enqueued,
            "Processing" => Self::Processing,
            "Finished" => Self::Finished,
            "Failed" => Self::Failed,
            "NotAuthorized" => Self::NotAuthorized,
            _ => Self::Unknown,
        }
    }
}

impl LibraryTrack {
    /// Reads an answer to `libraryTrack`; never fails, since what does not fit is kept in `unread`.
    #[must_use]
    pub fn read(answer: &Value) -> Self {
        let Some(object) = answer.as_object() else { return Self::default() };
        let mut left = object.clone();
        let mut track = Self {
            typename: take(&mut left, "__typename"),
            id: take(&mut left, "id"),
            title: take(&mut left, "title"),
            external_id: take(&mut left, "externalId"),
            message: take(&mut left, "message"),
            ..Self::default()
        };
        left.retain(|key, value| match key.strip_prefix(ANALYSIS) {
            Some(version) if value.is_object() => {
                track.analyses.push(VersionedAnalysis::read(version, value));
                false
            }
            Some(_) => !value.is_null(),
            None => true,
        });
        track.analyses.sort_by_key(|analysis| (analysis.version.len(), analysis.version.clone()));
        Self { unread: left, ..track }
    }

    /// Returns the finished result of the newest version, with that version.
    #[must_use]
    pub fn newest_result(&self) -> Option<(&str, &AnalysisResult)> {
        let finished = self.analyses.iter().rev().filter(|analysis| analysis.state == AnalysisState::Finished);
        finished.filter_map(|analysis| Some((analysis.version.as_str(), analysis.result.as_ref()?))).next()
    }
}

impl VersionedAnalysis {
    fn read(version: &str, value: &Value) -> Self {
        let mut left = value.as_object().cloned().unwrap_or_default();
        let typename: Option<String> = take(&mut left, "__typename");
        let result: Option<AnalysisResult> = take(&mut left, "result");
        let error = failure(&mut left);
        let state = match &typename {
            Some(typename) => AnalysisState::of_typename(typename),
            // Queries that do not ask for the name tell the state by what they hold.
            None if result.is_some() => AnalysisState::Finished,
            None if error.is_some() => AnalysisState::Failed,
            None => AnalysisState::Unknown,
        };
        Self { version: version.to_owned(), state, typename, result, error, unread: left }
    }
}

/// Takes `error { message }`, which is left where it holds more than that.
fn failure(object: &mut Map<String, Value>) -> Option<String> {
    let error = object.get("error")?.as_object()?;
    let (message, _) = String::read(error.get("message")?)?;
    if error.len() == 1 {
        object.remove("error");
    }
    Some(message)
}

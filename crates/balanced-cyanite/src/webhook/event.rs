//! Events, as both APIs tell them.

use serde::Serialize;
use serde_json::Value;

use crate::error::printable;
use crate::options::Api;

/// Kind of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// The analysis of a track is finished. With GraphQL, the event of V6 tells it of V7 too.
    AnalysisFinished,
    /// The analysis of a track failed.
    AnalysisFailed,
    /// The test of a new address.
    Test,
    /// An event this version does not know, by its name; answer 200 and leave it.
    Unknown(String),
}

/// An event whose signature is right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// The API that sent it.
    pub api: Api,
    /// Kind of the event.
    pub kind: EventKind,
    /// The track.
    pub track_id: Option<String>,
    /// The analysis: `AudioAnalysisV6`, `analysisJob`.
    pub subject: Option<String>,
    /// When, in the words of the sender.
    pub timestamp: Option<String>,
    /// The body, untouched.
    pub raw: Value,
}

impl Event {
    /// Reads an event. A body of another shape is an unknown event.
    pub(super) fn read(api: Api, raw: Value) -> Self {
        let text = |at: &str| raw.pointer(at).and_then(Value::as_str).map(printable);
        let kind = text("/type").unwrap_or_default();
        let (kind, track_id, subject) = match api {
            Api::RestV1 => {
                (of_rest(&kind), text("/data/track/id"), kind.split_once('/').map(|(job, _)| job.to_owned()))
            }
            Api::Graphql if raw["event"].is_object() => {
                let subject = text("/event/type");
                let status = text("/event/status");
                (of_graphql(subject.as_deref(), status.as_deref()), text("/resource/id"), subject)
            }
            Api::Graphql if kind == "TEST" => (EventKind::Test, None, None),
            Api::Graphql => (EventKind::Unknown(kind), None, None),
        };
        Self { api, kind, track_id, subject, timestamp: text("/timestamp"), raw }
    }
}

fn of_rest(kind: &str) -> EventKind {
    match kind {
        "analysisJob/finished" => EventKind::AnalysisFinished,
        "analysisJob/failed" => EventKind::AnalysisFailed,
        _ => EventKind::Unknown(kind.to_owned()),
    }
}

fn of_graphql(subject: Option<&str>, status: Option<&str>) -> EventKind {
    let is_analysis = subject.is_some_and(|subject| subject.starts_with("AudioAnalysis"));
    match (status, is_analysis) {
        (Some("finished"), true) => EventKind::AnalysisFinished,
        (Some("failed"), true) => EventKind::AnalysisFailed,
        (Some("test"), _) => EventKind::Test,
        _ => EventKind::Unknown(format!("{}/{}", subject.unwrap_or_default(), status.unwrap_or_default())),
    }
}

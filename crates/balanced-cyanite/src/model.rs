//! Data of both APIs in one shape.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::assumptions::STATE_PREFIXES;
use crate::error::printable;
use crate::options::Api;

/// State of one analysis, or of a track's analyses together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnalysisState {
    /// Nobody asked for it.
    NotStarted,
    /// It waits.
    Enqueued,
    /// It runs.
    Processing,
    /// Its results are there.
    Finished,
    /// It failed, for this reason.
    Failed(String),
    /// The plan does not include it: an ordinary state.
    NotAuthorized,
    /// A state this version does not know, by its name.
    Unknown(String),
}

impl AnalysisState {
    /// Reads a member of the union, such as `{"__typename": "AudioAnalysisV6Finished", …}`.
    #[must_use]
    pub fn of_union(union: &Value) -> Self {
        let Some(name) = union["__typename"].as_str() else { return Self::NotStarted };
        let state = STATE_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        match state {
            "NotStarted" => Self::NotStarted,
            "Enqueued" => Self::Enqueued,
            "Processing" => Self::Processing,
            "Finished" => Self::Finished,
            "NotAuthorized" => Self::NotAuthorized,
            "Failed" => {
                let message = union.pointer("/error/message").and_then(Value::as_str);
                Self::Failed(printable(message.unwrap_or("no reason given")))
            }
            _ => Self::Unknown(printable(name)),
        }
    }

    /// Returns the state of several analyses together: running while one runs, else finished if one is.
    #[must_use]
    pub fn together(states: &[Self]) -> Self {
        let order = |state: &Self| match state {
            Self::Processing => 0,
            Self::Enqueued => 1,
            Self::Finished => 2,
            Self::Failed(_) => 3,
            Self::Unknown(_) => 4,
            Self::NotAuthorized => 5,
            Self::NotStarted => 6,
        };
        states.iter().min_by_key(|state| order(state)).cloned().unwrap_or(Self::NotStarted)
    }

    /// Returns whether the state can still change by itself.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Enqueued | Self::Processing | Self::Unknown(_))
    }
}

/// State of a track at Cyanite.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// The track.
    pub track_id: String,
    /// State of all analyses together.
    pub state: AnalysisState,
    /// State of each analysis: `V6`, `V7`, or `rest-v1`.
    pub analyses: Vec<(String, AnalysisState)>,
}

/// Answer of Cyanite about a track, kept as it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProviderResult {
    /// `cyanite`.
    pub provider: String,
    /// The API that answered.
    pub api: Api,
    /// When it answered (RFC 3339).
    pub fetched_at: String,
    /// The track at Cyanite.
    pub track_id: String,
    /// The id by which the track was sent.
    pub external_id: Option<String>,
    /// SHA-256 of the file of which the sent MP3 was made.
    pub source_sha256: Option<String>,
    /// The answer, untouched: the object `libraryTrack`, or the `{"items": […]}` of `/models`.
    pub raw: Value,
}

/// A track of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Track {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// The id that the sender gave.
    pub external_id: Option<String>,
}

impl Track {
    pub(crate) fn of_node(node: &Value) -> Option<Self> {
        let text = |name: &str| node[name].as_str().map(str::to_owned);
        Some(Self { id: text("id")?, title: text("title"), external_id: text("externalId") })
    }
}

/// A crate: a named set of tracks of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrackCrate {
    /// Its id, which `crate:ID` names as the target of a search.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

impl TrackCrate {
    pub(crate) fn of_node(node: &Value) -> Option<Self> {
        Some(Self { id: node["id"].as_str()?.to_owned(), name: node["name"].as_str().map(str::to_owned) })
    }
}

/// A word that fits a track: a keyword or a brand value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeightedWord {
    /// The word.
    pub word: String,
    /// How well it fits, as Cyanite weighs it.
    pub weight: Option<f64>,
}

/// A waveform in the format of audiowaveform: the lowest and the highest sample of each stretch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waveform {
    /// Version of the format.
    pub version: u32,
    /// Channels; they alternate in `data`.
    #[serde(default = "one")]
    pub channels: u32,
    /// Sample rate of the audio in Hz.
    #[serde(rename(deserialize = "sample_rate"))]
    pub sample_rate_hz: u32,
    /// Frames of one stretch.
    pub samples_per_pixel: u32,
    /// Bits of a value: 8 or 16.
    pub bits: u32,
    /// Number of stretches.
    pub length: u64,
    /// Lowest and highest sample of each stretch and channel, in turns.
    pub data: Vec<i32>,
}

/// Version 1 of the format has one channel and does not say so.
fn one() -> u32 {
    1
}

/// A track that a search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The track.
    pub id: String,
    /// Its title, where the API tells it.
    pub title: Option<String>,
    /// How well it fits, 0 to 1, where the API tells it.
    pub score: Option<f64>,
}

impl Hit {
    pub(crate) fn of_node(node: &Value) -> Option<Self> {
        let text = |name: &str| node[name].as_str().map(str::to_owned);
        Some(Self { id: text("id")?, title: text("title"), score: None })
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page<T> {
    /// Items of the page.
    pub items: Vec<T>,
    /// Cursor of the next page; `None` on the last.
    pub next: Option<String>,
}

/// Criterion by which tracks of the library are found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Find {
    /// All.
    All,
    /// Those of an external id.
    ExternalId(String),
    /// Those whose uploaded file has this SHA-256, in hex.
    Sha256(String),
    /// Those of a title.
    Title(String),
}

impl Find {
    pub(crate) fn filter(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::All => None,
            Self::ExternalId(text) => Some(("externalId", text)),
            Self::Sha256(text) => Some(("sha256", text)),
            Self::Title(text) => Some(("title", text)),
        }
    }
}

/// A search for tracks that sound alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// The tracks to compare with: one, or with REST up to ten.
    pub seeds: Vec<String>,
    /// Where to search (GraphQL): `library`, `spotify` or `crate:ID`.
    pub target: String,
    /// The part of the seed to compare, in seconds (GraphQL); by default its most representative.
    pub interval_s: Option<(f64, f64)>,
    /// Filter in the words of the API: GraphQL's `experimental_filter`, REST's `metadataFilter`.
    pub filter: Option<Value>,
    /// Most tracks, 1 to 50.
    pub limit: u32,
    /// Cursor of the page, with REST.
    pub cursor: Option<String>,
}

impl Similar {
    /// Returns the search in the library for what sounds like one track.
    #[must_use]
    pub fn to(track_id: &str) -> Self {
        let seeds = vec![track_id.to_owned()];
        Self { seeds, target: "library".to_owned(), interval_s: None, filter: None, limit: 20, cursor: None }
    }
}

/// A search for tracks that fit words.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The text.
    pub text: String,
    /// Keywords with weights instead of the text (GraphQL only).
    pub keywords: Vec<(String, f64)>,
    /// Where to search (GraphQL): `library`, `spotify` or `crate:ID`.
    pub target: String,
    /// Filter in the words of REST's `metadataFilter`.
    pub filter: Option<Value>,
    /// Most tracks, 1 to 50.
    pub limit: u32,
    /// Cursor of the page, with REST.
    pub cursor: Option<String>,
}

impl Search {
    /// Returns the search in the library for what fits a text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let text = text.to_owned();
        Self { text, keywords: Vec::new(), target: "library".to_owned(), filter: None, limit: 20, cursor: None }
    }
}

/// Returns the time now, as RFC 3339.
pub(crate) fn now_text() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

/// Returns the time now, in seconds since 1970.
pub(crate) fn now_s() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

//! An answer with what is known about it: which service, when, about which file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{LibraryTrack, ModelOutputs};
use crate::{NotAResult, Raw};

/// Name of the service whose answers are read.
pub const PROVIDER: &str = "cyanite";

/// A service's answer about a track, untouched, and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderResult {
    /// Service: `cyanite`.
    pub provider: String,
    /// Interface of the service: `graphql` or `rest-v1`.
    pub api: String,
    /// When it was fetched, as RFC 3339; `null` where nobody knows.
    #[serde(default)]
    pub fetched_at: Option<String>,
    /// The service's name of the track.
    #[serde(default)]
    pub track_id: Option<String>,
    /// Name that the track was uploaded under.
    #[serde(default)]
    pub external_id: Option<String>,
    /// SHA-256 of the file that the uploaded audio was made from, lower-case hex; `null` where nobody knows.
    #[serde(default)]
    pub source_sha256: Option<String>,
    /// The answer as it came: GraphQL's `libraryTrack` object, or the object with `items` of REST's `/models`.
    pub raw: Raw,
}

/// An answer, typed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reading {
    /// GraphQL.
    Graphql(Box<LibraryTrack>),
    /// REST v1.
    Rest(Box<ModelOutputs>),
    /// An interface that this version does not know.
    Unknown,
}

/// Fields by which one kind of file is told from another.
#[derive(Deserialize)]
struct Marks<'a> {
    #[serde(borrow)]
    raw: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
    items: Option<Vec<serde::de::IgnoredAny>>,
}

/// A whole GraphQL response.
#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow, rename = "libraryTrack")]
    library_track: Option<&'a RawValue>,
}

impl ProviderResult {
    /// Reads a provider result, or a bare answer: a whole GraphQL response, its `libraryTrack`, or REST's `items`.
    ///
    /// Of a bare answer, nothing is known but the track's id, where it holds one.
    ///
    /// # Errors
    /// Returns what is wrong if `text` is not JSON or none of these.
    pub fn from_json(text: &str) -> Result<Self, NotAResult> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| NotAResult::new(format!("is not JSON ({error})")))?;
        let Some(object) = value.as_object() else { return Err(NotAResult::new("holds no JSON object")) };
        let marks = serde_json::from_str::<Marks<'_>>(text).ok();
        if object.contains_key("raw") {
            let no_result = |error| NotAResult::new(format!("is no provider result ({error})"));
            return serde_json::from_str(text).map_err(no_result);
        }
        if let Some(track) = marks.as_ref().and_then(|marks| marks.data.as_ref()?.library_track) {
            return Ok(Self::bare("graphql", track.get()));
        }
        if marks.is_some_and(|marks| marks.items.is_some() && marks.raw.is_none()) {
            return Ok(Self::bare("rest-v1", text));
        }
        let is_track = |key: &String| key.starts_with("audioAnalysis");
        let is_named =
            object.get("__typename").and_then(|name| name.as_str()).is_some_and(|n| n.starts_with("LibraryTrack"));
        if is_named || object.keys().any(is_track) {
            return Ok(Self::bare("graphql", text));
        }
        Err(NotAResult::new(
            "is no answer of Cyanite: it has neither audioAnalysisV6 or V7 (GraphQL), nor items (REST), nor raw (a provider result)",
        ))
    }

    fn bare(api: &str, text: &str) -> Self {
        let raw = Raw::new(text.trim()).unwrap_or_default();
        let id = raw.value().get("id").and_then(|id| id.as_str().map(str::to_owned));
        let external = raw.value().get("externalId").and_then(|id| id.as_str().map(str::to_owned));
        Self {
            provider: PROVIDER.to_owned(),
            api: api.to_owned(),
            track_id: id,
            external_id: external,
            raw,
            ..Self::default()
        }
    }

    /// Reads the answer.
    #[must_use]
    pub fn reading(&self) -> Reading {
        match (self.provider.as_str(), self.api.as_str()) {
            (PROVIDER, "graphql") => Reading::Graphql(Box::new(LibraryTrack::read(&self.raw.value()))),
            (PROVIDER, "rest-v1") => Reading::Rest(Box::new(ModelOutputs::read(&self.raw.value()))),
            _ => Reading::Unknown,
        }
    }
}

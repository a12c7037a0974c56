//! The client: one set of calls over both APIs.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::graphql::Graphql;
use crate::model::{AnalysisState, Find, Hit, Page, ProviderResult, Search, Similar, Status, Track, now_text};
use crate::options::{Api, Options};
use crate::rest::{REST_MODELS, Rest};
use crate::watch::Watch;

/// A client of one of Cyanite's APIs. Clones share its connections.
#[derive(Clone)]
pub struct Cyanite {
    pub(crate) options: Options,
    pub(crate) inner: Arc<Inner>,
}

pub(crate) enum Inner {
    Graphql(Graphql),
    Rest(Rest),
}

impl std::fmt::Debug for Cyanite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cyanite")
            .field("api", &self.options.api)
            .field("url", &self.options.url)
            .finish_non_exhaustive()
    }
}

impl Cyanite {
    /// Creates a client; nothing is sent yet.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`] if the address or the certificates cannot be used.
    pub fn new(options: Options) -> Result<Self> {
        options.host()?;
        let inner = match options.api {
            Api::Graphql => Inner::Graphql(Graphql::new(&options)?),
            Api::RestV1 => Inner::Rest(Rest::new(&options)?),
        };
        Ok(Self { options, inner: Arc::new(inner) })
    }

    /// Returns the API that is spoken.
    #[must_use]
    pub fn api(&self) -> Api {
        self.options.api
    }

    /// Returns the options.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Checks address and token.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Unsupported`] for REST, which has no such call.
    pub fn ping(&self, watch: &Watch) -> Result<()> {
        self.graphql("ping")?.ping(watch)
    }

    /// Returns how far the analyses of a track are.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::NotFound`] if there is no such track. REST answers alike for a track that does
    /// not exist and one that is being analysed: both are [`AnalysisState::Processing`].
    pub fn status(&self, track_id: &str, watch: &Watch) -> Result<Status> {
        let track_id = checked(track_id)?;
        let analyses = match &*self.inner {
            Inner::Graphql(api) => states(&api.track(track_id, watch)?),
            Inner::Rest(api) => match api.models(track_id, &["AudioFileInfoV1"], watch) {
                Ok(_) => vec![(Api::RestV1.name().to_owned(), AnalysisState::Finished)],
                Err(error) if error.kind() == ErrorKind::NotReady => {
                    vec![(Api::RestV1.name().to_owned(), AnalysisState::Processing)]
                }
                Err(error) => return Err(error),
            },
        };
        let all: Vec<AnalysisState> = analyses.iter().map(|(_, state)| state.clone()).collect();
        Ok(Status { track_id: track_id.to_owned(), state: AnalysisState::together(&all), analyses })
    }

    /// Returns the results of a track, as Cyanite answers.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::NotReady`] while the analysis runs, [`ErrorKind::Rejected`] if it failed,
    /// [`ErrorKind::Authorization`] if the plan does not include it.
    pub fn fetch(&self, track_id: &str, watch: &Watch) -> Result<ProviderResult> {
        let track_id = checked(track_id)?;
        let raw = match &*self.inner {
            Inner::Graphql(api) => {
                let track = api.track(track_id, watch)?;
                let all: Vec<AnalysisState> = states(&track).into_iter().map(|(_, state)| state).collect();
                finished(&AnalysisState::together(&all))?;
                track
            }
            Inner::Rest(api) => api.models(track_id, &REST_MODELS, watch)?,
        };
        Ok(ProviderResult {
            provider: "cyanite".to_owned(),
            api: self.options.api,
            fetched_at: now_text(),
            track_id: track_id.to_owned(),
            external_id: raw["externalId"].as_str().map(str::to_owned),
            source_sha256: None,
            raw,
        })
    }

    /// Asks for the results until they are there, `every` so often and `times` at most.
    ///
    /// # Errors
    /// Returns the errors of [`fetch`](Self::fetch).
    pub fn wait(&self, track_id: &str, every: Duration, times: u32, watch: &Watch) -> Result<ProviderResult> {
        let mut left = times.max(1);
        loop {
            left -= 1;
            match self.fetch(track_id, watch) {
                Err(error) if error.kind() == ErrorKind::NotReady && left > 0 => {
                    watch.check("waiting for results")?;
                    self.options.sleeper.sleep(every, watch);
                }
                other => return other,
            }
        }
    }

    /// Returns a page of tracks of the library.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Unsupported`] for REST, which has no such call.
    pub fn list(&self, find: &Find, limit: u32, cursor: Option<&str>, watch: &Watch) -> Result<Page<Track>> {
        self.graphql("a list of tracks")?.list(find, limit, cursor, watch)
    }

    /// Has a track analysed again.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Unsupported`] for REST, which has no such call.
    pub fn enqueue(&self, track_id: &str, watch: &Watch) -> Result<()> {
        self.graphql("analysis again")?.enqueue(checked(track_id)?, watch)
    }

    /// Returns tracks that sound alike.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Settings`] if the API cannot start from so many tracks.
    pub fn similar(&self, similar: &Similar, watch: &Watch) -> Result<Page<Hit>> {
        for seed in &similar.seeds {
            checked(seed)?;
        }
        match (&*self.inner, similar.seeds.as_slice()) {
            (Inner::Graphql(api), [seed]) => api.similar(similar, seed, watch),
            (Inner::Graphql(_), seeds) => {
                let problem = format!("{} tracks to compare with", seeds.len());
                Err(Error::settings("similarTracks", problem, "give one; REST takes up to ten"))
            }
            (Inner::Rest(api), _) => api.similar(similar, watch),
        }
    }

    /// Returns tracks that fit a text or keywords. The words are sent to Cyanite.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Settings`] if the API has no such search.
    pub fn search(&self, search: &Search, watch: &Watch) -> Result<Page<Hit>> {
        if search.text.trim().is_empty() && search.keywords.is_empty() {
            return Err(Error::settings("search", "nothing to search for", "give a text or keywords"));
        }
        match &*self.inner {
            Inner::Graphql(api) => api.search(search, watch),
            Inner::Rest(api) => api.search(search, watch),
        }
    }

    pub(crate) fn graphql(&self, what: &str) -> Result<&Graphql> {
        match &*self.inner {
            Inner::Graphql(api) => Ok(api),
            Inner::Rest(_) => {
                let problem = "the REST API documents no call for this";
                Err(Error::new(ErrorKind::Unsupported, what, problem, "use the GraphQL API, or ask Cyanite"))
            }
        }
    }
}

/// Ids come from outside and go into addresses: they are checked before.
pub(crate) fn checked(track_id: &str) -> Result<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if track_id.is_empty() || track_id.len() > 128 || !track_id.bytes().all(is_plain) {
        let shown = crate::error::printable(track_id);
        return Err(Error::settings(shown, "is no id of a track", "give one like 12345678 or libtr_01H…"));
    }
    Ok(track_id)
}

fn states(track: &Value) -> Vec<(String, AnalysisState)> {
    [("V6", "audioAnalysisV6"), ("V7", "audioAnalysisV7")]
        .iter()
        .filter(|(_, field)| track[*field].is_object())
        .map(|(name, field)| ((*name).to_owned(), AnalysisState::of_union(&track[*field])))
        .collect()
}

fn finished(state: &AnalysisState) -> Result<()> {
    let failed = |kind, problem: String, remedy: &str| Err(Error::new(kind, "results of the track", problem, remedy));
    match state {
        AnalysisState::Finished => Ok(()),
        AnalysisState::Failed(reason) => failed(
            ErrorKind::Rejected,
            format!("the analysis failed: {reason}"),
            "have it analysed again, or send it anew",
        ),
        AnalysisState::NotAuthorized => {
            failed(ErrorKind::Authorization, "the plan does not include it".to_owned(), "ask Cyanite to enable it")
        }
        AnalysisState::NotStarted => {
            failed(ErrorKind::NotReady, "nobody asked for the analysis".to_owned(), "have it analysed")
        }
        AnalysisState::Unknown(name) => {
            failed(ErrorKind::NotReady, format!("its state is {name}, which is not known here"), "update Balanced")
        }
        _ => failed(ErrorKind::NotReady, "the analysis runs".to_owned(), "wait for the webhook, or ask again later"),
    }
}

//! The client of Cyanite: results are JSON text.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use balanced::cyanite::{
    self, About, Api, Consent, Doubt, EgressPolicy, Error, FileJournal, Find, Journal, MemoryJournal,
    MemoryReplayStore, Options, ReplayStore, Search, Similar, Token, Watch, WebhookVerifier,
};
use balanced::{AnalyzeOptions, Limits};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::json;

use crate::analysis::json;
use crate::errors::{cyanite_error, settings};
use crate::source::{self, Source};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Cyanite>()?;
    module.add_class::<CyaniteUpload>()?;
    module.add_class::<CyaniteWebhooks>()
}

trait Raised<T> {
    fn raised(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> Raised<T> for cyanite::Result<T> {
    fn raised(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| cyanite_error(py, &error))
    }
}

/// A client, and the journal of what was sent.
#[pyclass(frozen, module = "balanced_mastering._native")]
pub struct Cyanite {
    client: cyanite::Cyanite,
    journal: Arc<dyn Journal>,
}

/// An upload that is ready; nothing of it was sent.
#[pyclass(frozen, module = "balanced_mastering._native")]
pub struct CyaniteUpload {
    upload: cyanite::Upload,
}

#[pymethods]
impl CyaniteUpload {
    /// Returns the manifest.
    fn manifest(&self) -> String {
        json(self.upload.manifest())
    }

    /// Returns the digest of the manifest.
    fn digest(&self) -> String {
        self.upload.manifest().digest()
    }

    /// Returns the MP3.
    fn mp3<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.upload.mp3())
    }
}

#[pymethods]
impl Cyanite {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "the package's own call, with every argument given")]
    fn new(
        py: Python<'_>,
        api: &str,
        token: &str,
        url: Option<String>,
        ca_pem: Option<Vec<u8>>,
        upload_hosts: Vec<String>,
        journal: Option<PathBuf>,
        forbidden: Option<String>,
        whole_s: Option<f64>,
        attempts: Option<u32>,
    ) -> PyResult<Self> {
        let mut options = Options::of(Api::parse(api).raised(py)?, Token::new(token).raised(py)?);
        if let Some(url) = url {
            options.url = url;
        }
        options.root_certificates_pem = ca_pem;
        options.upload_hosts.extend(upload_hosts);
        options.policy = forbidden.map_or(EgressPolicy::Allowed, EgressPolicy::Forbidden);
        if let Some(whole_s) = whole_s {
            let wrong = |_| settings(py, &format!("timeout_s={whole_s}: is no time"), "give seconds above 0");
            options.timeouts.whole = Duration::try_from_secs_f64(whole_s).map_err(wrong)?;
        }
        if let Some(attempts) = attempts {
            options.retry.attempts = attempts;
        }
        let journal: Arc<dyn Journal> = match journal {
            Some(folder) => Arc::new(FileJournal::open(folder).raised(py)?),
            None => Arc::new(MemoryJournal::default()),
        };
        Ok(Self { client: cyanite::Cyanite::new(options).raised(py)?, journal })
    }

    /// Makes the MP3 of a source, and its manifest.
    #[expect(clippy::too_many_arguments, reason = "the package's own call, with every argument given")]
    fn prepare(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        title: Option<String>,
        external_id: Option<String>,
        around_s: Option<f64>,
        layout: Option<&str>,
        limits: Option<&str>,
        accept_damaged: bool,
    ) -> PyResult<CyaniteUpload> {
        let mut source = Source::of(source)?;
        let layout = source::layout(py, layout)?;
        let limits = match limits {
            Some(text) => serde_json::from_str(text)
                .map_err(|error| settings(py, &format!("limits: {error}"), "give a Limits object"))?,
            None => Limits::default(),
        };
        let mut about = About::default();
        (about.title, about.external_id, about.representative_s) = (title, external_id, around_s);
        let analysis = AnalyzeOptions { layout, limits, accept_damaged, ..AnalyzeOptions::default() };
        let options = self.client.options();
        let upload = py.detach(|| cyanite::prepare_source(source.open(), &about, options, &analysis));
        Ok(CyaniteUpload { upload: upload.raised(py)? })
    }

    /// Sends an upload whose manifest has this digest.
    fn send(&self, py: Python<'_>, upload: &CyaniteUpload, digest: &str, again: bool) -> PyResult<String> {
        let manifest = upload.upload.manifest();
        if digest != manifest.digest() {
            let problem = "the consent is for another manifest; nothing was sent";
            let error = Error::new(cyanite::ErrorKind::Consent, "sending to Cyanite", problem, "ask for this one");
            return Err(cyanite_error(py, &error));
        }
        let (consent, doubt) = (Consent::given(manifest), if again { Doubt::SendAgain } else { Doubt::Tell });
        let (journal, watch) = (&*self.journal, Watch::default());
        let sent = py.detach(|| self.client.send(&upload.upload, &consent, journal, doubt, &watch));
        Ok(json(&sent.raised(py)?))
    }

    fn status(&self, py: Python<'_>, track: &str) -> PyResult<String> {
        Ok(json(&py.detach(|| self.client.status(track, &Watch::default())).raised(py)?))
    }

    /// Returns the results, after waiting for them.
    fn fetch(&self, py: Python<'_>, track: &str, every_s: f64, times: u32) -> PyResult<String> {
        let every = Duration::try_from_secs_f64(every_s)
            .map_err(|_| settings(py, &format!("every_s={every_s}: is no time"), "give seconds from 0"))?;
        let fetch = || {
            let watch = Watch::default();
            self.client.wait(track, every, times, &watch)?.with_journal(&*self.journal)
        };
        Ok(json(&py.detach(fetch).raised(py)?))
    }

    /// Lists tracks of the library: all, or those of an external id, a title, or the SHA-256 of the uploaded file.
    fn list(&self, py: Python<'_>, by: &str, value: &str, limit: u32, cursor: Option<&str>) -> PyResult<String> {
        let value = value.to_owned();
        let find = match by {
            "external_id" => Find::ExternalId(value),
            "sha256" => Find::Sha256(value),
            "title" => Find::Title(value),
            _ => Find::All,
        };
        Ok(json(&py.detach(|| self.client.list(&find, limit, cursor, &Watch::default())).raised(py)?))
    }

    fn similar(
        &self,
        py: Python<'_>,
        seeds: Vec<String>,
        target: String,
        limit: u32,
        cursor: Option<String>,
    ) -> PyResult<String> {
        let similar = Similar { seeds, target, limit, cursor, ..Similar::to("") };
        Ok(json(&py.detach(|| self.client.similar(&similar, &Watch::default())).raised(py)?))
    }

    fn search(
        &self,
        py: Python<'_>,
        text: &str,
        keywords: Vec<(String, f64)>,
        target: String,
        limit: u32,
        cursor: Option<String>,
    ) -> PyResult<String> {
        let search = Search { keywords, target, limit, cursor, ..Search::text(text) };
        Ok(json(&py.detach(|| self.client.search(&search, &Watch::default())).raised(py)?))
    }

    fn enqueue(&self, py: Python<'_>, track: &str) -> PyResult<()> {
        py.detach(|| self.client.enqueue(track, &Watch::default())).raised(py)
    }

    /// Deletes tracks by their ids, by an external id, or by the SHA-256 of the uploaded file.
    fn delete(&self, py: Python<'_>, by: &str, values: Vec<String>) -> PyResult<String> {
        let (journal, watch) = (Some(&*self.journal), Watch::default());
        let delete = || match (by, values.first()) {
            ("external_id", Some(id)) => self.client.delete_external_id(id, journal, &watch),
            ("sha256", Some(hash)) => self.client.delete_sha256(hash, journal, &watch),
            _ => self.client.delete(&values, journal, &watch),
        };
        Ok(json(&py.detach(delete).raised(py)?))
    }

    fn ping(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.client.ping(&Watch::default())).raised(py)
    }

    fn crates(&self, py: Python<'_>, limit: u32, cursor: Option<&str>) -> PyResult<String> {
        Ok(json(&py.detach(|| self.client.crates(limit, cursor, &Watch::default())).raised(py)?))
    }

    fn create_crate(&self, py: Python<'_>, name: &str) -> PyResult<String> {
        py.detach(|| self.client.create_crate(name, &Watch::default())).raised(py)
    }

    fn delete_crate(&self, py: Python<'_>, id: &str) -> PyResult<()> {
        py.detach(|| self.client.delete_crate(id, &Watch::default())).raised(py)
    }

    /// Puts tracks into a crate, or takes them out; returns which.
    fn change_crate(&self, py: Python<'_>, id: &str, tracks: Vec<String>, add: bool) -> PyResult<Vec<String>> {
        let watch = Watch::default();
        let change = || match add {
            true => self.client.add_to_crate(id, &tracks, &watch),
            false => self.client.remove_from_crate(id, &tracks, &watch),
        };
        py.detach(change).raised(py)
    }

    fn keywords(&self, py: Python<'_>, track: &str) -> PyResult<String> {
        Ok(json(&py.detach(|| self.client.keywords(track, &Watch::default())).raised(py)?))
    }

    /// Returns the brand values of a track, or without one those that can be selected.
    fn brand_values(&self, py: Python<'_>, track: Option<&str>) -> PyResult<String> {
        let watch = Watch::default();
        Ok(match track {
            Some(track) => json(&py.detach(|| self.client.brand_values(track, &watch)).raised(py)?),
            None => json(&py.detach(|| self.client.available_brand_values(&watch)).raised(py)?),
        })
    }

    fn select_brand_values(&self, py: Python<'_>, values: Vec<String>) -> PyResult<()> {
        py.detach(|| self.client.select_brand_values(&values, &Watch::default())).raised(py)
    }

    fn waveform(&self, py: Python<'_>, track: &str) -> PyResult<String> {
        Ok(json(&py.detach(|| self.client.waveform(track, &Watch::default())).raised(py)?))
    }

    /// Has a track of Spotify or a video of YouTube analysed, and returns its id.
    fn enqueue_elsewhere(&self, py: Python<'_>, place: &str, name: &str) -> PyResult<String> {
        let watch = Watch::default();
        let enqueue = || match place {
            "spotify" => self.client.enqueue_spotify(name, &watch),
            _ => self.client.enqueue_youtube(name, &watch),
        };
        py.detach(enqueue).raised(py)
    }

    fn search_lyrics(&self, py: Python<'_>, text: &str, limit: u32) -> PyResult<String> {
        Ok(json(&py.detach(|| self.client.search_lyrics(text, limit, &Watch::default())).raised(py)?))
    }

    /// Notes which source in doubt a track is, and returns its SHA-256.
    fn settle(&self, py: Python<'_>, track: &str) -> PyResult<Option<String>> {
        py.detach(|| self.client.settle(track, &*self.journal, &Watch::default())).raised(py)
    }
}

/// A store of seen webhooks that is a Python callable.
struct Seen(Py<PyAny>);

impl ReplayStore for Seen {
    fn note(&self, key: &str, _: i64, until_s: i64) -> cyanite::Result<bool> {
        Python::attach(|py| self.0.call1(py, (key, until_s)).and_then(|new| new.bind(py).is_truthy())).map_err(
            |error| {
                let remedy = "answer 500, so that the webhook comes again";
                Error::new(cyanite::ErrorKind::Journal, "store of seen webhooks", error.to_string(), remedy)
            },
        )
    }

    fn forget(&self, _: &str) -> cyanite::Result<()> {
        Ok(())
    }
}

/// A verifier of webhooks.
#[pyclass(frozen, module = "balanced_mastering._native")]
pub struct CyaniteWebhooks {
    verifier: WebhookVerifier,
    store: Box<dyn ReplayStore>,
}

#[pymethods]
impl CyaniteWebhooks {
    #[new]
    fn new(py: Python<'_>, api: &str, secrets: Vec<String>, note: Option<Py<PyAny>>) -> PyResult<Self> {
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let verifier = WebhookVerifier::new(Api::parse(api).raised(py)?, &secrets).raised(py)?;
        let store: Box<dyn ReplayStore> = match note {
            Some(note) => Box::new(Seen(note)),
            None => Box::new(MemoryReplayStore::default()),
        };
        Ok(Self { verifier, store })
    }

    /// Returns the event of a webhook, whether it was seen before, and its key.
    fn verify(
        &self,
        py: Python<'_>,
        headers: Vec<(String, String)>,
        body: &[u8],
        now_s: Option<i64>,
    ) -> PyResult<String> {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let delivery = match now_s {
            Some(now_s) => self.verifier.verify_at(&headers, body, &*self.store, now_s),
            None => self.verifier.verify(&headers, body, &*self.store),
        };
        Ok(json!(delivery.raised(py)?).to_string())
    }
}

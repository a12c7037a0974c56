//! Requests over HTTPS: time-outs, limits, repetitions, and errors that name no secret.

mod failure;
mod retry;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use ureq::http::{Request, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, SendBody};

use crate::error::{Error, Result};
use crate::options::{Options, Retry};
use crate::watch::{Sleeper, Step, Watch};
use upload::Upload;

/// Name of this client in requests.
const USER_AGENT: &str = concat!("balanced-cyanite/", env!("CARGO_PKG_VERSION"));

/// Names of the headers that requests carry, for the manifest.
pub(crate) const HEADERS: [&str; 6] =
    ["accept", "authorization or x-api-key", "content-length", "content-type", "host", "user-agent"];

/// Whether a request can be sent again although it may have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It changes nothing, or changes the same thing again.
    Safe,
    /// It would happen twice: it is repeated only if it certainly did not happen.
    OnlyIfUndone,
}

/// A request.
pub(crate) struct Call<'a> {
    /// Name for messages: `libraryTrackCreate`.
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) url: &'a str,
    pub(crate) content_type: Option<&'a str>,
    /// Header that carries the token, with its value.
    pub(crate) secret: Option<(&'static str, String)>,
    pub(crate) body: &'a [u8],
    pub(crate) repeat: Repeat,
}

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    /// Host that a redirection leads to.
    pub(crate) leads_to: Option<String>,
}

/// The connections of a client.
#[derive(Clone)]
pub(crate) struct Transport {
    agent: Agent,
    retry: Retry,
    max_answer_bytes: u64,
    sleeper: Arc<dyn Sleeper>,
}

impl Transport {
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let times = options.timeouts;
        let mut tls = TlsConfig::builder();
        if let Some(pem) = &options.root_certificates_pem {
            tls = tls.root_certs(roots(pem)?);
        }
        let config = Agent::config_builder()
            .https_only(true)
            .http_status_as_error(false)
            // The first answer counts: a token or audio never follows to where an answer points.
            .max_redirects(0)
            .user_agent(USER_AGENT)
            .timeout_connect(Some(times.connect))
            .timeout_recv_response(Some(times.whole))
            .timeout_per_read(Some(times.idle))
            .timeout_per_write(Some(times.idle))
            .timeout_global(Some(times.whole))
            .max_idle_connections(16)
            .max_idle_connections_per_host(8)
            .tls_config(tls.build())
            .build();
        let (retry, max_answer_bytes) = (options.retry, options.max_answer_bytes);
        Ok(Self { agent: config.new_agent(), retry, max_answer_bytes, sleeper: options.sleeper.clone() })
    }

    /// Sends a request, again where that is safe, and returns the answer of the API: one that is neither a redirection nor 429 nor
    /// 5xx.
    pub(crate) fn send(&self, call: &Call<'_>, watch: &Watch) -> Result<Answer> {
        let mut attempt = 1;
        loop {
            watch.check(call.name)?;
            watch.tell(Step::Request(call.name));
            let error = match self.once(call, watch).and_then(|answer| failure::of_answer(call, answer)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(wait) = retry::wait(&self.retry, call.repeat, &error, attempt) else { return Err(error) };
            self.pause(wait, watch);
            attempt += 1;
        }
    }

    /// Waits as before repetition `attempt`.
    pub(crate) fn back_off(&self, attempt: u32, watch: &Watch) {
        self.pause(retry::back_off(&self.retry, attempt), watch);
    }

    pub(crate) fn pause(&self, wait: Duration, watch: &Watch) {
        watch.tell(Step::Waiting(wait));
        self.sleeper.sleep(wait, watch);
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.retry.attempts.max(1)
    }

    fn once(&self, call: &Call<'_>, watch: &Watch) -> Result<Answer> {
        let mut request = Request::builder().method(call.method).uri(call.url).header("accept", "application/json");
        if let Some((name, value)) = &call.secret {
            request = request.header(*name, value.as_str());
        }
        if let Some(content_type) = call.content_type {
            request = request.header("content-type", content_type);
        }
        let unusable = |_| Error::settings(call.name, "the address cannot be used", "check the base address");
        let response = if call.method == "GET" {
            self.agent.run(request.body(()).map_err(unusable)?)
        } else {
            let mut upload = Upload::new(call.body, watch);
            let request = request.header("content-length", call.body.len());
            self.agent.run(request.body(SendBody::from_reader(&mut upload)).map_err(unusable)?)
        };
        if watch.is_cancelled() {
            return Err(Error::cancelled(call.name));
        }
        self.read(call, response.map_err(|error| failure::of_transport(call, &error))?)
    }

    fn read(&self, call: &Call<'_>, response: Response<Body>) -> Result<Answer> {
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let retry_after = header("retry-after").and_then(|text| retry::retry_after(&text));
        let content_type = header("content-type").unwrap_or_default();
        let leads_to = header("location").map(|url| host_of(&url).unwrap_or_else(|| "another address".to_owned()));
        let status = response.status().as_u16();
        let mut body = response.into_body();
        let read = body.with_config().limit(self.max_answer_bytes).read_to_vec();
        let body = read.map_err(|error| failure::of_transport(call, &error))?;
        Ok(Answer { status, retry_after, content_type, body, leads_to })
    }
}

fn roots(pem: &[u8]) -> Result<RootCerts> {
    let certificates: Vec<_> = parse_pem(pem)
        .filter_map(|item| if let Ok(PemItem::Certificate(certificate)) = item { Some(certificate) } else { None })
        .collect();
    if certificates.is_empty() {
        let problem = "hold no certificate";
        return Err(Error::settings("root certificates", problem, "give PEM text with BEGIN CERTIFICATE"));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// Returns the host of an `https` address, in lower case.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let uri: ureq::http::Uri = url.parse().ok()?;
    if uri.scheme_str() != Some("https") {
        return None;
    }
    Some(uri.host()?.to_ascii_lowercase())
}

/// Percent-encodes a part of a path or a query (RFC 3986, unreserved characters stay).
pub(crate) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

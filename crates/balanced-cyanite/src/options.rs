//! Options of a client.

use std::sync::Arc;
use std::time::Duration;

use crate::assumptions::UPLOAD_HOST_SUFFIXES;
use crate::egress::EgressPolicy;
use crate::error::{Error, Result};
use crate::http::host_of;
use crate::secret::Token;
use crate::watch::{Sleeper, SystemSleeper};

/// Base address of the GraphQL API (official).
pub const GRAPHQL_URL: &str = "https://api.cyanite.ai/graphql";
/// Base address of the REST API (official).
pub const REST_URL: &str = "https://rest-api.cyanite.ai/v1";

/// One of Cyanite's two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Api {
    /// The GraphQL API of an integration, with a bearer token.
    #[serde(rename = "graphql")]
    Graphql,
    /// The REST API, version 1, with an API key.
    #[serde(rename = "rest-v1")]
    RestV1,
}

impl Api {
    /// Returns the name in results and files: `graphql` or `rest-v1`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Graphql => "graphql",
            Self::RestV1 => "rest-v1",
        }
    }

    /// Returns the API of a name.
    ///
    /// # Errors
    /// Returns an error that lists the names.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "graphql" => Ok(Self::Graphql),
            "rest" | "rest-v1" => Ok(Self::RestV1),
            _ => Err(Error::settings(name, "is no API of Cyanite", "give graphql or rest-v1")),
        }
    }
}

/// How often, and how soon, a request is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// Longest wait before the first repetition; it doubles with each, and the wait is a random part of it.
    pub base: Duration,
    /// Longest wait between two attempts.
    pub longest: Duration,
    /// Longest `Retry-After` that is waited for; a longer one ends the call, which tells it.
    pub longest_retry_after: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        let (base, longest) = (Duration::from_millis(500), Duration::from_secs(20));
        Self { attempts: 5, base, longest, longest_retry_after: Duration::from_secs(60) }
    }
}

/// Limits of time of one request.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From the look-up of the host to the finished TLS handshake.
    pub connect: Duration,
    /// Without a byte of the answer, or without progress in sending.
    pub idle: Duration,
    /// The whole request.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let (connect, idle) = (Duration::from_secs(10), Duration::from_secs(30));
        Self { connect, idle, whole: Duration::from_secs(300) }
    }
}

/// Options of a client. [`Options::graphql`] and [`Options::rest`] have the usual ones.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// The API that is spoken.
    pub api: Api,
    /// Base address, `https` only.
    pub url: String,
    /// The access token, or the API key of REST.
    pub token: Token,
    /// Limits of time.
    pub timeouts: Timeouts,
    /// Repetitions.
    pub retry: Retry,
    /// Suffixes of hosts to which a presigned upload may go.
    pub upload_hosts: Vec<String>,
    /// Certificates (PEM) to trust instead of the usual roots.
    pub root_certificates_pem: Option<Vec<u8>>,
    /// Whether audio may be sent at all.
    pub policy: EgressPolicy,
    /// Longest answer that is read, in bytes.
    pub max_answer_bytes: u64,
    /// How the client waits.
    pub sleeper: Arc<dyn Sleeper>,
}

impl Options {
    /// Returns the options of the GraphQL API.
    #[must_use]
    pub fn graphql(token: Token) -> Self {
        Self::new(Api::Graphql, GRAPHQL_URL, token)
    }

    /// Returns the options of the REST API.
    #[must_use]
    pub fn rest(key: Token) -> Self {
        Self::new(Api::RestV1, REST_URL, key)
    }

    /// Returns the options of an API at its usual address.
    #[must_use]
    pub fn of(api: Api, token: Token) -> Self {
        match api {
            Api::Graphql => Self::graphql(token),
            Api::RestV1 => Self::rest(token),
        }
    }

    fn new(api: Api, url: &str, token: Token) -> Self {
        Self {
            api,
            url: url.to_owned(),
            token,
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            upload_hosts: UPLOAD_HOST_SUFFIXES.map(str::to_owned).to_vec(),
            root_certificates_pem: None,
            policy: EgressPolicy::Allowed,
            max_answer_bytes: 32 * 1024 * 1024,
            sleeper: Arc::new(SystemSleeper),
        }
    }

    /// Returns the host of the base address.
    ///
    /// # Errors
    /// Returns an error if the address is not one of `https`.
    pub fn host(&self) -> Result<String> {
        host_of(&self.url).ok_or_else(|| {
            Error::settings("address of Cyanite", "is no https address", format!("give one like {GRAPHQL_URL}"))
        })
    }
}

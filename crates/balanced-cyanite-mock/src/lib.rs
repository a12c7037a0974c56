#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod certificates;
mod connection;
mod graphql;
mod http;
mod library;
mod rest;
mod results;
mod scenario;
mod server;
mod state;
mod webhooks;

pub use certificates::Certificate;
pub use scenario::Scenario;
pub use server::{MockCyanite, MockOptions};
pub use state::{MockTrack, Received};
pub use webhooks::Webhook;

/// Secret of the mock's GraphQL webhooks.
pub const GRAPHQL_SECRET: &str = "mock-secret";
/// Secret of the mock's REST webhooks: base64, as Standard Webhooks have it.
pub const REST_SECRET: &str = "whsec_bW9jay1zZWNyZXQtb2YtMjQtYnl0ZXM=";
/// Token that both APIs of the mock accept.
pub const TOKEN: &str = "mock-token-3141592653589793";

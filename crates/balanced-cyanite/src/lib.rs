#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod assumptions;
mod client;
mod deletion;
mod egress;
mod error;
mod graphql;
mod http;
mod journal;
mod library;
mod model;
mod options;
mod rest;
mod secret;
mod send;
mod settle;
mod watch;
mod webhook;

pub use client::Cyanite;
pub use deletion::DeletionReceipt;
pub use egress::{
    About, Consent, EgressManifest, EgressPolicy, Excerpt, Pcm, PcmFormat, SentAudio, SentField, SentRequest, Upload,
    Window, bitrate_kbps, output_rate_hz, prepare,
};
pub use error::{Error, ErrorKind, Result};
pub use journal::{Entry, FileJournal, Held, Journal, MemoryJournal, Stage};
pub use model::{
    AnalysisState, Find, Hit, Page, ProviderResult, Search, Similar, Status, Track, TrackCrate, Waveform, WeightedWord,
};
pub use options::{Api, GRAPHQL_URL, Options, REST_URL, Retry, Timeouts};
pub use rest::REST_MODELS;
pub use secret::Token;
pub use send::{Doubt, Sent};
pub use watch::{Sleeper, Step, SystemSleeper, Watch};
pub use webhook::{Delivery, Event, EventKind, MemoryReplayStore, ReplayStore, WebhookSecret, WebhookVerifier};

//! State of the mock: its tracks, and the requests it received.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::http::Request;
use crate::scenario::Scenario;
use crate::webhooks::Webhook;

/// A track of the mock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MockTrack {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The id that the sender gave.
    pub external_id: Option<String>,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// Requests for the result that are still to be answered by "processing".
    pub(crate) asks_left: u32,
    /// Which of the tracks of the mock it is, from 1.
    pub(crate) number: u64,
}

/// A crate of the mock.
#[derive(Clone, Debug, Default)]
pub(crate) struct MockCrate {
    pub(crate) name: String,
    pub(crate) tracks: BTreeSet<String>,
}

/// A request that arrived completely.
#[derive(Clone, Debug)]
pub struct Received {
    /// Name of the call, as scenarios have it.
    pub call: String,
    /// Method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers; names are in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty where the mock keeps none.
    pub body: Vec<u8>,
    /// Length of the body.
    pub body_bytes: u64,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) tracks: BTreeMap<String, MockTrack>,
    /// Uploads by id: SHA-256 and length, once they are there.
    pub(crate) uploads: BTreeMap<String, Option<(String, u64)>>,
    pub(crate) crates: BTreeMap<String, MockCrate>,
    /// Selected brand values.
    pub(crate) selected: Vec<String>,
    /// Addresses of videos, and ids of Spotify, that were enqueued.
    pub(crate) enqueued: Vec<String>,
    pub(crate) received: Vec<Received>,
    pub(crate) scenario: Scenario,
    pub(crate) webhooks: Vec<Webhook>,
    /// A webhook that waits for the next one.
    pub(crate) late: Option<Webhook>,
    /// Fields that the schema does not know.
    pub(crate) unknown_fields: Vec<String>,
    pub(crate) numbers: u64,
    /// Tracks that were ever made.
    pub(crate) made: u64,
    pub(crate) is_keeping_bodies: bool,
}

impl State {
    pub(crate) fn receive(&mut self, call: &str, request: &Request) {
        let body = if self.is_keeping_bodies { request.body.clone() } else { Vec::new() };
        self.received.push(Received {
            call: call.to_owned(),
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            body,
            body_bytes: request.body.len() as u64,
        });
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(crate) fn add(&mut self, id: String, title: &str, external_id: Option<String>, file: (String, u64), asks: u32) {
        self.made += 1;
        let (sha256, bytes) = file;
        let track = MockTrack {
            id: id.clone(),
            title: title.to_owned(),
            external_id,
            sha256,
            bytes,
            asks_left: asks,
            number: self.made,
        };
        self.tracks.insert(id, track);
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

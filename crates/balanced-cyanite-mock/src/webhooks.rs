//! Webhooks, signed as each API signs them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::{Sha256, Sha512};

use crate::scenario::Fault;
use crate::server::Shared;
use crate::state::State;
use crate::{GRAPHQL_SECRET, REST_SECRET};

/// A webhook as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its raw body.
    pub body: Vec<u8>,
    /// Whether it is on its way.
    pub(crate) is_sent: bool,
}

impl Webhook {
    /// Returns the headers as readers take them.
    #[must_use]
    pub fn header_pairs(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// Has the event of a finished analysis sent by GraphQL's webhook.
pub(crate) fn graphql(state: &mut State, track_id: &str) {
    let body = json!({
        "version": "2",
        "resource": { "type": "LibraryTrack", "id": track_id },
        "event": { "type": "AudioAnalysisV6", "status": "finished" },
    });
    // Spaces that no re-serialised JSON would have.
    let body = body.to_string().replace("\":", "\": ").into_bytes();
    let mut mac = Hmac::<Sha512>::new_from_slice(GRAPHQL_SECRET.as_bytes()).expect("any length is a key");
    mac.update(&body);
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned()), ("Signature".to_owned(), signature)];
    push(state, Webhook { headers, body, is_sent: false });
}

/// Has the event of a finished analysis sent by REST's webhook.
pub(crate) fn rest(state: &mut State, track_id: &str) {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let id = format!("msg_{}", state.number());
    let body = json!({ "type": "analysisJob/finished", "timestamp": "2026-01-01T00:00:00Z", "data": { "track": { "id": track_id } } });
    let body = body.to_string().into_bytes();
    let key = STANDARD.decode(REST_SECRET.trim_start_matches("whsec_")).expect("it is base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length is a key");
    mac.update(format!("{id}.{now_s}.").as_bytes());
    mac.update(&body);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", now_s.to_string()),
        ("webhook-signature", signature),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    push(state, Webhook { headers, body, is_sent: false });
}

fn push(state: &mut State, webhook: Webhook) {
    match state.scenario.next("webhook") {
        Some(Fault::Lose) => {}
        Some(Fault::Late) => {
            let earlier = state.late.replace(webhook);
            state.webhooks.extend(earlier);
        }
        Some(Fault::Duplicate) => state.webhooks.extend([webhook.clone(), webhook]),
        _ => {
            state.webhooks.push(webhook);
            let late = state.late.take();
            state.webhooks.extend(late);
        }
    }
}

/// Sends what waits, if there is an address.
pub(crate) fn send_waiting(shared: &Shared) {
    let Some(url) = shared.webhook_url.clone() else { return };
    let mut waiting = Vec::new();
    for webhook in shared.state().webhooks.iter_mut().filter(|webhook| !webhook.is_sent) {
        webhook.is_sent = true;
        waiting.push(webhook.clone());
    }
    if waiting.is_empty() {
        return;
    }
    std::thread::spawn(move || waiting.iter().for_each(|webhook| post(&url, webhook)));
}

/// Posts a webhook to an `http` address; three attempts, as Cyanite repeats what was not answered by 200.
fn post(url: &str, webhook: &Webhook) {
    let Some((host, path)) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')) else { return };
    let mut head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
        webhook.body.len()
    );
    webhook.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    head.push_str("\r\n");
    for _ in 0..3 {
        let answer = TcpStream::connect(host).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(3)))?;
            stream.write_all(head.as_bytes())?;
            stream.write_all(&webhook.body)?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        });
        if answer.is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.0 200")) {
            return;
        }
    }
}

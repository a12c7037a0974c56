//! Verification of webhooks, over the raw bytes and in constant time.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use serde::Serialize;
use sha2::{Digest, Sha256, Sha512};

use super::{Event, ReplayStore};
use crate::assumptions::REPLAY_WINDOW_S;
use crate::egress::hex;
use crate::error::{Error, ErrorKind, Result};
use crate::model::now_s;
use crate::options::Api;

/// Header of the signature of GraphQL webhooks.
const SIGNATURE: &str = "signature";

/// Difference of clocks that Standard Webhooks allow, in seconds.
const TOLERANCE_S: i64 = 5 * 60;

/// Longest body that is looked at: those that are documented have under 1 KB.
const MAX_BODY_BYTES: usize = 1 << 20;

/// Prefix of the base64 secrets of Standard Webhooks.
const PREFIX: &str = "whsec_";

/// Secret of a webhook; its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct WebhookSecret(SecretSlice<u8>);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret([secret])")
    }
}

/// A webhook whose signature is right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// Whether it was seen before: answer 200, and do nothing.
    pub is_repeat: bool,
    /// Key by which it was noted; see [`ReplayStore::forget`].
    pub key: String,
}

/// Verifies the webhooks of one API. Several secrets can be valid at once, while one is replaced by another.
#[derive(Clone, Debug)]
pub struct WebhookVerifier {
    api: Api,
    secrets: Vec<WebhookSecret>,
}

impl WebhookVerifier {
    /// Creates a verifier of an API. Secrets of GraphQL are text; those of REST are base64, with or without `whsec_`.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`] if there is no secret, or if one is empty or no base64.
    pub fn new(api: Api, secrets: &[&str]) -> Result<Self> {
        if secrets.is_empty() {
            return Err(Error::settings("secret of the webhook", "none is given", "give Cyanite's"));
        }
        let secrets = secrets.iter().map(|text| secret(api, text)).collect::<Result<_>>()?;
        Ok(Self { api, secrets })
    }

    /// Verifies a webhook as it came in: all headers, and the raw body, before anything has parsed it.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Signature`] if it does not come from Cyanite or is out of date (answer 401), [`ErrorKind::Protocol`] if
    /// the body is no JSON (answer 400), [`ErrorKind::Journal`] if the store fails (answer 500).
    pub fn verify(&self, headers: &[(&str, &str)], body: &[u8], store: &dyn ReplayStore) -> Result<Delivery> {
        self.verify_at(headers, body, store, now_s())
    }

    /// Verifies a webhook at a time, in seconds since 1970.
    ///
    /// # Errors
    /// Returns the errors of [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        headers: &[(&str, &str)],
        body: &[u8],
        store: &dyn ReplayStore,
        now_s: i64,
    ) -> Result<Delivery> {
        if body.len() > MAX_BODY_BYTES {
            return Err(refused(&format!("the body has more than {MAX_BODY_BYTES} bytes")));
        }
        let (key, until_s) = match self.api {
            Api::Graphql => self.check_graphql(headers, body, now_s)?,
            Api::RestV1 => self.check_standard(headers, body, now_s)?,
        };
        let raw = serde_json::from_slice(body)
            .map_err(|_| Error::protocol("webhook", "the body is signed, but is no JSON"))?;
        let is_new = store.note(&key, now_s, until_s)?;
        Ok(Delivery { event: Event::read(self.api, raw), is_repeat: !is_new, key })
    }

    /// GraphQL: hex HMAC-SHA512 of the body (official). Without a time in it, a repetition is one of the same body.
    fn check_graphql(&self, headers: &[(&str, &str)], body: &[u8], now_s: i64) -> Result<(String, i64)> {
        let signature = decode_hex(header(headers, SIGNATURE)?).ok_or_else(|| refused("the signature is no hex"))?;
        let is_right = |secret: &WebhookSecret| {
            let mut mac = Hmac::<Sha512>::new_from_slice(secret.0.expose_secret()).ok()?;
            mac.update(body);
            mac.verify_slice(&signature).ok()
        };
        // Every secret is tried, so that the time does not tell which one fits.
        let right = self.secrets.iter().filter_map(is_right).count();
        if right == 0 {
            return Err(refused("the signature is wrong"));
        }
        let key = format!("graphql:{}", hex(&Sha256::digest(body)));
        Ok((key, now_s.saturating_add_unsigned(REPLAY_WINDOW_S)))
    }

    /// REST: Standard Webhooks, HMAC-SHA256 over `id.timestamp.body` (official).
    fn check_standard(&self, headers: &[(&str, &str)], body: &[u8], now_s: i64) -> Result<(String, i64)> {
        let id = header(headers, "webhook-id")?;
        let timestamp = header(headers, "webhook-timestamp")?;
        let time_s: i64 = timestamp.parse().map_err(|_| refused("the timestamp is no number"))?;
        if now_s.abs_diff(time_s) > TOLERANCE_S.unsigned_abs() {
            return Err(refused("the timestamp is more than five minutes off: it is repeated, or a clock is wrong"));
        }
        let given: Vec<Vec<u8>> = header(headers, "webhook-signature")?
            .split(' ')
            .filter_map(|one| one.strip_prefix("v1,"))
            .filter_map(|text| STANDARD.decode(text).ok())
            .collect();
        let is_right = |secret: &WebhookSecret, signature: &[u8]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.0.expose_secret()).ok()?;
            mac.update(format!("{id}.{timestamp}.").as_bytes());
            mac.update(body);
            mac.verify_slice(signature).ok()
        };
        let pairs = self.secrets.iter().flat_map(|secret| given.iter().map(move |signature| (secret, signature)));
        let right = pairs.filter_map(|(secret, signature)| is_right(secret, signature)).count();
        if right == 0 {
            return Err(refused("the signature is wrong"));
        }
        // After that the timestamp refuses it.
        Ok((format!("rest:{id}"), time_s.saturating_add(2 * TOLERANCE_S)))
    }
}

fn secret(api: Api, text: &str) -> Result<WebhookSecret> {
    let text = text.trim();
    let bytes = match api {
        Api::Graphql => text.as_bytes().to_vec(),
        Api::RestV1 => {
            let text = text.strip_prefix(PREFIX).unwrap_or(text);
            STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text)).map_err(|_| {
                Error::settings("secret of the webhook", "is no base64", "copy it again from Cyanite, whsec_ included")
            })?
        }
    };
    if bytes.is_empty() {
        return Err(Error::settings("secret of the webhook", "is empty", "give Cyanite's"));
    }
    Ok(WebhookSecret(bytes.into()))
}

/// Returns a header, whatever the case of its name; two of one name are refused, for readers differ in which they take.
fn header<'a>(headers: &[(&str, &'a str)], name: &str) -> Result<&'a str> {
    let mut values = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.trim()),
        (Some(_), Some(_)) => Err(refused(&format!("the header {name} is there twice"))),
        (None, _) => Err(refused(&format!("the header {name} is missing"))),
    }
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    // Cyanite writes lower case; upper case would be a second spelling of one signature.
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

fn refused(problem: &str) -> Error {
    let remedy = "answer 401; if it should come from Cyanite, check the secret, and that the raw body is verified";
    Error::new(ErrorKind::Signature, "webhook", problem, remedy)
}

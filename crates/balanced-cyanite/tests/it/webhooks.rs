//! Webhooks: what is forged, repeated or altered is refused.

use balanced_cyanite::{Api, ErrorKind, EventKind, MemoryReplayStore, WebhookVerifier};
use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha2::Sha512;
use standardwebhooks::Webhook;

const SECRET: &str = "a secret";
const REST_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn sign(body: &[u8], secret: &str) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn graphql(body: &[u8], signature: &str) -> Result<balanced_cyanite::Delivery, balanced_cyanite::Error> {
    let verifier = WebhookVerifier::new(Api::Graphql, &["old", SECRET]).unwrap();
    verifier.verify_at(&[("Signature", signature)], body, &MemoryReplayStore::default(), 1000)
}

fn event(id: &str) -> Vec<u8> {
    let json = serde_json::json!({ "version": "2", "resource": { "type": "LibraryTrack", "id": id },
        "event": { "type": "AudioAnalysisV6", "status": "finished" } });
    json.to_string().into_bytes()
}

/// RFC 4231, test case 2, of HMAC-SHA-512.
#[test]
fn the_signature_is_that_of_the_standard() {
    let expected = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";
    assert_eq!(sign(b"what do ya want for nothing?", "Jefe"), expected);
}

#[test]
fn events_are_read_and_what_is_unknown_is_kept() {
    let cases = [
        (event("17"), EventKind::AnalysisFinished, Some("17")),
        (br#"{"type":"TEST","data":null}"#.to_vec(), EventKind::Test, None),
        (
            br#"{"version":"2","resource":{"type":"LibraryTrack","id":"17"},"event":{"type":"AudioAnalysisV6","status":"failed"}}"#.to_vec(),
            EventKind::AnalysisFailed,
            Some("17"),
        ),
        (br#"{"version":"9","news":[]}"#.to_vec(), EventKind::Unknown(String::new()), None),
        (br"[]".to_vec(), EventKind::Unknown(String::new()), None),
    ];
    for (body, kind, track) in cases {
        let delivery = graphql(&body, &sign(&body, SECRET)).unwrap();
        assert_eq!((delivery.event.kind, delivery.event.track_id.as_deref()), (kind, track));
        assert_eq!(delivery.event.raw, serde_json::from_slice::<serde_json::Value>(&body).unwrap());
    }
}

#[test]
fn a_repetition_is_told() {
    let verifier = WebhookVerifier::new(Api::Graphql, &[SECRET]).unwrap();
    let store = MemoryReplayStore::default();
    let body = event("1");
    let signature = sign(&body, SECRET);
    let verify = |now_s| verifier.verify_at(&[("SIGNATURE", &signature)], &body, &store, now_s).unwrap().is_repeat;
    assert_eq!([verify(0), verify(1), verify(86_399), verify(90_000)], [false, true, true, false]);
}

#[test]
fn two_signatures_and_none_are_refused() {
    let verifier = WebhookVerifier::new(Api::Graphql, &[SECRET]).unwrap();
    let body = event("1");
    let signature = sign(&body, SECRET);
    for headers in [vec![], vec![("signature", signature.as_str()), ("Signature", "00")], vec![("Signature", "")]] {
        let error = verifier.verify(&headers, &body, &MemoryReplayStore::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Signature);
    }
}

fn now_s() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64
}

fn rest(id: &str, time: &str, signature: &str, body: &[u8], now: i64) -> Result<bool, ErrorKind> {
    let other = base64::engine::general_purpose::STANDARD.encode(b"another secret");
    let verifier = WebhookVerifier::new(Api::RestV1, &[&other, REST_SECRET]).unwrap();
    let headers = [("Webhook-Id", id), ("webhook-timestamp", time), ("WEBHOOK-SIGNATURE", signature)];
    let delivery = verifier.verify_at(&headers, body, &MemoryReplayStore::default(), now);
    delivery.map(|delivery| delivery.is_repeat).map_err(|error| error.kind())
}

/// The reference library of the standard signs and verifies what is verified here.
fn reference(id: &str, time: &str, signature: &str, body: &[u8]) -> bool {
    let mut headers = http::HeaderMap::new();
    for (name, value) in [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)] {
        headers.insert(name, value.parse().unwrap());
    }
    Webhook::new(REST_SECRET).unwrap().verify(body, &headers).is_ok()
}

#[test]
fn timestamps_may_be_five_minutes_off() {
    let body = br#"{"type":"analysisJob/finished","data":{"track":{"id":"libtr_1"}}}"#;
    let now = now_s();
    for (off, is_right) in [(0, true), (290, true), (-290, true), (310, false), (-310, false)] {
        let time = now + off;
        let signature = Webhook::new(REST_SECRET).unwrap().sign("msg_1", time, body).unwrap();
        let ours = rest("msg_1", &time.to_string(), &signature, body, now).is_ok();
        assert_eq!((ours, reference("msg_1", &time.to_string(), &signature, body)), (is_right, is_right), "{off} s");
    }
}

#[test]
fn a_list_of_signatures_is_read() {
    let (body, now) = (b"{}", now_s());
    let right = Webhook::new(REST_SECRET).unwrap().sign("msg_1", now, body).unwrap();
    let list = format!("v1a,AAAA v1,bm90aGluZw== {right}");
    assert_eq!(rest("msg_1", &now.to_string(), &list, body, now), Ok(false));
    let without = list.replace(&right, "v2,AAAA");
    assert_eq!(rest("msg_1", &now.to_string(), &without, body, now), Err(ErrorKind::Signature));
}

#[test]
fn secrets_are_checked_and_never_shown() {
    assert!(WebhookVerifier::new(Api::RestV1, &["no base64!"]).is_err());
    assert!(WebhookVerifier::new(Api::Graphql, &[]).is_err());
    assert!(WebhookVerifier::new(Api::Graphql, &["  "]).is_err());
    let verifier = WebhookVerifier::new(Api::Graphql, &[SECRET]).unwrap();
    assert!(!format!("{verifier:?}").contains(SECRET));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// Any bytes that Cyanite signed are accepted as far as the signature goes; JSON or not is the next question.
    #[test]
    fn what_is_signed_is_accepted(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        match graphql(&body, &sign(&body, SECRET)) {
            Ok(_) => {}
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Protocol),
        }
    }

    #[test]
    fn an_altered_body_is_refused(id in "[0-9]{1,9}", at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let mut body = event(&id);
        let signature = sign(&body, SECRET);
        let at = at.index(body.len());
        body[at] ^= flip;
        prop_assert_eq!(graphql(&body, &signature).unwrap_err().kind(), ErrorKind::Signature);
    }

    #[test]
    fn a_cut_or_longer_body_is_refused(id in "[0-9]{1,9}", cut in any::<prop::sample::Index>(), more in any::<u8>()) {
        let body = event(&id);
        let signature = sign(&body, SECRET);
        let cut = cut.index(body.len());
        prop_assert_eq!(graphql(&body[..cut], &signature).unwrap_err().kind(), ErrorKind::Signature);
        let longer: Vec<u8> = body.iter().copied().chain([more]).collect();
        prop_assert_eq!(graphql(&longer, &signature).unwrap_err().kind(), ErrorKind::Signature);
    }

    /// The same JSON in other bytes is another message: parsing and writing it first would break the check.
    #[test]
    fn a_body_that_was_written_anew_is_refused(id in "[0-9]{1,9}") {
        let body = String::from_utf8(event(&id)).unwrap().replace("\":", "\" : ").into_bytes();
        let signature = sign(&body, SECRET);
        prop_assert!(graphql(&body, &signature).is_ok());
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let anew = serde_json::to_vec(&json).unwrap();
        prop_assert_eq!(graphql(&anew, &signature).unwrap_err().kind(), ErrorKind::Signature);
    }

    #[test]
    fn a_forged_signature_is_refused(forged in "[0-9a-f]{0,140}", secret in "[a-z]{1,20}") {
        let body = event("1");
        prop_assume!(secret != SECRET && secret != "old");
        prop_assert_eq!(graphql(&body, &forged).unwrap_err().kind(), ErrorKind::Signature);
        prop_assert_eq!(graphql(&body, &sign(&body, &secret)).unwrap_err().kind(), ErrorKind::Signature);
        let upper = sign(&body, SECRET).to_uppercase();
        prop_assert_eq!(graphql(&body, &upper).unwrap_err().kind(), ErrorKind::Signature);
    }

    /// Agreement with the reference library, right and wrong.
    #[test]
    fn standard_webhooks_agree_with_the_reference(
        id in "msg_[a-zA-Z0-9]{1,20}",
        text in "[ -~]{0,100}",
        altered in any::<bool>(),
        other_id in any::<bool>(),
    ) {
        let body = serde_json::json!({ "type": text }).to_string();
        let now = now_s();
        let signature = Webhook::new(REST_SECRET).unwrap().sign(&id, now, body.as_bytes()).unwrap();
        let body = if altered { body.replace("type", "kind") } else { body };
        let id = if other_id { format!("{id}x") } else { id };
        let theirs = reference(&id, &now.to_string(), &signature, body.as_bytes());
        prop_assert_eq!(rest(&id, &now.to_string(), &signature, body.as_bytes(), now).is_ok(), theirs);
        prop_assert_eq!(theirs, !altered && !other_id);
    }
}

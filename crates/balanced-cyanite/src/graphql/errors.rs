//! Errors of the GraphQL API: those of the whole query, and the codes of each mutation's error member.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Reply;
use crate::error::{Error, ErrorKind, printable};
use crate::http::Answer;

/// Code of a query without a valid token (official).
const NOT_AUTHORIZED: &str = "ERR_NOT_AUTHORIZED";

const TOKEN_REMEDY: &str = "check the access token of the integration, and what Cyanite allows it to do";

/// Returns the reply to a query that failed as a whole; `None` if it did not.
pub(super) fn top_level(name: &'static str, json: &Value) -> Option<Reply> {
    let errors = json.get("errors")?.as_array().filter(|errors| !errors.is_empty())?;
    let text = |error: &Value| error.get("message").and_then(Value::as_str).unwrap_or("no message").to_owned();
    let code = |error: &Value| error.pointer("/extensions/code").and_then(Value::as_str).map(str::to_owned);
    let line = |error: &Value| error.pointer("/locations/0/line").and_then(Value::as_u64);
    let lines: BTreeSet<usize> = errors.iter().filter_map(line).filter_map(|line| line.try_into().ok()).collect();
    let (message, code) = (text(&errors[0]), code(&errors[0]));
    let is_token = code.as_deref() == Some(NOT_AUTHORIZED) || message == "Not authorized!";
    let error = if is_token {
        Error::new(ErrorKind::Authorization, name, "Cyanite does not accept the token for this", TOKEN_REMEDY)
    } else {
        let remedy = "read the reason; if the API has changed, update Balanced";
        Error::new(ErrorKind::Rejected, name, format!("Cyanite answers: {}", printable(&message)), remedy)
    };
    Some(Reply::Errors { error: error.with_code(code.map(|code| printable(&code))), lines })
}

/// Returns the error that a status is, where it is one.
pub(super) fn of_status(name: &'static str, answer: &Answer) -> Option<Error> {
    match answer.status {
        200..=299 => None,
        401 | 403 => {
            let problem = format!("Cyanite does not accept the token ({})", answer.status);
            Some(Error::new(ErrorKind::Authorization, name, problem, TOKEN_REMEDY))
        }
        status => {
            let problem = format!("Cyanite refuses the request ({status})");
            Some(Error::new(ErrorKind::Rejected, name, problem, "check the base address, or update Balanced"))
        }
    }
}

/// Returns the error that a mutation's or search's error member is.
pub(super) fn of_member(name: &'static str, member: &Value) -> Error {
    let code = member.get("code").and_then(Value::as_str).map(printable);
    let message = member.get("message").and_then(Value::as_str).map(printable);
    let said = message.or_else(|| code.clone()).unwrap_or_else(|| "no reason".to_owned());
    let code_text = code.as_deref().unwrap_or_default();
    let kind = match code_text {
        "libraryTrackNotFound" | "crateNotFound" | "noSuchCrate" => ErrorKind::NotFound,
        "trackNotAnalyzed" => ErrorKind::NotReady,
        "notEligible" => ErrorKind::Authorization,
        _ => ErrorKind::Rejected,
    };
    Error::new(kind, name, format!("Cyanite refuses: {said}"), remedy(code_text)).with_code(code)
}

/// Returns the error that a member is, or that it has another shape than expected.
pub(super) fn of_member_or_shape(name: &'static str, member: &Value, missing: &str) -> Error {
    let is_error = member["__typename"].as_str().is_some_and(|name| name.ends_with("Error"));
    if is_error { of_member(name, member) } else { Error::protocol(name, missing) }
}

/// Returns what to do about a code of the schema.
fn remedy(code: &str) -> &'static str {
    match code {
        "fileUploadNotFound" | "invalidUploadId" => "send the track again",
        "librarySizeLimitExceededError" | "librarySizeLimitExceeded" => {
            "delete tracks of the library, or ask Cyanite for a larger one"
        }
        "limitExceeded" | "analysisLimitExceeded" => "wait for the next period, or ask Cyanite for more analyses",
        "libraryTrackNotFound" => "check the track id; it may be deleted",
        "tooManyTracks" => "delete fewer tracks at a time",
        "trackNotAnalyzed" => "wait until the track is analysed",
        "indexNotFound" => "ask Cyanite to index the library",
        "crateNotFound" | "noSuchCrate" => "check the id of the crate",
        "invalidKeywords" | "tooManyKeywords" => "give fewer keywords, of Cyanite's list",
        "notEligible" | "outsideOfScope" | "notSelected" => "ask Cyanite to enable this for the integration",
        "crateNameTooLong" => "give a shorter name",
        _ => "read the reason, correct the request",
    }
}

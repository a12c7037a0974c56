//! The REST API, version 1.

mod models;
mod multipart;
mod search;
mod upload;

use serde_json::Value;

use crate::assumptions::REST_MESSAGE_POINTERS;
use crate::error::{Error, ErrorKind, Result, printable};
use crate::http::{Answer, Call, Repeat, Transport};
use crate::options::Options;
use crate::watch::Watch;

pub use models::REST_MODELS;
pub(crate) use multipart::Form;

/// The REST API.
pub(crate) struct Rest {
    transport: Transport,
    options: Options,
}

/// A request of this API.
struct Request<'a> {
    name: &'static str,
    method: &'static str,
    /// Path and query behind the base address.
    path: String,
    content_type: Option<&'a str>,
    body: &'a [u8],
    repeat: Repeat,
}

impl Rest {
    pub(crate) fn new(options: &Options) -> Result<Self> {
        Ok(Self { transport: Transport::new(options)?, options: options.clone() })
    }

    /// Sends a request; an answer of 4xx comes back too.
    fn send(&self, request: &Request<'_>, watch: &Watch) -> Result<Answer> {
        let url = format!("{}{}", self.options.url.trim_end_matches('/'), request.path);
        let call = Call {
            name: request.name,
            method: request.method,
            url: &url,
            content_type: request.content_type,
            secret: Some(("x-api-key", self.options.token.expose().to_owned())),
            body: request.body,
            repeat: request.repeat,
        };
        self.transport.send(&call, watch)
    }

    /// Sends a request whose answer is JSON, again if it is not and that is safe.
    fn json(&self, request: &Request<'_>, watch: &Watch) -> Result<Value> {
        let mut attempt = 1;
        loop {
            let answer = self.send(request, watch)?;
            match json(request.name, &answer) {
                Err(error)
                    if error.kind() == ErrorKind::Protocol
                        && request.repeat == Repeat::Safe
                        && attempt < self.transport.attempts() =>
                {
                    self.transport.back_off(attempt, watch);
                    attempt += 1;
                }
                read => return read,
            }
        }
    }
}

fn json(name: &'static str, answer: &Answer) -> Result<Value> {
    if let Some(error) = refusal(name, answer) {
        return Err(error);
    }
    match serde_json::from_slice(&answer.body) {
        Ok(json @ Value::Object(_)) => Ok(json),
        Ok(_) => Err(Error::protocol(name, "the answer is no JSON object")),
        Err(_) if answer.content_type.contains("html") => Err(Error::protocol(name, "the answer is a web page")),
        Err(_) => Err(Error::protocol(name, "the answer is no JSON, or is cut")),
    }
}

/// Returns the error that a status of 4xx is.
fn refusal(name: &'static str, answer: &Answer) -> Option<Error> {
    let (kind, remedy) = match answer.status {
        200..=299 => return None,
        401 | 403 => (ErrorKind::Authorization, "check the API key, and what Cyanite allows it to do"),
        404 => (ErrorKind::NotFound, "check the id; the track may be deleted"),
        413 => (ErrorKind::Rejected, "send a smaller file"),
        _ => (ErrorKind::Rejected, "read the reason, correct the request"),
    };
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let said = REST_MESSAGE_POINTERS.iter().find_map(|at| json.pointer(at).and_then(Value::as_str)).map(printable);
    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
    let problem = format!("Cyanite refuses the request ({}){said}", answer.status);
    Some(Error::new(kind, name, problem, remedy).with_code(Some(answer.status.to_string())))
}

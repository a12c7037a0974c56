//! The GraphQL API: one POST per operation; audio goes by PUT to an address that the API gives.

mod crates;
mod document;
mod elsewhere;
mod errors;
mod labels;
mod operations;
mod search;
mod track;
mod upload;
mod words;

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::http::{Answer, Call, Repeat, Transport};
use crate::options::Options;
use crate::watch::Watch;
use document::Document;
pub(crate) use upload::FIND_LIMIT;

/// An operation: its name is that of its only root field.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) repeat: Repeat,
}

/// The GraphQL API.
pub(crate) struct Graphql {
    pub(crate) transport: Transport,
    options: Options,
    /// The query of a track, as far as the server knows its fields.
    document: Mutex<Document>,
}

/// Answer of a server that was asked.
enum Reply {
    Data(Value),
    /// Errors of the query, with the lines they name.
    Errors {
        error: Error,
        lines: BTreeSet<usize>,
    },
}

impl Graphql {
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let transport = Transport::new(options)?;
        Ok(Self { transport, options: options.clone(), document: Mutex::new(Document::track()) })
    }

    /// Carries an operation out and returns its root field.
    pub(crate) fn run(&self, operation: &Operation, variables: Value, watch: &Watch) -> Result<Value> {
        match self.ask(operation.name, operation.text, &variables, operation.repeat, watch)? {
            Reply::Data(mut data) => match data.get_mut(operation.name).map(Value::take) {
                Some(Value::Null) | None => Err(Error::protocol(operation.name, "the answer lacks its result")),
                Some(root) => Ok(root),
            },
            Reply::Errors { error, .. } => Err(error),
        }
    }

    /// Carries an operation out whose result is a field of a track, and returns that field.
    pub(crate) fn run_of_track(&self, operation: &Operation, variables: Value, watch: &Watch) -> Result<Value> {
        match self.ask(operation.name, operation.text, &variables, operation.repeat, watch)? {
            Reply::Data(mut data) => match track::found(data[track::TRACK].take())?[operation.name].take() {
                Value::Null => Err(Error::protocol(operation.name, "the answer lacks its result")),
                field => Ok(field),
            },
            Reply::Errors { error, .. } => Err(error),
        }
    }

    fn ask(&self, name: &'static str, text: &str, variables: &Value, repeat: Repeat, watch: &Watch) -> Result<Reply> {
        let body = body(text, variables);
        let call = Call {
            name,
            method: "POST",
            url: &self.options.url,
            content_type: Some("application/json"),
            secret: Some(("authorization", format!("Bearer {}", self.options.token.expose()))),
            body: body.as_bytes(),
            repeat,
        };
        let mut attempt = 1;
        loop {
            let read = self.transport.send(&call, watch).and_then(|answer| read(name, &answer));
            match read {
                // A body that was cut or is no JSON came after all that a server does.
                Err(error)
                    if error.kind() == ErrorKind::Protocol
                        && repeat == Repeat::Safe
                        && attempt < self.transport.attempts() =>
                {
                    self.transport.back_off(attempt, watch);
                    attempt += 1;
                }
                other => return other,
            }
        }
    }
}

/// Returns the body of a request.
pub(crate) fn body(text: &str, variables: &Value) -> String {
    json!({ "query": text, "variables": variables }).to_string()
}

fn read(name: &'static str, answer: &Answer) -> Result<Reply> {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    if let Some(reply) = json.as_ref().and_then(|json| errors::top_level(name, json)) {
        return Ok(reply);
    }
    if let Some(error) = errors::of_status(name, answer) {
        return Err(error);
    }
    match json {
        Some(Value::Object(mut object)) => match object.remove("data") {
            Some(data @ Value::Object(_)) => Ok(Reply::Data(data)),
            _ => Err(Error::protocol(name, "the answer has no data")),
        },
        Some(_) => Err(Error::protocol(name, "the answer is no JSON object")),
        None if answer.content_type.contains("html") => Err(Error::protocol(name, "the answer is a web page")),
        None => Err(Error::protocol(name, "the answer is no JSON, or is cut")),
    }
}

/// Bytes of the bodies that sending a track takes.
pub(crate) struct Bodies {
    pub(crate) find: usize,
    pub(crate) request: usize,
    /// Without the id of the upload.
    pub(crate) create: usize,
}

/// Returns the sizes of the bodies, for the manifest.
pub(crate) fn bodies(title: &str, external_id: &str) -> Bodies {
    let find = json!({ "first": upload::FIND_LIMIT, "filter": { "externalId": external_id } });
    let create = json!({ "input": { "uploadId": "", "title": title, "externalId": external_id } });
    Bodies {
        find: body(operations::LIST.text, &find).len(),
        request: body(operations::REQUEST_UPLOAD.text, &json!({})).len(),
        create: body(operations::CREATE.text, &create).len(),
    }
}

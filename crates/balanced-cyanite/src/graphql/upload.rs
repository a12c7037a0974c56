//! Upload of the file and creation of the track.

use serde_json::{Value, json};

use super::operations::{CREATE, REQUEST_UPLOAD};
use super::{Graphql, errors};
use crate::assumptions::{UPLOAD_CONTENT_TYPE, UPLOAD_EXPIRED_STATUS};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Call, Repeat, host_of};
use crate::watch::Watch;

/// Tracks of one external id that are asked for; one is expected.
pub(crate) const FIND_LIMIT: u32 = 2;

/// A track that was made.
pub(crate) struct Created {
    pub(crate) track_id: String,
    /// Why the analysis did not start, if it did not.
    pub(crate) not_enqueued: Option<String>,
}

impl Graphql {
    /// Uploads a file and returns the id of the upload. An address that has expired is replaced by a new one.
    pub(crate) fn upload(&self, bytes: &[u8], watch: &Watch) -> Result<String> {
        let mut attempt = 1;
        loop {
            let slot = self.run(&REQUEST_UPLOAD, json!({}), watch)?;
            let text = |name: &str| slot.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let (Some(id), Some(url)) = (text("id"), text("uploadUrl")) else {
                return Err(Error::protocol(REQUEST_UPLOAD.name, "the answer lacks the address for the upload"));
            };
            self.check_storage_host(url, REQUEST_UPLOAD.name, "the audio would go to")?;
            let put = Call {
                name: "upload of the file",
                method: "PUT",
                url,
                content_type: Some(UPLOAD_CONTENT_TYPE),
                secret: None,
                body: bytes,
                repeat: Repeat::Safe,
            };
            let answer = self.transport.send(&put, watch)?;
            match answer.status {
                200..=299 if answer.content_type.contains("html") => {
                    return Err(Error::protocol(put.name, "the answer is a web page"));
                }
                200..=299 => return Ok(id.to_owned()),
                UPLOAD_EXPIRED_STATUS if attempt < self.transport.attempts() => {
                    self.transport.back_off(attempt, watch);
                    attempt += 1;
                }
                status => {
                    let problem = format!("the storage refuses the file ({status})");
                    return Err(Error::new(ErrorKind::Rejected, put.name, problem, "try again"));
                }
            }
        }
    }

    /// Audio goes to no host but those of the manifest, whatever an answer says; nor does anything come from others.
    pub(super) fn check_storage_host(&self, url: &str, name: &'static str, what: &str) -> Result<()> {
        let host = host_of(url);
        let is_known = |host: &String| {
            self.options.upload_hosts.iter().any(|suffix| host == suffix || host.ends_with(&format!(".{suffix}")))
        };
        if host.as_ref().is_some_and(is_known) {
            return Ok(());
        }
        let host = host.unwrap_or_else(|| "an address without https".to_owned());
        let problem = format!("{what} {host}, which is not among the hosts that were allowed");
        let remedy = "if Cyanite has its storage elsewhere now, add the host to the allowed ones";
        Err(Error::new(ErrorKind::Redirect, name, problem, remedy))
    }

    /// Makes a track of an upload; it is made once for each call that succeeds.
    pub(crate) fn create(&self, upload_id: &str, title: &str, external_id: &str, watch: &Watch) -> Result<Created> {
        let input = json!({ "input": { "uploadId": upload_id, "title": title, "externalId": external_id } });
        let root = self.run(&CREATE, input, watch)?;
        let id = root.pointer("/createdLibraryTrack/id").and_then(Value::as_str);
        match (id, root["__typename"].as_str()) {
            (Some(id), _) => Ok(Created { track_id: id.to_owned(), not_enqueued: not_enqueued(&root) }),
            (None, Some("LibraryTrackCreateError")) => Err(errors::of_member(CREATE.name, &root)),
            (None, _) => Err(Error::protocol(CREATE.name, "the answer lacks the id of the track")),
        }
    }
}

fn not_enqueued(root: &Value) -> Option<String> {
    let result = &root["enqueueResult"];
    let is_error = result["__typename"].as_str().is_some_and(|name| name.ends_with("Error"));
    is_error.then(|| errors::of_member("libraryTrackEnqueue", result).problem().to_owned())
}

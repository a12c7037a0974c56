//! Sending of a track, once for each source.

use serde::Serialize;

use crate::client::{Cyanite, Inner};
use crate::egress::{Consent, Upload};
use crate::error::{Error, ErrorKind, Result};
use crate::graphql::{FIND_LIMIT, Graphql};
use crate::journal::{Entry, Held, Journal, Stage};
use crate::model::{Find, now_text};
use crate::options::Api;
use crate::rest::{Form, Rest};
use crate::watch::Watch;

/// Policy for a source that an earlier call sent without learning whether it arrived (REST only).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doubt {
    /// Tell it, and send nothing.
    #[default]
    Tell,
    /// Send it again, at the risk of a second track.
    SendAgain,
}

/// A track that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The API.
    pub api: Api,
    /// The track at Cyanite.
    pub track_id: String,
    /// The id by which it was sent.
    pub external_id: String,
    /// SHA-256 of the source.
    pub source_sha256: String,
    /// Whether it had been sent before, so that nothing was sent now.
    pub was_there: bool,
    /// Why Cyanite did not start the analysis, if it did not.
    pub not_enqueued: Option<String>,
}

impl Cyanite {
    /// Sends a track, unless the journal or Cyanite knows its source already.
    ///
    /// The consent must be for the upload's own manifest. A crash or a lost answer at any point never makes a second track: with
    /// GraphQL the track is looked up by its external id, with REST, which has no such call, the next call ends with
    /// [`ErrorKind::InDoubt`] and leaves the decision to the caller.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Consent`] before anything is sent, or the error of the request that failed.
    pub fn send(
        &self,
        upload: &Upload,
        consent: &Consent,
        journal: &dyn Journal,
        doubt: Doubt,
        watch: &Watch,
    ) -> Result<Sent> {
        let manifest = upload.manifest();
        consent.check(&self.options.policy, manifest)?;
        if manifest.api != self.options.api || !manifest.hosts.contains(&self.options.host()?) {
            let problem = "the manifest is for another API or host; nothing was sent";
            return Err(Error::new(ErrorKind::Consent, "sending to Cyanite", problem, "prepare it with these options"));
        }
        let mut held = journal.hold(self.options.api, &manifest.source_sha256)?;
        let entry = held.read()?;
        if let Some(Entry { stage: Stage::Created { track_id }, .. }) = &entry {
            return Ok(sent(upload, track_id, true, None));
        }
        match &*self.inner {
            Inner::Graphql(api) => send_graphql(api, upload, held.as_mut(), watch),
            Inner::Rest(api) => {
                let in_doubt = matches!(entry, Some(Entry { stage: Stage::Started, .. })) && doubt == Doubt::Tell;
                if in_doubt { Err(lost()) } else { send_rest(api, upload, held.as_mut(), watch) }
            }
        }
    }
}

fn send_graphql(api: &Graphql, upload: &Upload, held: &mut dyn Held, watch: &Watch) -> Result<Sent> {
    if let Some(track_id) = find(api, upload, watch)? {
        return created(upload, held, &track_id, true, None);
    }
    held.write(&entry(upload, Stage::Started))?;
    let mut attempt = 1;
    loop {
        let upload_id = api.upload(&upload.mp3, watch)?;
        let error = match api.create(&upload_id, &upload.title, &upload.external_id, watch) {
            Ok(made) => return created(upload, held, &made.track_id, false, made.not_enqueued),
            Err(error) => error,
        };
        let is_lost_upload = matches!(error.code(), Some("fileUploadNotFound" | "invalidUploadId"));
        if !(error.is_uncertain() || is_lost_upload) || error.kind() == ErrorKind::Cancelled {
            return Err(error);
        }
        // The answer may be lost although the track was made; it is listed at once (assumed) and found then.
        api.transport.back_off(attempt, watch);
        if let Some(track_id) = find(api, upload, watch)? {
            return created(upload, held, &track_id, false, None);
        }
        if attempt >= api.transport.attempts() {
            return Err(error);
        }
        attempt += 1;
    }
}

/// Returns the track that this source became, if it did.
fn find(api: &Graphql, upload: &Upload, watch: &Watch) -> Result<Option<String>> {
    let found = api.list(&Find::ExternalId(upload.external_id.clone()), FIND_LIMIT, None, watch)?;
    let is_it = |id: &Option<String>| id.as_deref().is_none_or(|id| id == upload.external_id);
    Ok(found.items.into_iter().find(|track| is_it(&track.external_id)).map(|track| track.id))
}

fn send_rest(api: &Rest, upload: &Upload, held: &mut dyn Held, watch: &Watch) -> Result<Sent> {
    held.write(&entry(upload, Stage::Started))?;
    let form = Form::upload(&upload.mp3, &upload.title, &upload.external_id);
    match api.upload(&form, watch) {
        Ok(track_id) => created(upload, held, &track_id, false, None),
        Err(error) if error.is_uncertain() => Err(lost_by(&error)),
        Err(error) => {
            // It certainly did not arrive.
            held.remove()?;
            Err(error)
        }
    }
}

fn created(upload: &Upload, held: &mut dyn Held, id: &str, was_there: bool, note: Option<String>) -> Result<Sent> {
    held.write(&entry(upload, Stage::Created { track_id: id.to_owned() }))?;
    Ok(sent(upload, id, was_there, note))
}

fn entry(upload: &Upload, stage: Stage) -> Entry {
    let manifest = upload.manifest();
    Entry {
        api: manifest.api,
        source_sha256: manifest.source_sha256.clone(),
        external_id: upload.external_id.clone(),
        mp3_bytes: upload.mp3.len() as u64,
        stage,
        updated_at: now_text(),
    }
}

fn sent(upload: &Upload, track_id: &str, was_there: bool, not_enqueued: Option<String>) -> Sent {
    let manifest = upload.manifest();
    Sent {
        api: manifest.api,
        track_id: track_id.to_owned(),
        external_id: upload.external_id.clone(),
        source_sha256: manifest.source_sha256.clone(),
        was_there,
        not_enqueued,
    }
}

fn lost() -> Error {
    let problem = "an earlier call sent this track and never learned whether it arrived";
    Error::new(ErrorKind::InDoubt, "library-tracks upload", problem, DOUBT_REMEDY)
}

fn lost_by(cause: &Error) -> Error {
    let problem = format!("the track was sent, and its answer was lost ({})", cause.problem());
    Error::new(ErrorKind::InDoubt, "library-tracks upload", problem, DOUBT_REMEDY)
}

const DOUBT_REMEDY: &str = "wait for its webhook and settle it by the track id, look for it in Cyanite, or send it again at the risk of a second track";

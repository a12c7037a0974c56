//! Deletion of what Cyanite holds.

use serde::{Deserialize, Serialize};

use crate::client::{Cyanite, checked};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{Entry, Journal, Stage};
use crate::model::{Find, now_text};
use crate::options::Api;
use crate::watch::Watch;

/// Receipt of a deletion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionReceipt {
    /// `cyanite`.
    pub provider: String,
    /// The API.
    pub api: Api,
    /// Tracks that Cyanite says it deleted.
    pub deleted: Vec<String>,
    /// Tracks that Cyanite did not hold any more.
    pub absent: Vec<String>,
    /// When (RFC 3339).
    pub at: String,
    /// Limits of the receipt: facts that it does not prove.
    pub limits: String,
}

impl Cyanite {
    /// Deletes tracks; those that are not there are deleted already. With a journal, their sources can be sent again afterwards.
    ///
    /// # Errors
    /// Returns the error of the request, [`ErrorKind::Unsupported`] for REST: it documents no deletion, so one must be asked for at
    /// Cyanite. [`ErrorKind::Rejected`] if tracks are still there afterwards.
    pub fn delete(
        &self,
        track_ids: &[String],
        journal: Option<&dyn Journal>,
        watch: &Watch,
    ) -> Result<DeletionReceipt> {
        let api = self.graphql("deletion")?;
        for id in track_ids {
            checked(id)?;
        }
        let (mut deleted, mut absent) = (Vec::new(), Vec::new());
        let mut there = Vec::new();
        for id in track_ids {
            match api.track(id, watch) {
                Ok(_) => there.push(id.clone()),
                Err(error) if error.kind() == ErrorKind::NotFound => absent.push(id.clone()),
                Err(error) => return Err(error),
            }
        }
        if !there.is_empty() {
            deleted = api.delete(&there, watch)?;
        }
        // What the API leaves out of its answer is looked at again: a repetition may have found it deleted.
        for id in there.iter().filter(|id| !deleted.contains(id)) {
            match api.track(id, watch) {
                Err(error) if error.kind() == ErrorKind::NotFound => absent.push(id.clone()),
                Err(error) => return Err(error),
                Ok(_) => {
                    let problem = format!("track {id} is still there after its deletion");
                    return Err(Error::new(ErrorKind::Rejected, "libraryTracksDelete", problem, "delete it again"));
                }
            }
        }
        if let Some(journal) = journal {
            note(journal, self.options.api, track_ids)?;
        }
        let limits = "says what Cyanite answered; its backups, and what it made of the audio, are not seen from here";
        Ok(DeletionReceipt {
            provider: "cyanite".to_owned(),
            api: self.options.api,
            deleted,
            absent,
            at: now_text(),
            limits: limits.to_owned(),
        })
    }

    /// Deletes the tracks whose uploaded file has a SHA-256, which is that of the MP3 in the manifest.
    ///
    /// # Errors
    /// Returns the errors of [`delete`](Self::delete).
    pub fn delete_sha256(&self, sha256: &str, journal: Option<&dyn Journal>, watch: &Watch) -> Result<DeletionReceipt> {
        self.delete_found(&Find::Sha256(sha256.to_owned()), journal, watch)
    }

    /// Deletes the tracks of an external id.
    ///
    /// # Errors
    /// Returns the errors of [`delete`](Self::delete).
    pub fn delete_external_id(
        &self,
        id: &str,
        journal: Option<&dyn Journal>,
        watch: &Watch,
    ) -> Result<DeletionReceipt> {
        self.delete_found(&Find::ExternalId(id.to_owned()), journal, watch)
    }

    fn delete_found(&self, find: &Find, journal: Option<&dyn Journal>, watch: &Watch) -> Result<DeletionReceipt> {
        let (mut ids, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.list(find, crate::assumptions::MAX_PAGE, cursor.as_deref(), watch)?;
            ids.extend(page.items.into_iter().map(|track| track.id));
            match page.next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => break,
            }
        }
        self.delete(&ids, journal, watch)
    }
}

/// Notes what is gone, so that a later call sends its source again.
fn note(journal: &dyn Journal, api: Api, gone: &[String]) -> Result<()> {
    for entry in journal.entries()?.into_iter().filter(|entry| entry.api == api) {
        let Some(track_id) = entry.track_id().filter(|id| gone.iter().any(|gone| gone == id)) else { continue };
        let stage = Stage::Deleted { track_id: track_id.to_owned() };
        let mut held = journal.hold(api, &entry.source_sha256)?;
        held.write(&Entry { stage, updated_at: now_text(), ..entry.clone() })?;
    }
    Ok(())
}

//! Journal entries and tracks: doubts are settled, results completed.

use crate::client::{Cyanite, Inner, checked};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{Entry, Journal, Stage};
use crate::model::{ProviderResult, now_text};
use crate::watch::Watch;

impl Cyanite {
    /// Finds out which source in doubt a track of REST is, by the size of the file that Cyanite received, and notes it.
    ///
    /// Call it with the track id of a webhook that no entry of the journal knows. Returns the source's SHA-256; `None` if no source in
    /// doubt has this size, or several have.
    ///
    /// # Errors
    /// Returns the error of the request or of the journal.
    pub fn settle(&self, track_id: &str, journal: &dyn Journal, watch: &Watch) -> Result<Option<String>> {
        let Inner::Rest(api) = &*self.inner else {
            let problem = "GraphQL leaves no doubts";
            return Err(Error::new(ErrorKind::Unsupported, "settling", problem, "send the track again: it is found"));
        };
        let entries = journal.entries()?;
        if let Some(known) = entries.iter().find(|entry| entry.track_id() == Some(track_id)) {
            return Ok(Some(known.source_sha256.clone()));
        }
        let answer = api.models(checked(track_id)?, &["AudioFileInfoV1"], watch)?;
        let items = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let bytes = items.iter().find_map(|item| item["fileSizeB"].as_u64());
        let in_doubt = |entry: &&Entry| entry.api == self.options.api && entry.stage == Stage::Started;
        let fits: Vec<&Entry> =
            entries.iter().filter(in_doubt).filter(|entry| Some(entry.mp3_bytes) == bytes).collect();
        let [entry] = fits.as_slice() else { return Ok(None) };
        let mut held = journal.hold(entry.api, &entry.source_sha256)?;
        // Another call may have sent it meanwhile.
        let Some(now) = held.read()?.filter(|now| now.stage == Stage::Started) else { return Ok(None) };
        let stage = Stage::Created { track_id: track_id.to_owned() };
        held.write(&Entry { stage, updated_at: now_text(), ..now })?;
        Ok(Some(entry.source_sha256.clone()))
    }
}

impl Entry {
    /// Returns the track, if the source is one at Cyanite.
    #[must_use]
    pub fn track_id(&self) -> Option<&str> {
        match &self.stage {
            Stage::Created { track_id } => Some(track_id),
            _ => None,
        }
    }
}

impl ProviderResult {
    /// Returns the result with what a journal knows of its track: external id and hash of the source.
    ///
    /// # Errors
    /// Returns the error of the journal.
    pub fn with_journal(mut self, journal: &dyn Journal) -> Result<Self> {
        let entry = journal.entries()?.into_iter().find(|entry| entry.track_id() == Some(&self.track_id));
        if let Some(entry) = entry {
            self.external_id = self.external_id.or(Some(entry.external_id));
            self.source_sha256 = Some(entry.source_sha256);
        }
        Ok(self)
    }
}

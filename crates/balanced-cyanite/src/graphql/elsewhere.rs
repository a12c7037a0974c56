//! Tracks that Cyanite fetches itself: of Spotify and YouTube. No audio leaves the machine, only their names there.

use serde_json::{Value, json};

use super::operations::{ENQUEUE_SPOTIFY, ENQUEUE_YOUTUBE};
use super::{Graphql, Operation, errors};
use crate::error::{Error, ErrorKind, Result};
use crate::watch::Watch;

impl Graphql {
    /// Has a track of Spotify analysed and returns its id.
    pub(crate) fn enqueue_spotify(&self, id: &str, watch: &Watch) -> Result<String> {
        self.enqueue_elsewhere(&ENQUEUE_SPOTIFY, "enqueuedSpotifyTrack", json!({ "spotifyTrackId": id }), watch)
    }

    /// Has a video analysed and returns the id of the track of the library that it becomes.
    pub(crate) fn enqueue_youtube(&self, url: &str, watch: &Watch) -> Result<String> {
        self.enqueue_elsewhere(&ENQUEUE_YOUTUBE, "enqueuedLibraryTrack", json!({ "videoUrl": url }), watch)
    }

    fn enqueue_elsewhere(&self, what: &Operation, track: &str, input: Value, watch: &Watch) -> Result<String> {
        let enqueued = self.run(what, json!({ "input": input }), watch);
        let root = enqueued.map_err(|error| if error.is_uncertain() { in_doubt(what.name, &error) } else { error })?;
        let lacking = || errors::of_member_or_shape(what.name, &root, "the answer lacks the id of the track");
        root[track]["id"].as_str().map(str::to_owned).ok_or_else(lacking)
    }
}

/// Nothing finds out whether a call was carried out that names no track of ours.
fn in_doubt(name: &'static str, error: &Error) -> Error {
    let problem = format!("it is not known whether the track was enqueued ({})", error.problem());
    let remedy = "look into the library; enqueued again, it may cost an analysis again";
    Error::new(ErrorKind::InDoubt, name, problem, remedy)
}

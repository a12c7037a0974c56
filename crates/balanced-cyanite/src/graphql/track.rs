//! Tracks: their state and results, lists, deletion.

use std::sync::PoisonError;

use serde_json::{Value, json};

use super::operations::{DELETE, ENQUEUE, LIST, PING};
use super::{Graphql, Reply, errors};
use crate::assumptions::{DELETE_BATCH, MAX_PAGE};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Repeat;
use crate::model::{Find, Page, Track};
use crate::watch::Watch;

pub(super) const TRACK: &str = "libraryTrack";

/// Times that unknown fields are left out of a query, each time all that the server names.
const MOST_SCHEMA_CHANGES: usize = 4;

impl Graphql {
    /// Returns a track with all of its results, as the API answers.
    pub(crate) fn track(&self, id: &str, watch: &Watch) -> Result<Value> {
        let mut changes = 0;
        loop {
            let document = self.document.lock().unwrap_or_else(PoisonError::into_inner).clone();
            match self.ask(TRACK, &document.text(), &json!({ "id": id }), Repeat::Safe, watch)? {
                Reply::Data(mut data) => return found(data[TRACK].take()),
                Reply::Errors { error, lines } => {
                    let without = document.without(&lines).filter(|_| !lines.is_empty());
                    let Some(without) = without.filter(|_| changes < MOST_SCHEMA_CHANGES) else { return Err(error) };
                    *self.document.lock().unwrap_or_else(PoisonError::into_inner) = without;
                    changes += 1;
                }
            }
        }
    }

    /// Returns a page of the library.
    pub(crate) fn list(&self, find: &Find, limit: u32, cursor: Option<&str>, watch: &Watch) -> Result<Page<Track>> {
        let mut variables = json!({ "first": limit.clamp(1, MAX_PAGE) });
        if let Some(cursor) = cursor {
            variables["after"] = json!(cursor);
        }
        if let Some((name, value)) = find.filter() {
            variables["filter"] = json!({ name: value });
        }
        let root = self.run(&LIST, variables, watch)?;
        page(LIST.name, &root, |edge| Track::of_node(&edge["node"]))
    }

    /// Deletes tracks and returns the ids that the API says it deleted.
    pub(crate) fn delete(&self, ids: &[String], watch: &Watch) -> Result<Vec<String>> {
        let mut deleted = Vec::new();
        for batch in ids.chunks(DELETE_BATCH) {
            let root = self.run(&DELETE, json!({ "input": { "libraryTrackIds": batch } }), watch)?;
            let Some(ids) = root["libraryTrackIds"].as_array() else {
                let is_error = root["__typename"].as_str().is_some_and(|name| name.ends_with("Error"));
                let shape = Error::protocol(DELETE.name, "the answer does not say what was deleted");
                return Err(if is_error { errors::of_member(DELETE.name, &root) } else { shape });
            };
            deleted.extend(ids.iter().filter_map(Value::as_str).map(str::to_owned));
        }
        Ok(deleted)
    }

    /// Has a track analysed again.
    pub(crate) fn enqueue(&self, id: &str, watch: &Watch) -> Result<()> {
        let root = self.run(&ENQUEUE, json!({ "input": { "libraryTrackId": id } }), watch)?;
        match root["__typename"].as_str() {
            Some("LibraryTrackEnqueueError") => Err(errors::of_member(ENQUEUE.name, &root)),
            Some(_) => Ok(()),
            None => Err(Error::protocol(ENQUEUE.name, "the answer does not say what it is")),
        }
    }

    /// Checks address and token.
    pub(crate) fn ping(&self, watch: &Watch) -> Result<()> {
        self.run(&PING, json!({}), watch).map(drop)
    }
}

pub(super) fn found(mut track: Value) -> Result<Value> {
    let is_missing =
        track.is_null() || track["__typename"].as_str().is_some_and(|name| name.ends_with("NotFoundError"));
    if is_missing {
        let remedy = "check the id, and whose token this is; the track may be deleted";
        return Err(Error::new(ErrorKind::NotFound, TRACK, "Cyanite knows no track of this id", remedy));
    }
    if !track["id"].is_string() {
        return Err(Error::protocol(TRACK, "the answer lacks the id of the track"));
    }
    if let Some(object) = track.as_object_mut() {
        object.remove("__typename");
    }
    Ok(track)
}

/// Reads the edges of a connection.
pub(super) fn page<T>(name: &'static str, root: &Value, item: impl Fn(&Value) -> Option<T>) -> Result<Page<T>> {
    let Some(edges) = root["edges"].as_array() else {
        let is_error = root["__typename"].as_str().is_some_and(|name| name.ends_with("Error"));
        let shape = Error::protocol(name, "the answer has no list");
        return Err(if is_error { errors::of_member(name, root) } else { shape });
    };
    let items = edges.iter().filter_map(&item).collect();
    let goes_on = root.pointer("/pageInfo/hasNextPage").and_then(Value::as_bool).unwrap_or(false);
    let last = edges.last().and_then(|edge| edge["cursor"].as_str());
    Ok(Page { items, next: last.filter(|_| goes_on).map(str::to_owned) })
}

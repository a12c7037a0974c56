//! Crates: named sets of tracks of the library, in which can be searched.

use serde_json::{Value, json};

use super::operations::{ADD_TO_CRATE, CRATES, CREATE_CRATE, DELETE_CRATE, REMOVE_FROM_CRATE};
use super::track::page;
use super::{Graphql, Operation, errors};
use crate::assumptions::MAX_CRATE_PAGE;
use crate::error::Result;
use crate::model::{Page, TrackCrate};
use crate::watch::Watch;

impl Graphql {
    pub(crate) fn crates(&self, limit: u32, cursor: Option<&str>, watch: &Watch) -> Result<Page<TrackCrate>> {
        let mut variables = json!({ "first": limit.clamp(1, MAX_CRATE_PAGE) });
        if let Some(cursor) = cursor {
            variables["after"] = json!(cursor);
        }
        let root = self.run(&CRATES, variables, watch)?;
        page(CRATES.name, &root, |edge| TrackCrate::of_node(&edge["node"]))
    }

    pub(crate) fn create_crate(&self, name: &str, watch: &Watch) -> Result<String> {
        let root = self.run(&CREATE_CRATE, json!({ "input": { "name": name } }), watch)?;
        let lacking = || errors::of_member_or_shape(CREATE_CRATE.name, &root, "the answer lacks the id of the crate");
        root["id"].as_str().map(str::to_owned).ok_or_else(lacking)
    }

    pub(crate) fn delete_crate(&self, id: &str, watch: &Watch) -> Result<()> {
        let root = self.run(&DELETE_CRATE, json!({ "input": { "id": id } }), watch)?;
        match root["__typename"].as_str() {
            Some("CrateDeleteSuccess") => Ok(()),
            _ => Err(errors::of_member_or_shape(DELETE_CRATE.name, &root, "the answer does not say what it is")),
        }
    }

    pub(crate) fn add_to_crate(&self, id: &str, tracks: &[String], watch: &Watch) -> Result<Vec<String>> {
        self.change(&ADD_TO_CRATE, "addedLibraryTrackIds", id, tracks, watch)
    }

    pub(crate) fn remove_from_crate(&self, id: &str, tracks: &[String], watch: &Watch) -> Result<Vec<String>> {
        self.change(&REMOVE_FROM_CRATE, "removedLibraryTrackIds", id, tracks, watch)
    }

    fn change(&self, what: &Operation, list: &str, id: &str, tracks: &[String], watch: &Watch) -> Result<Vec<String>> {
        let root = self.run(what, json!({ "input": { "crateId": id, "libraryTrackIds": tracks } }), watch)?;
        let lacking = || errors::of_member_or_shape(what.name, &root, "the answer does not say which tracks");
        let ids = root[list].as_array().ok_or_else(lacking)?;
        Ok(ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

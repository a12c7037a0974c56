//! Similar tracks, and search by text or keywords.

use serde_json::{Value, json};

use super::Graphql;
use super::operations::{FREE_TEXT, KEYWORDS, SIMILAR};
use super::track::page;
use crate::assumptions::MAX_PAGE;
use crate::error::Result;
use crate::model::{Hit, Page, Search, Similar};
use crate::watch::Watch;

impl Graphql {
    /// Returns tracks that sound alike.
    pub(crate) fn similar(&self, similar: &Similar, seed: &str, watch: &Watch) -> Result<Page<Hit>> {
        let mut variables =
            json!({ "trackId": seed, "first": similar.limit.clamp(1, MAX_PAGE), "target": target(&similar.target) });
        if let Some((start, end)) = similar.interval_s {
            variables["searchMode"] = json!({ "interval": { "start": start, "end": end } });
        }
        if let Some(filter) = &similar.filter {
            variables["filter"] = filter.clone();
        }
        let root = self.run(&SIMILAR, variables, watch)?;
        page(SIMILAR.name, &root, |edge| Hit::of_node(&edge["node"]))
    }

    /// Returns tracks that fit a text or keywords.
    pub(crate) fn search(&self, search: &Search, watch: &Watch) -> Result<Page<Hit>> {
        let mut variables = json!({ "first": search.limit.clamp(1, MAX_PAGE), "target": target(&search.target) });
        if let Some(cursor) = &search.cursor {
            variables["after"] = json!(cursor);
        }
        let operation = if search.keywords.is_empty() {
            variables["searchText"] = json!(search.text);
            &FREE_TEXT
        } else {
            let keyword = |(keyword, weight): &(String, f64)| json!({ "keyword": keyword, "weight": weight });
            variables["keywords"] = search.keywords.iter().map(keyword).collect();
            &KEYWORDS
        };
        let root = self.run(operation, variables, watch)?;
        page(operation.name, &root, |edge| Hit::of_node(&edge["node"]))
    }
}

/// Returns where is searched: the library, a crate of it, or Spotify.
fn target(name: &str) -> Value {
    match name.strip_prefix("crate:") {
        Some(id) => json!({ "crate": { "crateId": id } }),
        None if name == "spotify" => json!({ "spotify": {} }),
        None => json!({ "library": {} }),
    }
}

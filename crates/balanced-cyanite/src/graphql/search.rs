//! Similar tracks, and search by text or keywords.

use serde_json::{Value, json};

use super::Graphql;
use super::operations::{FREE_TEXT, KEYWORDS, LYRICS, SIMILAR};
use super::track::page;
use crate::assumptions::MAX_PAGE;
use crate::client::checked;
use crate::error::{Error, Result, printable};
use crate::model::{Hit, Page, Search, Similar};
use crate::watch::Watch;

impl Graphql {
    /// Returns tracks that sound alike.
    pub(crate) fn similar(&self, similar: &Similar, seed: &str, watch: &Watch) -> Result<Page<Hit>> {
        let mut variables =
            json!({ "id": seed, "first": similar.limit.clamp(1, MAX_PAGE), "target": target(&similar.target)? });
        if let Some((start, end)) = similar.interval_s {
            variables["searchMode"] = json!({ "interval": { "start": start, "end": end } });
        }
        if let Some(filter) = &similar.filter {
            variables["filter"] = filter.clone();
        }
        let root = self.run_of_track(&SIMILAR, variables, watch)?;
        hits(SIMILAR.name, &root)
    }

    /// Returns tracks that fit a text or keywords.
    pub(crate) fn search(&self, search: &Search, watch: &Watch) -> Result<Page<Hit>> {
        if search.cursor.is_some() {
            let remedy = "ask for up to 50 tracks at once, or use the REST API";
            return Err(Error::settings("search", "the GraphQL API documents no further pages of a search", remedy));
        }
        let mut variables = json!({ "first": search.limit.clamp(1, MAX_PAGE), "target": target(&search.target)? });
        let operation = if search.keywords.is_empty() {
            variables["searchText"] = json!(search.text);
            &FREE_TEXT
        } else {
            let keyword = |(keyword, weight): &(String, f64)| json!({ "keyword": keyword, "weight": weight });
            variables["keywords"] = search.keywords.iter().map(keyword).collect();
            &KEYWORDS
        };
        let root = self.run(operation, variables, watch)?;
        hits(operation.name, &root)
    }
}

impl Graphql {
    /// Returns tracks of Spotify whose lyrics fit a text.
    pub(crate) fn lyrics(&self, prompt: &str, limit: u32, watch: &Watch) -> Result<Page<Hit>> {
        let target = json!({ "spotify": {} });
        let variables = json!({ "prompt": prompt, "first": limit.clamp(1, MAX_PAGE), "target": target });
        let root = self.run(&LYRICS, variables, watch)?;
        hits(LYRICS.name, &root)
    }
}

/// Reads what a search found. It has no further pages.
fn hits(name: &'static str, root: &Value) -> Result<Page<Hit>> {
    Ok(Page { next: None, ..page(name, root, |edge| Hit::of_node(&edge["node"]))? })
}

/// Returns where is searched: the library, a crate of it, or Spotify.
fn target(name: &str) -> Result<Value> {
    match (name, name.strip_prefix("crate:")) {
        ("library", _) => Ok(json!({ "library": {} })),
        ("spotify", _) => Ok(json!({ "spotify": {} })),
        (_, Some(id)) => Ok(json!({ "crate": { "crateId": checked(id)? } })),
        (_, None) => {
            let problem = format!("{} is no place to search", printable(name));
            Err(Error::settings("target", problem, "give library, spotify or crate:ID"))
        }
    }
}

//! Similar tracks and search by a prompt; both are in a private alpha of the API.

use serde_json::{Value, json};

use super::{Request, Rest};
use crate::assumptions::{MAX_PAGE, REST_CURSOR_PARAMETER};
use crate::error::{Error, Result};
use crate::http::{Repeat, percent};
use crate::model::{Hit, Page, Search, Similar};
use crate::watch::Watch;

const SIMILAR: &str = "similar";
const PROMPT: &str = "prompt-search";

/// Most tracks that a search can start from.
const MOST_SEEDS: usize = 10;

impl Rest {
    /// Returns tracks that sound like one, or like up to ten.
    pub(crate) fn similar(&self, similar: &Similar, watch: &Watch) -> Result<Page<Hit>> {
        let (path, mut body) = match similar.seeds.as_slice() {
            [seed] => (format!("/private-alpha/library-tracks/{}/similar", percent(seed)), json!({})),
            seeds if (2..=MOST_SEEDS).contains(&seeds.len()) => {
                let tracks: Vec<Value> = seeds.iter().map(|seed| json!({ "id": seed })).collect();
                ("/private-alpha/library-tracks/similar".to_owned(), json!({ "tracks": tracks }))
            }
            seeds => {
                let problem = format!("{} tracks to compare with", seeds.len());
                return Err(Error::settings(SIMILAR, problem, format!("give 1 to {MOST_SEEDS}")));
            }
        };
        if let Some(filter) = &similar.filter {
            body["metadataFilter"] = filter.clone();
        }
        self.page(SIMILAR, path, &body, similar.limit, similar.cursor.as_deref(), watch)
    }

    /// Returns tracks that fit a text.
    pub(crate) fn search(&self, search: &Search, watch: &Watch) -> Result<Page<Hit>> {
        if !search.keywords.is_empty() {
            let problem = "the REST API has no search by keywords";
            return Err(Error::settings(PROMPT, problem, "give a text, or use the GraphQL API"));
        }
        let mut body = json!({ "query": search.text });
        if let Some(filter) = &search.filter {
            body["metadataFilter"] = filter.clone();
        }
        let path = "/private-alpha/library-tracks/prompt-search".to_owned();
        self.page(PROMPT, path, &body, search.limit, search.cursor.as_deref(), watch)
    }

    fn page(
        &self,
        name: &'static str,
        path: String,
        body: &Value,
        limit: u32,
        cursor: Option<&str>,
        watch: &Watch,
    ) -> Result<Page<Hit>> {
        let mut path = format!("{path}?limit={}", limit.clamp(1, MAX_PAGE));
        if let Some(cursor) = cursor {
            path.push_str(&format!("&{REST_CURSOR_PARAMETER}={}", percent(cursor)));
        }
        let body = body.to_string();
        let json_type = Some("application/json");
        // A search changes nothing.
        let repeat = Repeat::Safe;
        let request = Request { name, method: "POST", path, content_type: json_type, body: body.as_bytes(), repeat };
        let json = self.json(&request, watch)?;
        let Some(items) = json["items"].as_array() else {
            return Err(Error::protocol(name, "the answer has no items"));
        };
        let next = json.pointer("/pageInfo/nextCursor").and_then(Value::as_str).map(str::to_owned);
        Ok(Page { items: items.iter().filter_map(hit).collect(), next })
    }
}

fn hit(item: &Value) -> Option<Hit> {
    let track = if item["track"].is_object() { &item["track"] } else { item };
    let id = track["id"].as_str()?.to_owned();
    Some(Hit { id, title: track["title"].as_str().map(str::to_owned), score: item["score"].as_f64() })
}

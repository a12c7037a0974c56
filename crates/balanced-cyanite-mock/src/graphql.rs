//! The GraphQL API.

use serde_json::{Value, json};

use crate::http::{Reply, Request};
use crate::results::{graphql_result, nulled};
use crate::scenario::Fault;
use crate::server::Shared;
use crate::state::{MockTrack, State};
use crate::{TOKEN, library, webhooks};

/// Fields of a track that are calls of their own.
const OF_A_TRACK: [&str; 3] = ["similarTracks", "augmentedKeywords", "brandValues"];

/// Returns the name of a query: its first field, or that of a track which it asks for.
pub(crate) fn call_name(query: &str) -> String {
    let root = root_field(query);
    let has = |name: &&&str| query.lines().any(|line| line.trim().split(['(', ' ']).next() == Some(**name));
    match OF_A_TRACK.iter().find(has).filter(|_| root == "libraryTrack") {
        Some(field) => (*field).to_owned(),
        None => root,
    }
}

/// Returns the first field of a query.
fn root_field(query: &str) -> String {
    let inside = query.split_once('{').map(|(_, inside)| inside).unwrap_or_default().trim_start();
    inside.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

pub(crate) fn answer(call: &str, request: &Request, fault: Option<&Fault>, shared: &Shared) -> Reply {
    if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        let error = json!({ "message": "Not authorized!", "extensions": { "code": "ERR_NOT_AUTHORIZED" } });
        return Reply::json(200, &json!({ "data": null, "errors": [error] }));
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let query = body["query"].as_str().unwrap_or_default();
    let mut state = shared.state();
    let errors = schema_errors(query, &state.unknown_fields);
    if !errors.is_empty() {
        return Reply::json(400, &json!({ "errors": errors }));
    }
    let variables = &body["variables"];
    let changed = library::change(&mut state, call, &variables["input"], variables);
    let root = match call {
        "ping" => json!("pong"),
        "fileUploadRequest" => request_upload(&mut state, shared.port),
        "libraryTrackCreate" => create(&mut state, &variables["input"], shared.asks_until_finished),
        "libraryTrack" => track(&mut state, variables["id"].as_str().unwrap_or_default(), fault),
        "libraryTracks" => list(&state, variables),
        "libraryTracksDelete" => delete(&mut state, &variables["input"]["libraryTrackIds"]),
        "libraryTrackEnqueue" => enqueue(&mut state, &variables["input"]["libraryTrackId"]),
        "similarTracks" => of_track(&state, variables, call, similar),
        "freeTextSearch" | "keywordSearch" | "lyricsSearch" => search(&state, call, variables),
        "brandValues" if root_field(query) == "brandValues" => {
            json!({ "__typename": "BrandValuesSuccess", "values": library::BRAND_VALUES })
        }
        "augmentedKeywords" | "brandValues" => {
            of_track(&state, variables, call, |state, _| library::words(state, call))
        }
        "libraryTrackWaveform" => library::waveform_address(&state, variables, shared.port),
        _ if changed.is_some() => changed.unwrap_or_default(),
        _ => {
            let error = json!({ "message": format!("Cannot query field \"{call}\" on type \"Query\"."), "locations": [{ "line": 2, "column": 2 }] });
            return Reply::json(400, &json!({ "errors": [error] }));
        }
    };
    Reply::json(200, &json!({ "data": { root_field(query): root } }))
}

/// Returns the errors of fields that the schema does not know, each with its place.
fn schema_errors(query: &str, unknown: &[String]) -> Vec<Value> {
    if query.matches('{').count() != query.matches('}').count() {
        return vec![json!({ "message": "Syntax Error: Expected Name, found <EOF>." })];
    }
    let word = |line: &str| line.trim().split([' ', '(', '{']).next().unwrap_or_default().to_owned();
    let is_unknown = |line: &str| unknown.contains(&word(line));
    let lines = query.lines().enumerate().filter(|(_, line)| is_unknown(line));
    lines
        .map(|(at, line)| {
            let column = line.len() - line.trim_start().len() + 1;
            let message = format!("Cannot query field \"{}\" on type \"AudioAnalysisV7Result\".", word(line));
            json!({ "message": message, "locations": [{ "line": at + 1, "column": column }], "extensions": { "code": "GRAPHQL_VALIDATION_FAILED" } })
        })
        .collect()
}

fn request_upload(state: &mut State, port: u16) -> Value {
    let id = format!("upload-{}", state.number());
    state.uploads.insert(id.clone(), None);
    let url = format!(
        "https://localhost:{port}/storage/{id}?X-Amz-Expires=900&Content-Type=audio%2Fmpeg&X-Amz-Signature=mock"
    );
    json!({ "id": id, "uploadUrl": url })
}

fn create(state: &mut State, input: &Value, asks: u32) -> Value {
    let failed = |code: &str, message: &str| json!({ "__typename": "LibraryTrackCreateError", "code": code, "message": message });
    let Some(upload) = input["uploadId"].as_str().and_then(|id| state.uploads.get(id).cloned()) else {
        return failed("invalidUploadId", "The upload id is invalid.");
    };
    let Some(file) = upload else { return failed("fileUploadNotFound", "The file was not uploaded.") };
    let title = input["title"].as_str().unwrap_or_default();
    if title.chars().count() > 150 {
        return failed("invalidTitle", "The title is too long.");
    }
    let id = (10_000_000 + state.number()).to_string();
    state.add(id.clone(), title, input["externalId"].as_str().map(str::to_owned), file, asks);
    webhooks::graphql(state, &id);
    json!({
        "__typename": "LibraryTrackCreateSuccess",
        "createdLibraryTrack": { "id": id },
        "enqueueResult": { "__typename": "LibraryTrackEnqueueSuccess" },
    })
}

fn track(state: &mut State, id: &str, fault: Option<&Fault>) -> Value {
    let Some(track) = state.tracks.get_mut(id) else {
        return json!({ "__typename": "LibraryTrackNotFoundError", "message": "Library track not found." });
    };
    let is_finished = track.asks_left == 0;
    track.asks_left = track.asks_left.saturating_sub(1);
    let analysis = |version: &str| {
        if !is_finished {
            return json!({ "__typename": format!("AudioAnalysis{version}Processing") });
        }
        let result = graphql_result(track.number, version == "V7");
        let result = if fault == Some(&Fault::Nulls) { nulled(&result) } else { result };
        json!({ "__typename": format!("AudioAnalysis{version}Finished"), "result": result })
    };
    let (v6, mut v7) = (analysis("V6"), analysis("V7"));
    if fault == Some(&Fault::UnknownMember) {
        v7 = json!({ "__typename": "AudioAnalysisV7Paused", "until": "2030-01-01" });
    }
    json!({
        "__typename": "LibraryTrack", "id": track.id, "title": track.title, "externalId": track.external_id,
        "audioAnalysisV6": v6, "audioAnalysisV7": v7,
    })
}

fn list(state: &State, variables: &Value) -> Value {
    let filter = &variables["filter"];
    let fits = |track: &&MockTrack| {
        let equal = |name: &str, value: Option<&str>| filter[name].is_null() || filter[name].as_str() == value;
        equal("externalId", track.external_id.as_deref())
            && equal("sha256", Some(&track.sha256))
            && equal("title", Some(&track.title))
    };
    let after = variables["after"].as_str().unwrap_or_default();
    let mut left: Vec<&MockTrack> =
        state.tracks.values().filter(fits).filter(|track| track.id.as_str() > after).collect();
    let first = variables["first"].as_u64().unwrap_or(20).min(50) as usize;
    let goes_on = left.len() > first;
    left.truncate(first);
    let edge = |track: &&MockTrack| json!({ "cursor": track.id, "node": { "id": track.id, "title": track.title, "externalId": track.external_id } });
    json!({ "edges": left.iter().map(edge).collect::<Vec<_>>(), "pageInfo": { "hasNextPage": goes_on } })
}

fn delete(state: &mut State, ids: &Value) -> Value {
    let ids: Vec<&str> = ids.as_array().map(|ids| ids.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
    let gone: Vec<&str> = ids.into_iter().filter(|id| state.tracks.remove(*id).is_some()).collect();
    json!({ "__typename": "LibraryTracksDeleteSuccess", "libraryTrackIds": gone })
}

fn enqueue(state: &mut State, id: &Value) -> Value {
    match id.as_str().filter(|id| state.tracks.contains_key(*id)) {
        Some(id) => {
            webhooks::graphql(state, id);
            json!({ "__typename": "LibraryTrackEnqueueSuccess" })
        }
        None => {
            json!({ "__typename": "LibraryTrackEnqueueError", "code": "libraryTrackNotFound", "message": "Not found." })
        }
    }
}

/// Returns a track with one of its fields.
fn of_track(state: &State, variables: &Value, field: &str, value: impl Fn(&State, &str) -> Value) -> Value {
    let id = variables["id"].as_str().unwrap_or_default();
    if !state.tracks.contains_key(id) {
        return json!({ "__typename": "LibraryTrackNotFoundError", "message": "Library track not found." });
    }
    json!({ "__typename": "LibraryTrack", "id": id, field: value(state, id) })
}

fn similar(state: &State, seed: &str) -> Value {
    connection("SimilarTracksConnection", state.tracks.values().filter(|track| track.id != seed))
}

fn search(state: &State, call: &str, variables: &Value) -> Value {
    if variables["keywords"].as_array().is_some_and(|words| words.len() > 10) {
        return json!({ "__typename": "KeywordSearchError", "code": "tooManyKeywords", "message": "Too many." });
    }
    let name = match call {
        "keywordSearch" => "KeywordSearchConnection",
        "lyricsSearch" => "LyricsSearchConnection",
        _ => "FreeTextSearchConnection",
    };
    let in_crate = variables["target"]["crate"]["crateId"].as_str();
    if in_crate.is_some_and(|id| !state.crates.contains_key(id)) {
        return json!({ "__typename": name.replace("Connection", "Error"), "code": "crateNotFound", "message": "No such crate." });
    }
    let is_in = |track: &&MockTrack| in_crate.is_none_or(|id| state.crates[id].tracks.contains(&track.id));
    connection(name, state.tracks.values().filter(is_in))
}

fn connection<'a>(name: &str, tracks: impl Iterator<Item = &'a MockTrack>) -> Value {
    let edge = |track: &MockTrack| json!({ "cursor": track.id, "node": { "__typename": "LibraryTrack", "id": track.id, "title": track.title } });
    json!({ "__typename": name, "edges": tracks.take(20).map(edge).collect::<Vec<_>>(), "pageInfo": { "hasNextPage": false } })
}

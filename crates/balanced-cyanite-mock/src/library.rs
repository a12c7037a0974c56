//! What the GraphQL API has besides analysis: crates, words, waveforms, tracks that Cyanite fetches itself.

use serde_json::{Value, json};

use crate::http::{Reply, Request};
use crate::scenario::Fault;
use crate::server::Shared;
use crate::state::{MockCrate, State, sha256};

/// Brand values that can be selected.
pub(crate) const BRAND_VALUES: [&str; 3] = ["bold", "honest", "playful"];

fn error(name: &str, code: &str, message: &str) -> Value {
    json!({ "__typename": format!("{name}Error"), "code": code, "message": message })
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn ids(input: &Value) -> Vec<String> {
    let ids = input["libraryTrackIds"].as_array().map(Vec::as_slice).unwrap_or_default();
    ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Answers what is asked of crates, brand values and tracks elsewhere; `None` if it is another call.
pub(crate) fn change(state: &mut State, call: &str, input: &Value, variables: &Value) -> Option<Value> {
    Some(match call {
        "crates" => list(state, variables),
        "crateCreate" => create(state, text(input, "name")),
        "crateDelete" => match state.crates.remove(text(input, "id")) {
            Some(_) => json!({ "__typename": "CrateDeleteSuccess" }),
            None => error("CrateDelete", "incorrectInput", "There is no such crate."),
        },
        "crateAddLibraryTracks" => add(state, input),
        "crateRemoveLibraryTracks" => remove(state, input),
        "selectBrandValues" => select(state, input),
        "spotifyTrackEnqueue" => {
            let id = text(input, "spotifyTrackId");
            state.enqueued.push(id.to_owned());
            json!({ "__typename": "SpotifyTrackEnqueueSuccess", "enqueuedSpotifyTrack": { "id": id } })
        }
        "youTubeTrackEnqueue" => watch(state, text(input, "videoUrl")),
        _ => return None,
    })
}

fn list(state: &State, variables: &Value) -> Value {
    let after = text(variables, "after");
    let first = variables["first"].as_u64().unwrap_or(10).min(10) as usize;
    let mut left: Vec<_> = state.crates.iter().filter(|(id, _)| id.as_str() > after).collect();
    let goes_on = left.len() > first;
    left.truncate(first);
    let edge = |(id, found): &(&String, &MockCrate)| json!({ "cursor": id, "node": { "id": id, "name": found.name } });
    json!({ "edges": left.iter().map(edge).collect::<Vec<_>>(), "pageInfo": { "hasNextPage": goes_on } })
}

fn create(state: &mut State, name: &str) -> Value {
    if name.chars().count() > 100 {
        return error("CrateCreate", "crateNameTooLong", "The name is too long.");
    }
    let id = format!("crate-{:06}", state.number());
    state.crates.insert(id.clone(), MockCrate { name: name.to_owned(), ..MockCrate::default() });
    json!({ "__typename": "CrateCreateSuccess", "id": id })
}

fn add(state: &mut State, input: &Value) -> Value {
    let known: Vec<String> = ids(input).into_iter().filter(|id| state.tracks.contains_key(id)).collect();
    let Some(found) = state.crates.get_mut(text(input, "crateId")) else {
        return error("CrateAddLibraryTracks", "noSuchCrate", "There is no such crate.");
    };
    found.tracks.extend(known.iter().cloned());
    json!({ "__typename": "CrateAddLibraryTracksSuccess", "addedLibraryTrackIds": known })
}

fn remove(state: &mut State, input: &Value) -> Value {
    let Some(found) = state.crates.get_mut(text(input, "crateId")) else {
        return error("CrateRemoveLibraryTracks", "noSuchCrate", "There is no such crate.");
    };
    let gone: Vec<String> = ids(input).into_iter().filter(|id| found.tracks.remove(id)).collect();
    json!({ "__typename": "CrateRemoveLibraryTracksSuccess", "removedLibraryTrackIds": gone })
}

fn select(state: &mut State, input: &Value) -> Value {
    let asked: Vec<&str> =
        input["values"].as_array().map_or(Vec::new(), |all| all.iter().filter_map(Value::as_str).collect());
    if asked.iter().any(|value| !BRAND_VALUES.contains(value)) {
        return error("BrandValues", "outsideOfScope", "Not a brand value.");
    }
    state.selected = asked.into_iter().map(str::to_owned).collect();
    json!({ "__typename": "SelectBrandValuesSuccess", "success": true })
}

fn watch(state: &mut State, url: &str) -> Value {
    if !url.contains("youtu") {
        return error("YouTubeTrackEnqueue", "invalidYouTubeLink", "Not a video.");
    }
    state.enqueued.push(url.to_owned());
    let id = (10_000_000 + state.number()).to_string();
    state.add(id.clone(), "A video", None, (sha256(url.as_bytes()), 0), 0);
    json!({ "__typename": "YouTubeTrackEnqueueSuccess", "enqueuedLibraryTrack": { "id": id } })
}

/// Returns the weighted words of a track: keywords, or the selected brand values.
pub(crate) fn words(state: &State, call: &str) -> Value {
    if call == "augmentedKeywords" {
        let keywords = json!([{ "keyword": "night drive", "weight": 0.9 }, { "keyword": "neon", "weight": 0.4 }]);
        return json!({ "__typename": "AugmentedKeywords", "keywords": keywords });
    }
    if state.selected.is_empty() {
        return error("BrandValues", "notSelected", "Select brand values first.");
    }
    let weighted: Vec<Value> = state.selected.iter().map(|value| json!({ "value": value, "weight": 0.5 })).collect();
    json!({ "__typename": "BrandValues", "values": weighted })
}

/// Returns where the waveform of a track lies.
pub(crate) fn waveform_address(state: &State, variables: &Value, port: u16) -> Value {
    let id = text(variables, "trackId");
    if !state.tracks.contains_key(id) {
        return json!({ "__typename": "LibraryTrackWaveformError", "message": "Not found." });
    }
    let url = format!("https://localhost:{port}/storage/{id}.json?X-Amz-Expires=900&X-Amz-Signature=mock");
    json!({ "__typename": "LibraryTrackWaveform", "waveformUrl": url })
}

/// Answers at that address.
pub(crate) fn waveform(id: &str, request: &Request, fault: Option<&Fault>, shared: &Shared) -> Reply {
    let is_known = shared.state().tracks.contains_key(id.trim_end_matches(".json"));
    let is_signed = request.query().any(|(name, value)| name == "X-Amz-Signature" && value == "mock");
    if !(is_known && is_signed) || request.header("authorization").is_some() {
        return Reply::new(403, "application/xml", b"<Error><Code>AccessDenied</Code></Error>".to_vec());
    }
    let mut waveform = json!({
        "version": 2, "channels": 1, "sample_rate": 44100, "samples_per_pixel": 256, "bits": 16, "length": 2, "data": [-5, 7, -9, 3],
    });
    if fault == Some(&Fault::UnknownMember) {
        waveform["colour"] = json!("blue");
    }
    Reply::json(200, &waveform)
}

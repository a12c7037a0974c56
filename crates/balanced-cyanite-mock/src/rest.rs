//! The REST API, version 1.

use serde_json::{Value, json};

use crate::http::{Reply, Request};
use crate::results::{nulled, rest_model};
use crate::scenario::Fault;
use crate::server::Shared;
use crate::state::{MockTrack, sha256};
use crate::{TOKEN, webhooks};

/// Returns the name of a call.
pub(crate) fn name(method: &str, path: &str) -> &'static str {
    match (method, path) {
        ("POST", "/v1/library-tracks") => "upload",
        ("GET", path) if path.starts_with("/v1/library-tracks/") && path.ends_with("/models") => "models",
        ("POST", "/v1/private-alpha/library-tracks/prompt-search") => "prompt-search",
        ("POST", path) if path.starts_with("/v1/private-alpha/library-tracks") && path.ends_with("/similar") => {
            "similar"
        }
        _ => "unknown",
    }
}

pub(crate) fn answer(call: &str, request: &Request, fault: Option<&Fault>, shared: &Shared) -> Reply {
    if request.header("x-api-key") != Some(TOKEN) {
        return Reply::json(401, &json!({ "message": "Unauthorized" }));
    }
    match call {
        "upload" => upload(request, shared),
        "models" => models(request, fault, shared),
        "similar" => similar(request, shared),
        "prompt-search" => search(request, shared),
        _ => Reply::json(404, &json!({ "message": "Not Found" })),
    }
}

fn upload(request: &Request, shared: &Shared) -> Reply {
    let invalid = |message: &str| Reply::json(422, &json!({ "message": message }));
    let Some(parts) = parts(request) else { return invalid("no multipart body") };
    let part = |name: &str| parts.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_slice());
    let text = |name: &str| part(name).map(|value| String::from_utf8_lossy(value).into_owned());
    if text("inputType").as_deref() != Some("MP3") {
        return invalid("inputType must be MP3");
    }
    let (Some(file), Some(title)) = (part("file"), text("title")) else { return invalid("title and file are needed") };
    if file.len() > 20_000_000 {
        return Reply::json(413, &json!({ "message": "file too large" }));
    }
    let mut state = shared.state();
    let id = format!("libtr_{:026}", state.number());
    state.add(id.clone(), &title, text("externalId"), (sha256(file), file.len() as u64), shared.asks_until_finished);
    webhooks::rest(&mut state, &id);
    Reply::json(201, &json!({ "id": id }))
}

/// Returns names and contents of the parts of a multipart body.
fn parts(request: &Request) -> Option<Vec<(String, Vec<u8>)>> {
    let boundary = request.header("content-type")?.strip_prefix("multipart/form-data; boundary=")?;
    let mark = format!("--{boundary}").into_bytes();
    let body = &request.body;
    let starts: Vec<usize> = (0..body.len()).filter(|at| body[*at] == b'-' && body[*at..].starts_with(&mark)).collect();
    let mut parts = Vec::new();
    for pair in starts.windows(2) {
        let part = body.get(pair[0] + mark.len() + 2..pair[1].checked_sub(2)?)?;
        let head = part.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&part[..head]).into_owned();
        let name = text.split("; name=\"").nth(1)?.split('"').next()?.to_owned();
        parts.push((name, part[head + 4..].to_vec()));
    }
    Some(parts)
}

fn models(request: &Request, fault: Option<&Fault>, shared: &Shared) -> Reply {
    let id = request.path().trim_start_matches("/v1/library-tracks/").trim_end_matches("/models");
    let mut state = shared.state();
    let Some(track) = state.tracks.get_mut(id) else { return Reply::json(404, &json!({ "message": "Not Found" })) };
    if track.asks_left > 0 {
        track.asks_left -= 1;
        return Reply::json(409, &json!({ "message": "analysis not finished" }));
    }
    let asked = request.query().filter(|(name, _)| *name == "model");
    let mut items: Vec<Value> = asked.map(|(_, model)| rest_model(model, track.number, track.bytes)).collect();
    if fault == Some(&Fault::Nulls) {
        items = items.iter().map(nulled).collect();
    }
    if fault == Some(&Fault::UnknownMember) {
        items.push(json!({ "version": "SmellV9", "scores": { "lavender": 0.5 } }));
    }
    Reply::json(200, &json!({ "items": items }))
}

fn similar(request: &Request, shared: &Shared) -> Reply {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let path = request.path();
    let of_path = path.trim_start_matches("/v1/private-alpha/library-tracks/").trim_end_matches("/similar");
    let listed =
        body["tracks"].as_array().map(|tracks| tracks.iter().filter_map(|track| track["id"].as_str()).collect());
    let seeds: Vec<&str> = listed.unwrap_or_else(|| vec![of_path]);
    let state = shared.state();
    if seeds.iter().any(|seed| !state.tracks.contains_key(*seed)) {
        return Reply::json(404, &json!({ "message": "Not Found" }));
    }
    page(state.tracks.values().filter(|track| !seeds.contains(&track.id.as_str())), request)
}

fn search(request: &Request, shared: &Shared) -> Reply {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    if body["query"].as_str().is_none_or(str::is_empty) {
        return Reply::json(422, &json!({ "message": "query is needed" }));
    }
    page(shared.state().tracks.values(), request)
}

fn page<'a>(tracks: impl Iterator<Item = &'a MockTrack>, request: &Request) -> Reply {
    let parameter = |name: &str| request.query().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    let limit = parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20).min(50);
    let after = parameter("cursor").unwrap_or_default();
    let mut left: Vec<&MockTrack> = tracks.filter(|track| track.id > after).collect();
    let next = (left.len() > limit).then(|| left[limit - 1].id.clone());
    left.truncate(limit);
    let item = |track: &&MockTrack| json!({ "track": { "id": track.id, "title": track.title }, "score": 0.75 });
    let items: Vec<Value> = left.iter().map(item).collect();
    Reply::json(200, &json!({ "items": items, "pageInfo": { "nextCursor": next, "previousCursor": null } }))
}

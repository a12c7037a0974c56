//! Every call through every failure. The outcomes are the table of the README, which this test holds.

use std::time::Duration;

use balanced_cyanite::{Api, Cyanite, ErrorKind, Find, MemoryJournal, Result, Search, Similar, Timeouts, Watch};
use balanced_cyanite_mock::{Certificate, MockCyanite, MockOptions};

use crate::common::{mock, options, send};

/// Calls, by the names that scenarios have for them.
const CALLS: [(Api, &str); 28] = [
    (Api::Graphql, "ping"),
    (Api::Graphql, "libraryTracks"),
    (Api::Graphql, "fileUploadRequest"),
    (Api::Graphql, "put"),
    (Api::Graphql, "libraryTrackCreate"),
    (Api::Graphql, "libraryTrack"),
    (Api::Graphql, "libraryTrackEnqueue"),
    (Api::Graphql, "libraryTracksDelete"),
    (Api::Graphql, "similarTracks"),
    (Api::Graphql, "freeTextSearch"),
    (Api::Graphql, "keywordSearch"),
    (Api::Graphql, "lyricsSearch"),
    (Api::Graphql, "augmentedKeywords"),
    (Api::Graphql, "brandValues"),
    (Api::Graphql, "selectBrandValues"),
    (Api::Graphql, "libraryTrackWaveform"),
    (Api::Graphql, "waveform"),
    (Api::Graphql, "crates"),
    (Api::Graphql, "crateCreate"),
    (Api::Graphql, "crateDelete"),
    (Api::Graphql, "crateAddLibraryTracks"),
    (Api::Graphql, "crateRemoveLibraryTracks"),
    (Api::Graphql, "spotifyTrackEnqueue"),
    (Api::Graphql, "youTubeTrackEnqueue"),
    (Api::RestV1, "upload"),
    (Api::RestV1, "models"),
    (Api::RestV1, "similar"),
    (Api::RestV1, "prompt-search"),
];

/// Failures: when and what, and how the table calls them.
const FAILURES: [(&str, &str); 20] = [
    ("1 slow 30", "slow"),
    ("1 drop", "dropped once"),
    ("always drop", "dropped always"),
    ("1 drop-after", "answer lost once"),
    ("1 cut", "cut in the answer, once"),
    ("1 half-json", "half of the JSON, once"),
    ("1 status 429 1", "429 with Retry-After, once"),
    ("always status 429 3600", "429, an hour"),
    ("1 status 500", "500 once"),
    ("1 status-after 500", "500 after it was done, once"),
    ("always status 503", "503 always"),
    ("always status 400", "400"),
    ("always html", "web page"),
    ("always huge", "answer of 64 MiB"),
    ("always redirect https://elsewhere.example/", "redirected to another host"),
    ("always stall", "no answer"),
    ("1 expired", "address expired (403), once"),
    ("always nulls", "nulls everywhere"),
    ("always unknown-member", "unknown member and labels"),
    ("certificate", "wrong certificate"),
];

/// Makes a call that has this request in it.
fn call(client: &Cyanite, name: &str, track: &str, set: &str) -> Result<()> {
    let watch = Watch::default();
    match name {
        "ping" => client.ping(&watch),
        "libraryTracks" => client.list(&Find::All, 10, None, &watch).map(drop),
        "fileUploadRequest" | "put" | "libraryTrackCreate" | "upload" => {
            send(client, 2, &MemoryJournal::default()).map(drop)
        }
        "libraryTrack" | "models" => client.fetch(track, &watch).map(drop),
        "libraryTrackEnqueue" => client.enqueue(track, &watch),
        "libraryTracksDelete" => client.delete(&[track.to_owned()], None, &watch).map(drop),
        "similarTracks" | "similar" => client.similar(&Similar::to(track), &watch).map(drop),
        "freeTextSearch" | "prompt-search" => client.search(&Search::text("piano"), &watch).map(drop),
        "keywordSearch" => {
            let keywords = vec![("piano".to_owned(), 1.0)];
            client.search(&Search { keywords, ..Search::text("") }, &watch).map(drop)
        }
        "lyricsSearch" => client.search_lyrics("rain", 5, &watch).map(drop),
        "augmentedKeywords" => client.keywords(track, &watch).map(drop),
        "brandValues" => client.brand_values(track, &watch).map(drop),
        "selectBrandValues" => client.select_brand_values(&["bold".to_owned()], &watch),
        "libraryTrackWaveform" | "waveform" => client.waveform(track, &watch).map(drop),
        "crates" => client.crates(5, None, &watch).map(drop),
        "crateCreate" => client.create_crate("new", &watch).map(drop),
        "crateDelete" => client.delete_crate(set, &watch),
        "crateAddLibraryTracks" => client.add_to_crate(set, &[track.to_owned()], &watch).map(drop),
        "crateRemoveLibraryTracks" => client.remove_from_crate(set, &[track.to_owned()], &watch).map(drop),
        "spotifyTrackEnqueue" => client.enqueue_spotify("0abc", &watch).map(drop),
        "youTubeTrackEnqueue" => client.enqueue_youtube("https://youtu.be/abc", &watch).map(drop),
        _ => unreachable!("{name}"),
    }
}

/// Returns a track and a crate to try calls on.
fn prepared(mock: &MockCyanite, api: Api, failure: &str) -> (String, String) {
    if failure == "certificate" {
        return ("1".to_owned(), "1".to_owned());
    }
    let (client, watch) = (crate::common::client(mock, api), Watch::default());
    let track = send(&client, 1, &MemoryJournal::default()).unwrap().track_id;
    if api == Api::RestV1 {
        return (track, String::new());
    }
    client.select_brand_values(&["honest".to_owned()], &watch).unwrap();
    (track, client.create_crate("a crate", &watch).unwrap())
}

/// Returns the outcome of a call under a failure, in the words of the table.
fn outcome(api: Api, name: &str, failure: &str) -> String {
    let certificate = if failure == "certificate" { Certificate::OtherAuthority } else { Certificate::Right };
    let mock = MockCyanite::start(MockOptions { certificate, ..MockOptions::default() });
    let (track, set) = prepared(&mock, api, failure);
    let made = mock.made();
    if failure != "certificate" {
        mock.set_scenario(format!("{name} {failure}").parse().unwrap());
    }
    let before = mock.received().len();
    let mut options = options(&mock, api);
    if failure.ends_with("stall") {
        // Long enough for the TLS handshake on a busy machine.
        options.timeouts =
            Timeouts { idle: Duration::from_secs(2), whole: Duration::from_secs(3), ..Timeouts::default() };
        options.retry.attempts = 1;
    }
    let result = call(&Cyanite::new(options).unwrap(), name, &track, &set);
    let asked = mock.received()[before..].iter().filter(|request| request.call == name).count();
    assert!(mock.made() <= made + 1, "{name}, {failure}: {} tracks of one source", mock.made() - made);
    match result {
        Ok(()) if asked > 1 => "done, repeated".to_owned(),
        Ok(()) => "done".to_owned(),
        Err(error) => {
            assert_no_secret(&error.to_string());
            assert!(!error.remedy().is_empty() && !error.problem().is_empty());
            check(error.kind(), failure, name);
            format!("`{}`", error.kind().name())
        }
    }
}

/// What must not pass, whatever the table says.
fn check(kind: ErrorKind, failure: &str, name: &str) {
    match failure {
        "certificate" => assert_eq!(kind, ErrorKind::Certificate, "{name}"),
        _ if failure.contains("redirect") => assert_eq!(kind, ErrorKind::Redirect, "{name}"),
        _ => {}
    }
}

fn assert_no_secret(text: &str) {
    for secret in [balanced_cyanite_mock::TOKEN, "X-Amz", "/storage/"] {
        assert!(!text.contains(secret), "{text}");
    }
}

fn table() -> String {
    let mut columns: Vec<(String, Vec<String>)> = Vec::new();
    // A few at a time: a call that gets no answer only waits.
    for calls in CALLS.chunks(7) {
        std::thread::scope(|scope| {
            let run = |(api, name): (Api, &'static str)| {
                scope.spawn(move || FAILURES.map(|(failure, _)| outcome(api, name, failure)).to_vec())
            };
            let threads: Vec<_> = calls.iter().map(|call| (format!("`{}`", call.1), run(*call))).collect();
            columns.extend(threads.into_iter().map(|(name, thread)| (name, thread.join().unwrap())));
        });
    }
    let columns = alike(columns);
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let mut text = format!("| failure | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for (row, (_, title)) in FAILURES.iter().enumerate() {
        let cells: Vec<&str> = columns.iter().map(|(_, column)| column[row].as_str()).collect();
        text.push_str(&format!("| {title} | {} |\n", cells.join(" | ")));
    }
    text
}

/// Puts calls with the same outcomes into one column.
fn alike(columns: Vec<(String, Vec<String>)>) -> Vec<(String, Vec<String>)> {
    let mut merged: Vec<(String, Vec<String>)> = Vec::new();
    for (name, column) in columns {
        match merged.iter_mut().find(|(_, other)| *other == column) {
            Some((names, _)) => names.push_str(&format!(", {name}")),
            None => merged.push((name, column)),
        }
    }
    merged
}

const BEGIN: &str = "<!-- outcomes: written by the test `every_call_meets_every_failure` -->\n";
const END: &str = "<!-- end of outcomes -->";

/// With `BALANCED_WRITE_TABLE=1` the table of the README is written, else it is compared.
#[test]
fn every_call_meets_every_failure() {
    let table = table();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has the table");
    let (held, after) = rest.split_once(END).expect("the table has an end");
    if std::env::var_os("BALANCED_WRITE_TABLE").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(held, table, "run the test with BALANCED_WRITE_TABLE=1 if the new outcomes are right");
    }
}

/// The host of a redirection is told, and nothing goes there.
#[test]
fn a_redirection_is_not_followed() {
    let elsewhere = mock("");
    let mock = mock("");
    mock.set_scenario(format!("* always redirect {}", elsewhere.graphql_url()).parse().unwrap());
    for (api, name) in CALLS {
        let error = call(&crate::common::client(&mock, api), name, "1", "1").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{name}");
    }
    assert_eq!(elsewhere.connections(), 0);
}

//! What users do: send, ask, fetch, find, delete.

use std::sync::Arc;
use std::time::Duration;

use balanced_cyanite::{
    About, AnalysisState, Api, Consent, Cyanite, Doubt, EgressPolicy, ErrorKind, FileJournal, Find, Journal,
    MemoryJournal, Options, REST_MODELS, Search, Similar, Stage, Step, Token, Upload, Watch,
};
use balanced_cyanite_mock::{Certificate, MockCyanite, MockOptions};

use crate::common::{BOTH, NoSleep, client, frames, hash, mock, options, send, upload};

#[test]
fn a_track_is_sent_analysed_and_fetched() {
    for api in BOTH {
        let mock = MockCyanite::start(MockOptions { asks_until_finished: 2, ..MockOptions::default() });
        let client = client(&mock, api);
        let journal = MemoryJournal::default();
        let sent = send(&client, 1, &journal).unwrap();
        assert!(!sent.was_there);
        let watch = Watch::default();
        assert_eq!(client.status(&sent.track_id, &watch).unwrap().state, AnalysisState::Processing);
        assert_eq!(client.fetch(&sent.track_id, &watch).unwrap_err().kind(), ErrorKind::NotReady);
        let result = client.wait(&sent.track_id, Duration::from_secs(1), 3, &watch).unwrap();
        let result = result.with_journal(&journal).unwrap();
        assert_eq!(client.status(&sent.track_id, &watch).unwrap().state, AnalysisState::Finished);
        assert_eq!(result.source_sha256, Some(hash(1)));
        assert_eq!(result.external_id.as_ref(), Some(&sent.external_id));
        let json = serde_json::to_value(&result).unwrap();
        assert_eq!((json["provider"].as_str(), json["api"].as_str()), (Some("cyanite"), Some(api.name())));
        match api {
            Api::Graphql => {
                assert_eq!(json.pointer("/raw/audioAnalysisV7/__typename").unwrap(), "AudioAnalysisV7Finished");
                assert!(json.pointer("/raw/audioAnalysisV6/result/bpm").unwrap().is_f64());
            }
            _ => assert_eq!(json.pointer("/raw/items").unwrap().as_array().unwrap().len(), REST_MODELS.len()),
        }
    }
}

#[test]
fn a_source_is_sent_once() {
    for api in BOTH {
        let mock = mock("");
        let client = client(&mock, api);
        let folder = tempfile::tempdir().unwrap();
        let journal = FileJournal::open(folder.path()).unwrap();
        let first = send(&client, 1, &journal).unwrap();
        let requests = mock.received().len();
        let again = send(&client, 1, &FileJournal::open(folder.path()).unwrap()).unwrap();
        assert_eq!((again.track_id, again.was_there), (first.track_id, true));
        assert_eq!(mock.received().len(), requests, "the second answer comes from the journal");
        assert_eq!(mock.made(), 1);
    }
}

/// Another machine, or a journal that was lost.
#[test]
fn graphql_finds_a_track_without_a_journal() {
    let mock = mock("");
    let client = client(&mock, Api::Graphql);
    let first = send(&client, 1, &MemoryJournal::default()).unwrap();
    let again = send(&client, 1, &MemoryJournal::default()).unwrap();
    assert_eq!((again.track_id, again.was_there, mock.made()), (first.track_id, true, 1));
}

#[test]
fn threads_that_send_one_source_make_one_track() {
    for api in BOTH {
        let mock = mock("");
        let client = client(&mock, api);
        let journal = Arc::new(MemoryJournal::default());
        let ids: Vec<String> = std::thread::scope(|scope| {
            let run = || scope.spawn(|| send(&client, 1, &*journal).unwrap().track_id);
            let threads: Vec<_> = (0..6).map(|_| run()).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!(mock.made(), 1);
    }
}

#[test]
fn a_lost_answer_of_the_creation_makes_no_second_track() {
    for fault in ["drop-after", "cut", "half-json", "status-after 500"] {
        let mock = mock(&format!("libraryTrackCreate 1 {fault}"));
        let sent = send(&client(&mock, Api::Graphql), 1, &MemoryJournal::default()).unwrap();
        assert_eq!(mock.made(), 1, "{fault}");
        assert_eq!(mock.tracks()[0].id, sent.track_id);
    }
}

/// The REST API cannot be asked what became of an upload.
#[test]
fn a_lost_answer_of_a_rest_upload_is_told_until_it_is_settled() {
    let mock = mock("upload 1 drop-after");
    let client = client(&mock, Api::RestV1);
    let journal = MemoryJournal::default();
    for _ in 0..3 {
        assert_eq!(send(&client, 7, &journal).unwrap_err().kind(), ErrorKind::InDoubt);
    }
    assert_eq!(mock.made(), 1);
    let track = mock.tracks()[0].id.clone();
    let watch = Watch::default();
    assert_eq!(client.settle(&track, &journal, &watch).unwrap(), Some(hash(7)));
    let sent = send(&client, 7, &journal).unwrap();
    assert_eq!((sent.track_id, sent.was_there, mock.made()), (track, true, 1));
}

#[test]
fn a_rest_upload_in_doubt_is_sent_again_only_if_the_caller_says_so() {
    let mock = mock("upload 1 drop");
    let client = client(&mock, Api::RestV1);
    let journal = MemoryJournal::default();
    assert_eq!(send(&client, 1, &journal).unwrap_err().kind(), ErrorKind::InDoubt);
    let upload = upload(client.options(), 1);
    let consent = Consent::given(upload.manifest());
    let sent = client.send(&upload, &consent, &journal, Doubt::SendAgain, &Watch::default()).unwrap();
    assert_eq!((sent.track_id, mock.made()), (mock.tracks()[0].id.clone(), 1));
}

#[test]
fn a_rest_upload_that_was_refused_leaves_no_doubt() {
    let mock = mock("upload 1 status 422");
    let client = client(&mock, Api::RestV1);
    let journal = MemoryJournal::default();
    assert_eq!(send(&client, 1, &journal).unwrap_err().kind(), ErrorKind::Rejected);
    assert!(journal.entries().unwrap().is_empty());
    assert!(send(&client, 1, &journal).is_ok());
}

#[test]
fn an_expired_address_is_replaced() {
    let mock = mock("put 1-2 expired");
    send(&client(&mock, Api::Graphql), 1, &MemoryJournal::default()).unwrap();
    let requests = mock.received();
    let count = |call: &str| requests.iter().filter(|request| request.call == call).count();
    assert_eq!((count("fileUploadRequest"), count("put"), count("libraryTrackCreate")), (3, 3, 1));
}

#[test]
fn retry_after_is_waited_for() {
    let mock = mock("libraryTracks 1 status 429 7");
    let mut options = options(&mock, Api::Graphql);
    let sleeper = Arc::new(NoSleep::default());
    options.sleeper = Arc::clone(&sleeper) as _;
    let found = Cyanite::new(options).unwrap().list(&Find::All, 5, None, &Watch::default());
    assert!(found.unwrap().items.is_empty());
    let waits = sleeper.0.lock().unwrap().clone();
    assert_eq!(waits.len(), 1);
    assert!(waits[0] >= Duration::from_secs(7), "{waits:?}");
}

#[test]
fn a_schema_that_lacks_fields_still_answers_the_others() {
    let unknown_fields = ["advancedSubgenre", "voiceoverDegree", "moodMaxTimes"].map(str::to_owned).to_vec();
    let mock = MockCyanite::start(MockOptions { unknown_fields, ..MockOptions::default() });
    let client = client(&mock, Api::Graphql);
    let sent = send(&client, 1, &MemoryJournal::default()).unwrap();
    let before = mock.received().len();
    assert!(client.fetch(&sent.track_id, &Watch::default()).is_ok());
    assert_eq!(mock.received().len(), before + 2);
    client.fetch(&sent.track_id, &Watch::default()).unwrap();
    assert_eq!(mock.received().len(), before + 3, "what was learned is kept");
}

#[test]
fn what_nobody_knows_is_kept_raw() {
    let mock = mock("libraryTrack always unknown-member; models always unknown-member");
    for api in BOTH {
        let client = client(&mock, api);
        let sent = send(&client, 1, &MemoryJournal::default()).unwrap();
        let watch = Watch::default();
        if api == Api::Graphql {
            let status = client.status(&sent.track_id, &watch).unwrap();
            assert_eq!(status.analyses[1].1, AnalysisState::Unknown("AudioAnalysisV7Paused".to_owned()));
            assert_eq!(status.state, AnalysisState::Finished);
        }
        let raw = client.fetch(&sent.track_id, &watch).unwrap().raw.to_string();
        assert!(raw.contains(if api == Api::Graphql { "AudioAnalysisV7Paused" } else { "SmellV9" }));
    }
}

#[test]
fn tracks_are_listed_searched_and_compared() {
    let mock = mock("");
    let watch = Watch::default();
    for api in BOTH {
        let client = client(&mock, api);
        let journal = MemoryJournal::default();
        let ids: Vec<String> = (0..3).map(|number| send(&client, number, &journal).unwrap().track_id).collect();
        let hits = client.similar(&Similar::to(&ids[0]), &watch).unwrap();
        assert!(!hits.items.iter().any(|hit| hit.id == ids[0]));
        assert!(hits.items.iter().any(|hit| hit.id == ids[1]));
        assert!(!client.search(&Search::text("slow piano"), &watch).unwrap().items.is_empty());
    }
    let client = client(&mock, Api::Graphql);
    let (mut seen, mut cursor) = (0, None);
    loop {
        let page = client.list(&Find::All, 2, cursor.as_deref(), &watch).unwrap();
        seen += page.items.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, mock.tracks().len());
    let rest = crate::common::client(&mock, Api::RestV1);
    let first = rest.search(&Search { limit: 2, ..Search::text("piano") }, &watch).unwrap();
    let second = rest.search(&Search { limit: 2, cursor: first.next, ..Search::text("piano") }, &watch).unwrap();
    assert_ne!(first.items, second.items);
}

#[test]
fn tracks_are_deleted_with_a_receipt_and_can_be_sent_again() {
    let mock = mock("libraryTracksDelete 1 drop-after");
    let client = client(&mock, Api::Graphql);
    let journal = MemoryJournal::default();
    let watch = Watch::default();
    let sent = send(&client, 1, &journal).unwrap();
    let ids = [sent.track_id.clone(), "999".to_owned()];
    let receipt = client.delete(&ids, Some(&journal), &watch).unwrap();
    assert!(mock.tracks().is_empty());
    assert!(receipt.absent.contains(&"999".to_owned()));
    assert!(receipt.deleted.contains(&sent.track_id) || receipt.absent.contains(&sent.track_id));
    assert!(matches!(journal.entries().unwrap()[0].stage, Stage::Deleted { .. }));
    let again = send(&client, 1, &journal).unwrap();
    assert!(!again.was_there);
    let by_hash = client.delete_sha256(&mock.tracks()[0].sha256, Some(&journal), &watch).unwrap();
    assert_eq!(by_hash.deleted, [again.track_id]);
    send(&client, 1, &journal).unwrap();
    assert_eq!(client.delete_external_id(&sent.external_id, None, &watch).unwrap().deleted.len(), 1);
}

#[test]
fn rest_says_that_it_cannot_delete() {
    let mock = mock("");
    let client = client(&mock, Api::RestV1);
    let error = client.delete(&["libtr_1".to_owned()], None, &Watch::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(mock.received().is_empty());
}

#[test]
fn a_wrong_token_is_told_and_never_shown() {
    const WRONG: &str = "wrong-token-271828";
    for api in BOTH {
        let mock = mock("");
        let mut options = options(&mock, api);
        options.token = Token::new(WRONG).unwrap();
        assert!(!format!("{:?}", options.token).contains(WRONG));
        let client = Cyanite::new(options).unwrap();
        assert!(!format!("{client:?}").contains(WRONG));
        let error = client.fetch("1", &Watch::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authorization, "{error}");
        assert!(!format!("{error} {error:?}").contains(WRONG));
    }
}

#[test]
fn certificates_are_checked() {
    for certificate in [Certificate::WrongHost, Certificate::Expired, Certificate::OtherAuthority] {
        let mock = MockCyanite::start(MockOptions { certificate, ..MockOptions::default() });
        for api in BOTH {
            let error = client(&mock, api).fetch("1", &Watch::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Certificate, "{certificate:?}: {error}");
        }
        assert!(mock.received().is_empty());
    }
}

#[test]
fn plain_http_is_refused() {
    for url in ["http://localhost/graphql", "ftp://x", "localhost", ""] {
        let mut options = Options::graphql(Token::new("x").unwrap());
        options.url = url.to_owned();
        assert_eq!(Cyanite::new(options).unwrap_err().kind(), ErrorKind::Settings, "{url}");
    }
}

#[test]
fn audio_goes_only_to_hosts_of_the_manifest() {
    let mock = mock("");
    let mut options = options(&mock, Api::Graphql);
    options.upload_hosts = vec!["amazonaws.com".to_owned()];
    let error = send(&Cyanite::new(options).unwrap(), 1, &MemoryJournal::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert!(mock.received().iter().all(|request| request.call != "put"));
}

#[test]
fn nothing_is_sent_without_consent_or_against_the_policy() {
    for api in BOTH {
        let mock = mock("");
        let client = client(&mock, api);
        let (first, second) = (upload(client.options(), 1), upload(client.options(), 2));
        let journal = MemoryJournal::default();
        let watch = Watch::default();
        let other = Consent::given(second.manifest());
        let error = client.send(&first, &other, &journal, Doubt::Tell, &watch).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Consent);
        let mut forbidding = options(&mock, api);
        forbidding.policy = EgressPolicy::Forbidden("contract of the label".to_owned());
        let consent = Consent::given(first.manifest());
        let error =
            Cyanite::new(forbidding).unwrap().send(&first, &consent, &journal, Doubt::Tell, &watch).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Consent);
        assert!(error.problem().contains("contract of the label"));
        assert!(mock.received().is_empty() && journal.entries().unwrap().is_empty());
    }
}

#[test]
fn a_call_can_be_cancelled_while_it_uploads() {
    for api in BOTH {
        let mock = mock("");
        let client = client(&mock, api);
        let about = About::file(&hash(1));
        let upload = Upload::of_mp3(frames(20_000), &about, client.options()).unwrap();
        let consent = Consent::given(upload.manifest());
        let watch = Arc::new(std::sync::OnceLock::<Watch>::new());
        let shared = Arc::clone(&watch);
        let made = Watch::with_progress(move |step| {
            if let Step::Uploading { total, sent } = step
                && total > 1_000_000
                && sent < total / 2
            {
                shared.get().unwrap().cancel();
            }
        });
        assert!(watch.set(made).is_ok());
        let error = client.send(&upload, &consent, &MemoryJournal::default(), Doubt::Tell, watch.get().unwrap());
        let kind = error.unwrap_err().kind();
        assert!(matches!(kind, ErrorKind::Cancelled | ErrorKind::InDoubt), "{kind:?}");
        assert_eq!(mock.made(), 0);
    }
}

#[test]
fn ids_cannot_lead_elsewhere() {
    let mock = mock("");
    for api in BOTH {
        for id in ["", "../x", "1/models?model=A#", "a b", "ä", "1\r\nx: y"] {
            let error = client(&mock, api).fetch(id, &Watch::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings, "{id}");
        }
    }
    assert!(mock.received().is_empty());
}

//! A thousand tracks while one request in ten fails.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use balanced_cyanite::{
    Api, Delivery, ErrorKind, Journal, MemoryJournal, MemoryReplayStore, Retry, Watch, WebhookVerifier,
};
use balanced_cyanite_mock::{GRAPHQL_SECRET, MockCyanite, MockOptions, REST_SECRET};

use crate::common::{hash, options, send_frames};

const TRACKS: usize = 1000;
const THREADS: usize = 8;
/// Connections that a client keeps, besides those at work and those of which the server has not yet seen the end.
const KEPT: usize = 24;

/// Percentages are of one number, so each rule takes what is above the one before: 10 % in all.
const FAULTS: &str = "* 2% drop; * 4% drop-after; * 6% cut; * 8% status 500; * 9% status-after 502; * 10% status 429 1;
    webhook 5% duplicate; webhook 10% late";

fn soak(api: Api) -> (MockCyanite, MemoryJournal) {
    let scenario = FAULTS.parse().unwrap();
    let mock = MockCyanite::start(MockOptions { scenario, keep_bodies: false, ..MockOptions::default() });
    let mut options = options(&mock, api);
    options.retry = Retry { attempts: 10, ..Retry::default() };
    let client = balanced_cyanite::Cyanite::new(options).unwrap();
    let journal = MemoryJournal::default();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= TRACKS {
                        break;
                    }
                    match send_frames(&client, number, &journal) {
                        Err(error) if api == Api::RestV1 => assert_eq!(error.kind(), ErrorKind::InDoubt),
                        sent => drop(sent.unwrap()),
                    }
                }
            });
        }
    });
    assert!(mock.most_connections() <= THREADS + KEPT, "{} connections", mock.most_connections());
    (mock, journal)
}

#[test]
fn graphql_loses_and_doubles_nothing() {
    let (mock, journal) = soak(Api::Graphql);
    assert_eq!(mock.made(), TRACKS as u64);
    let entries = journal.entries().unwrap();
    let journalled: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.track_id()).collect();
    let tracks = mock.tracks();
    assert_eq!(journalled, tracks.iter().map(|track| track.id.as_str()).collect());
    let sources: BTreeSet<&str> = entries.iter().map(|entry| entry.source_sha256.as_str()).collect();
    assert_eq!(sources.len(), TRACKS);
    assert!(sources.contains(hash(TRACKS - 1).as_str()));

    let verifier = WebhookVerifier::new(Api::Graphql, &[GRAPHQL_SECRET]).unwrap();
    let told = deliveries(&mock, &verifier);
    assert!(told.iter().any(|delivery| delivery.is_repeat));
    let new: Vec<&str> =
        told.iter().filter(|one| !one.is_repeat).filter_map(|one| one.event.track_id.as_deref()).collect();
    assert_eq!(new.len(), new.iter().collect::<BTreeSet<_>>().len(), "each track is told once");
}

#[test]
fn rest_doubles_nothing_and_settles_by_webhook_what_is_in_doubt() {
    let (mock, journal) = soak(Api::RestV1);
    let in_doubt =
        |journal: &MemoryJournal| journal.entries().unwrap().iter().filter(|entry| entry.track_id().is_none()).count();
    let created = |journal: &MemoryJournal| TRACKS - in_doubt(journal);
    assert_eq!(journal.entries().unwrap().len(), TRACKS);
    assert!(in_doubt(&journal) > 0, "the faults came");
    assert!(mock.made() <= TRACKS as u64);

    mock.set_scenario("".parse().unwrap());
    let client = crate::common::client(&mock, Api::RestV1);
    let verifier = WebhookVerifier::new(Api::RestV1, &[REST_SECRET]).unwrap();
    for delivery in deliveries(&mock, &verifier) {
        let track = delivery.event.track_id.unwrap();
        client.settle(&track, &journal, &Watch::default()).unwrap();
    }
    // Every track that was made is known; what is left in doubt never arrived.
    let known: BTreeSet<String> =
        journal.entries().unwrap().iter().filter_map(|entry| entry.track_id().map(str::to_owned)).collect();
    let made: BTreeSet<String> = mock.tracks().into_iter().map(|track| track.id).collect();
    let unknown = made.difference(&known).count();
    assert!(known.is_subset(&made));
    // Two files of one size could not be told apart; here each has its own.
    assert_eq!(unknown, 0, "{} of {} known", created(&journal), mock.made());
}

fn deliveries(mock: &MockCyanite, verifier: &WebhookVerifier) -> Vec<Delivery> {
    let store = MemoryReplayStore::default();
    let verify = |webhook: &balanced_cyanite_mock::Webhook| {
        verifier.verify(&webhook.header_pairs(), &webhook.body, &store).unwrap()
    };
    mock.webhooks().iter().map(verify).collect()
}

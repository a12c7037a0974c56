//! A thousand tracks while one request in ten fails.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use balanced_cyanite::{
    Api, Delivery, ErrorKind, Journal, MemoryJournal, MemoryReplayStore, Retry, Watch, WebhookVerifier,
};
use balanced_cyanite_mock::{GRAPHQL_SECRET, MockCyanite, MockOptions, REST_SECRET, TOKEN};

use crate::common::{frames, hash, options, send_frames};

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

/// Frames of the smallest upload: 216 kB, so that the thousand are 288 MB.
const FRAMES: usize = 1_500;
/// Tracks after which the client has everything that it keeps: connections, buffers, threads.
const WARM: usize = 100;
/// Growth of the client's memory over the other nine hundred, at most; one upload for each thread is 3 MB.
const GROWTH_KIB: u64 = 12 * 1024;

/// The client has a process of its own, whose memory the kernel measures.
#[cfg(target_os = "linux")]
#[test]
fn a_thousand_tracks_take_bounded_memory_and_connections() {
    let scenario = FAULTS.parse().unwrap();
    let mock = MockCyanite::start(MockOptions { scenario, keep_bodies: false, ..MockOptions::default() });
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, mock.ca_pem()).unwrap();
    let client = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["soak::client_of_a_thousand_tracks", "--exact", "--ignored", "--nocapture"])
        .env("BALANCED_SOAK_URL", mock.graphql_url())
        .env("BALANCED_SOAK_CA", &ca)
        .output()
        .unwrap();
    let out = String::from_utf8(client.stdout).unwrap();
    assert!(client.status.success(), "{out}{}", String::from_utf8_lossy(&client.stderr));
    let number =
        |name: &str| out.split(name).nth(1).unwrap().split_whitespace().next().unwrap().parse::<u64>().unwrap();
    let (warm, peak, sockets) = (number("warm_kib="), number("peak_kib="), number("sockets="));
    let (most, all) = (mock.most_connections(), mock.connections());
    println!("client: {warm} KiB after {WARM} tracks, {peak} KiB at most, {sockets} sockets at the end");
    println!("mock: {most} connections at once at most, {all} in all");
    assert!(peak <= warm + GROWTH_KIB, "{warm} KiB after {WARM} tracks, {peak} KiB at most");
    assert!(most <= 3 * THREADS, "{most} connections at once");
    assert!(sockets as usize <= THREADS, "{sockets} sockets are open at the end");
    assert_eq!(mock.made(), TRACKS as u64, "none twice, none lost");
    let sent: u64 = mock.received().iter().map(|request| request.body_bytes).sum();
    assert!(sent > 288_000_000, "{sent} bytes arrived");
}

/// The client of the test above; by itself it does nothing.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "run by a_thousand_tracks_take_bounded_memory_and_connections"]
fn client_of_a_thousand_tracks() {
    let (Ok(url), Ok(ca)) = (std::env::var("BALANCED_SOAK_URL"), std::env::var("BALANCED_SOAK_CA")) else { return };
    let mut options = balanced_cyanite::Options::graphql(balanced_cyanite::Token::new(TOKEN).unwrap());
    options.url = url;
    options.root_certificates_pem = Some(std::fs::read(ca).unwrap());
    options.upload_hosts = vec!["localhost".to_owned()];
    options.sleeper = std::sync::Arc::new(crate::common::NoSleep::default());
    options.retry = Retry { attempts: 10, ..Retry::default() };
    let client = balanced_cyanite::Cyanite::new(options).unwrap();
    let (journal, next) = (MemoryJournal::default(), AtomicUsize::new(0));
    let run_to = |end: usize| {
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    while let number @ ..TRACKS = next.fetch_add(1, Ordering::SeqCst) {
                        send_some(&client, number, &journal);
                        if number + THREADS >= end {
                            break;
                        }
                    }
                });
            }
        });
    };
    run_to(WARM);
    let warm = status_kib("VmHWM");
    run_to(TRACKS + THREADS);
    assert_eq!(journal.entries().unwrap().len(), TRACKS);
    let is_socket = |entry: &std::fs::DirEntry| {
        std::fs::read_link(entry.path()).is_ok_and(|link| link.to_string_lossy().starts_with("socket:"))
    };
    let sockets = std::fs::read_dir("/proc/self/fd").unwrap().flatten().filter(is_socket).count();
    println!("warm_kib={warm} peak_kib={} sockets={sockets} ", status_kib("VmHWM"));
}

/// Sends MP3 frames, as many as no other number has.
#[cfg(target_os = "linux")]
fn send_some(client: &balanced_cyanite::Cyanite, number: usize, journal: &MemoryJournal) {
    let about = balanced_cyanite::About::file(&hash(number));
    let upload = balanced_cyanite::Upload::of_mp3(frames(FRAMES + number), &about, client.options()).unwrap();
    let consent = balanced_cyanite::Consent::given(upload.manifest());
    let doubt = balanced_cyanite::Doubt::Tell;
    client.send(&upload, &consent, journal, doubt, &Watch::default()).unwrap();
}

/// Returns a figure of this process from the kernel, in KiB.
#[cfg(target_os = "linux")]
fn status_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn deliveries(mock: &MockCyanite, verifier: &WebhookVerifier) -> Vec<Delivery> {
    let store = MemoryReplayStore::default();
    let verify = |webhook: &balanced_cyanite_mock::Webhook| {
        verifier.verify(&webhook.header_pairs(), &webhook.body, &store).unwrap()
    };
    mock.webhooks().iter().map(verify).collect()
}

//! Crates, words of a track, waveforms, tracks elsewhere, and lyrics.

use balanced_cyanite::{Api, ErrorKind, MemoryJournal, Search, Watch};

use crate::common::{client, mock, options, send};

#[test]
fn crates_hold_tracks_that_can_be_searched() {
    let mock = mock("crateAddLibraryTracks 1 drop-after");
    let (client, watch, journal) = (client(&mock, Api::Graphql), Watch::default(), MemoryJournal::default());
    let tracks: Vec<String> = (0..2).map(|number| send(&client, number, &journal).unwrap().track_id).collect();
    let ids: Vec<String> = (0..12).map(|n| client.create_crate(&format!("crate {n}"), &watch).unwrap()).collect();
    let first = client.crates(50, None, &watch).unwrap();
    assert_eq!((first.items.len(), first.items[0].name.as_deref()), (10, Some("crate 0")), "ten a page");
    let rest = client.crates(10, first.next.as_deref(), &watch).unwrap();
    assert_eq!((rest.items.len(), rest.next), (2, None));
    assert_eq!(client.add_to_crate(&ids[0], &tracks[..1], &watch).unwrap(), &tracks[..1], "asked again");
    let found = Search { target: format!("crate:{}", ids[0]), ..Search::text("piano") };
    let hits = client.search(&found, &watch).unwrap().items;
    assert_eq!(hits.iter().map(|hit| &hit.id).collect::<Vec<_>>(), [&tracks[0]]);
    assert_eq!(client.remove_from_crate(&ids[0], &tracks, &watch).unwrap(), &tracks[..1]);
    assert!(client.search(&found, &watch).unwrap().items.is_empty());
    for wrong in ["", "shelf", "crate:", "crate:../x"] {
        let search = Search { target: wrong.to_owned(), ..Search::text("piano") };
        assert_eq!(client.search(&search, &watch).unwrap_err().kind(), ErrorKind::Settings, "{wrong}");
    }
    client.delete_crate(&ids[0], &watch).unwrap();
    assert_eq!(client.search(&found, &watch).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(client.add_to_crate(&ids[0], &tracks, &watch).unwrap_err().code(), Some("noSuchCrate"));
    assert_eq!(client.delete_crate(&ids[0], &watch).unwrap_err().code(), Some("incorrectInput"));
    assert_eq!(client.create_crate(&"x".repeat(101), &watch).unwrap_err().code(), Some("crateNameTooLong"));
    assert_eq!(mock.tracks().len(), 2, "the tracks stay");
}

#[test]
fn words_and_waveform_of_a_track_are_typed() {
    let mock = mock("waveform always unknown-member");
    let (client, watch) = (client(&mock, Api::Graphql), Watch::default());
    let track = send(&client, 1, &MemoryJournal::default()).unwrap().track_id;
    let keywords = client.keywords(&track, &watch).unwrap();
    assert_eq!((keywords[0].word.as_str(), keywords[0].weight), ("night drive", Some(0.9)));
    assert_eq!(client.brand_values(&track, &watch).unwrap_err().code(), Some("notSelected"));
    let values = client.available_brand_values(&watch).unwrap();
    client.select_brand_values(&values[..2], &watch).unwrap();
    assert_eq!(client.brand_values(&track, &watch).unwrap().len(), 2);
    let outside = client.select_brand_values(&["humble".to_owned()], &watch).unwrap_err();
    assert_eq!((outside.kind(), outside.code()), (ErrorKind::Rejected, Some("outsideOfScope")));
    let waveform = client.waveform(&track, &watch).unwrap();
    assert_eq!((waveform.version, waveform.sample_rate_hz, waveform.data.len()), (2, 44_100, 4));
    let request = mock.received().into_iter().find(|request| request.call == "waveform").unwrap();
    assert!(
        request.headers.iter().all(|(_, value)| !value.contains(balanced_cyanite_mock::TOKEN)),
        "no token goes there"
    );
    for call in [client.keywords("404", &watch).map(drop), client.brand_values("404", &watch).map(drop)] {
        assert_eq!(call.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[test]
fn a_waveform_comes_from_hosts_that_are_allowed_only() {
    let mock = mock("");
    let track = send(&client(&mock, Api::Graphql), 1, &MemoryJournal::default()).unwrap().track_id;
    let mut options = options(&mock, Api::Graphql);
    options.upload_hosts = vec!["amazonaws.com".to_owned()];
    let error = balanced_cyanite::Cyanite::new(options).unwrap().waveform(&track, &Watch::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert!(!mock.received().iter().any(|request| request.call == "waveform"));
}

/// What may cost twice is never repeated by itself.
#[test]
fn tracks_elsewhere_are_enqueued_once_or_in_doubt() {
    let mock = mock("spotifyTrackEnqueue 2 drop-after; youTubeTrackEnqueue 1 cut; youTubeTrackEnqueue 2 status 429 1");
    let (client, watch) = (client(&mock, Api::Graphql), Watch::default());
    assert_eq!(client.enqueue_spotify("0RC7AFMWrHLkWn", &watch).unwrap(), "0RC7AFMWrHLkWn");
    assert_eq!(client.enqueue_spotify("1abc", &watch).unwrap_err().kind(), ErrorKind::InDoubt);
    assert_eq!(client.enqueue_youtube("https://youtu.be/abc", &watch).unwrap_err().kind(), ErrorKind::InDoubt);
    let track = client.enqueue_youtube("https://youtu.be/abc", &watch).unwrap();
    assert!(mock.tracks().iter().any(|made| made.id == track));
    let calls = mock.calls();
    assert_eq!((calls["spotifyTrackEnqueue"], calls["youTubeTrackEnqueue"]), (2, 3));
    let wrong = client.enqueue_youtube("https://example.com/", &watch).unwrap_err();
    assert_eq!(wrong.code(), Some("invalidYouTubeLink"));
    for url in ["http://youtu.be/abc", "youtu.be", ""] {
        assert_eq!(client.enqueue_youtube(url, &watch).unwrap_err().kind(), ErrorKind::Settings);
    }
    assert_eq!(client.search_lyrics("rain", 3, &watch).unwrap().items.len(), 2);
}

#[test]
fn nothing_of_this_is_claimed_of_rest() {
    let mock = mock("");
    let (client, watch) = (client(&mock, Api::RestV1), Watch::default());
    let errors = [
        client.crates(5, None, &watch).map(drop),
        client.keywords("libtr_1", &watch).map(drop),
        client.waveform("libtr_1", &watch).map(drop),
        client.enqueue_spotify("0abc", &watch).map(drop),
        client.search_lyrics("rain", 5, &watch).map(drop),
    ];
    assert!(errors.into_iter().all(|error| error.unwrap_err().kind() == ErrorKind::Unsupported));
    assert!(mock.received().is_empty());
}

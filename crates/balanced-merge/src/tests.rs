//! The whole merge: order, repetition, people, other files, bytes.

use balanced_model::SCHEMA_VERSION;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cyanite::samples::{GRAPHQL, REST, graphql};
use crate::*;

/// An analysis of 128 BPM in F# minor, electronic and energetic, in the form that the command prints.
fn analysis() -> Value {
    let tag = |label: &str, score: f64| json!({ "label": label, "score": score, "source": "balanced", "model": "MSD_musicnn" });
    json!({
        "schema_version": SCHEMA_VERSION,
        "source": { "path": "mix.wav", "sha256": "ab12", "container": "wav", "codec": "pcm_s24le", "sample_rate_hz": 48000.0,
            "channels": 2, "channel_layout": "stereo", "bit_depth": 24, "effective_bit_depth": 24, "frames": 2880000,
            "duration_s": 60.0, "notes": [] },
        "tempo": { "bpm": 127.9, "confidence": 0.92, "candidates": [], "stability": 1.0, "beats_s": [],
            "curve": { "times_s": [], "bpm": [] }, "downbeats_s": [], "bar_confidence": 0.8, "time_signature": "4/4",
            "onset_rate_hz": null },
        "key": { "name": "F# minor", "tonic": "F#", "mode": "minor", "camelot": "11A", "open_key": "4m", "confidence": 0.7,
            "candidates": [], "tuning_hz": 440.0 },
        "tags": { "genre": [tag("electronicDance", 0.9), tag("pop", 0.6), tag("rock", 0.2)], "mood": [tag("energetic", 0.8), tag("sad", 0.1)],
            "instrument": [tag("synth", 0.9), tag("percussion", 0.8), tag("guitar", 0.1)],
            "voice": [tag("instrumental", 0.8), tag("female", 0.2)], "measures": { "energy": 0.8, "brightness": 0.5,
            "pulse_clarity": 0.7, "arousal_proxy": 0.7, "activity": 0.8, "fullness": 0.8 } },
        "provenance": { "balanced_version": "0.1.0", "config_hash": "00", "models": [], "elapsed_s": 1.0 },
    })
}

fn local(change: impl FnOnce(&mut Value)) -> Local {
    let mut value = analysis();
    change(&mut value);
    Local::from_json(&value.to_string()).unwrap()
}

fn result(text: &str, fetched_at: &str) -> ProviderResult {
    let result = ProviderResult::from_json(text).unwrap();
    ProviderResult { fetched_at: Some(fetched_at.to_owned()), source_sha256: Some("AB12".to_owned()), ..result }
}

fn both() -> [ProviderResult; 2] {
    [result(GRAPHQL, "2026-11-30T10:00:00Z"), result(REST, "2026-11-30T11:00:00Z")]
}

fn with_tempo(bpm: f64, confidence: f64) -> ProviderResult {
    let mut answer = graphql();
    answer["audioAnalysisV7"]["result"]["bpmPrediction"] = json!({ "value": bpm, "confidence": confidence });
    result(&answer.to_string(), "2026-11-30T10:00:00Z")
}

fn consensus(merged: &Merged, field: FieldName) -> Option<&Consensus> {
    merged.field(field).unwrap().consensus.as_ref()
}

#[test]
fn two_opinions_that_agree_need_nobody() {
    let merged = merge(&local(|_| ()), &both());
    assert_eq!(merged.disagreements, []);
    assert_eq!(merged.notes, Vec::<String>::new());
    let named: Vec<_> = merged.fields.iter().map(|field| field.name).collect();
    let expected: Vec<_> = FieldName::ALL.into_iter().filter(|name| *name != FieldName::ClassicalEpoch).collect();
    assert_eq!(named, expected, "every field has a value in one of the answers; the music is not classical");
    assert_eq!(consensus(&merged, FieldName::Tempo).unwrap().number, Some(127.9), "the local one is the finer");
    assert_eq!(consensus(&merged, FieldName::Key).unwrap().word.as_deref(), Some("F# minor"));
    assert_eq!(consensus(&merged, FieldName::Genre).unwrap().labels, ["electronicDance", "pop"]);
    assert_eq!(consensus(&merged, FieldName::Voice).unwrap().labels, ["instrumental"]);
    assert_eq!(consensus(&merged, FieldName::Instrument).unwrap().labels, ["synth", "percussion"]);
    assert_eq!(consensus(&merged, FieldName::Arousal), None, "laid over each other by assumption only");
    let tempo = merged.field(FieldName::Tempo).unwrap();
    let sources: Vec<_> =
        tempo.values.iter().map(|v| (v.source.as_str(), v.model.as_deref(), v.at.as_deref(), v.result)).collect();
    let at = ["2026-11-30T10:00:00Z", "2026-11-30T11:00:00Z"];
    let expected = [
        ("balanced", None, None, None),
        ("cyanite", Some("AudioAnalysisV7"), Some(at[0]), Some(0)),
        ("cyanite", Some("BpmV2"), Some(at[1]), Some(1)),
    ];
    assert_eq!(sources, expected);
}

/// The two interfaces say the same of the same track, once their words are the same.
#[test]
fn both_interfaces_of_one_track_are_equal_in_every_field() {
    let merged = merge(&local(|_| ()), &both());
    for field in &merged.fields {
        let theirs: Vec<_> =
            field.values.iter().enumerate().filter(|(_, v)| v.source == "cyanite").map(|(place, _)| place).collect();
        if let [first, second] = theirs[..] {
            let told = field.comparisons.iter().find(|comparison| comparison.between == [first, second]);
            assert!(told.is_none_or(|told| told.agreement == Agreement::Agree), "{:?}: {told:?}", field.name);
        }
    }
    let genre = merged.field(FieldName::Genre).unwrap();
    let leading: Vec<_> = genre.values[2].leading().map(|r| (r.label.as_str(), r.as_given.as_deref())).collect();
    assert_eq!(leading, [("electronicDance", Some("electronic")), ("pop", None)]);
    let key = merged.field(FieldName::Key).unwrap();
    assert_eq!(key.values[2].as_given.as_deref(), Some("fSharpMinor"));
}

#[test]
fn answers_are_kept_to_the_byte() {
    let odd = "{\"id\":\"1\",  \"audioAnalysisV7\": {\"result\": {\"bpm\": 128.00, \"z\": 1e2, \"a\": 18446744073709551616}}}";
    let merged = merge(&local(|_| ()), &[result(odd, "2026-11-30T10:00:00Z")]);
    let text = serde_json::to_string_pretty(&merged).unwrap();
    assert!(text.contains(odd));
    let back: Merged = serde_json::from_str(&text).unwrap();
    assert_eq!(back.results[0].raw.text(), odd);
    assert_eq!(back, merged);
    let given = analysis().to_string();
    assert_eq!(Local::from_json(&given).map(|local| merge(&local, &[]).local).unwrap().text(), given);
}

#[test]
fn a_tempo_an_octave_apart_is_settled_by_confidence_or_not_at_all() {
    let tempo = |local_confidence: f64, theirs: ProviderResult| {
        let local = local(|value| value["tempo"]["confidence"] = json!(local_confidence));
        merge(&local, &[theirs])
    };
    let sure = tempo(0.95, with_tempo(64.0, 0.4));
    assert_eq!(consensus(&sure, FieldName::Tempo).unwrap().number, Some(127.9));
    assert_eq!(sure.disagreements, []);
    let other = tempo(0.3, with_tempo(64.0, 0.96));
    assert_eq!(consensus(&other, FieldName::Tempo).unwrap().number, Some(64.0));
    for theirs in [with_tempo(64.0, 0.95), with_tempo(64.0, 0.7)] {
        let open = tempo(0.95, theirs);
        assert_eq!(consensus(&open, FieldName::Tempo), None);
        assert_eq!(open.disagreements.len(), 1);
        assert_eq!(open.disagreements[0].message, "balanced 127.9 BPM, cyanite AudioAnalysisV7 64.0 BPM: half as fast");
    }
    let apart = tempo(0.95, with_tempo(90.0, 0.2));
    assert_eq!((consensus(&apart, FieldName::Tempo), apart.disagreements[0].agreement), (None, Agreement::Disagree));
}

/// What several models say alike is one thing to look at.
#[test]
fn a_disagreement_with_both_interfaces_is_told_once() {
    let local = local(|value| value["key"]["name"] = json!("C major"));
    let merged = merge(&local, &both());
    let told: Vec<_> =
        merged.disagreements.iter().map(|told| (told.field, told.between, told.message.as_str())).collect();
    let message = "balanced C major, cyanite AudioAnalysisV7 and cyanite KeyV2 F# minor: no relation";
    assert_eq!(told, [(FieldName::Key, [0, 1], message)]);
}

#[test]
fn epochs_are_those_of_classical_music() {
    let items = json!({ "items": [{ "version": "SubgenreV2", "scores": { "baroquePeriod": 0.9, "house": 0.1 }, "tags": ["baroquePeriod"] }] });
    let merged = merge(&local(|_| ()), &[result(&items.to_string(), "2026-11-30T10:00:00Z")]);
    let epoch = &merged.field(FieldName::ClassicalEpoch).unwrap().values[0].ranking;
    assert_eq!(
        epoch.iter().map(|ranked| (ranked.label.as_str(), ranked.leads)).collect::<Vec<_>>(),
        [("baroque", true)]
    );
    assert_eq!(merged.field(FieldName::Subgenre).unwrap().values[0].ranking[0].label, "house");
}

#[test]
fn a_tempo_that_the_model_cannot_say_is_no_contradiction() {
    let slow = |confidence: f64| {
        let local = local(|value| {
            value["tempo"]["bpm"] = json!(45.0);
            value["tempo"]["confidence"] = json!(confidence);
        });
        let answer = json!({ "items": [{ "version": "BpmV2", "tag": 90, "confidence": { "confidence": 0.99 } }] });
        merge(&local, &[result(&answer.to_string(), "2026-11-30T10:00:00Z")])
    };
    assert_eq!(consensus(&slow(0.7), FieldName::Tempo).unwrap().number, Some(45.0));
    assert!(slow(0.7).field(FieldName::Tempo).unwrap().comparisons[0].remark.as_ref().unwrap().contains("60 to 200"));
    // Where the local program is not sure either, Cyanite's sure reading decides.
    assert_eq!(consensus(&slow(0.4), FieldName::Tempo).unwrap().number, Some(90.0));
}

#[test]
fn a_person_always_has_the_last_word() {
    let say = |value: Value| {
        let local = local(|analysis| analysis["human"] = json!([value]));
        merge(&local, &both())
    };
    let merged = say(json!({ "field": "tempo", "number": 64.0, "by": "Ada", "at": "2026-11-30T12:00:00Z" }));
    let tempo = merged.field(FieldName::Tempo).unwrap();
    assert_eq!(tempo.consensus.as_ref().map(|c| (c.number, c.reason.as_str())), Some((Some(64.0), "Ada said so")));
    let (human, measured) = (&tempo.values[1], &tempo.values[0]);
    assert_eq!((human.source.as_str(), human.number, measured.number), ("human", Some(64.0), Some(127.9)));
    let merged = say(json!({ "field": "key", "word": "gbMinor" }));
    assert_eq!(consensus(&merged, FieldName::Key).unwrap().word.as_deref(), Some("F# minor"));
    let merged = say(json!({ "field": "genre", "labels": ["rock"] }));
    assert_eq!(consensus(&merged, FieldName::Genre).unwrap().labels, ["rock"]);
    let tagged = local(|analysis| analysis["tags"]["genre"][2]["source"] = json!("human"));
    let merged = merge(&tagged, &both());
    assert_eq!(consensus(&merged, FieldName::Genre).unwrap().labels, ["rock"]);
    assert_eq!(
        merged.field(FieldName::Genre).unwrap().values[0].ranking.len(),
        2,
        "the measured ones are those of the program"
    );
}

#[test]
fn a_persons_value_survives_every_later_merge() {
    let local = local(|analysis| analysis["human"] = json!([{ "field": "tempo", "number": 64.0 }]));
    let first = merge(&local, &both()[..1]);
    let again = Local::from_json(&serde_json::to_string(&first).unwrap()).unwrap();
    let second = merge(&again, &[with_tempo(190.0, 1.0)]);
    assert_eq!(consensus(&second, FieldName::Tempo).unwrap().number, Some(64.0));
    assert_eq!(second.human, first.human);
}

#[test]
fn values_that_do_not_fit_their_field_are_refused() {
    for (value, word) in [
        (json!({ "field": "tempo", "word": "fast" }), "beats a minute"),
        (json!({ "field": "tempo", "number": 0 }), "beats a minute"),
        (json!({ "field": "key", "word": "H dur" }), "F# minor"),
        (json!({ "field": "genre", "word": "rock" }), "\"labels\""),
        (json!({ "field": "loudness", "number": 1 }), "human"),
    ] {
        let mut text = analysis();
        text["human"] = json!([value]);
        let error = Local::from_json(&text.to_string()).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    for (text, word) in [
        ("nonsense", "no result"),
        ("{}", "no analysis"),
        ("{\"merge_version\": 99}", "version 99"),
        ("{\"merge_version\": 1}", "damaged"),
    ] {
        assert!(Local::from_json(text).unwrap_err().to_string().contains(word), "{text}");
    }
}

#[test]
fn another_file_is_set_aside_and_told() {
    let other = ProviderResult { source_sha256: Some("cd34".to_owned()), ..both()[1].clone() };
    let merged = merge(&local(|_| ()), &[both()[0].clone(), other.clone()]);
    assert_eq!((merged.results.len(), merged.set_aside.len()), (1, 1));
    assert_eq!(merged.set_aside[0].result, other);
    assert!(
        merged.notes.iter().any(|note| note.contains("another file") && note.contains("cd34")),
        "{:?}",
        merged.notes
    );
    assert!(merged.fields.iter().flat_map(|field| &field.values).all(|value| value.api.as_deref() != Some("rest-v1")));
    let unchecked = ProviderResult { source_sha256: None, ..both()[0].clone() };
    let merged = merge(&local(|_| ()), &[unchecked]);
    assert!(merged.notes[0].contains("not checked"), "{:?}", merged.notes);
}

#[test]
fn what_is_not_finished_is_told() {
    let answer = json!({ "audioAnalysisV6": { "__typename": "AudioAnalysisV6NotAuthorized" },
        "audioAnalysisV7": { "__typename": "AudioAnalysisV7Failed", "error": { "message": "broken" } } });
    let merged = merge(&local(|_| ()), &[result(&answer.to_string(), "2026-11-30T10:00:00Z")]);
    assert_eq!(
        merged.notes,
        ["cyanite graphql: analysis V6 is not authorized", "cyanite graphql: analysis V7 is failed (broken)"]
    );
    assert!(merged.fields.iter().all(|field| field.values.len() == 1 && field.consensus.is_none()));
    for (answer, note) in [
        ("{\"__typename\": \"LibraryTrackNotFoundError\", \"message\": \"gone\"}", "cyanite graphql: gone"),
        ("{\"__typename\": \"LibraryTrack\", \"id\": \"1\"}", "cyanite graphql: the answer holds no analysis"),
        ("{\"items\": []}", "cyanite rest-v1: the answer holds no output of a model"),
        ("{\"items\": [{\"version\": \"BpmV3\"}]}", "cyanite rest-v1: an output BpmV3 is not read; it is kept"),
    ] {
        assert_eq!(merge(&local(|_| ()), &[result(answer, "2026-11-30T10:00:00Z")]).notes, [note]);
    }
    let unread = ProviderResult { provider: "other".to_owned(), ..both()[0].clone() };
    assert!(merge(&local(|_| ()), &[unread]).notes[0].contains("does not read"));
}

#[test]
fn the_schema_describes_what_is_written() {
    let schema = Value::from(schemars::schema_for!(Merged));
    let merged = serde_json::to_value(merge(&local(|_| ()), &both())).unwrap();
    let required: Vec<_> = schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(required.iter().all(|name| merged.get(name).is_some()));
    for name in FieldName::ALL {
        assert_eq!(serde_json::to_value(name).unwrap(), name.name());
    }
}

/// Answers and analyses in which a few numbers and words are others.
fn any_results() -> impl Strategy<Value = Vec<ProviderResult>> {
    let one = (40.0..250.0f64, 0.0..1.0f64, prop::sample::select(vec!["fsMinor", "aMajor", "cMinor"]), 0..3u8, 0..3u8);
    prop::collection::vec(one, 0..4).prop_map(|given| {
        given
            .into_iter()
            .map(|(bpm, confidence, key, hour, file)| {
                let mut answer = graphql();
                let analysis = &mut answer["audioAnalysisV7"]["result"];
                analysis["bpmPrediction"] = json!({ "value": bpm.round(), "confidence": confidence });
                analysis["keyPrediction"]["value"] = json!(key);
                let result = result(&answer.to_string(), &format!("2026-11-30T1{hour}:00:00Z"));
                let source_sha256 = [Some("ab12"), Some("cd34"), None][usize::from(file)].map(str::to_owned);
                ProviderResult { source_sha256, ..result }
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Merging again, in another order, or with the same answers once more, changes nothing.
    #[test]
    fn merging_twice_is_merging_once(results in any_results(), human in prop::option::of(60.0..180.0f64), at in any::<prop::sample::Index>()) {
        let local = local(|value| if let Some(bpm) = human {
            value["human"] = json!([{ "field": "tempo", "number": bpm }]);
        });
        let once = merge(&local, &results);
        let text = serde_json::to_string(&once).unwrap();
        let again = Local::from_json(&text).unwrap();
        prop_assert_eq!(&merge(&again, &[]), &once);
        prop_assert_eq!(&merge(&again, &results), &once);
        let mut turned = results.clone();
        if !turned.is_empty() {
            let at = at.index(turned.len());
            turned.rotate_left(at);
            turned.push(turned[0].clone());
        }
        prop_assert_eq!(&merge(&local, &turned), &once);
        let tempo = once.field(FieldName::Tempo).unwrap();
        prop_assert_eq!(tempo.values[0].number, Some(127.9));
        if let Some(bpm) = human {
            prop_assert_eq!(tempo.consensus.as_ref().unwrap().number, Some(bpm));
        }
    }
}

/// Every assumption of the code has a row in the page for users.
#[test]
fn the_page_names_every_assumption() {
    let (code, page) = (include_str!("assumptions.rs"), include_str!("../docs/merging.md"));
    let names: Vec<_> = code.lines().filter_map(|line| line.strip_prefix("pub const ")?.split(':').next()).collect();
    assert_eq!(names.len(), 13);
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}
